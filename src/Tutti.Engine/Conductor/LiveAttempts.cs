using System.Collections.Concurrent;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>What live attempts last let hear of themselves: not journaled, only shown.</summary>
public sealed class LiveAttempts
{
    private readonly ConcurrentDictionary<string, (AttemptFolder Folder, DateTimeOffset LastOutput, int Pid)> _attempts = new(StringComparer.Ordinal);

    /// <summary>The live attempt of each task.</summary>
    public IReadOnlyDictionary<string, (AttemptFolder Folder, DateTimeOffset LastOutput, int Pid)> Snapshot() =>
        new Dictionary<string, (AttemptFolder, DateTimeOffset, int)>(_attempts, StringComparer.Ordinal);

    internal void Begin(string task, AttemptFolder folder, DateTimeOffset now, int pid) => _attempts[task] = (folder, now, pid);

    internal void Beat(string task, Heartbeat beat) =>
        _attempts.AddOrUpdate(task, _ => throw new InvalidOperationException($"{task} is not alive"), (_, known) => known with { LastOutput = beat.LastOutput });

    internal void End(string task) => _attempts.TryRemove(task, out _);
}
