using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class VerifyTests
{
    [Fact]
    public async Task A_branch_whose_own_verification_is_red_fails_with_the_command_and_its_output()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            verify: ["test -f readme.md", "echo 'one test failed' && test ! -f broken.txt"]
            tasks:
              - { id: breaks, title: Breaks it, run: "echo x > broken.txt" }
              - { id: good, title: Works, run: "echo good > good.txt" }
            """)).Exits(1).Has(TaskPhase.Failed, "breaks").Has(TaskPhase.Done, "good");
        Assert.Contains("test ! -f broken.txt", ran.Failure("breaks").Message + ran.Failure("breaks").Detail);
        Assert.Contains("one test failed", ran.Failure("breaks").Message + ran.Failure("breaks").Detail);
        Assert.DoesNotContain("broken.txt", lab.Tree("main"));
    }

    // Found by a helper who waited for the end: each stage began to count anew, so a script whose work stays red ran for ever.
    [Theory]
    [InlineData("verify: [\"false\"],", "")]
    [InlineData("", "roles: { qa: { agent: shell, run: \"echo TASK_REJECTED; exit 1\" } }")]
    public async Task A_script_whose_work_stays_red_is_tried_as_often_as_may_be_and_fails(string ofTask, string ofPlan)
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync($"{ofPlan}\ntasks:\n  - {{ id: a, title: A, {ofTask} run: \"echo ran >> @OUT@/log; echo a > a.txt\" }}\n"));
        Assert.True(ran.ExitCode is 1 or 4, $"{ran.ExitCode}\n{ran.Stderr}");
        Assert.InRange(lab.Marks().Length, 1, 3);
    }

    [Fact]
    public async Task A_red_branch_is_corrected_where_somebody_can_correct()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            verify: ["! grep -q wrong work.txt"]
            roles:
              correct: { agent: shell, run: "cp $TUTTI_PROMPT @OUT@/prompt; echo right > work.txt" }
            tasks:
              - { id: work, title: Gets it wrong, run: "echo wrong > work.txt" }
            """)).Exits(0);
        Assert.Equal("right\n", lab.Read("work.txt"));
        Assert.Equal("develop verify verify verify correct verify land", ran.Stages("work"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_base_that_is_red_by_itself_is_nobody_s_fault_and_is_said()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            verify: ["test -f never-there"]
            tasks:
              - { id: work, title: Does its work, run: "echo w > work.txt" }
            """)).Exits(4).Has(TaskPhase.NeedsAttention, "work");
        Assert.Equal("base_red", ran.Failure("work").Code);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("w", lab.Show(ran.Task("work").Branch!, "work.txt"));
    }

    [Fact]
    public async Task Two_tasks_that_pass_alone_but_not_together_are_told_apart_and_the_first_stays()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            verify: ["! test -f a.txt || ! test -f b.txt"]
            tasks:
              - { id: a, title: Adds a, run: "echo a > a.txt" }
              - { id: b, title: Adds b, run: "echo b > b.txt" }
              - { id: c, title: Adds c, run: "echo c > c.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "c");
        var phases = new[] { ran.Task("a").Phase, ran.Task("b").Phase };
        Assert.Contains(TaskPhase.Done, phases);
        Assert.Contains(TaskPhase.NeedsAttention, phases);
        var red = ran.Task("a").Phase == TaskPhase.Done ? "b" : "a";
        Assert.Equal("landing_red", ran.Failure(red).Code);
        Assert.Contains($"feature/task-{red}", lab.Branches());
        Assert.DoesNotContain($"{red}.txt", lab.Tree("main"));
        Assert.Contains("c.txt", lab.Tree("main"));
    }

    [Fact]
    public async Task A_task_s_own_commands_are_verified_on_its_branch_and_as_merged()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: work, title: Work, run: "echo w > work.txt", verify: ["echo $TUTTI_STAGE >> @OUT@/log; test -f work.txt"] }
            """)).Exits(0);
        Assert.Equal("develop verify land", ran.Stages("work"));
        Assert.Equal(["verify", "land"], lab.Marks());
    }

    [Fact]
    public async Task Set_up_commands_run_once_in_a_slot_and_copies_are_there_and_never_committed()
    {
        await using var lab = new SessionLab(limits: "retries: 2");
        lab.Write(".env", "SECRET=1\n");
        var ran = (await lab.RunPlanAsync("""
            setup: ["echo $TUTTI_TASK >> @OUT@/setup", "mkdir -p node.ignored && echo made > node.ignored/file"]
            copy: [".env"]
            tasks:
              - { id: work, title: Work, run: "cat .env node.ignored/file > work.txt; [ $TUTTI_ATTEMPT = 2 ]" }
            """)).Exits(0);
        Assert.Equal("SECRET=1\nmade\n", lab.Read("work.txt"));
        Assert.Single(lab.Marks("setup"));
        Assert.DoesNotContain(".env", lab.Tree("main"));
        Assert.Equal("develop develop", ran.Stages("work"));
    }

    [Fact]
    public async Task Set_up_that_fails_fails_the_task_and_says_which_command()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            setup: ["echo no such package >&2; exit 9"]
            tasks:
              - { id: work, title: Work, run: "echo w > work.txt" }
            """)).Exits(1).Has(TaskPhase.Failed, "work");
        Assert.Equal("setup_failed", ran.Failure("work").Code);
        Assert.Contains("no such package", ran.Failure("work").Message + ran.Failure("work").Detail);
    }
}
