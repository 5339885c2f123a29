namespace Tutti.Core.Session;

/// <summary>What is being done to a task.</summary>
public enum Stage
{
    Develop,
    Verify,
    Review,
    Correct,
    Qa,
    E2e,
    Finalize,
    Land,

    /// <summary>A conflict of its landing is being resolved by an agent; the task itself is landing.</summary>
    Resolve,
}

/// <summary>Where a task stands, as every screen names it (SPEC 1).</summary>
public enum TaskPhase
{
    Pending,
    Ready,
    Running,
    Landing,
    Done,
    Failed,
    Blocked,
    Cancelled,
    Paused,
    NeedsAttention,
}

/// <summary>Where a session stands, as its own journal knows it. A reader adds <c>stale</c> for an active one without a conductor.</summary>
public enum SessionStatus
{
    Active,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>What a running task waits for. Every value but <see cref="None"/> and <see cref="Due"/> has an effect in flight.</summary>
public enum Step
{
    /// <summary>Nothing: not started, or at an end.</summary>
    None,

    /// <summary>A slot is being leased.</summary>
    Leasing,

    /// <summary>The slot is being made ready: reset, copies, set-up commands.</summary>
    Preparing,

    /// <summary>A stage is due and nothing runs: its time has not come, or the session or the task is paused.</summary>
    Due,

    /// <summary>An attempt lives.</summary>
    Attempting,

    /// <summary>What the attempt left is being committed and measured.</summary>
    Collecting,
}

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    Succeeded,
    Failed,
    TimedOut,
    Stalled,

    /// <summary>Ended because its task was cancelled.</summary>
    Cancelled,

    /// <summary>Ended because the session was interrupted; it does not count against the task.</summary>
    Interrupted,

    /// <summary>Its process is gone and left no exit status (killed shim, reboot).</summary>
    Lost,

    /// <summary>Ended because its context was nearly full; a fresh attempt takes over.</summary>
    HandedOver,

    /// <summary>Ended because the budget was spent; it does not count against the task.</summary>
    OverBudget,

    /// <summary>Ended because nothing follows from it any more: what it tested cannot land.</summary>
    Superseded,
}

/// <summary>Which tree an attempt works on.</summary>
public enum Place
{
    /// <summary>The task's own slot.</summary>
    Slot,

    /// <summary>One of the session's verify slots, at a merged commit.</summary>
    Landing,

    /// <summary>A slot at the commit without the task's work, to see whether the base itself is green.</summary>
    Base,

    /// <summary>A slot with a merge's conflict in it.</summary>
    Conflict,
}
