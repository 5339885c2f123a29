using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Agents;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Commands;

/// <summary>Looks at a session from outside its conductor: what the journal does not say is measured.</summary>
internal sealed class StatusLook(Workplace place, SessionFolder folder)
{
    private readonly SessionUse _use = new();
    private readonly SessionSecrets _secrets = new(place);
    private readonly Dictionary<string, Seen> _doing = new(StringComparer.Ordinal);

    /// <summary>What is alive, what it uses, and what the machine has to spare, now.</summary>
    public async Task<LiveInfo> AtAsync(SessionState state, bool conducted, CancellationToken cancellation)
    {
        var live = state.Tasks.Values.Where(task => task.Live is { Process: not null }).ToList();
        var use = _use.Measure([.. live.Select(task => task.Live!.Process!.Pid)]);
        var secrets = live.Count > 0 ? _secrets.Of(state) : Secrets.OfProcess;
        return new LiveInfo(TimeProvider.System.GetUtcNow())
        {
            ConductorAlive = conducted,
            Folder = folder.Path,
            Host = await HostProbe.MeasureAsync(PoolRoot.Of(place.Repository, state.Settings.Worktrees), cancellation),
            Activity = live.ToDictionary(task => task.Id, task => Activity(state, task, use, secrets), StringComparer.Ordinal),
        };
    }

    private AgentActivity Activity(SessionState state, TaskState task, IReadOnlyDictionary<int, ProcessUse> use, Secrets secrets)
    {
        var attempt = task.Live!;
        var files = AttemptFolder.Of(folder.Path, task.Id, attempt.Number, Words.Of(attempt.Stage));
        var used = use.GetValueOrDefault(attempt.Process!.Pid);
        return LiveLook.Activity(Doing(state, task, attempt, files), files, secrets) with { LastOutputAt = LastOutput(files), Cpu = used?.Cpu, Memory = used?.Memory };
    }

    // What has scrolled out of the end of its stream stands in the journal.
    private DoingView? Doing(SessionState state, TaskState task, AttemptState attempt, AttemptFolder files)
    {
        var known = _doing.GetValueOrDefault(task.Id);
        var seen = new Seen(attempt.Number, Length(files.Stdout), Length(files.Stderr), known?.Doing);
        if (seen == known)
            return known.Doing;
        var doing = AttemptReading.Open(state, task, attempt, files) is { } reading ? AgentDoing.At(reading, files) : null;
        doing = doing is null ? null : doing with { Model = doing.Model ?? attempt.Model, ContextPercent = doing.ContextPercent ?? attempt.Context };
        _doing[task.Id] = seen with { Doing = doing };
        return doing;
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private sealed record Seen(int Attempt, long Stdout, long Stderr, DoingView? Doing);

    private static DateTimeOffset? LastOutput(AttemptFolder files)
    {
        var written = new[] { files.Stdout, files.Stderr }.Select(path => new FileInfo(path)).Where(file => file is { Exists: true, Length: > 0 }).ToList();
        return written.Count == 0 ? null : new DateTimeOffset(written.Max(file => file.LastWriteTimeUtc));
    }
}
