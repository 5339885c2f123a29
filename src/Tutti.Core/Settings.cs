using Tutti.Core.Plan;

namespace Tutti.Core;

/// <summary>How much a reviewer is to insist on.</summary>
public enum ReviewMode
{
    Lenient,
    Balanced,
    Strict,
}

/// <summary>What happens with finished work.</summary>
public enum LandMode
{
    /// <summary>Verified as merged, then the target moves.</summary>
    Automatic,

    /// <summary>Verified as merged on the integration branch, which a person takes.</summary>
    Review,

    /// <summary>The branches are left to a person.</summary>
    Manual,

    /// <summary>As review, and then the integration branch is pushed and a pull request opened for it.</summary>
    Pr,
}

/// <summary>How a branch's commits come onto the target.</summary>
public enum MergeStyle
{
    /// <summary>A merge commit with both as parents, also where a fast-forward were possible: it is what undo takes back.</summary>
    Merge,

    /// <summary>One commit that holds all of the branch, with its author and co-authors.</summary>
    Squash,

    /// <summary>The branch's commits one by one, each with its author and message.</summary>
    Rebase,
}

/// <summary>Where a session stops by itself to hand over.</summary>
public enum Boundary
{
    None,

    /// <summary>After each parallel group (seed 004).</summary>
    Group,
}

/// <summary>What follows from two live branches that will collide.</summary>
public enum ForecastMode
{
    /// <summary>The screens tell of it, and so does the prompt of the later task's next stage.</summary>
    Warn,

    /// <summary>The later task's next stage waits until the first one has landed or left.</summary>
    Wait,

    /// <summary>It waits as well, and then its next stage is to bring in what has landed.</summary>
    Stack,
}

/// <summary>One entry of <c>agents:</c> (SPEC 6).</summary>
/// <param name="Kind">claude, codex, opencode, gemini, acp or shell; by default the entry's name.</param>
/// <param name="Command">The program, with arguments if any, split as a shell would; null takes the kind's own name.</param>
/// <param name="Model">The model to ask for; null leaves it to the agent.</param>
/// <param name="Args">Arguments added to the adapter's own.</param>
/// <param name="Env">Variables added to the agent's environment.</param>
/// <param name="Provider">Whose quota it draws on, see <see cref="Plan.Provider"/>; null takes the rule's.</param>
/// <param name="OwnConfig">Each attempt has a configuration directory of its own, where the kind allows one (P11); false shares the user's.</param>
/// <param name="Sandbox">What keeps it in; null takes what is said for all.</param>
public sealed record AgentEntry(
    string Kind,
    string? Command = null,
    string? Model = null,
    IReadOnlyList<string>? Args = null,
    IReadOnlyDictionary<string, string>? Env = null,
    string? Provider = null,
    bool OwnConfig = true,
    SandboxSettings? Sandbox = null);

