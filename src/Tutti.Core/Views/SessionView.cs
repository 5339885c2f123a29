using Tutti.Core.Landing;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>Where a session stands, as a screen names it.</summary>
public enum ShownStatus
{
    Active,
    Paused,
    Completed,
    Failed,
    Cancelled,

    /// <summary>Not ended, and no conductor holds it: it died, and a resume takes it up.</summary>
    Stale,
}

/// <summary>A failure as JSON has it.</summary>
public sealed record ErrorView(FailureCategory Category, string Code, string Message, string? Hint, string? Detail = null)
{
    /// <summary>How much it weighs.</summary>
    public FailureSeverity Severity { get; init; }

    /// <summary>Tutti tries again or goes on by itself, or a plain resume does.</summary>
    public bool Recoverable { get; init; }

    /// <summary>What it belongs to: <c>SESSION/TASK/ATTEMPT</c>, as far as it has them.</summary>
    public string? Correlation { get; init; }

    /// <summary>Failed tries of the stage before it.</summary>
    public int RetryCount { get; init; }

    /// <summary>Facts that belong to it.</summary>
    public string? Context { get; init; }

    /// <summary>The error beneath it.</summary>
    public string? Cause { get; init; }

    /// <summary>The view of a failure; null of none.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="retries">Failed tries before it.</param>
    public static ErrorView? Of(Failure? failure, string? correlation = null, int retries = 0) => failure is null ? null : new ErrorView(failure.Category, failure.Code, failure.Message, failure.Hint, failure.Detail)
    {
        Severity = FailurePolicy.SeverityOf(failure),
        Recoverable = FailurePolicy.IsRecoverable(failure),
        Correlation = correlation,
        RetryCount = retries,
        Context = failure.Context,
        Cause = failure.Cause,
    };

    /// <summary>The view of a task's failure: with its session, its last attempt, and how often its stage had failed before.</summary>
    public static ErrorView? Of(SessionState state, TaskState task) =>
        Of(task.Failure, task.Attempts is [.., var last] ? $"{state.Id}/{task.Id}/{last.Number}" : $"{state.Id}/{task.Id}", Math.Max(0, task.Failures));
}

/// <summary>Work that is merged and verified but waits on the integration branch.</summary>
/// <param name="Branch">Name of the integration branch.</param>
/// <param name="Commit">Its tip.</param>
/// <param name="Tasks">Ids of the tasks on it.</param>
/// <param name="Why">Why the target does not have it.</param>
/// <param name="Command">What takes it to the target.</param>
public sealed record IntegrationView(string Branch, string Commit, IReadOnlyList<string> Tasks, string Why, string Command);

/// <summary>The <c>session</c> object of <c>tutti status --json</c> (SPEC 6). What follows <c>max_agents</c> is additional.</summary>
/// <param name="Mode"><c>parallel</c> or <c>sequential</c>.</param>
/// <param name="Base">The target's commit before the session.</param>
/// <param name="ElapsedSeconds">From its start to its end, or to the time of looking.</param>
/// <param name="Progress">0 to 100, see <see cref="Views.Progress"/>.</param>
/// <param name="Gate">Why nothing new starts although there is work; null when something may.</param>
/// <param name="Reason">Why it ended or stopped, where that is not said by its tasks.</param>
public sealed record SessionView(
    string Id,
    ShownStatus Status,
    string Target,
    string Base,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Mode,
    string ModeReason,
    int MaxAgents,
    double ElapsedSeconds,
    int Progress,
    string? Request,
    int? ExitCode,
    string? Gate,
    ErrorView? Reason,
    IntegrationView? Integration,
    string? Folder)
{
    /// <summary>Where its pull request is; null where none was opened.</summary>
    public string? PullRequest { get; init; }

    /// <summary>The session as it stands.</summary>
    public static SessionView From(SessionState state, LiveInfo live) => new(
        state.Id,
        Shown(state, live),
        state.Target,
        state.Base,
        state.StartedAt,
        state.EndedAt,
        state.Mode.Parallel ? "parallel" : "sequential",
        state.Mode.Reason,
        state.MaxAgents,
        Math.Max(0, Math.Round((End(state, live) - state.StartedAt).TotalSeconds, 3)),
        Views.Progress.Of(state),
        state.Request,
        state.ExitCode,
        state.Gate,
        ErrorView.Of(state.Ending?.Reason, state.Id),
        WaitingWork(state),
        live.Folder)
    {
        PullRequest = state.Landing.PullRequest?.Url,
    };

    /// <summary>The status a screen shows: the journal's, or stale.</summary>
    public static ShownStatus Shown(SessionState state, LiveInfo live) => state.Status switch
    {
        _ when state.EndedAt is null && live.ConductorAlive == false => ShownStatus.Stale,
        SessionStatus.Active => ShownStatus.Active,
        SessionStatus.Paused => ShownStatus.Paused,
        SessionStatus.Completed => ShownStatus.Completed,
        SessionStatus.Failed => ShownStatus.Failed,
        SessionStatus.Cancelled => ShownStatus.Cancelled,
        _ => throw new InvalidOperationException($"no status for {state.Status}"),
    };

    /// <summary>Where its time ends: at its end, for a stale one at its last event, else now.</summary>
    internal static DateTimeOffset End(SessionState state, LiveInfo live) =>
        state.EndedAt ?? (live.ConductorAlive == false ? state.At : live.Now);

    private static IntegrationView? WaitingWork(SessionState state) => state.Landing is { Integrated: { Count: > 0 } tasks } landing
        ? new IntegrationView(
            IntegrationBranch.Of(state), landing.Tip, tasks, landing.Detour?.Message ?? "it is on its way to the target", "tutti merge automatic")
        : null;
}
