using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>Whether a live attempt can be heard: its output is its heartbeat.</summary>
public enum Pulse
{
    Healthy,

    /// <summary>Nothing was heard for three heartbeats (<see cref="Limits.Heartbeat"/>).</summary>
    Unhealthy,
}

/// <summary>Reads pulses.</summary>
internal static class Pulses
{
    /// <summary>Missed heartbeats after which an attempt is unhealthy.</summary>
    public const int Missed = 3;

    /// <summary>How long a live attempt has been silent; null where nobody watches its output: not knowing is no silence.</summary>
    public static TimeSpan? Silence(TaskState task, LiveInfo live) =>
        task.Live is { } attempt && live.Activity.TryGetValue(task.Id, out var activity) ? live.Now - (activity.LastOutputAt ?? attempt.StartedAt) : null;

    /// <summary>The pulse of a task's live attempt; null where there is none, or nobody watches.</summary>
    public static Pulse? Of(SessionState state, TaskState task, LiveInfo live) =>
        Silence(task, live) is { } silence ? silence >= Missed * state.Settings.Limits.Heartbeat ? Pulse.Unhealthy : Pulse.Healthy : null;
}
