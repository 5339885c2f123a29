namespace Tutti.Core.Plan;

/// <summary>Urgency of a task, lowest first, so that values compare.</summary>
public enum Priority
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>What an agent is asked to be in one stage.</summary>
public enum Role
{
    Develop,
    Review,
    Correct,
    Qa,
    E2e,
    Finalize,
    Resolve,
    Plan,
}

/// <summary>Who does a role: an agent of the catalog, a model, or a command of its own.</summary>
/// <param name="Agent">Name of a configured agent; <see cref="None"/> skips the role. Null where only model or run is said.</param>
/// <param name="Model">The model to ask for; null leaves it to the agent.</param>
/// <param name="Run">For the shell agent: what <c>sh -c</c> runs.</param>
public sealed record AgentChoice(string? Agent = null, string? Model = null, string? Run = null)
{
    /// <summary>The agent name that skips a role.</summary>
    public const string None = "none";

    /// <summary>The agent name that runs plain commands.</summary>
    public const string Shell = "shell";
}

/// <summary>One piece of work, as the user wrote it (SPEC 6).</summary>
public sealed record TaskSpec
{
    /// <summary>Unique in its plan, for example <c>8</c>, <c>5.2</c> or <c>auth</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>What to do, and how one sees that it is done; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Ids of tasks that must have landed before this one starts (AND).</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public Priority Priority { get; init; } = Priority.Medium;

    /// <summary>1 (trivial) to 10.</summary>
    public int Complexity { get; init; } = 5;

    /// <summary>Free word; <c>frontend</c> adds the e2e stage.</summary>
    public string? WorkType { get; init; }

    /// <summary>Claimed paths, as glob patterns relative to the repository's root; empty claims nothing.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Commands that must pass on this task's branch, beside the plan's.</summary>
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>Who does which role for this task; what is missing comes from the plan, then from the settings.</summary>
    public IReadOnlyDictionary<Role, AgentChoice> Agents { get; init; } = new Dictionary<Role, AgentChoice>();

    /// <summary>For the shell agent: what develop runs.</summary>
    public string? Run { get; init; }

    /// <summary>Limit of one attempt; null takes the settings'.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long a person would take it to be; used to order ready tasks. Null where the source does not say.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>How one sees that it is done, from sources that keep it apart from the description.</summary>
    public IReadOnlyList<string> AcceptanceCriteria { get; init; } = [];

    /// <summary>A milestone or label the source gave, for <c>--milestone</c>.</summary>
    public string? Milestone { get; init; }

    /// <summary>What this task may use in all its attempts; null takes the settings'.</summary>
    public TaskBudget? Budget { get; init; }

    /// <summary>How this task lands when it differs from the session's way.</summary>
    public LandMode? Land { get; init; }
}

/// <summary>Spending limits of one task; null is none.</summary>
public sealed record TaskBudget(decimal? Usd = null, long? Tokens = null);

/// <summary>Tasks and their settings: what <c>tutti plan</c> writes and <c>tutti run --plan</c> reads (SPEC 6).</summary>
public sealed record PlanSpec
{
    /// <summary>The only version of the format so far.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Branch on which the work lands; null takes the current branch.</summary>
    public string? Target { get; init; }

    /// <summary>Commands run once in each slot, and again in every fresh tree.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>Commands that must pass on each task's branch and on every merged state.</summary>
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>Ignored files a slot needs, relative to the repository's root.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>Who does which role, unless a task says otherwise.</summary>
    public IReadOnlyDictionary<Role, AgentChoice> Roles { get; init; } = new Dictionary<Role, AgentChoice>();

    public required IReadOnlyList<TaskSpec> Tasks { get; init; }
}