/// <summary>Named maxima of a session (SPEC 5 and 6).</summary>
public sealed record Limits
{
    /// <summary>Longest time of one attempt.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest time an attempt may print nothing.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time of one verify or setup command list.</summary>
    public TimeSpan Verify { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>An attempt that lets nothing be heard for three of these is shown as unhealthy.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Percent of its context from which on an attempt hands over to a fresh one.</summary>
    public int Context { get; init; } = 80;

    /// <summary>First wait for a quota whose end nobody has told; doubles each time in a row.</summary>
    public TimeSpan QuotaWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most rounds of review and correction.</summary>
    public int ReviewRounds { get; init; } = 3;

    /// <summary>Most attempts of one stage before the task fails.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>First wait before a retry; doubles each time, up to <see cref="BackoffMax"/>.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of free memory each further agent must find.</summary>
    public long MemoryPerAgent { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes of free disk below which no attempt starts.</summary>
    public long MinFreeDisk { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Time between the interrupt and the kill of an attempt.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Where slots are and how many.</summary>
/// <param name="Root">Folder of the pool, absolute or relative to the repository's top folder; null is <c>../NAME.worktrees</c>.</param>
/// <param name="Pool">Most slots kept.</param>
public sealed record WorktreeSettings(string? Root = null, int Pool = 8);

/// <summary>Programs run at points of a session, each given JSON on stdin; relative to the repository's top folder.</summary>
public sealed record HookSettings(string? SessionStart = null, string? TaskDone = null, string? SessionEnd = null);

/// <summary>Spending limits; null is none.</summary>
/// <param name="Usd">Dollars of the whole session.</param>
/// <param name="Tokens">Tokens of the whole session, cached ones included.</param>
/// <param name="TaskUsd">Dollars of each task that has no budget of its own.</param>
/// <param name="TaskTokens">Tokens of each task that has no budget of its own.</param>
public sealed record Budget(decimal? Usd = null, long? Tokens = null, decimal? TaskUsd = null, long? TaskTokens = null);

/// <summary>
/// Everything that can be configured, merged from the built-in defaults, the profile, the user's file, the repository's
/// file, the environment and the command line (SPEC 5). A value: the journal keeps the settings a session ran with.
/// </summary>
public sealed record Settings
{
    public string Profile { get; init; } = "balanced";
    public int MaxAgents { get; init; } = 5;

    /// <summary>Fewest independent tasks worth running at once.</summary>
    public int MinTasks { get; init; } = 3;

    /// <summary>False runs everything one after the other.</summary>
    public bool Parallel { get; init; } = true;

    public ReviewMode Review { get; init; } = ReviewMode.Balanced;

    /// <summary>Test coverage asked of developers, in percent; told to agents, not measured.</summary>
    public int Coverage { get; init; } = 80;

    /// <summary>Pattern of branch names, with <c>{id}</c> and optionally <c>{session}</c> and <c>{title}</c>.</summary>
    public string Branch { get; init; } = "feature/task-{id}";

    /// <summary>Branch on which work lands; null takes the plan's, then the current branch.</summary>
    public string? Target { get; init; }

    /// <summary>The agent of every role that names none; null takes the first one installed.</summary>
    public string? Agent { get; init; }

    public LandMode Land { get; init; } = LandMode.Automatic;
    /// <summary>How branches come onto the target.</summary>
    public MergeStyle MergeStyle { get; init; }

    /// <summary>Template of the message of merge and squash commits, with <c>{id}</c>, <c>{title}</c>, <c>{branch}</c>, <c>{target}</c>, <c>{session}</c> and <c>{summary}</c>; null takes the built-in one.</summary>
    public string? MergeMessage { get; init; }

    /// <summary>Command line of a structural merge tool for conflicts, with <c>{base}</c>, <c>{ours}</c>, <c>{theirs}</c>, <c>{out}</c> and <c>{path}</c>; null is none.</summary>
    public string? MergeTool { get; init; }

    /// <summary>How many merges are verified at once before they land.</summary>
    public int VerifySlots { get; init; } = 2;

    public Boundary Boundary { get; init; } = Boundary.None;

    /// <summary>What follows from two live branches that will collide.</summary>
    public ForecastMode Forecast { get; init; } = ForecastMode.Warn;

    public Budget Budget { get; init; } = new();
    public Limits Limits { get; init; } = new();
    /// <summary>What keeps agents inside their slots.</summary>
    public SandboxSettings Sandbox { get; init; } = new();

    public WorktreeSettings Worktrees { get; init; } = new();
    public HookSettings Hooks { get; init; } = new();

    /// <summary>Delete merged branches and release slots when the work has landed.</summary>
    public bool AutoCleanup { get; init; } = true;

    public IReadOnlyDictionary<Role, AgentChoice> Roles { get; init; } = new Dictionary<Role, AgentChoice>();
    public IReadOnlyDictionary<string, AgentEntry> Agents { get; init; } = new Dictionary<string, AgentEntry>();

    /// <summary>Used by plans that name none of their own.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>Used by plans that name none of their own.</summary>
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>Used by plans that name none of their own.</summary>
    public IReadOnlyList<string> Copy { get; init; } = [];

    /// <summary>What of all this the command line said; null in sessions of an older Tutti.</summary>
    public Overrides? Overrides { get; init; }

    /// <summary>The files of all this, by the names that messages use; null in sessions of an older Tutti.</summary>
    public IReadOnlyList<string>? Files { get; init; }
}
