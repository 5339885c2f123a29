using Tutti.Core.Session;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>What a person is told to change while a session rests counts when it is taken up again, and what was said on its command line still does.</summary>
public class RaisedTests
{
    // Speaks Claude Code's stream: the first attempt uses 5,000 tokens and then only waits, the next one does the work.
    private const string Claude = """
        #!/bin/sh
        say() { printf '%s\n' "$1"; }
        say '{"type":"system","subtype":"init","session_id":"11111111-2222-3333-4444-00000000000'$TUTTI_ATTEMPT'","model":"claude-haiku-4-5"}'
        [ "$TUTTI_ATTEMPT" = 1 ] && echo half > half.txt
        say '{"type":"assistant","message":{"id":"msg_1","model":"claude-haiku-4-5","content":[{"type":"text","text":"working on it"}],"usage":{"input_tokens":5000,"output_tokens":20}},"parent_tool_use_id":null}'
        if [ "$TUTTI_ATTEMPT" = 1 ]; then while :; do sleep 0.1; done; fi
        echo "$TUTTI_TASK" > "$TUTTI_TASK.txt"
        say '{"type":"result","subtype":"success","is_error":false,"result":"done","structured_output":{"nonce":"'$TUTTI_NONCE'","verdict":"done","summary":"wrote the file"},"terminal_reason":"completed"}'
        """;

    private const string Roles = "agents: { claude: { command: \"@OUT@/claude\" } }\nroles: { develop: claude, correct: claude, review: none, qa: none }\n";
    private const string Logged = "tasks:\n  - { id: a, title: A, run: \"echo develop >> @OUT@/log; echo a > a.txt\" }\n";
    private const string Plan = "tasks:\n  - { id: dear, title: Costs much }\n";

    [Fact]
    public async Task A_larger_budget_on_the_command_line_goes_on()
    {
        await using var lab = await WithClaudeAsync();
        (await lab.RunPlanAsync(Plan, "--budget-tokens", "1000")).Exits(4);
        var still = (await lab.ResumeAsync()).Exits(4);
        Assert.Equal("budget_spent", still.State.Ending?.Reason?.Code);
        var ran = (await lab.ResumeAsync("--budget-tokens", "100000")).Exits(0).Has(TaskPhase.Done, "dear");
        Assert.Equal([AttemptOutcome.OverBudget, AttemptOutcome.Succeeded], ran.Task("dear").Attempts.Where(a => a.IsAgent).Select(a => a.Outcome!.Value));
    }

    [Fact]
    public async Task The_same_through_run_resume_and_in_the_background()
    {
        await using var lab = await WithClaudeAsync();
        (await lab.RunPlanAsync(Plan, "--budget-tokens", "1000")).Exits(4);
        var detached = await lab.Start("run", "--resume", "--budget-tokens", "100000", "--detach").PlainEndAsync();
        Assert.True(detached.ExitCode == 0, detached.Error);
        var conductor = Assert.Single(lab.Conductors());
        await Waits.UntilAsync("the conductor in the background has ended", () => AttemptProcess.Probe(conductor) is AttemptLife.Exited or AttemptLife.Dead);
        Assert.Equal(0, Assert.IsType<AttemptLife.Exited>(AttemptProcess.Probe(conductor)).Exit.Code);
        Assert.Equal(SessionStatus.Completed, lab.Journaled()!.Status);
    }

