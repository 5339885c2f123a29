using Tutti.Core.Session;
using Tutti.Core.Views;
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
            Activity = live.ToDictionary(task => task.Id, task => Activity(task, use, secrets), StringComparer.Ordinal),
        };
    }

    private AgentActivity Activity(TaskState task, IReadOnlyDictionary<int, ProcessUse> use, Secrets secrets)
    {
        var attempt = task.Live!;
        var files = AttemptFolder.Of(folder.Path, task.Id, attempt.Number, Words.Of(attempt.Stage));
        var used = use.GetValueOrDefault(attempt.Process!.Pid);
        return new AgentActivity(LiveLook.LastLine(files, secrets), LastOutput(files), used?.Cpu, used?.Memory);
    }

    private static DateTimeOffset? LastOutput(AttemptFolder files)
    {
        var written = new[] { files.Stdout, files.Stderr }.Select(path => new FileInfo(path)).Where(file => file is { Exists: true, Length: > 0 }).ToList();
        return written.Count == 0 ? null : new DateTimeOffset(written.Max(file => file.LastWriteTimeUtc));
    }
}
