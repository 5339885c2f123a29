using Tutti.Core.Landing;
using Tutti.Core.Plan;

namespace Tutti.Core.Session;

/// <summary>
/// Something that has happened to a session. Published shapes are never edited: a changed one gets a new version and an
/// upcast in the journal's codec. Their names on disk are in docs/EVENTS.md.
/// </summary>
public abstract record Event;

/// <summary>An event as it stands in the journal.</summary>
/// <param name="Seq">1-based position.</param>
/// <param name="At">UTC.</param>
/// <param name="Event">What happened.</param>
/// <param name="Correlation">What belongs together: <c>task/attempt</c>, <c>task</c>, or the session's id.</param>
/// <param name="Cause">Seq of the event that led to it.</param>
public sealed record Recorded(long Seq, DateTimeOffset At, Event Event, string? Correlation = null, long? Cause = null);

/// <summary>The first event: everything a session is made of.</summary>
public sealed record SessionStarted(
    string Id,
    string Seed,
    PlanSpec Plan,
    Settings Settings,
    SourceRef Source,
    ModeChoice Mode,
    string Target,
    string Base,
    IReadOnlyDictionary<string, string> Branches,
    string? Request) : Event
{
    /// <summary>What the agent used that made the plan of the request; it counts towards the session's budget.</summary>
    public Usage? Planning { get; init; }
}

/// <summary>A conductor took the session up.</summary>
public sealed record ConductorStarted(ProcessRef Process, string Version) : Event;

/// <summary>Nothing more starts until it is resumed; live attempts run to their end.</summary>
public sealed record SessionPaused(string By) : Event;

/// <summary>Goes on; what needed attention is looked at again, and failed tasks too if asked.</summary>
public sealed record SessionResumed(string By, bool RetryFailed = false) : Event
{
    /// <summary>Tasks whose limits a person has changed in the plan; null where there are none.</summary>
    public IReadOnlyDictionary<string, TaskLimits>? Limits { get; init; }

    /// <summary>What needed attention goes on from the work it has; false in journals of an older Tutti, which began it anew.</summary>
    public bool KeepsWork { get; init; }
}

/// <summary>All that has not landed is given up; its tasks are cancelled one by one after this.</summary>
public sealed record SessionCancelled(string By) : Event;

/// <summary>Nothing more starts; live attempts are ended, and a resume takes up from there.</summary>
public sealed record SessionInterrupted(string By) : Event;

public sealed record SessionScaled(int MaxAgents, string By) : Event;

public sealed record SettingsChanged(Settings Settings) : Event;

/// <summary>The settings file is broken or gone; the last good ones stay.</summary>
public sealed record SettingsRejected(Failure Failure) : Event;

/// <summary>The machine has no room for more; what runs goes on.</summary>
public sealed record GateClosed(string Reason) : Event;

public sealed record GateOpened : Event;

/// <summary>An agent, or all that draw on one provider's quota, may not start for a while; what runs goes on.</summary>
/// <param name="Key"><c>agent NAME</c> or <c>provider NAME</c>.</param>
/// <param name="Until">When it ends by itself; null where only a resume ends it.</param>
/// <param name="Failure">What led to it.</param>
public sealed record AgentsHeld(string Key, DateTimeOffset? Until, Failure Failure) : Event;

/// <summary>They may start again.</summary>
public sealed record AgentsReleased(string Key) : Event;

/// <summary>The session's budget is used up while attempts live: they are ended, and nothing more starts.</summary>
public sealed record BudgetReached(Failure Failure) : Event;

/// <summary>All work is at its end; only the last duties remain.</summary>
public sealed record EndReached(SessionStatus Status, int ExitCode, Failure? Reason) : Event;

/// <summary>The last event, until a resume.</summary>
public sealed record SessionEnded(SessionStatus Status, int ExitCode, Failure? Reason) : Event;

/// <summary>A hook of the session ran. Its failure is told and changes nothing.</summary>
/// <param name="Hook">session_start, task_done or session_end.</param>
/// <param name="Task">The task, for task_done.</param>
/// <param name="Failure">How it failed, if it did.</param>
public sealed record HookRan(string Hook, string? Task, Failure? Failure) : Event;

/// <summary>An effect failed in a way that no decision covers; it is not tried again (quarantine).</summary>
/// <param name="Effect">Its key.</param>
/// <param name="Task">The task it was for.</param>
/// <param name="EndsStep">The task's step waited for it, and waits no more.</param>
/// <param name="Failure">What broke.</param>
public sealed record EffectFailed(string Effect, string? Task, bool EndsStep, Failure Failure) : Event;

