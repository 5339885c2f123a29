namespace Tutti.Core.Session;

/// <summary>
/// Something to be done to the world. Idempotent and keyed: doing it twice, or after a crash in the middle, comes to the
/// same, so a restart simply does again whatever the journal does not hold the outcome of.
/// </summary>
/// <param name="Key">Equal for equal work; no two effects with one key run at once.</param>
/// <param name="Lane">Effects of one lane run one after the other, in the order in which they were decided; null runs free.</param>
public abstract record Effect(string Key, string? Lane = null);

/// <summary>Lease a slot on a new branch at a commit. Outcome: <see cref="SlotLeaseEnded"/>.</summary>
public sealed record LeaseSlot(string Task, string Branch, string Base) : Effect($"lease:{Task}");

/// <summary>Put the slot's tree where it must be, copy, run set-up commands. Outcome: <see cref="SlotPrepareEnded"/>.</summary>
public sealed record PrepareSlot(string Task, SlotHold Slot, string Branch, string? ResetTo, bool Fresh, int Number) : Effect($"prepare:{Task}:{Number}");

/// <summary>Start the attempt if it never was, else find it, and watch it to its end. Outcome: <see cref="AttemptIsOver"/>.</summary>
public sealed record RunAttempt(string Task, int Number) : Effect($"attempt:{Task}:{Number}");

/// <summary>End a live attempt; its <see cref="RunAttempt"/> then reports <paramref name="As"/>.</summary>
public sealed record EndAttempt(string Task, int Number, AttemptOutcome As) : Effect($"end:{Task}:{Number}");

/// <summary>Commit what the attempt left and measure it. Outcome: <see cref="CollectEnded"/>.</summary>
public sealed record CollectWork(string Task, int Number) : Effect($"collect:{Task}:{Number}");

/// <summary>Merge a branch onto a commit in the object store. Outcome: <see cref="MergeEnded"/>.</summary>
public sealed record MergeBranch(string Task, string Head, string Onto) : Effect($"merge:{Task}:{Head}:{Onto}");

/// <summary>Move the target, or the integration branch, to the verified commit. Outcome: <see cref="MoveEnded"/>.</summary>
public sealed record MoveTarget(string Task, string From, string To, bool Integration) : Effect($"move:{Task}:{To}:{(Integration ? "integration" : "target")}");

/// <summary>Move the target to the tip of the integration branch. Outcome: <see cref="TakeEnded"/>.</summary>
public sealed record TakeIntegration(string From, string To) : Effect($"take:{To}");

/// <summary>Push the integration branch and open a pull request for it, or find the one that is open. Outcome: <see cref="PullRequestEnded"/>.</summary>
public sealed record OpenPullRequest(string Branch, string Commit) : Effect($"pull-request:{Commit}");

/// <summary>Deal with slot and branch by what is true (SPEC 3.7). Outcome: <see cref="CleanUpEnded"/>.</summary>
public sealed record CleanUp(string Task, TaskPhase Phase) : Effect($"clean:{Task}:{Phase}", $"clean:{Task}");

/// <summary>Write the task's phase to its source. Outcome: <see cref="TellEnded"/>.</summary>
public sealed record TellSource(string Task, TaskPhase Phase) : Effect($"tell:{Task}:{Phase}", "tell");

/// <summary>Run a hook with the event's JSON on stdin. Outcome: <see cref="HookEnded"/>.</summary>
public sealed record RunHook(string Hook, string? Task) : Effect($"hook:{Hook}:{Task}", "hook");

/// <summary>Give back what the session holds for itself and for no task: slots, their branches, refs of integration that nobody needs. Outcome: <see cref="GivenBack"/>.</summary>
public sealed record GiveBack() : Effect("give-back");

/// <summary>The session is at its end: the conductor stops. No outcome.</summary>
public sealed record Finish(int ExitCode) : Effect("finish");
