using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Agents.Planning;

public sealed class PlannerTests
{
    private const string Request = "Add login, fix payment bugs and update the docs";

    private const string Good = """
        cat > "$TUTTI_RESULT" <<END
        {"nonce": "$TUTTI_NONCE", "tasks": [
          {"id": "login", "title": "Add a login", "description": "With a form.", "acceptance_criteria": ["a wrong password is refused"], "depends_on": [],
           "priority": "high", "complexity": 3, "work_type": "backend", "files": ["src/login/**"], "verify": ["true"]},
          {"id": "manual", "title": "Write it down", "depends_on": ["login"], "files": ["docs/**"], "verify": []}]}
        END
        """;

    private const string Cycle = """
        cat > "$TUTTI_RESULT" <<END
        {"nonce": "$TUTTI_NONCE", "tasks": [{"id": "a", "title": "A", "depends_on": ["b"]}, {"id": "b", "title": "B", "depends_on": ["a"]}]}
        END
        """;

    [Fact]
    public async Task A_request_becomes_the_plan_that_the_agent_makes_of_it()
    {
        await using var lab = Lab($"cp \"$TUTTI_PROMPT\" @OUT@/prompt\n{Good}");

        var ran = await PlanAsync(lab, "--json");

        var tasks = JsonNode.Parse(ran.Text)!["tasks"]!.AsArray();
        Assert.Equal(["login", "manual"], tasks.Select(t => (string)t!["id"]!));
        Assert.Equal("a wrong password is refused", (string)tasks[0]!["acceptance_criteria"]![0]!);
        Assert.Contains("planned by shell in ", ran.Error);
        Assert.Contains(Request, await File.ReadAllTextAsync(Path.Combine(lab.Out, "prompt")));
        AssertNothingLeft(lab);
        Assert.Empty(Plans(lab));
    }

    [Fact]
    public async Task A_plan_with_a_cycle_is_asked_for_again_with_what_is_wrong()
    {
        await using var lab = Lab($"if [ $TUTTI_ATTEMPT = 1 ]; then\n{Cycle}\nelse cp \"$TUTTI_PROMPT\" @OUT@/prompt\n{Good}\nfi");

        var ran = await PlanAsync(lab);

        Assert.Contains("Add a login", ran.Text);
        Assert.Contains("put right by itself", ran.Error);
        var prompt = await File.ReadAllTextAsync(Path.Combine(lab.Out, "prompt"));
        Assert.Contains("wait for each other: a → b → a", prompt);
        Assert.Contains("\"title\": \"B\"", prompt);
        AssertNothingLeft(lab);
    }

    [Theory]
    [InlineData(Cycle, "tasks wait for each other")]
    [InlineData("true", "there was no plan in the answer")]
    [InlineData("echo no money left >&2; exit 3", "failed with exit code 3")]
    public async Task Where_no_plan_can_be_had_the_request_is_split_and_the_reason_said(string script, string why)
    {
        await using var lab = Lab($"echo asked >> @OUT@/log\n{script}");

        var ran = await PlanAsync(lab);

        Assert.Equal((await PlanAsync(lab, "--agent", "none")).Text, ran.Text);
        Assert.Contains("split without an agent, because shell gave no plan", ran.Error);
        Assert.Contains(why, ran.Error);
        Assert.Equal(script.Contains("exit 3", StringComparison.Ordinal) ? 1 : 2, lab.Marks().Length);
        Assert.Single(Plans(lab));
        AssertNothingLeft(lab);
    }

    [Fact]
    public async Task What_the_agent_changes_in_its_slot_is_thrown_away()
    {
        await using var lab = Lab($"echo new > new.txt; echo changed >> readme.md; git add -A; git -c user.name=x -c user.email=x@y commit -qm mine; echo left > left.txt; rm .gitignore\n{Good}");
        var refs = lab.Git("for-each-ref");

        var ran = await PlanAsync(lab);

        Assert.Contains("planned by shell", ran.Error);
        Assert.Equal(refs, lab.Git("for-each-ref"));
        AssertNothingLeft(lab);
        var slot = Assert.Single(Directory.EnumerateDirectories(lab.Slots, "wt-*"));
        Assert.Equal(lab.First, lab.GitIn(slot, "rev-parse", "HEAD"));
    }

