using Tutti.Engine.Config;

namespace Tutti.Tests.Config;

public sealed class SettingsEnvironmentTests : IDisposable
{
    private readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void There_is_a_variable_for_each_single_setting() => Assert.Equal(
        [
            "TUTTI_AGENT", "TUTTI_AUTO_CLEANUP", "TUTTI_BOUNDARY", "TUTTI_BRANCH", "TUTTI_BUDGET_TASK_TOKENS", "TUTTI_BUDGET_TASK_USD", "TUTTI_BUDGET_TOKENS", "TUTTI_BUDGET_USD", "TUTTI_COVERAGE", "TUTTI_DISPLAY",
            "TUTTI_FORECAST", "TUTTI_HOOKS_SESSION_END", "TUTTI_HOOKS_SESSION_START", "TUTTI_HOOKS_TASK_DONE", "TUTTI_LAND", "TUTTI_LIMITS_ATTEMPT", "TUTTI_LIMITS_BACKOFF",
            "TUTTI_LIMITS_BACKOFF_MAX", "TUTTI_LIMITS_CONTEXT", "TUTTI_LIMITS_GRACE", "TUTTI_LIMITS_HEARTBEAT", "TUTTI_LIMITS_MEMORY_PER_AGENT", "TUTTI_LIMITS_MIN_FREE_DISK", "TUTTI_LIMITS_QUOTA_WAIT", "TUTTI_LIMITS_RETRIES",
            "TUTTI_LIMITS_REVIEW_ROUNDS", "TUTTI_LIMITS_STALL", "TUTTI_LIMITS_VERIFY", "TUTTI_MAX_AGENTS", "TUTTI_MERGE_MESSAGE", "TUTTI_MERGE_STYLE", "TUTTI_MIN_TASKS", "TUTTI_PARALLEL", "TUTTI_PROFILE",
            "TUTTI_REVIEW", "TUTTI_TARGET", "TUTTI_VERIFY_SLOTS", "TUTTI_WORKTREES_POOL", "TUTTI_WORKTREES_ROOT",
        ],
        SettingsEnvironment.Variables.Order());

    [Fact]
    public void Variables_win_over_files_and_keep_the_rest_of_a_group()
    {
        _folder.With(".tutti.yaml", "agent: codex\nlimits: {attempt: 2h, retries: 7}\n");
        var loaded = _folder.Load(null, ("TUTTI_AGENT", "gemini"), ("TUTTI_LIMITS_ATTEMPT", "90s"), ("TUTTI_BUDGET_USD", "1.5"), ("TUTTI_PARALLEL", "false"), ("TUTTI_DISPLAY", "json"));
        Assert.Equal(("gemini", TimeSpan.FromSeconds(90), 7), (loaded.Settings.Agent, loaded.Settings.Limits.Attempt, loaded.Settings.Limits.Retries));
        Assert.Equal((1.5m, false, "json"), (loaded.Settings.Budget.Usd, loaded.Settings.Parallel, loaded.Display));
    }

    [Fact]
    public void An_empty_variable_says_nothing() => Assert.Null(_folder.Load(null, ("TUTTI_AGENT", "")).Settings.Agent);

    [Theory]
    [InlineData("TUTTI_TASK")]
    [InlineData("TUTTI_STAGE")]
    [InlineData("TUTTI_ATTEMPT")]
    [InlineData("TUTTI_SESSION")]
    [InlineData("TUTTI_PROMPT")]
    [InlineData("TUTTI_RESULT")]
    [InlineData("TUTTI_NONCE")]
    [InlineData("TUTTI_PORT_BASE")]
    [InlineData("TUTTI_BASE")]
    [InlineData("TUTTI_SIM_SEED")]
    [InlineData("TUTTI_TEST_X")]
    [InlineData("TUTTI_DEBUG")]
    [InlineData("tutti_max_agents")]
    public void What_Tutti_gives_to_agents_is_no_setting(string name) => Assert.Equal(5, _folder.Load(null, (name, "1")).Settings.MaxAgents);

    [Theory]
    [InlineData("TUTTI_MAX_AGENTS", "many", "max_agents must be a whole number from 1 to 200, not 'many', in the environment variable TUTTI_MAX_AGENTS", null)]
    [InlineData("TUTTI_LIMITS_STALL", "x", "limits.stall must be a length of time such as 90s, 30m or 1h30m, not 'x', in the environment variable TUTTI_LIMITS_STALL", null)]
    [InlineData("TUTTI_MAX_AGENT", "3", "unknown environment variable TUTTI_MAX_AGENT", "did you mean 'TUTTI_MAX_AGENTS'?")]
    [InlineData("TUTTI_PROFILE", "fast", "unknown profile 'fast', in the environment variable TUTTI_PROFILE", "known: conservative, balanced, aggressive, ci")]
    [InlineData("TUTTI_AGENT", "bot", "unknown agent 'bot', in the environment variable TUTTI_AGENT", "known: claude, codex, opencode, gemini, acp, shell, none")]
    public void What_is_wrong_names_the_variable(string name, string value, string message, string? hint)
    {
        var failure = _folder.Failing(null, (name, value));
        Assert.Equal((message, hint), (failure.Message, failure.Hint));
    }

    [Fact]
    public void The_host_gives_its_variables() =>
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), SettingsSources.OfHost("/x").Environment["PATH"]);
}
