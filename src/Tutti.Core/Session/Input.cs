using Tutti.Core.Plan;

namespace Tutti.Core.Session;

/// <summary>Something the conductor has to decide about: an effect's outcome, a person's wish, the time.</summary>
public abstract record Input;

/// <summary>The first input of a session.</summary>
public sealed record Begin(SessionStarted Session) : Input;

/// <summary>A conductor takes the session up, new or again.</summary>
public sealed record TakeUp(ProcessRef Process, string Version, bool Resume, bool RetryFailed, string By) : Input
{
    /// <summary>Only to give up what has not landed: nothing is started in between.</summary>
    public bool Cancel { get; init; }

    /// <summary>Only to land what is finished; null otherwise.</summary>
    public LandNow? Land { get; init; }

    /// <summary>What the files of the settings say now; null where nothing was read, or nothing is different.</summary>
    public Settings? Settings { get; init; }

    /// <summary>Tasks whose limits a person has changed in the plan.</summary>
    public IReadOnlyDictionary<string, TaskLimits> Limits { get; init; } = new Dictionary<string, TaskLimits>();

    /// <summary>Where the branches of tasks that need attention are now: a person may have mended them.</summary>
    public IReadOnlyDictionary<string, string> Heads { get; init; } = new Dictionary<string, string>();
}

/// <summary>A person wants finished work on the target now; no agent is started for it.</summary>
/// <param name="Target">Where the target is.</param>
/// <param name="Tasks">Tasks with finished work that are to be tried again, see <see cref="TaskState.Waits"/>.</param>
public sealed record LandNow(string Target, IReadOnlyList<string> Tasks);

/// <summary>Nothing but time has passed: a wait may be over.</summary>
public sealed record TimePassed : Input;

/// <summary>The machine was measured.</summary>
public sealed record HostMeasured(HostResources Resources) : Input;

/// <summary>The settings file has changed; exactly one of the two is set.</summary>
public sealed record SettingsRead(Settings? Settings, Failure? Failure) : Input;

public enum ControlVerb
{
    Pause,
    Resume,
    Cancel,
    ScaleUp,
    ScaleDown,

    /// <summary>Stop now, take up later (Ctrl-C).</summary>
    Interrupt,

    /// <summary>Give the session's present position a name.</summary>
    Checkpoint,
}

/// <summary>What a person or program asked for. No tasks means the whole session.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Tasks">The tasks it concerns.</param>
/// <param name="Count">For scaling: by how many agents.</param>
/// <param name="By">Who asked, for the record.</param>
public sealed record Control(ControlVerb Verb, IReadOnlyList<string> Tasks, int Count, string By) : Input
{
    /// <summary>For a checkpoint: its name.</summary>
    public string? Name { get; init; }

    /// <summary>For a checkpoint: why it is made, in the person's words.</summary>
    public string? Why { get; init; }
}

/// <summary>The outcome of a <see cref="LeaseSlot"/>.</summary>
public sealed record SlotLeaseEnded(string Task, SlotHold? Slot, Failure? Failure) : Input;

/// <summary>The outcome of a <see cref="PrepareSlot"/>.</summary>
public sealed record SlotPrepareEnded(string Task, IReadOnlyList<string> Notes, Failure? Failure) : Input;

/// <summary>A <see cref="RunAttempt"/> has its process.</summary>
public sealed record AttemptIsAlive(string Task, int Number, ProcessRef Process) : Input;

/// <summary>A live attempt's agent has told something of itself; what is null is not told.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Number">The attempt.</param>
public sealed record AttemptHeard(string Task, int Number) : Input
{
    /// <summary>The agent's own id of its conversation.</summary>
    public string? Conversation { get; init; }

    /// <summary>The model at work.</summary>
    public string? Model { get; init; }

    /// <summary>All the attempt has used so far.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Percent of the context that is taken.</summary>
    public int? Context { get; init; }

    /// <summary>A limit that refuses requests.</summary>
    public Failure? Limit { get; init; }

