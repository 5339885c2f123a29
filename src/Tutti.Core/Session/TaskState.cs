using System.Collections.Immutable;
using Tutti.Core.Plan;

namespace Tutti.Core.Session;

/// <summary>A slot held by a task.</summary>
/// <param name="Name">For example <c>wt-3</c>.</param>
/// <param name="Path">Absolute folder of the worktree.</param>
/// <param name="PortBase">First port of the slot's block.</param>
public sealed record SlotHold(string Name, string Path, int PortBase);

/// <summary>Tokens and money an attempt, task or session has used.</summary>
/// <param name="Input">Tokens sent that came from no cache; those written to one are among them.</param>
/// <param name="Output">Tokens received, reasoning among them.</param>
/// <param name="Cached">Tokens sent that came from a cache.</param>
/// <param name="Usd">Null where no price is known.</param>
/// <param name="Reasoning">How many of <paramref name="Output"/> were reasoning, where the agent tells.</param>
/// <param name="Estimated">The price, or a part of it, is Tutti's own estimate and was not reported by the agent.</param>
public sealed record Usage(long Input = 0, long Output = 0, long Cached = 0, decimal? Usd = null, long Reasoning = 0, bool Estimated = false)
{
    public static Usage operator +(Usage a, Usage b) => new(
        a.Input + b.Input,
        a.Output + b.Output,
        a.Cached + b.Cached,
        a.Usd is null && b.Usd is null ? null : (a.Usd ?? 0) + (b.Usd ?? 0),
        a.Reasoning + b.Reasoning,
        a.Estimated || b.Estimated);

    public static Usage operator -(Usage a, Usage b) => new(
        a.Input - b.Input,
        a.Output - b.Output,
        a.Cached - b.Cached,
        a.Usd is null && b.Usd is null ? null : (a.Usd ?? 0) - (b.Usd ?? 0),
        a.Reasoning - b.Reasoning,
        a.Estimated || b.Estimated);

    /// <summary>Same as the operator, for languages without it.</summary>
    public static Usage Add(Usage left, Usage right) => left + right;

    /// <summary>Same as the operator, for languages without it.</summary>
    public static Usage Subtract(Usage left, Usage right) => left - right;

    /// <summary>All tokens, cached ones included.</summary>
    public long Tokens => Input + Output + Cached;
}

/// <summary>A process as the machine knows it: a pid alone is reused, the three together are not (P8).</summary>
/// <param name="Started">The kernel's start time, in its own unit.</param>
/// <param name="Boot">The boot id of the machine.</param>
public sealed record ProcessRef(int Pid, string Started, string Boot);

/// <summary>One process of one agent for one stage of one task.</summary>
public sealed record AttemptState
{
    /// <summary>1-based in its task; never reused.</summary>
    public required int Number { get; init; }

    public required Stage Stage { get; init; }

    /// <summary>Name of the agent, or <c>commands</c> where Tutti runs verify commands itself.</summary>
    public required string Agent { get; init; }

    public required Place Place { get; init; }

    /// <summary>The commit it works on, where that is not the slot's own branch head.</summary>
    public string? Commit { get; init; }

    /// <summary>For a test of the landing: the other tasks whose work is merged in the commit, in merging order.</summary>
    public IReadOnlyList<string>? Along { get; init; }

    /// <summary>For a test of the landing: which of the session's verify slots it has, from 1.</summary>
    public int? VerifySlot { get; init; }