/// <summary>An event about one task.</summary>
public abstract record TaskEvent(string Task) : Event;

/// <summary>The task takes an agent's place; its branch starts from <paramref name="Base"/>.</summary>
public sealed record TaskStarted(string Task, string Branch, string Base) : TaskEvent(Task);

public sealed record SlotLeased(string Task, SlotHold Slot) : TaskEvent(Task);

public sealed record SlotPrepared(string Task, IReadOnlyList<string> Notes) : TaskEvent(Task);

/// <summary>The slot could not be leased or made ready; tried again until the limit.</summary>
public sealed record SlotFailed(string Task, Failure Failure) : TaskEvent(Task);

/// <param name="Task">The task's id.</param>
/// <param name="Number">1-based in its task; never reused.</param>
/// <param name="Stage">The stage it is for.</param>
/// <param name="Round">Round of review and correction.</param>
/// <param name="Agent">Name of the agent, or <c>commands</c>.</param>
/// <param name="Place">Which tree it works on.</param>
/// <param name="Commit">The commit it works on.</param>
/// <param name="Continues">The attempt whose conversation it goes on with.</param>
public sealed record AttemptStarted(
    string Task, int Number, Stage Stage, int Round, string Agent, Place Place, string? Commit, int? Continues = null) : TaskEvent(Task)
{
    /// <summary>For a test of the landing: the other tasks whose work is merged in the commit, in merging order.</summary>
    public IReadOnlyList<string>? Along { get; init; }

    /// <summary>For a test of the landing: which of the session's verify slots it has, from 1.</summary>
    public int? VerifySlot { get; init; }
}

public sealed record AttemptSpawned(string Task, int Number, ProcessRef Process) : TaskEvent(Task);

/// <summary>What a live attempt's agent has told of itself; what is null has not changed.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Number">The attempt.</param>
/// <param name="Conversation">The agent's own id of its conversation.</param>
/// <param name="Model">The model at work.</param>
/// <param name="Usage">All the attempt has used so far.</param>
/// <param name="Context">Percent of the context that is taken.</param>
public sealed record AttemptTold(string Task, int Number, string? Conversation, string? Model, Usage? Usage, int? Context) : TaskEvent(Task);

public sealed record AttemptEnded(
    string Task,
    int Number,
    AttemptOutcome Outcome,
    int? ExitCode,
    StageResult? Result,
    Failure? Failure,
    Usage? Usage,
    int? FailedCommand,
    IReadOnlyList<string>? Notes = null,
    DateTimeOffset? ResetsAt = null,
    string? Refused = null,
    string? LastWords = null) : TaskEvent(Task);

/// <summary>A position of the journal got a name.</summary>
/// <param name="Task">The task it is about.</param>
/// <param name="Name">Unique in its session.</param>
/// <param name="Why">Why it was made.</param>
/// <param name="Summary">Where things stood, for a person.</param>
public sealed record CheckpointMade(string Task, string Name, string Why, string Summary) : TaskEvent(Task);

/// <summary>A position of the journal got a name, for the whole session.</summary>
/// <param name="Name">Unique in its session.</param>
/// <param name="Why">Why it was made.</param>
/// <param name="Summary">Where things stood, for a person.</param>
/// <param name="By">Who asked; <see cref="Checkpoints.Automatic"/> where nobody did.</param>
public sealed record CheckpointCreated(string Name, string Why, string Summary, string By) : Event
{
    /// <summary>The group, from 1, whose end it is.</summary>
    public int? Group { get; init; }
}

/// <summary>The session was made of a checkpoint of an earlier one, which stays as it is. It waits for a resume.</summary>
/// <param name="From">The earlier session.</param>
/// <param name="Checkpoint">The name of the position; null where only its number was given.</param>
/// <param name="Seq">The position in the earlier journal.</param>
/// <param name="Landed">Tasks whose work is on the target, with the commit that brought it.</param>
/// <param name="Work">What other tasks had at that position, by task.</param>
public sealed record SessionRestored(
    string From, string? Checkpoint, long Seq, IReadOnlyDictionary<string, string> Landed, IReadOnlyDictionary<string, RestoredWork> Work) : Event;

