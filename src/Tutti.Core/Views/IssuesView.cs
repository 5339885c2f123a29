using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>What kind of problem it is; the worst first.</summary>
public enum IssueKind
{
    NeedsAttention,
    Failed,
    Blocked,

    /// <summary>The session's conductor is gone.</summary>
    Stale,

    /// <summary>Work waits on the integration branch.</summary>
    NotTaken,

    /// <summary>The machine has no room.</summary>
    GateClosed,

    /// <summary>An agent or a provider may not be started for a while.</summary>
    Held,

    /// <summary>An agent has missed its heartbeats, or has printed nothing for more than half of what is allowed.</summary>
    Quiet,

    /// <summary>Two live branches will collide.</summary>
    Collision,
    Paused,
}

/// <summary>One thing that keeps a session from going on by itself.</summary>
/// <param name="Task">Its task; null for the session's own.</param>
/// <param name="Code">A stable snake_case name.</param>
/// <param name="Message">One line.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Detail">More, over several lines.</param>
public sealed record IssueView(IssueKind Kind, string? Task, string Code, string Message, string? Hint, string? Detail = null);

/// <summary>All of <c>tutti status issues</c>: problems, worst first, and what to do about each.</summary>
public sealed record IssuesView(int Version, string Session, IReadOnlyList<IssueView> Issues)
{
    /// <summary>The version of the shape.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The problems as they stand.</summary>
    public static IssuesView From(SessionState state, LiveInfo live) => new(
        CurrentVersion,
        state.Id,
        [.. OfSession(state, live).Concat(state.Plan.Tasks.SelectMany(spec => OfTask(state, state.Tasks[spec.Id], live))).OrderBy(issue => issue.Kind)]);

    private static IEnumerable<IssueView> OfSession(SessionState state, LiveInfo live)
    {
        var view = SessionView.From(state, live);
        if (view.Status == ShownStatus.Stale)
            yield return new IssueView(IssueKind.Stale, null, "stale", "the session has not ended, but nothing conducts it any more", "'tutti resume' takes it up where it stands");
        if (view.Integration is { } waiting)
            yield return new IssueView(IssueKind.NotTaken, null, state.Landing.Detour?.Code ?? "integrating", $"{Words.Count(waiting.Tasks.Count, "task")} on {waiting.Branch}: {waiting.Why}", $"'{waiting.Command}'");
        if (state.Gate is { } gate)
            yield return new IssueView(IssueKind.GateClosed, null, "no_room", $"nothing new starts: {gate}", "free some; it goes on by itself");
        foreach (var hold in state.Holds.Values)
            yield return new IssueView(IssueKind.Held, null, hold.Why.Code, $"nothing starts for {hold.Key}{HoldView.Ending(hold)}: {hold.Why.Message}", hold.Until is null ? $"{hold.Why.Hint}, then 'tutti resume'" : "it goes on by itself", hold.Why.Detail);
        foreach (var collision in CollisionView.Of(state))
            yield return Colliding(state, collision);
        if (view is { Reason: { } reason, Integration: null })
            yield return new IssueView(IssueKind.Paused, null, reason.Code, reason.Message, reason.Hint, reason.Detail);
        else if (view is { Status: ShownStatus.Paused, Integration: null } && state.Count(TaskPhase.NeedsAttention) == 0)
            yield return new IssueView(IssueKind.Paused, null, "paused", "the session is paused", state.EndedAt is null ? "'tutti control resume' goes on" : "'tutti resume' goes on");
    }

    private static IEnumerable<IssueView> OfTask(SessionState state, TaskState task, LiveInfo live)
    {
        IssueKind? kind = task.Phase switch
        {
            TaskPhase.NeedsAttention => IssueKind.NeedsAttention,
            TaskPhase.Failed => IssueKind.Failed,
            TaskPhase.Blocked => IssueKind.Blocked,
            _ => null,
        };
        if (kind is { } known && task.Failure is { } failure)
            yield return new IssueView(known, task.Id, failure.Code, failure.Message, failure.Hint, failure.Detail);
        else if (Pulses.Silence(task, live) is { } silence && (silence > state.Settings.Limits.Stall / 2 || (task.Live!.IsAgent && Pulses.Of(state, task, live) == Pulse.Unhealthy)))
            yield return Quiet(task, silence, state.Settings.Limits.Stall);
        else if (task is { Held: true, IsSettled: false })
            yield return new IssueView(IssueKind.Paused, task.Id, "task_paused", $"task {task.Id} is paused", $"'tutti control resume {task.Id}' goes on");
    }

    private static IssueView Colliding(SessionState state, CollisionView collision) => new(
        IssueKind.Collision,
        collision.Task,
        "collision",
        collision.Message,
        state.Settings.Forecast switch
        {
            ForecastMode.Warn => $"{collision.Task} is told at its next stage; 'forecast: wait' or 'stack' lets it wait",
            ForecastMode.Wait => $"{collision.Task} waits at its next stage until the other has landed",
            ForecastMode.Stack => $"{collision.Task} waits at its next stage until the other has landed, and then merges it in",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state.Settings.Forecast, null),
        },
        string.Join('\n', collision.Paths.Select(p => $"{p.Path} ({p.Kind})")));

    private static IssueView Quiet(TaskState task, TimeSpan silence, TimeSpan limit) => new(
        IssueKind.Quiet,
        task.Id,
        "quiet",
        $"task {task.Id} has printed nothing for {Amounts.Duration(silence)}; after {Amounts.Duration(limit)} its attempt is ended",
        $"'tutti logs {task.Id}' shows what it said; limits.stall is the limit");
}