    public int Round { get; init; }
    public ProcessRef? Process { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null while it lives.</summary>
    public AttemptOutcome? Outcome { get; init; }

    public int? ExitCode { get; init; }
    public Failure? Failure { get; init; }
    public Usage? Usage { get; init; }

    /// <summary>The agent's own id of its conversation, once it has told it.</summary>
    public string? Conversation { get; init; }

    /// <summary>The number of the attempt whose conversation it goes on with; null where it began one.</summary>
    public int? Continues { get; init; }

    /// <summary>The model at work, once the agent has told it.</summary>
    public string? Model { get; init; }

    /// <summary>Percent of the model's context that is taken, as last told.</summary>
    public int? Context { get; init; }

    /// <summary>For one that ended at a limit: when the limit ends, where that is known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What it was not allowed to do, the first of it.</summary>
    public string? Refused { get; init; }

    /// <summary>The end of what it said, where somebody else has to go on from there.</summary>
    public string? LastWords { get; init; }

    /// <summary>True where an agent is at work, false where Tutti runs commands itself.</summary>
    public bool IsAgent => Agent != Commands;

    /// <summary>Agent name of attempts in which Tutti runs the verify commands itself.</summary>
    public const string Commands = "commands";
}

/// <summary>What a developer's work amounts to, measured by Tutti from commits and diff (P6).</summary>
/// <param name="Head">The branch's head, reachable from the attempt's ref.</param>
/// <param name="Files">Changed paths against the base, the first 1,000.</param>
/// <param name="FileCount">How many there are in all.</param>
/// <param name="Notes">What the report tells: paths outside the claim, links refused, files left alone.</param>
/// <param name="Asks">What a person must look at before this lands: mass deletion, deletions outside the claim (P5).</param>
public sealed record Work(
    string Head,
    IReadOnlyList<string> Files,
    int FileCount,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Asks);

/// <summary>A merge of a task's head in which somebody has resolved the conflict.</summary>
/// <param name="Onto">What its head was merged onto.</param>
/// <param name="Commit">The merge.</param>
/// <param name="By">The agent's name.</param>
public sealed record ResolvedMerge(string Onto, string Commit, string By);

/// <summary>What a task had at a checkpoint of an earlier session.</summary>
/// <param name="Base">The commit its branch started from.</param>
/// <param name="Head">Its branch's head.</param>
/// <param name="Work">What that amounts to.</param>
/// <param name="IsDeveloped">Develop was behind it; otherwise an agent had handed over in the middle.</param>
public sealed record RestoredWork(string Base, string Head, Work Work, bool IsDeveloped)
{
    /// <summary>What a session that is made of this position takes along of a task; null where it starts anew: it had nothing, or had failed, or was given up.</summary>
    public static RestoredWork? Of(TaskState task) =>
        task.Restored ?? (task is { Head: { } head, Base: { } from, Work: { } work } && GoesOn(task) ? new RestoredWork(from, head, work, task.Stage != Stage.Develop) : null);

    private static bool GoesOn(TaskState task) =>
        task.Phase is not (TaskPhase.Pending or TaskPhase.Failed or TaskPhase.Cancelled) && (task.Stage != Stage.Develop || task.Failures == 0);
}

/// <summary>A task of a session as its journal has it. Every effect in flight follows from it (see <see cref="Pending"/>).</summary>
public sealed record TaskState
{
    public required TaskSpec Spec { get; init; }
    public string Id => Spec.Id;

    /// <summary>Never <see cref="TaskPhase.Ready"/> or <see cref="TaskPhase.Paused"/> here: those are how <see cref="Shown"/> shows it.</summary>
    public TaskPhase Phase { get; init; }

    public Step Step { get; init; }

    /// <summary>The stage that runs, or is due next.</summary>
    public Stage Stage { get; init; }

    /// <summary>Review round, from 1; 0 before the first review.</summary>
    public int Round { get; init; }

    /// <summary>Dependencies that have not landed.</summary>
    public int Unmet { get; init; }

    /// <summary>Paused by a person.</summary>
    public bool Held { get; init; }

    /// <summary>Earliest time of the stage that is due.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The branch it will have.</summary>
    public required string PlannedBranch { get; init; }

    /// <summary>The branch it has; null before it was first started.</summary>
    public string? Branch { get; init; }

    /// <summary>Its stages before landing are all done on the present head.</summary>
    public bool ReachedLanding { get; init; }

    /// <summary>The commit the branch starts from.</summary>
    public string? Base { get; init; }

    /// <summary>The branch's head after the last collected attempt.</summary>
    public string? Head { get; init; }