    [Fact]
    public async Task An_interrupt_ends_the_agent_with_all_it_has_started_and_gives_the_slot_back()
    {
        await using var lab = Lab("setsid sleep 1000 &\necho started > @OUT@/log\nsleep 1000");
        var run = lab.Start("plan", Request);
        await run.UntilAsync("the agent works", () => lab.Marks().Length > 0);

        await run.SignalAsync("INT");
        var ended = await run.PlainEndAsync();

        Assert.Equal((ExitCodes.Interrupted, ""), (ended.ExitCode, ended.Text));
        AssertNothingLeft(lab);
    }

    // Nobody could use what it still does, and its grace is 5 s by default.
    [Fact]
    public async Task A_second_interrupt_gives_an_agent_that_does_not_end_no_more_time_and_leaves_nothing()
    {
        await using var lab = Lab("trap 'echo asked > @OUT@/asked' INT\necho started > @OUT@/log\nwhile :; do sleep 1; done", limits: "grace: 1h");
        var run = lab.Start("plan", Request);
        await run.UntilAsync("the agent works", () => lab.Marks().Length > 0);

        await run.SignalAsync("INT");
        await run.UntilAsync("the agent is asked to end", () => File.Exists(Path.Combine(lab.Out, "asked")));
        await run.SignalAsync("INT");
        var ended = await run.PlainEndAsync();

        Assert.Equal((ExitCodes.Interrupted, ""), (ended.ExitCode, ended.Text));
        AssertNothingLeft(lab);
    }

    [Fact]
    public async Task What_a_crash_leaves_is_found_by_the_doctor_and_cleared_by_the_next_plan()
    {
        await using var lab = Lab($"if mkdir @OUT@/first; then echo started > @OUT@/log; sleep 1000; fi\n{Good}");
        var run = lab.Start("plan", Request);
        await run.UntilAsync("the agent works", () => lab.Marks().Length > 0);
        await run.CrashAsync();

        var doctor = JsonNode.Parse((await lab.Start("doctor", "--json").PlainEndAsync()).Text)!["findings"]!.AsArray();
        var next = await PlanAsync(lab);

        Assert.Contains(doctor, f => (string?)f!["code"] == "process_left" && ((string)f["message"]!).Contains("plan-", StringComparison.Ordinal));
        Assert.Contains(doctor, f => (string?)f!["code"] == "stale_lease" && ((string)f["message"]!).Contains("plan-", StringComparison.Ordinal));
        Assert.Contains("planned by shell", next.Error);
        AssertNothingLeft(lab);
    }

    [Fact]
    public async Task A_slot_that_a_clean_up_was_faster_to_take_leaves_no_branch_of_the_plan()
    {
        await using var lab = Lab($"if mkdir @OUT@/first; then echo started > @OUT@/log; sleep 1000; fi\n{Good}");
        var run = lab.Start("plan", Request);
        await run.UntilAsync("the agent works", () => lab.Marks().Length > 0);
        await run.CrashAsync();

        Assert.Contains("Removed: wt-1", (await lab.Start("pool", "cleanup").PlainEndAsync()).Text);
        Assert.Contains("planned by shell", (await PlanAsync(lab)).Error);

        AssertNothingLeft(lab);
    }

    [Fact]
    public async Task A_run_of_a_request_works_off_the_agents_plan()
    {
        await using var lab = Lab(Good, "roles: { plan: { run: \"sh @OUT@/planner.sh\" }, develop: { run: \"mkdir -p src/login docs; echo $TUTTI_TASK > $TUTTI_TASK.txt\" } }");

        var ran = (await lab.Start("run", Request, "--yes", "--display", "json").EndAsync()).Exits(0);

        ran.Has(TaskPhase.Done, "login", "manual");
        Assert.Contains("planned by shell", ran.Stderr);
        Assert.Equal(Request, ran.State.Request);
        Assert.Equal("manual", lab.Show("main", "manual.txt"));
    }

    [Fact]
    public async Task A_dry_run_asks_nobody_and_says_whom_a_real_one_would_ask()
    {
        await using var lab = Lab("echo asked > @OUT@/log");

        var ran = await lab.Start("run", Request, "--dry-run").PlainEndAsync();

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("a run that is not dry asks shell for the plan", ran.Error);
        Assert.Empty(lab.Marks());
        Assert.False(Directory.Exists(lab.State));
    }

