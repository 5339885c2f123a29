using Tutti.Core.Session;
using Tutti.Engine.Git.Cleanup;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>
/// Whole sessions in which happens what happens rarely. Some golden journals were made of these (tests/Tutti.Tests/GoldenJournals).
/// </summary>
public class RareEventsTests
{
    // Speaks Claude Code's stream; what it does depends on the task and the attempt.
    private const string Claude = """
        #!/bin/sh
        say() { printf '%s\n' "$1"; }
        use() { say '{"type":"assistant","message":{"id":"msg_'$1'","model":"claude-haiku-4-5","content":[{"type":"text","text":"working on it"}],"usage":{"input_tokens":'$2',"output_tokens":20}},"parent_tool_use_id":null}'; }
        say '{"type":"system","subtype":"init","session_id":"11111111-2222-3333-4444-00000000000'$TUTTI_ATTEMPT'","model":"claude-haiku-4-5"}'
        case "$TUTTI_TASK/$TUTTI_ATTEMPT" in
        limit/1)
            use 1 100
            say '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":'$(($(date +%s) + 3))',"rateLimitType":"five_hour"}}'
            say '{"type":"assistant","message":{"id":"m","model":"<synthetic>","content":[]},"error":"rate_limit"}'
            say '{"type":"result","subtype":"success","is_error":true,"result":"limit reached","api_error_status":429,"terminal_reason":"api_error"}'
            exit 1 ;;
        full/1) use 1 170000; echo half > half.txt; while :; do sleep 0.1; done ;;
        dear/*) trap 'exit 0' INT; use 1 5000; while :; do sleep 0.1; done ;;
        esac
        use 2 200
        echo "$TUTTI_TASK" > "$TUTTI_TASK.txt"
        say '{"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.01,"structured_output":{"nonce":"'$TUTTI_NONCE'","verdict":"done","summary":"wrote the file","decisions":[{"topic":"name","choice":"the task","why":"short"}]},"terminal_reason":"completed"}'
        """;

    private const string ClaudeSettings = "agents: { claude: { command: \"@OUT@/claude\" } }\nroles: { develop: claude, correct: claude, review: none, qa: none, e2e: none, finalize: none }\n";

    // It was said that they are in force from now on.
    [Fact]
    public async Task Limits_that_are_changed_during_a_run_count_for_the_attempt_at_work()
    {
        const string Roles = "roles: { develop: { run: \"echo started > @OUT@/log; sleep 1000\" }, review: none, qa: none }";
        await using var lab = new SessionLab("retries: 1", Roles);
        var run = lab.StartPlan("version: 1\ntasks:\n  - id: silent\n    title: Says nothing\n");
        await run.UntilAsync("the agent works", () => lab.Marks().Length > 0);

        lab.Settings("retries: 1, stall: 1s", Roles);
        var ran = (await run.EndAsync()).Exits(1);

        Assert.Equal("attempt_stalled", ran.Failure("silent").Code);
        Assert.Single(ran.Of("settings.changed"));
    }