    /// <summary>The merge that lands in place of <see cref="Head"/>, where a conflict had to be resolved.</summary>
    public ResolvedMerge? Resolved { get; init; }

    /// <summary>What it had in an earlier session, until its own slot has that.</summary>
    public RestoredWork? Restored { get; init; }

    /// <summary>The commit that brought it onto the target or the integration branch.</summary>
    public string? Landed { get; init; }

    public SlotHold? Slot { get; init; }

    /// <summary>The slot's tree is to be put back to this commit before the next stage; null leaves it.</summary>
    public string? ResetTo { get; init; }

    /// <summary>The next stage wants a tree without ignored leftovers.</summary>
    public bool Fresh { get; init; }

    /// <summary>Set-up and copies have been done in the slot since it was leased or freshened.</summary>
    public bool Prepared { get; init; }

    public ImmutableList<AttemptState> Attempts { get; init; } = [];

    /// <summary>Failed attempts of the stage in a row.</summary>
    public int Failures { get; init; }

    /// <summary>The verify stage has failed once and is being tried again clean (P28).</summary>
    public bool Retried { get; init; }

    public Work? Work { get; init; }

    /// <summary>What is to be corrected.</summary>
    public IReadOnlyList<Correction> Findings { get; init; } = [];

    /// <summary>What the report tells beside the work itself: copies that could not be made, changes outside the slot.</summary>
    public ImmutableList<string> Notes { get; init; } = [];

    /// <summary>Decisions its agents reported.</summary>
    public ImmutableList<AgentDecision> Decisions { get; init; } = [];

    /// <summary>The last summary an agent gave.</summary>
    public string? Summary { get; init; }

    public Failure? Failure { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public Usage Usage { get; init; } = new();

    /// <summary>The phase last written to the source; null where nothing was.</summary>
    public TaskPhase? Told { get; init; }

    /// <summary>The source could not be written when it was told that.</summary>
    public bool IsUntold { get; init; }

    /// <summary>The hook of its end has run.</summary>
    public bool Hooked { get; init; }

    /// <summary>The phase for which slot and branch were last dealt with.</summary>
    public TaskPhase? CleanedAs { get; init; }

    /// <summary>The end it was opened again from before that had been cleaned up; it starts when it has been. Null where nothing is left of one.</summary>
    public TaskPhase? Uncleaned { get; init; }

    /// <summary>Why its slot or branch is kept.</summary>
    public string? Preserved { get; init; }

    /// <summary>The commit it was last told to bring in; null where it never was.</summary>
    public string? StackedOn { get; init; }

    /// <summary>Seq of the last event about it: the cause of the next.</summary>
    public long Seq { get; init; }

    /// <summary>The attempt that lives, if one does.</summary>
    public AttemptState? Live => Step == Step.Attempting && Attempts.Count > 0 ? Attempts[^1] : null;

    /// <summary>At an end that only a person or a resume changes.</summary>
    public bool IsSettled =>
        Phase is TaskPhase.Done or TaskPhase.Failed or TaskPhase.Blocked or TaskPhase.Cancelled or TaskPhase.NeedsAttention;

    /// <summary>On the integration branch, where a person will take it to the target.</summary>
    public bool IsIntegrated => Phase == TaskPhase.Landing && Landed is not null;

    /// <summary>Landing, and not on the integration branch yet.</summary>
    public bool IsOnItsWay => Phase == TaskPhase.Landing && Landed is null;

    /// <summary>Stopped with finished work on its branch, which a person may want to land.</summary>
    public bool Waits => Head is not null && (Phase == TaskPhase.NeedsAttention || (Phase == TaskPhase.Blocked && ReachedLanding));

    /// <summary>The phase a screen shows.</summary>
    public TaskPhase Shown => Phase switch
    {
        TaskPhase.Pending when Held => TaskPhase.Paused,
        TaskPhase.Running when Held && Step == Step.Due => TaskPhase.Paused,
        TaskPhase.Pending when Unmet == 0 => TaskPhase.Ready,
        _ => Phase,
    };
}
