using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Landing;

public sealed class TrainTests
{
    [Fact]
    public void Each_verify_slot_tests_a_longer_prefix_of_the_train()
    {
        Assert.Equal(["c0+a+b", "c0+a+b+c+d"], new TrainLab("a b c d").Tested);
        Assert.Equal(["c0+a", "c0+a+b", "c0+a+b+c", "c0+a+b+c+d"], new TrainLab("a b c d", slots: 4).Tested);
        Assert.Equal(["c0+a+b+c+d"], new TrainLab("a b c d", slots: 1).Tested);
    }

    [Fact]
    public void The_longest_green_prefix_lands_whole_and_its_own_tests_end()
    {
        var lab = new TrainLab("a b c d").Green("c0+a+b+c+d");
        Assert.Equal(["c0+a+b+c+d"], lab.Target);
        Assert.Empty(lab.State.Landing.Checks);
        Assert.Equal(SessionStatus.Completed, lab.State.Status);
        // Each is told the commit that brought it, and the verified one it came with.
        Assert.Equal("c0+a", lab.State.Tasks["a"].Landed);
        Assert.Equal("c0+a+b+c+d", lab.Journal.Select(r => r.Event).OfType<TaskLanded>().First(e => e.Task == "a").Within);
    }

    [Fact]
    public void A_green_part_lands_while_the_rest_is_still_tested()
    {
        var lab = new TrainLab("a b c d").Green("c0+a+b");
        Assert.Equal(["c0+a+b"], lab.Target);
        Assert.Equal(["c0+a+b+c+d"], lab.Tested);
    }

    [Fact]
    public void What_is_red_is_found_by_halves_while_the_others_go_on()
    {
        var lab = new TrainLab("a b c d").Red("c0+a+b");
        // a and b are apart; the test of all four has nothing more to say.
        Assert.Equal(["c0+a", "c0+c+d"], lab.Tested);
        lab.Green("c0+c+d");
        Assert.Equal(["c0+c+d"], lab.Target);
        lab.Green("c0+a");
        Assert.Equal(["c0+c+d+a", "c0+c+d+b"], lab.Tested);
        lab.Green("c0+c+d+a").Red("c0+c+d+b");
        Assert.Equal("NeedsAttention landing_red", lab.Phase("b"));
        Assert.Equal("Done", lab.Phase("a"));
        Assert.Equal(["c0+c+d", "c0+c+d+a"], lab.Target);
    }

    [Fact]
    public void A_landing_that_was_interrupted_goes_on_where_a_person_orders_it()
    {
        var lab = new TrainLab("a b", slots: 1).Interrupt();
        Assert.Equal((ExitCodes.Interrupted, SessionStatus.Paused), (lab.State.ExitCode, lab.State.Status));
        lab.Land("c0").Green("c0+a+b");
        Assert.Equal(["c0+a+b"], lab.Target);
        Assert.Equal(SessionStatus.Completed, lab.State.Status);
    }

    [Fact]
    public void An_interrupt_that_a_conductor_left_over_does_not_end_the_landing_that_is_ordered_again()
    {
        var lab = new TrainLab("a b", slots: 1).Interrupt().Land("c0");
        lab.Feed(new Control(ControlVerb.Interrupt, [], 0, "test"));
        Assert.Null(lab.State.EndedAt);
        lab.Restart(new LandNow("c0", [])).Green("c0+a+b");
        Assert.Equal(SessionStatus.Completed, lab.State.Status);
    }

    [Fact]
    public void On_a_moved_target_what_was_integrated_boards_before_what_an_interrupt_left_in_the_train()
    {
        var lab = new TrainLab("a b", land: LandMode.Review).Green("c0+a").Interrupt();
        Assert.Equal(["a"], lab.State.Landing.Integrated);
        Assert.Equal(["c9+a", "c9+a+b"], lab.Land("c9").Tested);
        lab.Green("c9+a+b");
        Assert.Equal("c9+a+b", lab.State.Landing.Target);
    }

    [Fact]
    public void A_failure_is_tried_once_more_before_anything_is_blamed()
    {
        var lab = new TrainLab("a").Red("c0+a");
        Assert.Equal(["c0+a"], lab.Tested);
        lab.Green("c0+a");
        Assert.Equal(["c0+a"], lab.Target);
    }

    [Fact]
    public void The_base_must_be_green_before_a_branch_is_blamed()
    {
        var lab = new TrainLab("a").Red("c0+a").Red("c0+a");
        Assert.Equal(["c0"], lab.Tested);
        Assert.Equal("NeedsAttention landing_red", lab.Green("c0").Phase("a"));

        lab = new TrainLab("a").Red("c0+a").Red("c0+a").Red("c0");
        Assert.Equal(["c0"], lab.Tested);
        Assert.Equal("NeedsAttention base_red", lab.Red("c0").Phase("a"));
    }

    [Fact]
    public void Two_that_are_green_alone_and_red_together_land_one_and_blame_the_other()
    {
        var lab = new TrainLab("a b").Red("c0+a+b");
        Assert.Equal(["c0+a"], lab.Tested);
        lab.Green("c0+a").Red("c0+a+b");
        Assert.Equal(["c0+a"], lab.Target);
        Assert.Equal("NeedsAttention landing_red", lab.Phase("b"));
    }