    [Theory]
    [InlineData("roles: { plan: none }", "no agent is wanted for the role plan")]
    [InlineData("", "the shell agent has nothing to run for the role plan")]
    public async Task Where_nobody_is_to_be_asked_the_request_is_split_at_once(string settings, string why)
    {
        await using var lab = new SessionLab(settings: settings);

        var ran = await PlanAsync(lab);

        Assert.Contains(why, ran.Error);
        Assert.False(Directory.Exists(lab.State));
    }

    [Fact]
    public async Task Settings_that_change_while_a_plan_is_made_count_from_the_start()
    {
        await using var lab = Lab(
            $"echo 'max_agents: 3' >> @TOP@/.tutti.yaml\n{Good}",
            "roles: { plan: { agent: shell, run: \"sh @OUT@/planner.sh\" }, develop: { agent: shell, run: \"true\" } }");

        await lab.Start("run", Request, "--yes").PlainEndAsync();

        Assert.Equal(3, lab.Journaled()!.Settings.MaxAgents);
    }

    [Fact]
    public async Task A_file_that_is_there_is_refused_before_anybody_is_asked()
    {
        await using var lab = Lab("echo asked > @OUT@/log");

        var ran = await lab.Start("plan", Request, "-o", "readme.md").PlainEndAsync();

        Assert.Equal(2, ran.ExitCode);
        Assert.Empty(lab.Marks());
    }

    [Theory]
    [InlineData(1000, "the budget is spent: 5020 of 1000 tokens", 1)]
    [InlineData(0, "the budget is spent: 0 of 0 tokens", 0)]
    public async Task A_planner_is_ended_when_the_budget_is_used_up_and_not_asked_on_a_budget_of_nothing(int tokens, string why, int asked)
    {
        // Speaks Claude Code's stream, and then never comes to its end.
        const string dear = """
            #!/bin/sh
            echo asked >> @OUT@/log
            printf '%s\n' '{"type":"system","subtype":"init","session_id":"11111111-2222-3333-4444-000000000001","model":"claude-haiku-4-5"}'
            printf '%s\n' '{"type":"assistant","message":{"id":"msg_1","model":"claude-haiku-4-5","content":[{"type":"text","text":"let me see"}],"usage":{"input_tokens":5000,"output_tokens":20}},"parent_tool_use_id":null}'
            while :; do sleep 0.1; done
            """;
        await using var lab = new SessionLab(settings: $"budget: {{ tokens: {tokens} }}\nroles: {{ plan: claude }}\nagents: {{ claude: {{ command: \"@OUT@/claude\" }} }}\n");
        var program = Path.Combine(lab.Out, "claude");
        await File.WriteAllTextAsync(program, dear.Replace("@OUT@", lab.Out, StringComparison.Ordinal));
        lab.MakeExecutable(program);

        var ran = await PlanAsync(lab);

        Assert.Contains(why, ran.Error, StringComparison.Ordinal);
        Assert.Equal(asked, lab.Marks().Length);
        AssertNothingLeft(lab);
    }

    private static SessionLab Lab(string script, string settings = "roles: { plan: { agent: shell, run: \"sh @OUT@/planner.sh\" } }", string limits = "")
    {
        var lab = new SessionLab(limits, settings);
        File.WriteAllText(Path.Combine(lab.Out, "planner.sh"), script.Replace("@OUT@", lab.Out).Replace("@TOP@", lab.Top));
        return lab;
    }

    private static async Task<CommandResult> PlanAsync(SessionLab lab, params string[] options)
    {
        var ran = await lab.Start(["plan", Request, .. options]).PlainEndAsync();
        Assert.True(ran.ExitCode == 0, ran.Error);
        return ran;
    }

    private static void AssertNothingLeft(SessionLab lab)
    {
        lab.AssertTidy();
        var pool = SlotPool.Open(Repository.Discover(lab.Top), new PoolOptions(new WorktreeSettings()));
        Assert.All(pool.Status().Slots, slot => Assert.Equal(SlotState.Idle, slot.State));
    }

    private static string[] Plans(SessionLab lab) => Directory.GetDirectories(Path.Combine(lab.State, "plans"));
}