    /// <summary>When that limit ends; null where nobody says.</summary>
    public DateTimeOffset? ResetsAt { get; init; }
}

/// <summary>A <see cref="RunAttempt"/> is over.</summary>
public sealed record AttemptIsOver(
    string Task,
    int Number,
    AttemptOutcome Outcome,
    int? ExitCode = null,
    StageResult? Result = null,
    Failure? Failure = null,
    Usage? Usage = null,
    int? FailedCommand = null,
    IReadOnlyList<string>? Notes = null) : Input
{
    /// <summary>For a limit: when it ends, where that is known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What the agent was not allowed to do, the first of it.</summary>
    public string? Refused { get; init; }

    /// <summary>The end of what it said, for whoever goes on.</summary>
    public string? LastWords { get; init; }

    /// <summary>For a resolver: the merge it has made of the conflict, looked over by Tutti.</summary>
    public string? Resolved { get; init; }
}

/// <summary>The outcome of a <see cref="CollectWork"/>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Number">The attempt.</param>
/// <param name="Work">What its branch holds; null where that is nothing.</param>
/// <param name="Failure">Why nothing could be collected.</param>
public sealed record CollectEnded(string Task, int Number, Work? Work, Failure? Failure) : Input
{
    /// <summary>Where there is no work: what the attempt has left that is not committed.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>The outcome of a <see cref="MergeBranch"/>: exactly one of commit, failure and actual, or none where it was already in.</summary>
/// <param name="Task">The task that lands.</param>
/// <param name="Onto">What it was to be merged onto.</param>
/// <param name="Commit">The merged commit.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Actual">Where the target is when somebody else has moved it; nothing was merged onto the old place.</param>
public sealed record MergeEnded(string Task, string Onto, string? Commit, Failure? Failure, string? Actual = null) : Input
{
    /// <summary>What was merged; null where nobody says. A merge of what the task's head was before is none of it any more.</summary>
    public string? Head { get; init; }

    /// <summary>How a conflict was resolved on the way: <c>rerere</c> or <c>merge_tool</c>; null where there was none.</summary>
    public string? By { get; init; }
}

/// <summary>The outcome of a <see cref="MoveTarget"/>.</summary>
/// <param name="Task">The task that lands.</param>
/// <param name="Commit">Where it was to go.</param>
/// <param name="Actual">Where the target is when somebody else has moved it.</param>
/// <param name="Failure">Why it could not be moved.</param>
public sealed record MoveEnded(string Task, string Commit, string? Actual, Failure? Failure) : Input;

/// <summary>The outcome of a <see cref="TakeIntegration"/>.</summary>
public sealed record TakeEnded(string Commit, Failure? Failure) : Input;

/// <summary>The outcome of an <see cref="OpenPullRequest"/>: exactly one of the two is set.</summary>
public sealed record PullRequestEnded(string Commit, string? Url, Failure? Failure) : Input;

/// <summary>The outcome of a <see cref="CleanUp"/>.</summary>
public sealed record CleanUpEnded(string Task, TaskPhase Phase, bool BranchDeleted, string? Preserved) : Input;

/// <summary>The outcome of a <see cref="TellSource"/>.</summary>
public sealed record TellEnded(string Task, TaskPhase Phase, Failure? Failure) : Input;

/// <summary>The outcome of a <see cref="RunHook"/>.</summary>
public sealed record HookEnded(string Hook, string? Task, Failure? Failure) : Input;

/// <summary>The outcome of a <see cref="GiveBack"/>.</summary>
public sealed record GivenBack : Input;

/// <summary>An effect threw something that is no outcome: a defect, or a machine in a state nobody foresaw.</summary>
public sealed record EffectBroke(Effect Effect, Failure Failure) : Input;

/// <summary>All pairs of live branches, and each of them with the target's tip, have been merged on trial.</summary>
/// <param name="Collisions">Those that conflict.</param>
public sealed record ForecastEnded(IReadOnlyList<Landing.Collision> Collisions) : Input;