    [Fact]
    public void One_that_conflicts_with_those_ahead_waits_and_those_behind_do_not()
    {
        var lab = new TrainLab("a b c", conflicts: (task, onto) => task == "b" && onto.Contains("+a", StringComparison.Ordinal));
        Assert.Equal(["c0+a", "c0+a+c"], lab.Tested);
        lab.Green("c0+a+c");
        Assert.Equal("NeedsAttention merge_conflict", lab.Phase("b"));
        Assert.Equal(["c0+a+c"], lab.Target);
    }

    [Fact]
    public void One_that_conflicts_only_with_what_is_taken_out_lands()
    {
        var lab = new TrainLab("a b", conflicts: (task, onto) => task == "b" && onto.Contains("+a", StringComparison.Ordinal));
        lab.Red("c0+a").Green("c0+b");
        Assert.Equal(["c0+b"], lab.Target);
        // Its second test was on what was there before; that was never found green, so it has another where b has landed.
        lab.Red("c0+a");
        Assert.Equal(["c0+b+a"], lab.Tested);
        lab.Red("c0+b+a");
        Assert.Equal("NeedsAttention landing_red", lab.Phase("a"));
    }

    private static bool BothTouch(string task, string onto) => task == "b" && onto.Contains("+a", StringComparison.Ordinal);

    [Fact]
    public void A_conflict_with_what_has_landed_is_given_to_the_resolver_and_its_merge_is_verified_like_any_other()
    {
        var lab = new TrainLab("a b", conflicts: (task, onto) => BothTouch(task, onto) && !onto.Contains("resolved", StringComparison.Ordinal), resolver: "shell").Green("c0+a");
        Assert.Equal((Stage.Resolve, Place.Conflict, "c0+a"), (lab.State.Tasks["b"].Live!.Stage, lab.State.Tasks["b"].Live!.Place, lab.State.Tasks["b"].Live!.Commit));
        // It takes an agent's place, and a restart finds it.
        Assert.Contains("b", lab.State.Running);
        lab.Restart();
        Assert.Equal(Stage.Resolve, lab.State.Tasks["b"].Live!.Stage);
        Assert.DoesNotContain(lab.Journal, r => r.Event is ConflictResolved);
    }

    [Fact]
    public void What_the_resolver_made_lands_only_when_it_is_green()
    {
        var resolved = false;
        var lab = new TrainLab("a b", conflicts: (task, onto) => BothTouch(task, onto) && !resolved, resolver: "shell").Green("c0+a");
        resolved = true;
        lab.Resolve("b", "merge-of-b");
        Assert.Equal("merge-of-b", lab.State.Tasks["b"].Resolved!.Commit);
        Assert.Equal("head-b", lab.State.Tasks["b"].Head);
        Assert.Equal(["c0+a+b"], lab.Tested);
        Assert.Equal("NeedsAttention landing_red", lab.Red("c0+a+b").Red("c0+a+b").Phase("b"));
    }

    [Fact]
    public void A_resolver_without_a_slot_waits_and_that_is_no_try()
    {
        var lab = new TrainLab("a b", conflicts: BothTouch, resolver: "shell").Green("c0+a");
        lab.Feed(new AttemptIsOver("b", lab.State.Tasks["b"].Live!.Number, AttemptOutcome.Failed, Failure: new Failure(FailureCategory.Resource, "pool_exhausted", "all 8 slots are leased")));
        Assert.Null(lab.State.Tasks["b"].Live);
        Assert.Equal(TaskPhase.Landing, lab.State.Tasks["b"].Phase);
        Assert.NotNull(Recover.NextWake(lab.State, lab.State.At));
    }

    [Fact]
    public void A_resolver_whose_provider_is_down_tries_again_after_waits_that_double_and_holds_up_nobody_else()
    {
        var (state, now) = (new TrainLab("a b", conflicts: BothTouch, resolver: "claude").Green("c0+a").State, TrainLab.Now);
        var overloaded = new Failure(FailureCategory.Network, AgentFailure.Overloaded, "529", "wait");
        for (var tried = 0; tried < state.Settings.Limits.Retries - 1; tried++)
        {
            state = Decide.About(state, new AttemptIsOver("b", state.Tasks["b"].Live!.Number, AttemptOutcome.Failed, 1, Failure: overloaded), now).State;
            Assert.Null(state.Tasks["b"].Live);
            Assert.Equal(state.Settings.Limits.Backoff * Math.Pow(2, tried), state.Tasks["b"].NotBefore - now);
            Assert.Equal(state.Tasks["b"].NotBefore, Recover.NextWake(state, now));
            Assert.Null(state.Landing.NotBefore);
            now = state.Tasks["b"].NotBefore!.Value;
            state = Decide.About(state, new TimePassed(), now).State;
        }

        Assert.Equal(Stage.Resolve, state.Tasks["b"].Live!.Stage);
        state = Decide.About(state, new AttemptIsOver("b", state.Tasks["b"].Live!.Number, AttemptOutcome.Failed, 1, Failure: overloaded), now).State;
        Assert.Equal((TaskPhase.NeedsAttention, AgentFailure.Overloaded), (state.Tasks["b"].Phase, state.Tasks["b"].Failure!.Code));
    }