    // As of `tutti run --plan /dev/stdin`, where a resume would wait for what somebody types.
    [Fact]
    public async Task A_plan_that_came_through_a_pipe_is_not_waited_for()
    {
        await using var lab = new SessionLab("retries: 1");
        var plan = lab.Plan("tasks:\n  - { id: a, title: A, run: \"test -f @OUT@/go && echo a > a.txt\" }\n");
        Assert.Equal(0, lab.Run(lab.Folder, "mkfifo", "pipe").ExitCode);
        var run = lab.Start("run", "--plan", Path.Combine(lab.Folder, "pipe"), "--display", "json");
        Assert.Equal(0, lab.Run(lab.Folder, "sh", "-c", $"cat {plan} > pipe").ExitCode);
        (await run.EndAsync()).Exits(1);
        lab.Mark("go");
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "a");
    }

    // As after a switch to a branch without it: nobody has said that nothing is to be verified any more.
    [Fact]
    public async Task A_settings_file_that_went_while_the_session_rested_still_counts()
    {
        await using var lab = new SessionLab("retries: 1", "verify: [\"test ! -e a.txt\"]\n");
        (await lab.RunPlanAsync(Logged)).Exits(1);
        File.Delete(Path.Combine(lab.Top, ".tutti.yaml"));
        var ran = (await lab.ResumeAsync("--retry-failed")).Exits(1).Has(TaskPhase.Failed, "a");
        Assert.Contains(ran.Of("settings.rejected"), e => e.ToJsonString().Contains("settings_gone", StringComparison.Ordinal));
        Assert.DoesNotContain("a.txt", lab.Tree("main"));
        lab.Write(".tutti.yaml", "");
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "a");
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--max-agents=3")]
    [InlineData("--plan=plan.yaml")]
    public async Task Run_resume_refuses_what_it_would_pass_over(string option)
    {
        await using var lab = new SessionLab();
        var refused = await lab.Start("run", "--resume", option).PlainEndAsync();
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"'{option.Split('=')[0]}' does not go with --resume", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_larger_budget_in_the_file_goes_on()
    {
        await using var lab = await WithClaudeAsync("budget: { tokens: 1000 }\n");
        (await lab.RunPlanAsync(Plan)).Exits(4);
        lab.Settings(settings: Roles + "budget: { tokens: 100000 }\n");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "dear");
    }

    [Fact]
    public async Task A_larger_budget_of_a_task_in_its_plan_goes_on()
    {
        await using var lab = await WithClaudeAsync();
        var ran = (await lab.RunPlanAsync("tasks:\n  - { id: dear, title: Costs much, budget: { tokens: 1000 } }\n")).Exits(4).Has(TaskPhase.NeedsAttention, "dear");
        Assert.Contains("in the plan", ran.Failure("dear").Hint, StringComparison.Ordinal);
        lab.Plan("tasks:\n  - { id: dear, title: Costs much, budget: { tokens: 100000 } }\n");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "dear");
    }

    [Fact]
    public async Task Verify_commands_that_were_mended_count_after_a_resume()
    {
        await using var lab = new SessionLab(settings: "verify: [\"test -f nowhere\"]");
        (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n")).Exits(4);
        lab.Settings(settings: "verify: [\"test -f a.txt\"]");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
    }

    [Fact]
    public async Task What_the_command_line_said_stands_above_a_file_that_changes_after_a_resume()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt\" }\n", "--budget-tokens", "777", "--review", "strict");
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1);
        await run.SignalAsync("INT");
        (await run.EndAsync()).Exits(130);
        var resumed = lab.Start("resume", "--display", "json");
        await resumed.UntilAsync("it works again", () => lab.Marks().Length == 2);
        lab.Settings(settings: "coverage: 42\n");
        await resumed.UntilAsync("the change is taken in", () => lab.Journaled()!.Settings.Coverage == 42);
        Assert.Equal((777, Core.ReviewMode.Strict), (lab.Journaled()!.Settings.Budget.Tokens, lab.Journaled()!.Settings.Review));
        lab.Mark("go");
        (await resumed.EndAsync()).Exits(0);
    }

    [Fact]
    public async Task What_waits_for_a_person_behind_develop_is_not_developed_again()
    {
        await using var lab = new SessionLab(settings: "roles: { review: { agent: shell, run: \"echo review >> @OUT@/log; [ -f @OUT@/database ] || echo QA_BLOCKED\" } }");
        (await lab.RunPlanAsync(Logged)).Exits(4).Has(TaskPhase.NeedsAttention, "a");
        lab.Mark("database");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(["develop", "review", "review"], lab.Marks());
    }

    [Fact]
    public async Task What_a_person_corrected_on_the_branch_is_looked_at_and_lands()
    {
        await using var lab = new SessionLab("review_rounds: 1", "roles: { correct: { agent: shell, run: \"exit 1\" }, review: { agent: shell, run: \"echo review >> @OUT@/log; [ -f mended.txt ] || echo TASK_REJECTED\" } }");
        var ran = (await lab.RunPlanAsync(Logged)).Exits(4).Has(TaskPhase.NeedsAttention, "a");
        Assert.Equal("review_rounds", ran.Failure("a").Code);
        CommitByHand(lab, "mended.txt", "by hand\n");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(["develop", "review", "review"], lab.Marks());
        Assert.Equal("by hand", lab.Show("main", "mended.txt"));
    }

    [Fact]
    public async Task Work_that_was_in_question_lands_once_a_person_has_mended_it_and_is_done_anew_where_nobody_has()
    {
        const string plan = "tasks:\n  - { id: a, title: A, files: [a.txt], run: \"echo develop >> @OUT@/log; echo a > a.txt; [ -f @OUT@/careful ] || rm kept.txt\" }\n";
        await using var mended = new SessionLab(files: ("kept.txt", "1\n"));
        Assert.Equal("look_before_landing", (await mended.RunPlanAsync(plan)).Exits(4).Failure("a").Code);
        CommitByHand(mended, "kept.txt", "1\n");
        (await mended.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(["develop"], mended.Marks());
        Assert.Equal("1", mended.Show("main", "kept.txt"));

        await using var anew = new SessionLab(files: ("kept.txt", "1\n"));
        (await anew.RunPlanAsync(plan)).Exits(4);
        anew.Mark("careful");
        (await anew.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(["develop", "develop"], anew.Marks());
    }

    [Fact]
    public async Task A_task_ended_for_its_budget_goes_on_with_what_it_had_written()
    {
        await using var lab = await WithClaudeAsync();
        (await lab.RunPlanAsync("tasks:\n  - { id: dear, title: Costs much, budget: { tokens: 1000 } }\n")).Exits(4);
        lab.Plan("tasks:\n  - { id: dear, title: Costs much, budget: { tokens: 100000 } }\n");
        var ran = (await lab.ResumeAsync()).Exits(0);
        Assert.Equal(1, ran.Task("dear").Attempts.Last(a => a.IsAgent).Continues);
        Assert.Equal("half", lab.Show("main", "half.txt"));
    }

    private static void CommitByHand(SessionLab lab, string path, string text)
    {
        var mine = Path.Combine(lab.Folder, "mine");
        lab.Git("worktree", "add", "-q", mine, "feature/task-a");
        File.WriteAllText(Path.Combine(mine, path), text);
        lab.GitIn(mine, "add", path);
        lab.GitIn(mine, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "mended");
        lab.Git("worktree", "remove", mine);
    }

    private static async Task<SessionLab> WithClaudeAsync(string settings = "")
    {
        var lab = new SessionLab(settings: Roles + settings);
        var program = Path.Combine(lab.Out, "claude");
        await File.WriteAllTextAsync(program, Claude.Replace("\r\n", "\n", StringComparison.Ordinal));
        lab.MakeExecutable(program);
        return lab;
    }
}
