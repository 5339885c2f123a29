using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>Tokens used.</summary>
public sealed record TokensView(long Input, long Output, long Cached)
{
    /// <summary>The tokens of a usage.</summary>
    public static TokensView Of(Usage? usage) => usage is null ? new TokensView(0, 0, 0) : new TokensView(usage.Input, usage.Output, usage.Cached);

    /// <summary>All of them together.</summary>
    public long Total => Input + Output + Cached;
}

/// <summary>One attempt of a task.</summary>
/// <param name="State">running, succeeded, failed, timed-out, stalled, cancelled, interrupted, lost, handed-over or over-budget.</param>
/// <param name="Model">The model at work, once the agent has told it.</param>
/// <param name="Conversation">The agent's own id of its conversation.</param>
/// <param name="Continues">The attempt whose conversation it goes on with.</param>
/// <param name="ContextPercent">How full the model's context is, as last told.</param>
/// <param name="CostEstimated">The cost is Tutti's own estimate from a price table.</param>
public sealed record AttemptView(
    int Number,
    Stage Stage,
    string Agent,
    string State,
    int? ExitCode,
    int? Pid,
    int Round,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    decimal? CostUsd,
    TokensView Tokens,
    ErrorView? Error,
    string? Model,
    string? Conversation,
    int? Continues,
    int? ContextPercent,
    bool CostEstimated)
{
    /// <summary>The view of an attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="correlation">Its session, task and number.</param>
    /// <param name="retries">Attempts of its stage that had failed before it.</param>
    public static AttemptView From(AttemptState attempt, string correlation, int retries) => new(
        attempt.Number,
        attempt.Stage,
        attempt.Agent,
        Words.Of(attempt.Outcome),
        attempt.ExitCode,
        attempt.Process?.Pid,
        attempt.Round,
        attempt.StartedAt,
        attempt.EndedAt,
        attempt.Usage?.Usd,
        TokensView.Of(attempt.Usage),
        ErrorView.Of(attempt.Failure, correlation, retries),
        attempt.Model,
        attempt.Conversation,
        attempt.Continues,
        attempt.Context,
        attempt.Usage?.Estimated ?? false);
}

/// <summary>One of the <c>tasks</c> of <c>tutti status --json</c> (SPEC 6). What follows <c>error</c> is additional.</summary>
/// <param name="Stage">The stage that runs or is due; null before it was ever started.</param>
/// <param name="Commit">The branch's head, once something was committed on it.</param>
/// <param name="Slot">Name of the slot it holds.</param>
/// <param name="Progress">0 to 100, see <see cref="Views.Progress"/>.</param>
/// <param name="Way">The stages it goes through when nothing is to be corrected.</param>
/// <param name="Group">The parallel group it is in, from 1.</param>
/// <param name="Agent">Who works on it, did so last, or will.</param>
/// <param name="WaitsFor">Ids of dependencies that have not landed.</param>
/// <param name="BlockedBy">Ids of dependencies that will not land unless a person does something.</param>
/// <param name="Waiting">Why nothing happens with it right now, in words; null when something does or it is at its end.</param>
/// <param name="Preserved">Why its slot or branch is kept.</param>
/// <param name="Notes">What the report tells: paths outside its claim, links refused, copies that could not be made.</param>
/// <param name="ElapsedSeconds">From its start to its end or now.</param>
/// <param name="LastLine">The last line its agent printed.</param>
/// <param name="Cpu">Cores its agent uses.</param>
/// <param name="MemoryBytes">Bytes its agent holds.</param>
/// <param name="Health">Whether its live attempt can be heard; null where there is none.</param>
/// <param name="Doing">What its agent does, from its own stream; null for one that has none.</param>
/// <param name="CostEstimated">The cost is, in part, Tutti's own estimate.</param>
public sealed record TaskView(
    string Id,
    string Title,
    TaskPhase State,
    Stage? Stage,
    int Round,
    string? Branch,
    string? Commit,
    string? LandedCommit,
    string? Slot,
    int Progress,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    decimal? CostUsd,
    TokensView Tokens,
    IReadOnlyList<AttemptView> Attempts,
    ErrorView? Error,
    Priority Priority,
    IReadOnlyList<Stage> Way,
    int Group,
    string? Agent,
    IReadOnlyList<string> WaitsFor,
    IReadOnlyList<string> BlockedBy,
    string? Waiting,
    string? Preserved,
    IReadOnlyList<string> Notes,
    double? ElapsedSeconds,
    string? LastLine,
    DateTimeOffset? LastOutputAt,
    double? Cpu,
    long? MemoryBytes,
    Pulse? Health,
    DoingView? Doing,
    bool CostEstimated)
{
    /// <summary>The task as it stands.</summary>
    public static TaskView From(SessionState state, TaskState task, LiveInfo live)
    {
        var activity = task.Live is null ? null : live.Activity.GetValueOrDefault(task.Id);
        return new TaskView(
            task.Id,
            task.Spec.Title,
            task.Shown,
            task.Branch is null ? null : task.Live is { Stage: Core.Session.Stage.Resolve } resolver ? resolver.Stage : task.Stage,
            task.Round,
            task.Branch,
            task.Head,
            task.Landed,
            task.Slot?.Name,
            Views.Progress.Of(state, task),
            task.StartedAt,
            task.EndedAt,
            task.Usage.Usd,
            TokensView.Of(task.Usage),
            [.. task.Attempts.Select(attempt => AttemptView.From(attempt, $"{state.Id}/{task.Id}/{attempt.Number}", task.Attempts.Count(a => a.Number < attempt.Number && a.Stage == attempt.Stage && a.Failure is not null)))],
            ErrorView.Of(state, task),
            task.Spec.Priority,
            Views.Progress.Way(state, task),
            state.Index.Level(task.Id) + 1,
            Waits.Agent(state, task),
            Waits.For(state, task),
            Waits.Blockers(state, task),
            Waits.Why(state, task, live.Now),
            task.Preserved,
            [.. task.Work?.Notes ?? [], .. task.Notes, .. Budgets.UsedUp(state, task) is { } over ? [over] : Array.Empty<string>()],
            task.StartedAt is { } start ? Math.Max(0, Math.Round(((task.EndedAt ?? SessionView.End(state, live)) - start).TotalSeconds, 3)) : null,
            activity?.LastLine,
            activity?.LastOutputAt,
            activity?.Cpu,
            activity?.Memory,
            Pulses.Of(state, task, live),
            activity?.Doing,
            task.Usage.Estimated);
    }
}