    // A person has signed in, twice not well enough, and was told that the agent could not resolve it.
    [Theory]
    [InlineData(AgentFailure.NotSignedIn)]
    [InlineData(AgentFailure.Misconfigured)]
    public void A_resolver_that_only_a_person_could_help_tries_again_after_each_resume(string code)
    {
        var lab = new TrainLab("a b", conflicts: BothTouch, resolver: "claude").Green("c0+a");
        for (var times = 0; times < 4; times++)
        {
            Assert.Equal(Stage.Resolve, lab.State.Tasks["b"].Live?.Stage);
            lab.Resolve("b", null, new Failure(FailureCategory.Environment, code, "401", "sign in"));
            Assert.Equal((TaskPhase.NeedsAttention, code), (lab.State.Tasks["b"].Phase, lab.State.Tasks["b"].Failure?.Code));
            lab.Restart();
        }
    }

    // Eight sessions in one repository met ten refusals within three seconds, and one of them gave up.
    [Theory]
    [InlineData("pool_exhausted", TaskPhase.Landing)]
    [InlineData("disk_full", TaskPhase.NeedsAttention)]
    public void A_test_without_a_slot_waits_until_there_is_one(string code, TaskPhase phase)
    {
        var (state, now) = (new TrainLab("a").State, TrainLab.Now);
        for (var times = 0; times < 30 && state.Landing.Checks is [var check, ..]; times++)
        {
            state = Decide.About(state, new AttemptIsOver(check.Owner, check.Number, AttemptOutcome.Failed, Failure: new Failure(FailureCategory.Resource, code, "none is left")), now).State;
            now += TimeSpan.FromHours(1);
            state = Decide.About(state, new TimePassed(), now).State;
        }

        Assert.Equal(phase, state.Tasks["a"].Phase);
    }

    // The pool's record was lost, and the slot of before held the branch: the task was told to be red together with what had landed.
    [Fact]
    public void A_test_that_git_could_not_prepare_blames_nobody()
    {
        var (state, now) = (new TrainLab("a").State, TrainLab.Now);
        for (var times = 0; times < 30 && state.Landing.Checks is [var check, ..]; times++)
        {
            state = Decide.About(state, new AttemptIsOver(check.Owner, check.Number, AttemptOutcome.Failed, Failure: new Failure(FailureCategory.Git, "branch_in_use", "it is checked out")), now).State;
            Assert.Empty(state.Landing.Suspects);
            now += TimeSpan.FromHours(1);
            state = Decide.About(state, new TimePassed(), now).State;
        }

        Assert.Equal((TaskPhase.NeedsAttention, "branch_in_use"), (state.Tasks["a"].Phase, state.Tasks["a"].Failure!.Code));
    }

    [Fact]
    public void After_two_tries_a_conflict_is_left_to_a_person()
    {
        var lab = new TrainLab("a b", conflicts: BothTouch, resolver: "shell").Green("c0+a").Resolve("b", null);
        Assert.Equal(Stage.Resolve, lab.State.Tasks["b"].Live!.Stage);
        lab.Resolve("b", null);
        Assert.Equal("NeedsAttention merge_conflict", lab.Phase("b"));
        Assert.Contains("could not resolve it: markers are left", lab.State.Tasks["b"].Failure!.Message);
    }

    [Fact]
    public void A_flaky_test_of_a_group_costs_a_test_and_blames_nobody()
    {
        var lab = new TrainLab("a b c d", slots: 1).Red("c0+a+b+c+d").Green("c0+a+b");
        Assert.Equal(["c0+a+b"], lab.Target);
        lab.Green("c0+a+b+c").Green("c0+a+b+c+d");
        Assert.Equal(SessionStatus.Completed, lab.State.Status);
    }

    [Fact]
    public void Without_commands_all_that_is_merged_lands_at_once() =>
        Assert.Equal(SessionStatus.Completed, new TrainLab("a b c d", verify: []).State.Status);

    [Fact]
    public void The_window_grows_by_one_with_each_landing_and_halves_with_each_failure()
    {
        var lab = new TrainLab("a b c d").Green("c0+a+b");
        Assert.Equal(18, lab.State.Landing.Window);
        Assert.Equal(9, lab.Red("c0+a+b+c+d").State.Landing.Window);
    }

    [Fact]
    public void A_restart_at_any_event_comes_to_the_same()
    {
        var lab = new TrainLab("a b c d").Red("c0+a+b").Green("c0+c+d");
        lab.Restart();
        Assert.Equal(["c0+a"], lab.Tested);
        lab.Restart().Green("c0+a").Restart();
        Assert.Equal(["c0+c+d+a", "c0+c+d+b"], lab.Tested);
        lab.Red("c0+c+d+b").Restart().Green("c0+c+d+a");
        Assert.Equal("Done", lab.Phase("a"));
        Assert.Equal("NeedsAttention landing_red", lab.Phase("b"));
    }
}
