using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class ReportViewTests
{
    private static ReportView Everything()
    {
        var script = SessionScript.Everything();
        return ReportView.From(script.State, script.Live);
    }

    [Fact]
    public void Every_outcome_is_told_with_its_reason()
    {
        var report = Everything();
        Assert.Equal(["done"], report.In(TaskPhase.Done).Select(t => t.Id));
        var bad = report.In(TaskPhase.Failed).Single();
        Assert.Equal("task bad: `./test.sh` failed with exit code 1", bad.Error!.Message);
        Assert.Equal((2, 1, 1, 40.0), (bad.Attempts, bad.Retries, bad.Rounds, bad.BusySeconds));
        Assert.Equal(["bad"], report.In(TaskPhase.Blocked).Single().BlockedBy);
        Assert.Equal("merge_conflict", report.In(TaskPhase.NeedsAttention).Single().Error!.Code);
        Assert.Single(report.In(TaskPhase.Cancelled));
    }

    [Fact]
    public void What_is_kept_says_where_and_how_to_get_at_it()
    {
        var tasks = Everything().Tasks.ToDictionary(t => t.Id, StringComparer.Ordinal);
        Assert.Null(tasks["done"].Kept);
        Assert.Null(tasks["stuck"].Kept);
        Assert.Equal(("feature/task-bad", "git diff 1a2b3c4d...feature/task-bad", "its branch has commits that are nowhere else"), (tasks["bad"].Kept!.Branch, tasks["bad"].Kept!.Command, tasks["bad"].Kept!.Why));
        Assert.Equal(("wt-ask", "cd /repo.worktrees/wt-ask"), (tasks["ask"].Kept!.Slot, tasks["ask"].Kept!.Command));
    }

    [Fact]
    public void A_branch_that_was_cleaned_up_without_a_word_is_not_offered()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a").Add(new TaskFailed("a", SessionScript.Broken), new StepDropped("a"), new TaskCleaned("a", TaskPhase.Failed, true, null));
        Assert.Null(ReportView.From(script.State, script.Live).Tasks[0].Kept);
    }

    [Fact]
    public void Odd_names_are_quoted_for_the_shell()
    {
        Assert.Equal("git diff 1a2b3c4d...'x; rm -rf '\\''y'\\'''", Kept("x; rm -rf 'y'"));
        Assert.Equal("git diff 1a2b3c4d...feature/a-1_2", Kept("feature/a-1_2"));

        static string Kept(string branch)
        {
            var script = new SessionScript(SessionScript.Plan("a")).Add(new TaskStarted("a", branch, SessionScript.Commit), new TaskFailed("a", SessionScript.Broken), new StepDropped("a"));
            return ReportView.From(script.State, script.Live).Tasks[0].Kept!.Command;
        }
    }

    [Fact]
    public void Work_of_three_at_once_is_measured_against_one()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b", "c")).Begin("a").Begin("b").Begin("c").Wait(60).End("a").End("b").End("c").Wait(30);
        var speed = ReportView.From(script.State, script.Live).Speed;
        Assert.Equal((90.0, 180.0, 2.0, 3), (speed.WallSeconds, speed.BusySeconds, speed.Speedup!.Value, speed.MostAtOnce));
    }

    [Fact]
    public void The_time_in_which_it_was_paused_or_ended_does_not_make_it_slower_than_one()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a").Begin("b").Wait(60).End("a").End("b").Wait(10)
            .Add(new SessionPaused("me")).Wait(1000).Add(new SessionEnded(SessionStatus.Paused, 130, null)).Wait(10_000).Add(new SessionResumed("me", false)).Wait(10);
        var speed = ReportView.From(script.State, script.Live).Speed;
        Assert.Equal((11_080.0, 11_000.0, 120.0, 1.5), (speed.WallSeconds, speed.RestSeconds, speed.BusySeconds, speed.Speedup!.Value));
    }

    [Fact]
    public void One_after_another_is_not_two_at_once_and_takes_one_lane()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a").Wait(10).End("a").Begin("b").Wait(10).End("b");
        var report = ReportView.From(script.State, script.Live);
        Assert.Equal(1, report.Speed.MostAtOnce);
        Assert.Equal([("a", 1, 0.0, 10.0), ("b", 1, 10.0, 20.0)], report.Timeline.Select(bar => (bar.Task, bar.Lane, bar.StartSeconds, bar.EndSeconds)));
    }

    [Fact]
    public void Tasks_at_the_same_time_take_lanes_of_their_own()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b", "c")).Begin("a").Wait(1).Begin("b").Wait(10).End("a").Begin("c").Wait(5);
        Assert.Equal([("a", 1), ("b", 2), ("c", 1)], ReportView.From(script.State, script.Live).Timeline.Select(bar => (bar.Task, bar.Lane)));
    }

    [Fact]
    public void Time_is_told_for_each_stage_and_for_waiting()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Land("a", 60);
        var task = ReportView.From(script.State, script.Live).Tasks[0];
        Assert.Equal([(Stage.Develop, 60.0, 1), (Stage.Verify, 1.0, 1)], task.Stages.Select(s => (s.Stage, s.Seconds, s.Attempts)));
        var waited = new SessionScript(SessionScript.Plan("a")).Add(new TaskStarted("a", "x", SessionScript.Commit)).Wait(20).Begin("a").Wait(5).End("a").Add(new TaskFailed("a", SessionScript.Broken));
        Assert.Equal((5.0, 20.0), (ReportView.From(waited.State, waited.Live).Tasks[0].BusySeconds, ReportView.From(waited.State, waited.Live).Tasks[0].WaitSeconds));
    }

    [Fact]
    public void A_session_that_never_ran_anything_has_a_report_too()
    {
        var script = new SessionScript(SessionScript.Plan("a"));
        var report = ReportView.From(script.State, script.Live);
        Assert.Equal((0.0, null), (report.Speed.BusySeconds, report.Speed.Speedup));
        Assert.Empty(report.Timeline);
    }

    [Fact]
    public void Decisions_of_agents_are_gathered()
    {
        var result = new StageResult("n", Verdict.Done, "done", null, [], [], [new AgentDecision("hash", "argon2", "it is slow")]);
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a").End("a", result: result);
        Assert.Equal([new DecisionView("a", "hash", "argon2", "it is slow")], ReportView.From(script.State, script.Live).Decisions);
    }

    [Fact]
    public void What_waits_on_the_integration_branch_is_said_with_the_way_to_take_it()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Add(new TargetRefused(new Core.Failure(Core.FailureCategory.Git, "target_dirty", "main has local changes"))).Land("a", integrated: true);
        var report = ReportView.From(script.State, script.Live);
        Assert.True(report.Tasks[0].Integrated);
        Assert.Equal(("tutti/2026-01-02-001", "main has local changes"), (report.Session.Integration!.Branch, report.Session.Integration.Why));
    }
}
