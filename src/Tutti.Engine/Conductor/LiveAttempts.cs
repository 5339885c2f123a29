using System.Collections.Concurrent;
using Tutti.Core.Views;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>What live attempts last let hear of themselves: not journaled, only shown.</summary>
public sealed class LiveAttempts
{
    private readonly ConcurrentDictionary<string, LiveAttempt> _attempts = new(StringComparer.Ordinal);

    /// <summary>The live attempt of each task.</summary>
    public IReadOnlyDictionary<string, LiveAttempt> Snapshot() => new Dictionary<string, LiveAttempt>(_attempts, StringComparer.Ordinal);

    internal void Begin(string task, AttemptFolder folder, DateTimeOffset now, int pid) => _attempts[task] = new LiveAttempt(folder, now, pid);

    // By the thread that feeds the reading, as a value: the screens never see a reading in the middle of a line.
    internal void Note(string task, AgentReading reading)
    {
        if (_attempts.TryGetValue(task, out var known))
            _attempts[task] = known with { Doing = AgentDoing.Of(reading) };
    }

    internal void Beat(string task, Heartbeat beat) =>
        _attempts.AddOrUpdate(task, _ => throw new InvalidOperationException($"{task} is not alive"), (_, known) => known with { LastOutput = beat.LastOutput });

    internal void End(string task) => _attempts.TryRemove(task, out _);
}

/// <summary>One live attempt.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="LastOutput">When it last wrote anything.</param>
/// <param name="Pid">Its shim's process; 0 where it is not known.</param>
public sealed record LiveAttempt(AttemptFolder Folder, DateTimeOffset LastOutput, int Pid)
{
    /// <summary>What its stream says it does; null for an agent without one.</summary>
    public DoingView? Doing { get; init; }
}
