using System.Threading.Channels;
using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Host;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Forecasts conflicts whenever a live branch has moved, and gives the conductor the outcome to decide about. An observation like the
/// machine's load, and no effect: nothing waits for it, and after a restart it is simply made again.
/// </summary>
internal sealed class ForecastWatch : IAsyncDisposable
{
    // Notifications can be lost (overflow, network file systems); besides, the refs are looked at this often, where they are watched...
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    // ...and this often where they cannot be.
    private static readonly TimeSpan LookUnwatched = TimeSpan.FromSeconds(1);

    // Agents commit in bursts; a forecast is for people and for the next stage, neither of which is a moment away.
    private static readonly TimeSpan LeastBetween = TimeSpan.FromSeconds(1);

    // After a forecast that could not be made: what keeps git from it, a full disk, is seldom gone a moment later.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly SessionContext _context;
    private readonly Func<SessionState> _state;
    private readonly Forecasting _forecasting;
    private readonly BranchHeads _heads;
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop;
    private readonly FileSystemWatcher? _watcher;
    private readonly ITimer _timer;
    private readonly Task _working;
    private string _last = "";
    private IReadOnlyDictionary<string, string>? _seen;

    public ForecastWatch(SessionContext context, Func<SessionState> state, CancellationToken cancellation)
    {
        (_context, _state) = (context, state);
        _forecasting = new Forecasting(context.Control);
        _heads = new BranchHeads(context.Repository.CommonDirectory);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _watcher = Watch(Path.Combine(context.Repository.CommonDirectory, "refs", "heads"));
        _timer = context.Time.CreateTimer(_ => Wish(), null, TimeSpan.Zero, _watcher is null ? LookUnwatched : LookAgain);
        _working = Task.Run(WorkAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _watcher?.Dispose();
        await _stop.CancelAsync();
        await _working;
        _stop.Dispose();
    }

    private void Wish() => _wishes.Writer.TryWrite(true);

    // A reftable repository has a file there instead of the folder; the timer sees its tables change.
    private FileSystemWatcher? Watch(string folder) => FolderWatch.Begin(folder, watcher =>
    {
        watcher.IncludeSubdirectories = true;
        watcher.NotifyFilter = NotifyFilters.FileName;
        watcher.Renamed += (_, _) => Wish(); // A commit writes REF.lock and renames it.
    });

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var _ in _wishes.Reader.ReadAllAsync(_stop.Token))
            {
                var pause = await LookAsync();
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, _context.Time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The session ends, or this conductor leaves it: the next one forecasts anew.
        }
    }

    private async Task<TimeSpan> LookAsync()
    {
        var state = _state();
        var live = state.Claiming.Select(id => state.Tasks[id]).Where(Forecasts.IsLive).OrderBy(t => t.StartedAt).ThenBy(t => t.Id, StringComparer.Ordinal).ToList();
        var seen = _seen;
        try
        {
            var branches = live.Count == 0 ? [] : await BranchesAsync(state, live);
            var asked = $"{state.Landing.Tip}\n{string.Join('\n', branches)}";
            if (asked == _last)
                return ReferenceEquals(seen, _seen) ? TimeSpan.Zero : LeastBetween;
            var collisions = await _forecasting.MakeAsync(branches, state.Landing.Tip, _stop.Token);
            _last = asked;
            await _context.Tell(new ForecastEnded(collisions));
            return LeastBetween;
        }
        catch (Exception e) when (e is FailureException or IOException)
        {
            // A forecast that cannot be made changes nothing: the last one stands, landing finds every conflict by itself, and a
            // repository that git cannot read fails what really needs it, with its reason. It is tried again later.
            return AfterFailure;
        }
    }

    // One that still is where it started has nothing to collide with.
    private async Task<List<LiveBranch>> BranchesAsync(SessionState state, List<TaskState> live)
    {
        var heads = _seen = await _heads.ReadAsync([.. live.Select(t => t.Branch!)], _stop.Token);
        var branches = new List<LiveBranch>();
        foreach (var task in live)
        {
            // What lands is the head that was verified, wherever its branch is moved to meanwhile.
            var head = task.Phase == TaskPhase.Landing ? task.Head : heads.GetValueOrDefault(task.Branch!);
            if (head is not null && head != task.Base)
                branches.Add(new LiveBranch(task.Id, head));
        }

        // A lone branch on the tip it started from lands as it is.
        return branches is [var only] && live.Find(t => t.Id == only.Task)!.Base == state.Landing.Tip ? [] : branches;
    }
}