    [Fact]
    public async Task A_repository_that_is_moved_under_a_session_is_no_lost_session()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo begun >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
            """);
        await run.UntilAsync("the agent works and is known", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["a"].Live is { Process: not null });
        Directory.Move(lab.Top, lab.Top + "-2");
        lab.Mark("go");
        var ended = await run.PlainEndAsync();
        // It has written its status once more, where the repository was.
        if (Directory.Exists(lab.Top))
            Directory.Delete(lab.Top, recursive: true);
        Directory.Move(lab.Top + "-2", lab.Top);
        Assert.DoesNotContain("was removed", ended.Error);
        Assert.Contains($"'tutti resume {lab.Sessions[0].Id}'", ended.Error);
        (await lab.ResumeAsync()).Exits(0);
        Assert.Equal("a\n", lab.Read("a.txt"));
    }

    [Fact]
    public async Task Removing_the_state_of_a_session_is_told_and_the_next_session_takes_no_name_of_it()
    {
        await using var lab = new SessionLab();
        const string plan = """
            tasks:
              - { id: a, title: A, run: "echo begun >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
            """;
        var run = lab.StartPlan(plan);
        await run.UntilAsync("the agent works and is known", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["a"].Live is { Process: not null });
        var first = lab.Sessions[0].Id;
        Directory.Move(lab.State, Path.Combine(lab.Folder, "away"));
        lab.Mark("go");
        var ended = await run.PlainEndAsync();
        Assert.Equal(3, ended.ExitCode);
        Assert.Contains($"the journal of session {first} was removed", ended.Error);
        Assert.DoesNotContain("'tutti resume", ended.Error);

        (await lab.RunPlanAsync(plan)).Exits(0);
        Assert.NotEqual(first, lab.Sessions[0].Id);
        Assert.Equal("a\n", lab.Read("a.txt"));
    }

    [Fact]
    public async Task A_session_is_steered_in_every_way_there_is_and_ends_well()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
              - { id: b, title: B, depends_on: [a], run: "echo b > b.txt" }
            """);
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1);
        foreach (var wish in new[] { "scale-up -n 2", "scale-down", "pause", "resume", "pause b", "resume b" })
            Assert.Equal(0, (await lab.Start(["control", .. wish.Split(' ')]).PlainEndAsync()).ExitCode);
        await run.SignalAsync("INT");
        (await run.EndAsync()).Exits(130);
        lab.Mark("go");
        var ran = (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(["session.scaled", "session.scaled", "session.paused", "session.resumed", "task.paused", "task.resumed", "session.interrupted", "session.resumed"], Kinds(lab, "session.scaled", "session.paused", "session.resumed", "task.paused", "task.resumed", "session.interrupted"));
        Assert.Equal(ran.State.Seq, lab.Journaled()!.Seq);
    }

    [Fact]
    public async Task Where_the_machine_has_no_room_nothing_starts_until_it_has()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
              - { id: b, title: B, depends_on: [a], run: "echo b >> @OUT@/log; echo b > b.txt" }
            """);
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1);
        lab.Settings("memory_per_agent: 1000000GB");
        await run.UntilAsync("the gate is closed", () => lab.Journaled()!.Gate is not null);
        lab.Mark("go");
        await run.UntilAsync("the first has landed", () => lab.Journaled()!.Tasks["a"].Phase == TaskPhase.Done);
        Assert.Equal(TaskPhase.Pending, lab.Journaled()!.Tasks["b"].Phase);
        lab.Settings();
        (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(["gate.closed", "gate.opened"], Kinds(lab, "gate.closed", "gate.opened"));
    }

    [Fact]
    public async Task An_agent_at_its_limit_is_waited_for_and_one_whose_context_is_full_hands_over_at_a_checkpoint()
    {
        await using var lab = await WithClaudeAsync();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: limit, title: Meets a limit, priority: critical }
              - { id: full, title: Fills its context, depends_on: [limit] }
            """)).Exits(0).Has(TaskPhase.Done, "limit", "full");
        Assert.Equal(["agents.held", "agents.released"], Kinds(lab, "agents.held", "agents.released"));
        Assert.Contains("attempt.told", Kinds(lab, "attempt.told"));
        Assert.Equal([AttemptOutcome.HandedOver, AttemptOutcome.Succeeded], ran.Task("full").Attempts.Select(a => a.Outcome!.Value));
        var checkpoint = Assert.Single(ran.State.Checkpoints, c => c.Task == "full");
        Assert.Equal("full-1", checkpoint.Name);
        Assert.Contains("85 % full", checkpoint.Why, StringComparison.Ordinal);

        // It is a position like any other: the work of then is taken along, and develop goes on with it.
        var restored = await lab.Start("checkpoint", "restore", "full-1").PlainEndAsync();
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("landed:", restored.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_is_used_up_ends_what_lives()
    {
        await using var lab = await WithClaudeAsync("budget: { tokens: 1000 }\n");
        var ran = (await lab.RunPlanAsync("tasks:\n  - { id: dear, title: Costs much }\n")).Exits(4);
        Assert.Equal(["budget.reached"], Kinds(lab, "budget.reached"));
        // That it exits without its stream's last line, told to stop, is no failure of its own.
        Assert.Equal((AttemptOutcome.OverBudget, null), (ran.Task("dear").Attempts[^1].Outcome, ran.Task("dear").Attempts[^1].Failure));
    }

    [Fact]
    public async Task A_branch_that_a_person_mended_is_seen_and_lands()
    {
        await using var lab = new SessionLab(settings: "roles: { resolve: none }", files: ("shared.txt", "one\n"));
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a > shared.txt" }
              - { id: b, title: B, run: "while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo b > shared.txt" }
            """);
        await run.UntilAsync("the first has landed", () => lab.Journaled()?.Tasks["a"].Phase == TaskPhase.Done);
        lab.Mark("go");
        (await run.EndAsync()).Exits(4).Has(TaskPhase.NeedsAttention, "b");
        var mine = Path.Combine(lab.Folder, "mine");
        lab.Git("worktree", "add", "-q", mine, "feature/task-b");
        lab.GitIn(mine, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "merge", "-q", "-X", "ours", "-m", "both", "main");
        lab.Git("worktree", "remove", mine);
        var ran = (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(["branch.seen"], Kinds(lab, "branch.seen"));
        Assert.Equal(["resume"], ran.State.Checkpoints.Select(c => c.Name));
        Assert.Equal("b", lab.Show("main", "shared.txt"));
    }

    [Fact]
    public async Task What_cannot_be_collected_stays_in_the_slot_and_is_said()
    {
        await using var lab = new SessionLab("retries: 1");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, run: "echo a > a.txt; rm .git" }
              - { id: b, title: B, run: "echo b > b.txt" }
            """)).Exits(4).Has(TaskPhase.NeedsAttention, "a").Has(TaskPhase.Done, "b");
        Assert.Equal(["work.collect_failed"], Kinds(lab, "work.collect_failed"));
        Assert.Equal("slot_broken", ran.Failure("a").Code);
        Assert.Single(Directory.EnumerateFiles(lab.Slots, "a.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_effect_that_breaks_is_set_aside_and_the_session_goes_on()
    {
        await using var lab = new SessionLab("retries: 1");
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
              - { id: b, title: B, depends_on: [a], run: "echo b > b.txt" }
              - { id: c, title: C, depends_on: [a], run: "echo c > c.txt" }
            """);
        await run.UntilAsync("the first works", () => lab.Marks().Length == 1);
        await File.WriteAllTextAsync(Path.Combine(lab.Sessions[0].Attempts, "b"), "in the way", TestContext.Current.CancellationToken);
        lab.Mark("go");
        var ran = (await run.EndAsync()).Has(TaskPhase.Done, "a", "c");
        Assert.Contains("effect.failed", Kinds(lab, "effect.failed"));
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Equal("file_unusable", ran.Failure("b").Code);
        Assert.DoesNotContain("defect", ran.Failure("b").Hint, StringComparison.Ordinal);
        File.Delete(Path.Combine(lab.Sessions[0].Attempts, "b"));
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "a", "b", "c");
        lab.AssertTidy();
    }

    [Fact]
    public async Task What_was_kept_of_a_task_that_failed_is_not_told_of_it_once_it_has_landed()
    {
        await using var lab = new SessionLab("retries: 1");
        await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a >> a.txt; test -f @OUT@/go\" }\n");
        Assert.Contains("git merge ", lab.Run(lab.Top, TuttiRun.Program, "show", "a").Text, StringComparison.Ordinal);
        lab.Mark("go");
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "a");
        Assert.DoesNotContain("Kept", lab.Run(lab.Top, TuttiRun.Program, "show", "a").Text, StringComparison.Ordinal);
        Assert.Empty(await new PreservationStore(lab.Sessions[0].Path).ReadAllAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_told_and_changes_nothing_else()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.Start("run", "--plan", lab.Plan($"tasks:\n  - {{ id: a, title: A, run: \"mkdir {lab.State}/sessions/$TUTTI_SESSION/report.md; echo a > a.txt\" }}\n"), "--display", "plain").PlainEndAsync());
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("report.md could not be written", ran.Error, StringComparison.Ordinal);
        Assert.Contains("1 landed on main", ran.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(lab.Sessions[0].File("report.json")));
    }

    private static async Task<SessionLab> WithClaudeAsync(string settings = "")
    {
        var lab = new SessionLab(settings: ClaudeSettings + settings);
        var program = Path.Combine(lab.Out, "claude");
        await File.WriteAllTextAsync(program, Claude);
        lab.MakeExecutable(program);
        return lab;
    }

    private static string[] Kinds(SessionLab lab, params string[] kinds) =>
        [.. lab.Sessions.Take(1).SelectMany(s => new Engine.Journal.JournalReader(s.Journal).Read()).Select(r => Engine.Journal.EventTypes.Of(r.Event).Name).Where(kinds.Contains)];
}
