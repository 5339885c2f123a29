using Tutti.Core;
using Tutti.Engine.Conductor;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>Every key of our own configuration (SPEC 5 and 6), with its range: the one list that files, profiles and environment share.</summary>
internal static class SettingsSchema
{
    public const int MostAgents = 200;
    public const string ProfileKey = "profile";
    public const string ProfilesKey = "profiles";

    private const int MostRounds = 50;
    private const decimal MostUsd = 1_000_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly string[] DisplayModes = ["compact", "detailed", "plain", "json"];

    private static readonly Schema<Budget> Budget = new(
        new("usd", (budget, node) => budget with { Usd = node.Amount(MostUsd) }),
        new("tokens", (budget, node) => budget with { Tokens = node.WholeNumber(0, long.MaxValue) }),
        new("task_usd", (budget, node) => budget with { TaskUsd = node.Amount(MostUsd) }),
        new("task_tokens", (budget, node) => budget with { TaskTokens = node.WholeNumber(0, long.MaxValue) }));

    private static readonly Schema<Limits> Limits = new(
        new("attempt", (limits, node) => limits with { Attempt = node.Duration(Second) }),
        new("stall", (limits, node) => limits with { Stall = node.Duration(Second) }),
        new("verify", (limits, node) => limits with { Verify = node.Duration(Second) }),
        new("review_rounds", (limits, node) => limits with { ReviewRounds = node.WholeNumber(0, MostRounds) }),
        new("retries", (limits, node) => limits with { Retries = node.WholeNumber(1, MostRounds) }),
        new("backoff", (limits, node) => limits with { Backoff = node.Duration(TimeSpan.Zero) }),
        new("backoff_max", (limits, node) => limits with { BackoffMax = node.Duration(TimeSpan.Zero) }),
        new("memory_per_agent", (limits, node) => limits with { MemoryPerAgent = node.Size() }),
        new("min_free_disk", (limits, node) => limits with { MinFreeDisk = node.Size() }),
        new("heartbeat", (limits, node) => limits with { Heartbeat = node.Duration(Second) }),
        new("context", (limits, node) => limits with { Context = node.WholeNumber(10, 100) }),
        new("quota_wait", (limits, node) => limits with { QuotaWait = node.Duration(TimeSpan.Zero) }),
        new("grace", (limits, node) => limits with { Grace = node.Duration(TimeSpan.Zero) }));

    private static readonly Schema<WorktreeSettings> Worktrees = new(
        new("root", (worktrees, node) => worktrees with { Root = node.Filled() }),
        new("pool", (worktrees, node) => worktrees with { Pool = node.WholeNumber(1, MostAgents) }));

    private static readonly Schema<HookSettings> Hooks = new(
        new("session_start", (hooks, node) => hooks with { SessionStart = node.Filled() }),
        new("task_done", (hooks, node) => hooks with { TaskDone = node.Filled() }),
        new("session_end", (hooks, node) => hooks with { SessionEnd = node.Filled() }));

    private static readonly IReadOnlyList<Key<Draft>> Common =
    [
        One("max_agents", (settings, node) => settings with { MaxAgents = node.WholeNumber(1, MostAgents) }),
        One("min_tasks", (settings, node) => settings with { MinTasks = node.WholeNumber(1, 1000) }),
        One("parallel", (settings, node) => settings with { Parallel = node.Flag() }),
        One("review", (settings, node) => settings with { Review = node.Choice<ReviewMode>() }),
        One("coverage", (settings, node) => settings with { Coverage = node.WholeNumber(0, 100) }),
        One("branch", (settings, node) => settings with { Branch = Branch(node) }),
        One("target", (settings, node) => settings with { Target = node.Word() }),
        One("agent", (settings, node) => settings with { Agent = node.Word() }),
        One("land", (settings, node) => settings with { Land = node.Choice<LandMode>() }),
        One("merge_style", (settings, node) => settings with { MergeStyle = node.Choice<MergeStyle>() }),
        One("merge_message", (settings, node) => settings with { MergeMessage = LandingMessage.Checked(node) }),
        One("verify_slots", (settings, node) => settings with { VerifySlots = node.WholeNumber(1, 32) }),
        One("forecast", (settings, node) => settings with { Forecast = node.Choice<ForecastMode>() }),
        One("boundary", (settings, node) => settings with { Boundary = node.Choice<Boundary>() }),
        new("display", (draft, node) => draft with { Display = node.OneOf(DisplayModes) }),
        One("auto_cleanup", (settings, node) => settings with { AutoCleanup = node.Flag() }),
        Group("budget", Budget, settings => settings.Budget, (settings, budget) => settings with { Budget = budget }),
        Group("limits", Limits, settings => settings.Limits, (settings, limits) => settings with { Limits = limits }),
        Group("worktrees", Worktrees, settings => settings.Worktrees, (settings, worktrees) => settings with { Worktrees = worktrees }),
        Group("hooks", Hooks, settings => settings.Hooks, (settings, hooks) => settings with { Hooks = hooks }),
        Many("sandbox", (settings, node) => settings with { Sandbox = SandboxKeys.Read(node) }),
        Many("roles", (settings, node) => settings with { Roles = AgentChoices.ReadRoles(node, settings.Roles) }),
        Many("agents", (settings, node) => settings with { Agents = AgentEntries.Read(node, settings.Agents) }),
        Many("setup", (settings, node) => settings with { Setup = node.Texts() }),
        Many("verify", (settings, node) => settings with { Verify = node.Texts() }),
        Many("copy", (settings, node) => settings with { Copy = node.Texts() }),
    ];

    /// <summary>What one of the user's profiles may say.</summary>
    public static readonly Schema<Draft> Profile = new(Common);

    /// <summary>What a file may say; the loader has looked at profiles before it applies the rest.</summary>
    public static readonly Schema<Draft> File = new(
        [.. Common, new Key<Draft>(ProfileKey, (draft, _) => draft), Key.Many<Draft>(ProfilesKey, (draft, _) => draft)]);

    /// <summary>A branch pattern that can be used.</summary>
    public static string Branch(Node node) => BranchPattern.Problem(node.Word()) is { } problem
        ? throw FailureException.Input("branch_pattern", $"branch '{DocumentFailure.Shown(node.Word())}' {problem}, in {node.Place}")
        : node.Word();

    private static Key<Draft> One(string name, Func<Settings, Node, Settings> apply) =>
        new(name, (draft, node) => draft with { Settings = apply(draft.Settings, node) });

    private static Key<Draft> Many(string name, Func<Settings, Node, Settings> apply) =>
        Key.Many<Draft>(name, (draft, node) => draft with { Settings = apply(draft.Settings, node) });

    private static Key<Draft> Group<TPart>(string name, Schema<TPart> schema, Func<Settings, TPart> get, Func<Settings, TPart, Settings> set) =>
        Key.Group<Draft, TPart>(name, schema, draft => get(draft.Settings), (draft, part) => draft with { Settings = set(draft.Settings, part) });
}
