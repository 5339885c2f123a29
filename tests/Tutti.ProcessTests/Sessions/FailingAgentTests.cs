using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class FailingAgentTests
{
    [Fact]
    public async Task A_failed_attempt_is_tried_again_on_a_clean_tree_after_a_pause()
    {
        await using var lab = new SessionLab(limits: "backoff: 100ms, backoff_max: 1s");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - id: shaky
                title: Fails twice
                run: |
                  ls > @OUT@/tree$TUTTI_ATTEMPT
                  echo try$TUTTI_ATTEMPT > work.txt; echo rest > rest$TUTTI_ATTEMPT.txt
                  [ "$TUTTI_ATTEMPT" = 3 ] || { echo "no luck" >&2; exit 7; }
            """)).Exits(0);
        Assert.Equal("develop develop develop", ran.Stages("shaky"));
        Assert.Equal("try3\n", lab.Read("work.txt"));
        Assert.DoesNotContain(lab.Marks("tree3"), name => name.StartsWith("rest", StringComparison.Ordinal));
        Assert.Equal(7, ran.Task("shaky").Attempts[0].ExitCode);
        var attempts = ran.Task("shaky").Attempts;
        Assert.InRange(attempts[1].StartedAt - attempts[0].EndedAt!.Value, TimeSpan.FromMilliseconds(100), Waits.Patience);
        Assert.InRange(attempts[2].StartedAt - attempts[1].EndedAt!.Value, TimeSpan.FromMilliseconds(200), Waits.Patience);
        Assert.Contains("work.txt", lab.Tree($"refs/tutti/{ran.State.Id}/shaky/1"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_task_whose_agent_keeps_failing_fails_alone_and_what_depends_on_it_never_starts()
    {
        await using var lab = new SessionLab(limits: "retries: 2");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: bad, title: Always fails, run: "echo half > half.txt; echo why it failed >&2; exit 3" }
              - { id: needs, title: Depends on it, depends_on: [bad, good], run: "echo $TUTTI_TASK >> @OUT@/log" }
              - { id: further, title: Depends on that, depends_on: [needs], run: "echo $TUTTI_TASK >> @OUT@/log" }
              - { id: good, title: Works, run: "echo good > good.txt" }
            """)).Exits(1).Has(TaskPhase.Failed, "bad").Has(TaskPhase.Blocked, "needs", "further").Has(TaskPhase.Done, "good");
        Assert.Equal(2, ran.Task("bad").Attempts.Count);
        Assert.Contains("why it failed", ran.Failure("bad").Message + ran.Failure("bad").Detail);
        Assert.Contains("bad", ran.Failure("needs").Message);
        Assert.Contains("needs", ran.Failure("further").Message);
        Assert.Empty(lab.Marks());
        Assert.Equal(SessionStatus.Failed, ran.State.Status);
        Assert.Equal("half", lab.Show($"refs/tutti/{ran.State.Id}/bad/2", "half.txt"));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_ended_with_all_it_started()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: slow, title: Takes for ever, timeout: 1s, run: "echo half > half.txt; setsid sleep 1000 & sleep 1000" }
              - { id: good, title: Works, run: "echo good > good.txt" }
            """)).Exits(1).Has(TaskPhase.Failed, "slow").Has(TaskPhase.Done, "good");
        Assert.Equal(AttemptOutcome.TimedOut, ran.Task("slow").Attempts[0].Outcome);
        Assert.Empty(lab.Processes());
        Assert.Equal("half", lab.Show($"refs/tutti/{ran.State.Id}/slow/1", "half.txt"));
    }

    [Fact]
    public async Task An_attempt_that_says_nothing_for_too_long_is_ended_but_one_that_talks_is_not()
    {
        await using var lab = new SessionLab(limits: "retries: 1, stall: 2s");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: mute, title: Says nothing, run: "sleep 1000" }
              - { id: talks, title: Talks on, run: "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.4; done; echo x > x.txt" }
            """)).Exits(1).Has(TaskPhase.Done, "talks");
        Assert.Equal(AttemptOutcome.Stalled, ran.Task("mute").Attempts[0].Outcome);
    }

    [Fact]
    public async Task An_agent_that_is_blocked_says_so_and_a_person_is_asked_at_once()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: stuck, title: Cannot, run: "printf '{\"nonce\":\"%s\",\"verdict\":\"blocked\",\"summary\":\"no key\"}' $TUTTI_NONCE > $TUTTI_RESULT" }
            """)).Exits(4).Has(TaskPhase.NeedsAttention, "stuck");
        Assert.Single(ran.Task("stuck").Attempts);
        Assert.Contains("no key", ran.Failure("stuck").Message);
    }

    // Its slot of before is kept, and on its branch: the task had no slot ever after.
    [Fact]
    public async Task A_task_whose_slot_is_kept_with_what_could_not_be_committed_is_tried_again_when_asked()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        lab.Git("config", "core.autocrlf", "true");
        lab.Git("config", "core.safecrlf", "true");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: Writes line feeds, run: "echo a >> a.txt" }
            """)).Exits(1).Has(TaskPhase.Failed, "a");
        Assert.Equal("line_endings_refused", ran.Failure("a").Code);

        lab.Git("config", "core.safecrlf", "false");
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "a");

        Assert.Equal("a", lab.Show("main", "a.txt").TrimEnd());
        Assert.Contains("/a/left-", lab.Git("for-each-ref", "refs/tutti"));
    }

    [Fact]
    public async Task Changes_on_failed_and_resumed_tasks_are_tried_again_when_asked()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        const string plan = """
            tasks:
              - { id: bad, title: Fails until told, run: "[ -f @OUT@/go ] && echo done > bad.txt" }
              - { id: needs, title: Depends on it, depends_on: [bad], run: "cat bad.txt > needs.txt" }
            """;
        (await lab.RunPlanAsync(plan)).Exits(1).Has(TaskPhase.Failed, "bad").Has(TaskPhase.Blocked, "needs");
        lab.Mark("go");
        (await lab.ResumeAsync()).Exits(1).Has(TaskPhase.Failed, "bad");
        (await lab.ResumeAsync("--retry-failed")).Exits(0).Has(TaskPhase.Done, "bad", "needs");
        Assert.Equal("done\n", lab.Read("needs.txt"));
        lab.AssertTidy();
    }
}
