using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Config;

public sealed class SettingsLoaderTests : IDisposable
{
    private const string UserFile = "~/.config/tutti/config.yaml";

    private readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void With_no_file_at_all_the_defaults_hold()
    {
        var loaded = _folder.Load();
        Assert.Equal(Json(new Settings { Files = [] }), Json(loaded.Settings));
        Assert.Empty(loaded.Notes);
        Assert.Null(loaded.Display);
    }

    [Fact]
    public void A_command_that_no_words_can_be_made_of_is_told_with_its_line()
    {
        var failure = Assert.Throws<FailureException>(() => _folder.With(".tutti.yaml", "agents:\n  bot:\n    kind: acp\n    command: \"bot 'open\"\n").Load()).Failure;
        Assert.Equal("command_invalid", failure.Code);
        Assert.Contains(".tutti.yaml line 4", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("max_agents:\nlimits:\nroles: ~\n")]
    public void A_file_that_says_nothing_changes_nothing(string text) =>
        Assert.Equal(Json(new Settings { Files = [".tutti.yaml"] }), Json(_folder.With(".tutti.yaml", text).Load().Settings));

    [Fact]
    public void Later_wins()
    {
        _folder.With(UserFile, "max_agents: 11\n");
        Assert.Equal(11, _folder.Load().Settings.MaxAgents);
        _folder.With(".taskmaster/parallel-dev.config.yaml", "max_agents: 12\n");
        Assert.Equal(12, _folder.Load().Settings.MaxAgents);
        _folder.With(".claude/auto-context.yaml", "parallelization: {max_agents: 13}\n");
        Assert.Equal(13, _folder.Load().Settings.MaxAgents);
        _folder.With(".tutti.yaml", "max_agents: 14\n");
        Assert.Equal(14, _folder.Load().Settings.MaxAgents);
        Assert.Equal(15, _folder.Load(null, ("TUTTI_MAX_AGENTS", "15")).Settings.MaxAgents);
        var loaded = _folder.Load(settings => settings with { MaxAgents = 16 }, ("TUTTI_MAX_AGENTS", "15"));
        Assert.Equal(16, loaded.Settings.MaxAgents);
        Assert.Equal(["config.yaml", "parallel-dev.config.yaml", "auto-context.yaml", ".tutti.yaml"], loaded.Settings.Files!.Select(Path.GetFileName));
    }

    [Fact]
    public void XDG_CONFIG_HOME_is_honoured_when_it_is_absolute()
    {
        _folder.With(UserFile, "max_agents: 3\n").With("~/xdg/tutti/config.yaml", "max_agents: 4\n");
        Assert.Equal(4, _folder.Load(null, ("XDG_CONFIG_HOME", Path.Combine(_folder.Home, "xdg"))).Settings.MaxAgents);
        Assert.Equal(3, _folder.Load(null, ("XDG_CONFIG_HOME", "xdg")).Settings.MaxAgents);
        Assert.Equal(3, _folder.Load(null, ("XDG_CONFIG_HOME", "")).Settings.MaxAgents);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var loaded = _folder.With(".tutti.yaml", """
            max_agents: 7
            min_tasks: 2
            parallel: no
            review: strict
            coverage: 95
            branch: "work/{session}/{id}-{title}"
            target: develop
            agent: codex
            land: review
            boundary: group
            forecast: stack
            display: plain
            auto_cleanup: off
            budget: { usd: 12.50, tokens: 3000000 }
            limits: { attempt: 2h, stall: 90s, verify: 10m, review_rounds: 4, retries: 5, backoff: 500ms, backoff_max: 5m, memory_per_agent: 2GB, min_free_disk: 3GB, grace: 10 }
            worktrees: { root: ../x.worktrees, pool: 9 }
            hooks: { session_start: ./a.sh, task_done: ./b.sh, session_end: ./c.sh }
            roles: { develop: { agent: claude, model: sonnet }, review: codex, qa: { agent: shell, run: "./qa.sh" } }
            agents:
              claude: { command: "my claude", model: opus, args: ["--a", ""], env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:8080", N: 1, EMPTY: } }
              mybot: { kind: acp, command: "mybot --acp" }
            setup: npm ci
            verify: [npm test, npm run lint]
            copy: [.env]
            """).Load();
        var settings = loaded.Settings;
        Assert.Equal((7, 2, false, ReviewMode.Strict, 95), (settings.MaxAgents, settings.MinTasks, settings.Parallel, settings.Review, settings.Coverage));
        Assert.Equal(("work/{session}/{id}-{title}", "develop", "codex", LandMode.Review, Boundary.Group), (settings.Branch, settings.Target, settings.Agent, settings.Land, settings.Boundary));
        Assert.Equal(("plain", false, ForecastMode.Stack), (loaded.Display, settings.AutoCleanup, settings.Forecast));
        Assert.Equal(new Budget(12.50m, 3_000_000), settings.Budget);
        Assert.Equal(
            new Limits
            {
                Attempt = TimeSpan.FromHours(2),
                Stall = TimeSpan.FromSeconds(90),
                Verify = TimeSpan.FromMinutes(10),
                ReviewRounds = 4,
                Retries = 5,
                Backoff = TimeSpan.FromMilliseconds(500),
                BackoffMax = TimeSpan.FromMinutes(5),
                MemoryPerAgent = 2L << 30,
                MinFreeDisk = 3L << 30,
                Grace = TimeSpan.FromSeconds(10),
            },
            settings.Limits);
        Assert.Equal(new WorktreeSettings("../x.worktrees", 9), settings.Worktrees);
        Assert.Equal(new HookSettings("./a.sh", "./b.sh", "./c.sh"), settings.Hooks);
        Assert.Equal(new AgentChoice("claude", "sonnet"), settings.Roles[Role.Develop]);
        Assert.Equal(new AgentChoice("codex"), settings.Roles[Role.Review]);
        Assert.Equal(new AgentChoice("shell", null, "./qa.sh"), settings.Roles[Role.Qa]);
        var claude = settings.Agents["claude"];
        Assert.Equal(("claude", "my claude", "opus"), (claude.Kind, claude.Command, claude.Model));
        Assert.Equal(["--a", ""], claude.Args!);
        Assert.Equal(("http://127.0.0.1:8080", "1", ""), (claude.Env!["ANTHROPIC_BASE_URL"], claude.Env["N"], claude.Env["EMPTY"]));
        Assert.Equal(("acp", "mybot --acp"), (settings.Agents["mybot"].Kind, settings.Agents["mybot"].Command));
        Assert.Equal(["npm ci"], settings.Setup);
        Assert.Equal(["npm test", "npm run lint"], settings.Verify);
        Assert.Equal([".env"], settings.Copy);
    }

    [Fact]
    public void Groups_and_maps_are_merged_and_lists_are_replaced()
    {
        var settings = _folder
            .With(UserFile, "limits: {attempt: 2h, retries: 7}\nroles: {develop: {agent: claude, model: opus}, review: codex, qa: {agent: codex, model: m}}\nagents: {mybot: {kind: acp, command: x, env: {A: 1}}}\nverify: [a]\n")
            .With(".tutti.yaml", "limits: {attempt: 3h}\nroles: {develop: {model: sonnet}, qa: gemini}\nagents: {mybot: {model: m, env: {B: 2}}}\nverify: [b]\n")
            .Load().Settings;
        Assert.Equal((TimeSpan.FromHours(3), 7), (settings.Limits.Attempt, settings.Limits.Retries));
        Assert.Equal(new AgentChoice("claude", "sonnet"), settings.Roles[Role.Develop]);
        Assert.Equal(new AgentChoice("codex"), settings.Roles[Role.Review]);
        Assert.Equal(new AgentChoice("gemini"), settings.Roles[Role.Qa]);
        Assert.Equal(("acp", "x", "m"), (settings.Agents["mybot"].Kind, settings.Agents["mybot"].Command, settings.Agents["mybot"].Model));
        Assert.Equal(["A", "B"], settings.Agents["mybot"].Env!.Keys.Order());
        Assert.Equal(["b"], settings.Verify);
    }

    [Fact]
    public void An_agent_whose_kind_changes_starts_afresh()
    {
        var settings = _folder.With(UserFile, "agents: {bot: {kind: claude, model: opus}}\n").With(".tutti.yaml", "agents: {bot: {kind: codex}}\n").Load().Settings;
        Assert.Equal(new AgentEntry("codex"), settings.Agents["bot"]);
    }

    [Theory]
    [InlineData("conservative", 2, ReviewMode.Strict, 90)]
    [InlineData("balanced", 5, ReviewMode.Balanced, 80)]
    [InlineData("aggressive", 10, ReviewMode.Lenient, 60)]
    [InlineData("ci", 3, ReviewMode.Strict, 85)]
    public void Profiles_have_the_numbers_of_the_specification(string name, int agents, ReviewMode review, int coverage)
    {
        var fromFile = _folder.With(".tutti.yaml", $"profile: {name}\n").Load().Settings;
        Assert.Equal((name, agents, review, coverage), (fromFile.Profile, fromFile.MaxAgents, fromFile.Review, fromFile.Coverage));
        _folder.With(".tutti.yaml", "");
        Assert.Equal(agents, _folder.Load(settings => settings with { Profile = name }).Settings.MaxAgents);
        Assert.Equal(agents, _folder.Load(null, ("TUTTI_PROFILE", name)).Settings.MaxAgents);
    }

    [Fact]
    public void A_profile_from_the_command_line_is_a_base_and_files_win_over_it()
    {
        _folder.With(UserFile, "coverage: 42\nprofile: ci\n");
        var settings = _folder.Load(settings => settings with { Profile = "aggressive" }).Settings;
        Assert.Equal(("aggressive", 10, 42), (settings.Profile, settings.MaxAgents, settings.Coverage));
        settings = _folder.Load(settings => settings with { Profile = "aggressive", Coverage = 43 }).Settings;
        Assert.Equal((10, 43), (settings.MaxAgents, settings.Coverage));
    }

    [Fact]
    public void The_last_file_that_names_a_profile_decides_even_back_to_balanced()
    {
        _folder.With(UserFile, "profile: ci\n").With(".tutti.yaml", "profile: conservative\n");
        Assert.Equal(2, _folder.Load().Settings.MaxAgents);
        Assert.Equal(5, _folder.Load(settings => settings with { Profile = "balanced" }).Settings.MaxAgents);
    }

    [Fact]
    public void A_profile_of_the_users_own_may_say_anything_and_build_on_a_known_one()
    {
        _folder.With(UserFile, "profiles:\n  night: {max_agents: 8, budget: {usd: 50}, display: json}\n  ci: {max_agents: 4}\n").With(".tutti.yaml", "profile: night\n");
        var night = _folder.Load();
        Assert.Equal(("night", 8, 50m, "json"), (night.Settings.Profile, night.Settings.MaxAgents, night.Settings.Budget.Usd, night.Display));
        var ci = _folder.Load(settings => settings with { Profile = "ci" }).Settings;
        Assert.Equal((4, 85), (ci.MaxAgents, ci.Coverage));
    }

    [Fact]
    public void Auto_context_is_read_and_its_other_keys_are_none_of_our_business()
    {
        var loaded = _folder.With(".claude/auto-context.yaml", """
            parallelization:
              enabled: false
              min_tasks: 4
              max_agents: 6
              auto_cleanup: false
              retry_on_failure: 2
              strategy: x
            context: [a, b]
            """).Load();
        var settings = loaded.Settings;
        Assert.Equal((false, 4, 6, false, 2), (settings.Parallel, settings.MinTasks, settings.MaxAgents, settings.AutoCleanup, settings.Limits.Retries));
        Assert.Empty(loaded.Notes);
    }

    [Fact]
    public void Parallel_dev_is_read_at_the_top_level_and_below_parallelization()
    {
        var loaded = _folder.With(".taskmaster/parallel-dev.config.yaml", "profile: conservative\nreview_mode: lenient\nbranch_pattern: \"t/{id}\"\ndisplay_mode: detailed\nother: 1\nparallelization: {max_agents: 9, enabled: on}\n").Load();
        Assert.Equal(("conservative", ReviewMode.Lenient, "t/{id}", 9, 90), (loaded.Settings.Profile, loaded.Settings.Review, loaded.Settings.Branch, loaded.Settings.MaxAgents, loaded.Settings.Coverage));
        Assert.Equal("detailed", loaded.Display);
        Assert.Empty(loaded.Notes);
    }

    [Fact]
    public void What_another_tools_file_gets_wrong_is_a_note()
    {
        var loaded = _folder
            .With(".claude/auto-context.yaml", "parallelization:\n  max_agents: lots\n  min_tasks: 4\n")
            .With(".taskmaster/parallel-dev.config.yaml", "profile: turbo\nreview_mode: harsh\n")
            .Load();
        Assert.Equal((5, 4, "balanced"), (loaded.Settings.MaxAgents, loaded.Settings.MinTasks, loaded.Settings.Profile));
        Assert.Equal(
            [
                "unknown profile 'turbo', in .taskmaster/parallel-dev.config.yaml line 1; this is passed over",
                "review_mode must be one of lenient, balanced, strict, not 'harsh', in .taskmaster/parallel-dev.config.yaml line 2; this is passed over",
                "parallelization.max_agents must be a whole number from 1 to 200, not 'lots', in .claude/auto-context.yaml line 2; this is passed over",
            ],
            loaded.Notes);
        var broken = _folder.With(".claude/auto-context.yaml", "a: [").Load();
        Assert.Contains(broken.Notes, note => note.StartsWith(".claude/auto-context.yaml line 1 is not valid YAML", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_with_the_wrong_ending_is_noted() =>
        Assert.Equal([".tutti.yml is not read; its name must be .tutti.yaml"], _folder.With(".tutti.yml", "max_agents: 3").Load().Notes);

    [Theory]
    [InlineData("a: 1\nverfy: [x]", "unknown_key", "unknown key 'a' in .tutti.yaml line 1", null)]
    [InlineData("# x\n\n\n\n\n\nverfy: [x]", "unknown_key", "unknown key 'verfy' in .tutti.yaml line 7", "did you mean 'verify'?")]
    [InlineData("limits:\n  atempt: 1h", "unknown_key", "unknown key 'atempt' in .tutti.yaml line 2", "did you mean 'attempt'?")]
    [InlineData("profiles:\n  x:\n    max_agent: 1", "unknown_key", "unknown key 'max_agent' in .tutti.yaml line 3", "did you mean 'max_agents'?")]
    [InlineData("x:\n- a", "unknown_key", "unknown key 'x' in .tutti.yaml line 1", null)]
    [InlineData("\n\nmax_agents: 0", "out_of_range", "max_agents must be a whole number from 1 to 200, not '0', in .tutti.yaml line 3", null)]
    [InlineData("max_agents: 201", "out_of_range", "max_agents must be a whole number from 1 to 200, not '201', in .tutti.yaml line 1", null)]
    [InlineData("max_agents: [1]", "wrong_type", "max_agents must be a whole number from 1 to 200, not a list, in .tutti.yaml line 1", null)]
    [InlineData("coverage: 101", "out_of_range", "coverage must be a whole number from 0 to 100, not '101', in .tutti.yaml line 1", null)]
    [InlineData("parallel: maybe", "wrong_type", "parallel must be true or false, not 'maybe', in .tutti.yaml line 1", null)]
    [InlineData("review: strickt", "unknown_value", "review must be one of lenient, balanced, strict, not 'strickt', in .tutti.yaml line 1", "did you mean 'strict'?")]
    [InlineData("display: wide", "unknown_value", "display must be one of compact, detailed, plain, json, not 'wide', in .tutti.yaml line 1", null)]
    [InlineData("limits:\n  attempt: never", "wrong_type", "limits.attempt must be a length of time such as 90s, 30m or 1h30m, not 'never', in .tutti.yaml line 2", null)]
    [InlineData("limits:\n  memory_per_agent: much", "wrong_type", "limits.memory_per_agent must be a size such as 512MB or 2GB, not 'much', in .tutti.yaml line 2", null)]
    [InlineData("limits: 5", "wrong_type", "limits must be a map of keys and values, not '5', in .tutti.yaml line 1", null)]
    [InlineData("worktrees:\n  pool: 0", "out_of_range", "worktrees.pool must be a whole number from 1 to 200, not '0', in .tutti.yaml line 2", null)]
    [InlineData("budget: {usd: -1}", "out_of_range", "budget.usd must be a number from 0 to 1000000, not '-1', in .tutti.yaml line 1", null)]
    [InlineData("\nbranch: feature/x", "branch_pattern", "branch 'feature/x' must contain {id}, so that each task gets a branch of its own, in .tutti.yaml line 2", null)]
    [InlineData("merge_tool: \"mergiraf {base} {ours}\"", "merge_tool", "merge_tool 'mergiraf {base} {ours}' lacks {theirs}, in .tutti.yaml line 1", "for example: mergiraf merge --git {base} {ours} {theirs} -o {out} -p {path}")]
    [InlineData("merge_tool: \"'mergiraf {base} {ours} {theirs}\"", "merge_tool", "merge_tool ''mergiraf {base} {ours} {theirs}' cannot be split into words: the command `'mergiraf {base} {ours} {theirs}` has a quote that is not closed, in .tutti.yaml line 1", null)]
    [InlineData("profile: agressive", "profile_unknown", "unknown profile 'agressive', in .tutti.yaml line 1", "did you mean 'aggressive'?")]
    [InlineData("profile: [ci]", "wrong_type", "profile must be text, not a list, in .tutti.yaml line 1", null)]
    [InlineData("agents:\n  mybot: {command: x}", "agent_kind", "agent 'mybot' needs a kind, in .tutti.yaml line 2", "add 'kind:' with one of claude, codex, opencode, gemini, acp, shell")]
    [InlineData("agents:\n  cluade: {command: x}", "agent_kind", "agent 'cluade' needs a kind, in .tutti.yaml line 2", "did you mean 'claude'? Otherwise add 'kind: claude'")]
    [InlineData("agents:\n  x: {kind: codx}", "unknown_value", "agents.x.kind must be one of claude, codex, opencode, gemini, acp, shell, not 'codx', in .tutti.yaml line 2", "did you mean 'codex'?")]
    [InlineData("agents:\n  none: {kind: acp}", "agent_name", "'none' cannot be an agent's name, in .tutti.yaml line 2", "use letters, digits, '-', '_' and '.'; 'none' is taken")]
    [InlineData("agents:\n  claude:\n    env:\n      GIT_DIR: x", "env_name", "'GIT_DIR' cannot be set for an agent, in .tutti.yaml line 4", "names are letters, digits and '_'; GIT_* is never passed on")]
    [InlineData("agents:\n  claude:\n    args: -p x", "wrong_type", "agents.claude.args must be a list, not '-p x', in .tutti.yaml line 3", null)]
    [InlineData("max_agents: 3\nagent: cladue", "agent_unknown", "unknown agent 'cladue', in .tutti.yaml line 2", "did you mean 'claude'?")]
    [InlineData("roles:\n  review: codx", "agent_unknown", "unknown agent 'codx', in .tutti.yaml line 2", "did you mean 'codex'?")]
    [InlineData("roles:\n  reviewer: codex", "unknown_key", "unknown key 'reviewer' in .tutti.yaml line 2", "did you mean 'review'?")]
    [InlineData("- a", "wrong_type", "the document must be a map of keys and values, not a list, in .tutti.yaml line 1", null)]
    [InlineData("max_agents: 1\nmax_agents: 2", "duplicate_key", "key 'max_agents' is there twice, in .tutti.yaml line 2 and line 1", "keep one of them")]
    public void What_is_wrong_in_our_own_file_is_told_with_its_line(string text, string code, string message, string? hint)
    {
        var failure = _folder.With(".tutti.yaml", text).Failing();
        Assert.Equal((code, message), (failure.Code, failure.Message));
        if (hint is not null)
            Assert.Equal(hint, failure.Hint);
    }

    [Fact]
    public void The_users_file_is_named_by_its_path() =>
        Assert.Equal($"unknown key 'x' in {_folder.Home}/.config/tutti/config.yaml line 1", _folder.With(UserFile, "x: 1").Failing().Message);

    [Fact]
    public void A_profile_that_nobody_selects_is_checked_all_the_same() =>
        Assert.Equal("out_of_range", _folder.With(".tutti.yaml", "profiles: {x: {max_agents: 0}}").Failing().Code);

    [Fact]
    public void Broken_YAML_is_told() =>
        Assert.StartsWith(".tutti.yaml line 2 is not valid YAML: ", _folder.With(".tutti.yaml", "max_agents: 3\nverify: [a\nreview: strict\n").Failing().Message);

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_told()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Repository, ".tutti.yaml"));
        Assert.Equal("cannot read .tutti.yaml: it is a folder", _folder.Failing().Message);
    }

    [Fact]
    public void What_the_command_line_sets_is_checked_too()
    {
        Assert.Equal("the number of agents must be from 1 to 200, not 0", _folder.Failing(settings => settings with { MaxAgents = 0 }).Message);
        Assert.Equal("branch 'x' must contain {id}, so that each task gets a branch of its own", _folder.Failing(settings => settings with { Branch = "x" }).Message);
        Assert.Equal("did you mean 'ci'?", _folder.Failing(settings => settings with { Profile = "c" }).Hint);
        Assert.Equal("unknown agent 'bot'", _folder.Failing(settings => settings with { Agent = "bot" }).Message);
    }

    private static string Json(Settings settings) => JsonSerializer.Serialize(settings);
}
