using System.Collections.Immutable;
using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>Where a session's tasks come from and are reported to.</summary>
/// <param name="Kind">Name of the source: plan, taskmaster, markdown, issues, beads, request.</param>
/// <param name="File">The file, when there is one.</param>
/// <param name="Tag">The tag within it.</param>
/// <param name="Writable">Statuses are written back.</param>
/// <param name="Parent">The task whose subtasks these are; told done when all of them are.</param>
public sealed record SourceRef(string Kind, string? File = null, string? Tag = null, bool Writable = false, string? Parent = null);

/// <summary>How a session is executed and why (SPEC 3.3).</summary>
public sealed record ModeChoice(bool Parallel, string Reason, int Agents);

/// <summary>A named position in the journal.</summary>
/// <param name="Name">Unique in its session.</param>
/// <param name="Seq">Seq of the event that made it.</param>
/// <param name="Why">Why it was made.</param>
/// <param name="Summary">Where things stood, for a person.</param>
public sealed record Checkpoint(string Name, long Seq, DateTimeOffset At, string? Task, string Why, string Summary);

/// <summary>
/// A session as a value: the fold of its journal. Nothing here is read from anywhere else, so any moment of a session can
/// be looked at again.
/// </summary>
public sealed record SessionState
{
    public required string Id { get; init; }
    public required PlanSpec Plan { get; init; }
    public required PlanIndex Index { get; init; }
    public required Settings Settings { get; init; }
    public required SourceRef Source { get; init; }
    public required ModeChoice Mode { get; init; }

    /// <summary>Short name of the branch the work lands on.</summary>
    public required string Target { get; init; }

    /// <summary>The target's commit before the session.</summary>
    public required string Base { get; init; }

    /// <summary>What every attempt's nonce is derived from.</summary>
    public required string Seed { get; init; }

    public string? Request { get; init; }
    public SessionStatus Status { get; init; }

    /// <summary>Agents at once, as last scaled.</summary>
    public int MaxAgents { get; init; }

    /// <summary>Why nothing new starts although there is work: memory, disk; null when something may.</summary>
    public string? Gate { get; init; }

    public DateTimeOffset? GateSince { get; init; }

    /// <summary>The session was told to stop at once and take up later.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Taking the integration branch to the target has been tried since the last resume.</summary>
    public bool TakeTried { get; init; }

    /// <summary>A person has cancelled all of it.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Set when nothing is left to do but the last duties.</summary>
    public EndReached? Ending { get; init; }

    public ImmutableDictionary<string, TaskState> Tasks { get; init; } = ImmutableDictionary<string, TaskState>.Empty;

    /// <summary>Pending tasks whose dependencies have landed, best first.</summary>
    public ImmutableSortedSet<ReadyTask> Ready { get; init; } = [];

    /// <summary>Tasks in a stage before landing: each occupies an agent's place.</summary>
    public ImmutableSortedSet<string> Running { get; init; } = [];

    /// <summary>Tasks whose claim on their files holds: running, or not landed yet.</summary>
    public ImmutableSortedSet<string> Claiming { get; init; } = [];

    /// <summary>Settled or integrated tasks with something still to be done: an attempt to be ended, clean up, tell the source, run a hook.</summary>
    public ImmutableSortedSet<string> Duties { get; init; } = [];

    /// <summary>How many tasks are in each phase, in the order of the enum.</summary>
    public ImmutableArray<int> Counts { get; init; } = [.. new int[Enum.GetValues<TaskPhase>().Length]];

    public LandingState Landing { get; init; } = new();

    /// <summary>Commits that are known to pass the verify commands.</summary>
    public ImmutableHashSet<string> GreenBases { get; init; } = [];
    public Usage Usage { get; init; } = new();

    /// <summary>Set from the moment a live attempt has used up the session's budget, until there is more.</summary>
    public Failure? Spent { get; init; }

    /// <summary>Agents and providers that may not start now, by <see cref="AgentHold.Key"/>.</summary>
    public ImmutableSortedDictionary<string, AgentHold> Holds { get; init; } = ImmutableSortedDictionary.Create<string, AgentHold>(StringComparer.Ordinal);

    /// <summary>How agents and providers have fared of late, by the same keys; one that has had no trouble is not there.</summary>
    public ImmutableDictionary<string, AgentHealth> Health { get; init; } = ImmutableDictionary.Create<string, AgentHealth>(StringComparer.Ordinal);

    /// <summary>Named positions of the journal, in order.</summary>
    public ImmutableList<Checkpoint> Checkpoints { get; init; } = [];

    /// <summary>How many groups, from the first on, have a checkpoint of their end.</summary>
    public int GroupsDone { get; init; }

    /// <summary>The last group, from 0, that may start where the session stops after each; a resume opens the next.</summary>
    public int OpenGroup { get; init; }

    /// <summary>The session whose checkpoint this one was made of; null where it was not.</summary>
    public string? RestoredFrom { get; init; }

    public bool StartHooked { get; init; }
    public bool EndHooked { get; init; }
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Set while no conductor has anything left to do.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>SPEC 2's exit code, once it has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Live branches that would conflict, as last forecast; by task, then by the other one.</summary>
    public ImmutableList<Collision> Collisions { get; init; } = [];

    /// <summary>How long the session was paused, or at an end from which it was taken up again; a rest that lasts is not in it.</summary>
    public TimeSpan Rested { get; init; }

    /// <summary>Since when it has been paused or at its end; null while it is active.</summary>
    public DateTimeOffset? RestsSince { get; init; }

    /// <summary>How long it rested up to a time, the rest that lasts included.</summary>
    public TimeSpan RestedUntil(DateTimeOffset at) => at > RestsSince ? Rested + (at - RestsSince.Value) : Rested;

    /// <summary>Seq of the last event folded in.</summary>
    public long Seq { get; init; }

    /// <summary>Time of the last event folded in.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How many tasks are in a phase.</summary>
    public int Count(TaskPhase phase) => Counts[(int)phase];

    /// <summary>Set-up commands: the plan's, or else the settings'.</summary>
    public IReadOnlyList<string> Setup => Plan.Setup.Count > 0 ? Plan.Setup : Settings.Setup;

    /// <summary>Verify commands of every task: the plan's, or else the settings'.</summary>
    public IReadOnlyList<string> Verify => Plan.Verify.Count > 0 ? Plan.Verify : Settings.Verify;

    /// <summary>Files copied into each slot: the plan's, or else the settings'.</summary>
    public IReadOnlyList<string> Copy => Plan.Copy.Count > 0 ? Plan.Copy : Settings.Copy;
}