/// <summary>What the task had at a checkpoint of an earlier session is in its slot; it goes on with what follows that.</summary>
public sealed record WorkTakenUp(string Task, string Head) : TaskEvent(Task);

/// <summary>What an attempt left is committed and measured. <c>Work</c> is null where the branch is still at its base.</summary>
public sealed record WorkCollected(string Task, int Number, Work? Work) : TaskEvent(Task);

/// <summary>What an attempt left could not be collected; it stays in the slot.</summary>
public sealed record CollectFailed(string Task, int Number, Failure Failure) : TaskEvent(Task);

/// <summary>The slot is being made ready for the stage that is due.</summary>
public sealed record PreparationStarted(string Task) : TaskEvent(Task);

/// <summary>The next stage of the task, and why it is not simply the one after.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Stage">The stage that is due.</param>
/// <param name="Round">Round of review and correction, from 1.</param>
/// <param name="Failures">Failed tries so far that count against the limit of this stage.</param>
/// <param name="NotBefore">For a retry: when its wait is over.</param>
/// <param name="ResetTo">The commit the slot's branch goes back to first.</param>
/// <param name="Fresh">The slot is to be rid of ignored leftovers first.</param>
/// <param name="Retried">A verify that failed once is tried again clean.</param>
/// <param name="Findings">What is to be corrected.</param>
/// <param name="Why">In words, when it is not simply the next stage.</param>
public sealed record StageDue(
    string Task,
    Stage Stage,
    int Round,
    int Failures = 0,
    DateTimeOffset? NotBefore = null,
    string? ResetTo = null,
    bool Fresh = false,
    bool Retried = false,
    IReadOnlyList<Correction>? Findings = null,
    string? Why = null) : TaskEvent(Task);

/// <summary>All stages before landing are behind it.</summary>
public sealed record TaskFinished(string Task) : TaskEvent(Task);

public sealed record TaskFailed(string Task, Failure Failure) : TaskEvent(Task);

public sealed record TaskBlocked(string Task, string By, Failure Failure) : TaskEvent(Task);

public sealed record TaskNeedsAttention(string Task, Failure Failure) : TaskEvent(Task);

public sealed record TaskCancelled(string Task, string By) : TaskEvent(Task);

/// <summary>What a settled task still had in flight has reported; nothing follows from it.</summary>
public sealed record StepDropped(string Task) : TaskEvent(Task);

public sealed record TaskPaused(string Task, string By) : TaskEvent(Task);

public sealed record TaskResumed(string Task, string By) : TaskEvent(Task);

/// <summary>A base was found to pass the verify commands by itself.</summary>
public sealed record BaseFoundGreen(string Task, string Commit) : TaskEvent(Task);

/// <summary>The task has boarded the train: it is merged on top of those ahead of it.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Head">Its branch's head.</param>
/// <param name="Onto">The tip the train stands on.</param>
public sealed record LandingStarted(string Task, string Head, string Onto) : TaskEvent(Task);

/// <summary>Its head is merged onto a commit. The same commit where that had the work already.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Commit">The merged commit.</param>
/// <param name="Onto">What it was merged onto; null is the tip (journals before 0.5).</param>
/// <param name="By">How a conflict was resolved on the way: <c>rerere</c> or <c>merge_tool</c>; null where there was none.</param>
public sealed record LandingMerged(string Task, string Commit, string? Onto = null, string? By = null) : TaskEvent(Task);

/// <summary>A conflict was resolved: from here on this merge is what lands, verified like any other.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Onto">What its head was merged onto.</param>
/// <param name="Commit">The merge.</param>
/// <param name="By">Who resolved it: the name of an agent.</param>
public sealed record ConflictResolved(string Task, string Onto, string Commit, string By) : TaskEvent(Task);

/// <summary>It conflicts with a commit. That is final only where the commit is the tip: otherwise those ahead may still leave.</summary>
public sealed record LandingConflicted(string Task, string Onto, Failure Failure) : TaskEvent(Task);

/// <summary>Verified as merged: exactly this commit may land, and with it all that is merged in it.</summary>
/// <param name="Task">The last task merged in it.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Along">The others, in merging order.</param>
public sealed record LandingVerified(string Task, string Commit, IReadOnlyList<string>? Along = null) : TaskEvent(Task);

/// <summary>A merge was red: at least one of these is to blame. They leave the train and are tested apart.</summary>
/// <param name="Task">The last task merged in it.</param>
/// <param name="Commit">The red commit.</param>
/// <param name="Tasks">Who may be to blame.</param>
/// <param name="Failure">What failed.</param>
public sealed record LandingSuspected(string Task, string Commit, IReadOnlyList<string> Tasks, Failure? Failure) : TaskEvent(Task);

/// <summary>
/// A test of the landing found no slot to run in; none starts before this time. Behind a resolver's attempt: that had no slot, or its provider no
/// answer; the task's conflict is not tried before this time, and nothing else waits.
/// </summary>
public sealed record LandingDelayed(string Task, DateTimeOffset Until, Failure Failure) : TaskEvent(Task);

/// <summary>The target, or the integration branch, is being moved to a verified commit.</summary>
/// <param name="Task">The last task merged in it.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Tasks">All that land with it, in merging order.</param>
public sealed record TargetMoving(string Task, string Commit, IReadOnlyList<string> Tasks) : TaskEvent(Task);

/// <summary>Its work is on the target, or on the integration branch where <paramref name="Integrated"/>.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Commit">The commit that brought it.</param>
/// <param name="Integrated">It waits on the integration branch.</param>
/// <param name="Within">The verified commit it landed with, where that has further tasks on top; null where it is <paramref name="Commit"/> itself.</param>
public sealed record TaskLanded(string Task, string Commit, bool Integrated, string? Within = null) : TaskEvent(Task);

/// <summary>Somebody else moved the target; what was being landed is merged again onto the new place.</summary>
public sealed record TargetDiverged(string Task, string Expected, string Actual) : TaskEvent(Task);

/// <summary>Slot and branch have been dealt with by what is true (SPEC 3.7).</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Phase">The phase it was dealt with for.</param>
/// <param name="BranchDeleted">The branch is gone; its commits are on the target.</param>
/// <param name="Preserved">Why something is kept; null where nothing is.</param>
public sealed record TaskCleaned(string Task, TaskPhase Phase, bool BranchDeleted, string? Preserved) : TaskEvent(Task);

/// <summary>The source was told the task's phase.</summary>
public sealed record SourceTold(string Task, TaskPhase Phase, Failure? Failure) : TaskEvent(Task);

/// <summary>The target cannot be moved now; from here on work gathers on the integration branch.</summary>
public sealed record TargetRefused(Failure Failure) : Event;

/// <summary>The integration branch is being taken to the target.</summary>
public sealed record TakingStarted : Event;

/// <summary>A person has gone on with the branch of a task that needed attention: this is its head now.</summary>
public sealed record BranchSeen(string Task, string Head) : TaskEvent(Task);

/// <summary>A person wants finished work on the target: what is integrated, and these tasks' branches. Where the target has moved, all is merged anew.</summary>
/// <param name="Target">Where the target is.</param>
/// <param name="Tasks">Tasks that needed attention and are tried again.</param>
/// <param name="By">Who asked.</param>
public sealed record LandingOrdered(string Target, IReadOnlyList<string> Tasks, string By) : Event;

/// <summary>A person took back what the session had landed.</summary>
/// <param name="From">Where the target was.</param>
/// <param name="To">Where it is again.</param>
/// <param name="Tasks">The tasks whose work is off the target.</param>
/// <param name="By">Who asked.</param>
public sealed record SessionUndone(string From, string To, IReadOnlyList<string> Tasks, string By) : Event;

/// <summary>The integration branch is being pushed, and a pull request opened for it.</summary>
/// <param name="Branch">Short name of the branch.</param>
/// <param name="Commit">Its tip.</param>
public sealed record PullRequestOpening(string Branch, string Commit) : Event;

/// <summary>The pull request is open, with this commit.</summary>
public sealed record PullRequestOpened(string Url, string Commit) : Event;

/// <summary>The pull request could not be opened; the work stays on the integration branch, and a resume tries again.</summary>
public sealed record PullRequestFailed(Failure Failure) : Event;

/// <summary>The target has what was on the integration branch.</summary>
public sealed record IntegrationTaken(string Commit) : Event;

/// <summary>The live branches that would conflict have changed; these are all of them now.</summary>
public sealed record ForecastMade(IReadOnlyList<Collision> Collisions) : Event;

/// <summary>The task's branch collides with what has landed: its next stage is to bring in <paramref name="Commit"/>.</summary>
public sealed record TaskStacked(string Task, string Commit) : TaskEvent(Task);
