using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Tests.Landing;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Simulation;

/// <summary>What the simulation has found, each as a test of its own that needs no luck.</summary>
public sealed class FoundTests
{
    private static readonly Failure Lost = new(FailureCategory.Git, "lease", "git refuses");

    [Fact]
    public void An_alarm_whose_time_has_passed_does_not_ring_again_while_the_session_is_paused()
    {
        var played = new Played(["a"]).Fail("a", AgentFailure.Network).Collect("a");
        var retry = Recover.NextWake(played.State, played.Now);
        Assert.NotNull(retry);
        played.Take(new Control(ControlVerb.Pause, [], 0, "person"));
        played.Wait(TimeSpan.FromHours(1));
        Assert.Equal(Step.Due, played.State.Tasks["a"].Step);
        Assert.Null(Recover.NextWake(played.State, played.Now));
    }

    [Fact]
    public void A_full_disk_rings_once_while_agents_work_on()
    {
        var played = new Played(["a"]);
        played.Take(new HostMeasured(new HostResources(long.MaxValue, 0, 0, 2)));
        Assert.NotNull(Recover.NextWake(played.State, played.Now));
        played.Wait(TimeSpan.FromHours(1));
        Assert.Null(Recover.NextWake(played.State, played.Now));
        Assert.Equal(["a"], played.Live);
    }

    // Seed 48170: what it had was given back under its new start, which then began from nothing and ended as done.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_task_that_is_opened_again_starts_when_its_clean_up_is_over(bool crashes)
    {
        var played = new Played(["a", "b"], Played.Settings(Role.Review) with { Roles = new Dictionary<Role, AgentChoice> { [Role.Qa] = new("none") } }) { CleansUp = false };
        played.End("a").Fail("a", AgentFailure.ModelUnknown);
        Assert.Equal(TaskPhase.NeedsAttention, played.State.Tasks["a"].Phase);
        played.Take(new Control(ControlVerb.Pause, [], 0, "person"));
        played.Take(new Control(ControlVerb.Resume, [], 0, "person"));
        Assert.Equal((TaskPhase.Pending, "w1"), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Restored?.Head));
        Assert.Contains(new CleanUp("a", TaskPhase.NeedsAttention), Pending.Of(played.State));
        if (crashes)
            played.Take(new TakeUp(new ProcessRef(2, "1", "boot"), "1", false, false, "test"));
        Assert.Equal(["b"], played.Live);

        played.Take(new CleanUpEnded("a", TaskPhase.NeedsAttention, false, null));
        Assert.Equal(["a", "b"], played.Live);
        Assert.Equal((Stage.Review, "w1", "wt-a", null), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Head, played.State.Tasks["a"].Slot?.Name, played.State.Tasks["a"].CleanedAs));
        Assert.Single(played.Events.OfType<WorkTakenUp>());
    }

    [Fact]
    public void The_hook_of_a_task_that_is_opened_again_while_it_runs_is_told_of_the_next_end_too()
    {
        var played = new Played(["a", "b"], Played.Settings() with { Hooks = new HookSettings(TaskDone: "./notify") });
        played.Fail("a", AgentFailure.ModelUnknown).Collect("a", work: false);
        Assert.Contains(new RunHook(HookName.TaskDone, "a"), Pending.Of(played.State));
        played.Take(new Control(ControlVerb.Pause, [], 0, "person"));
        played.Take(new Control(ControlVerb.Resume, [], 0, "person"));
        played.Take(new HookEnded(HookName.TaskDone, "a", null));
        Assert.Equal(["a", "b"], played.Live);
        played.Fail("a", AgentFailure.ModelUnknown).Collect("a", work: false);
        Assert.Contains(new RunHook(HookName.TaskDone, "a"), Pending.Of(played.State));
    }

    [Fact]
    public void A_session_that_is_scaled_down_starts_no_stage_beyond_what_it_may_have()
    {
        var played = new Played(["a", "b", "c"], Played.Settings(Role.Review) with { Roles = new Dictionary<Role, AgentChoice> { [Role.Qa] = new("none") } });
        played.Take(new Control(ControlVerb.ScaleDown, [], 8, "person"));
        Assert.Equal((1, 3), (played.State.MaxAgents, played.Live.Count()));
        played.End("a").End("b");
        Assert.Equal(["c"], played.Live);
        played.End("c");
        Assert.Single(played.Live);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_base_is_not_looked_at_while_a_person_has_paused(bool theTaskOnly)
    {
        string[] held = theTaskOnly ? ["a"] : [];
        var played = new Played(["a"], Played.Settings() with { Verify = ["check"] }).End("a");
        Red();
        Red(() => played.Take(new Control(ControlVerb.Pause, held, 0, "person")));
        Assert.Empty(played.Live);
        played.Take(new Control(ControlVerb.Resume, held, 0, "person"));
        Assert.Equal(Place.Slot, played.State.Tasks["a"].Live?.Place);
        Red();
        Assert.Equal(Place.Base, played.State.Tasks["a"].Live?.Place);

        void Red(Action? before = null)
        {
            before?.Invoke();
            played.Take(new AttemptIsOver("a", played.State.Tasks["a"].Live!.Number, AttemptOutcome.Failed, 1, null, Lost, null, FailedCommand: 0));
        }
    }

    [Fact]
    public void What_passed_the_verify_commands_of_before_does_not_land_by_them()
    {
        var lab = new TrainLab("a b", slots: 1).Green("c0+a+b");
        Assert.Equal("c0+a+b", lab.Target[^1]);

        lab = new TrainLab("a b", slots: 1);
        lab.Feed(new SettingsRead(lab.State.Settings with { Verify = ["check", "another"] }, null));
        var check = Assert.Single(lab.State.Landing.Checks);
        Assert.True(check.Outdated);
        // The test of before ends well in the very moment in which it is to be ended.
        lab.Feed(new AttemptIsOver(check.Owner, check.Number, AttemptOutcome.Succeeded, 0));
        Assert.Empty(lab.Target);
        Assert.Empty(lab.State.GreenBases);
        lab.Green("c0+a+b");
        Assert.Equal("c0+a+b", lab.Target[^1]);
    }

    // A test of a that nobody waits for any more breaks while b's, which holds a as well, sends both to the target.
    [Fact]
    public void What_is_on_its_way_to_the_target_does_not_fail_by_a_test_that_breaks()
    {
        var lab = new TrainLab("a b");
        var (a, b) = (lab.State.Landing.Checks.Single(c => c.Commit == "c0+a"), lab.State.Landing.Checks.Single(c => c.Commit == "c0+a+b"));
        lab.Feed(new AttemptIsOver(b.Owner, b.Number, AttemptOutcome.Succeeded, 0));
        Assert.Equal(["a", "b"], lab.State.Landing.Moving?.Tasks);
        lab.Feed(new EffectBroke(new RunAttempt(a.Owner, a.Number), Lost));
        Assert.Equal("Landing", lab.Phase("a"));
        lab.Feed(new MoveEnded("b", "c0+a+b", null, null));
        Assert.Equal(("Done", "Done"), (lab.Phase("a"), lab.Phase("b")));
    }

    // The same a moment later: both are on the integration branch by then (seed 15043).
    [Fact]
    public void What_waits_on_the_integration_branch_does_not_fail_by_a_test_that_breaks()
    {
        var lab = new TrainLab("a b", land: LandMode.Review);
        var a = lab.State.Landing.Checks.Single(c => c.Commit == "c0+a");
        lab.Green("c0+a+b");
        Assert.Equal(["a", "b"], lab.State.Landing.Integrated);
        lab.Feed(new EffectBroke(new RunAttempt(a.Owner, a.Number), Lost));
        Assert.Equal(("Landing", "Landing"), (lab.Phase("a"), lab.Phase("b")));
    }

    // It was counted as waiting on an integration branch that did not have it, or was not there at all (seed 25274).
    [Theory]
    [InlineData(LandMode.Review)]
    [InlineData(LandMode.Pr)]
    [InlineData(LandMode.Automatic)]
    public void What_the_target_has_already_is_done_however_the_session_lands(LandMode land)
    {
        var lab = new TrainLab("a b", land: land, there: "a");
        Assert.Equal("Done", lab.Phase("a"));
        Assert.Empty(lab.State.Landing.Integrated);
        Assert.Equal("c0", lab.State.Landing.Tip);
        lab.Green("c0+b");
        Assert.Equal(land == LandMode.Automatic ? [] : ["b"], lab.State.Landing.Integrated);
    }

    // Whether the target has moved before the move broke, only a look at it can tell.
    [Fact]
    public void A_move_that_breaks_fails_no_task_and_who_resumes_looks_where_the_target_is()
    {
        var lab = new TrainLab("a b");
        var b = lab.State.Landing.Checks.Single(c => c.Commit == "c0+a+b");
        lab.Feed(new AttemptIsOver(b.Owner, b.Number, AttemptOutcome.Succeeded, 0));
        lab.Feed(new EffectBroke(new MoveTarget("b", "c0", "c0+a+b", Integration: false), Lost));
        Assert.Equal(("Landing", "Landing"), (lab.Phase("a"), lab.Phase("b")));
        Assert.Equal("lease", lab.State.Landing.Detour?.Code);
    }

    [Fact]
    public void No_agent_resolves_a_conflict_of_a_task_that_a_person_has_paused()
    {
        var lab = new TrainLab("a b", conflicts: (task, onto) => task == "b" && onto.Contains("+a", StringComparison.Ordinal), resolver: "shell");
        lab.Feed(new Control(ControlVerb.Pause, ["b"], 0, "person"));
        lab.Green("c0+a");
        Assert.Null(lab.State.Tasks["b"].Live);
        lab.Feed(new Control(ControlVerb.Resume, ["b"], 0, "person"));
        Assert.Equal(Stage.Resolve, lab.State.Tasks["b"].Live?.Stage);
    }

    [Fact]
    public void A_slot_of_before_is_none_of_a_task_that_starts_again()
    {
        var played = new Played(["a"]).Fail("a", AgentFailure.PermissionRefused).Collect("a");
        Assert.Equal(TaskPhase.NeedsAttention, played.State.Tasks["a"].Phase);
        var again = Fold.Apply(played.State with { Tasks = played.State.Tasks.SetItem("a", played.State.Tasks["a"] with { Slot = new SlotHold("wt", "/wt", 1), CleanedAs = null, Phase = TaskPhase.Pending }) }, new Recorded(played.State.Seq + 1, played.Now, new TaskStarted("a", "b/a", "c0")));
        again = Fold.Apply(again, new Recorded(again.Seq + 1, played.Now, new SlotFailed("a", Lost)));
        Assert.Null(again.Tasks["a"].Slot);
    }

    [Theory]
    [InlineData(TaskPhase.Pending, TaskPhase.Blocked)]
    [InlineData(TaskPhase.NeedsAttention, TaskPhase.NeedsAttention)]
    public void What_depends_on_work_that_was_taken_back_does_not_go_on_without_it(TaskPhase phase, TaskPhase after)
    {
        var plan = new PlanSpec { Tasks = [new TaskSpec { Id = "a", Title = "a" }, new TaskSpec { Id = "b", Title = "b", DependsOn = ["a"] }] };
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => t.Id, StringComparer.Ordinal);
        var journal = new List<Event>
        {
            new SessionStarted("s", "seed", plan, new Settings(), new SourceRef("plan"), new ModeChoice(true, "test", 2), "main", "c0", branches, null),
            new TaskStarted("a", "a", "c0"), new TaskFinished("a"), new TaskLanded("a", "c1", Integrated: false),
        };
        if (phase == TaskPhase.NeedsAttention)
            journal.AddRange([new TaskStarted("b", "b", "c1"), new TaskNeedsAttention("b", Lost)]);
        journal.AddRange([new SessionUndone("c1", "c0", ["a"], "person"), new SessionResumed("person", RetryFailed: true)]);
        var state = Fold.All(journal.Select((e, i) => new Recorded(i + 1, Played.Start, e)))!;
        Assert.Equal((after, 1), (state.Tasks["b"].Phase, state.Tasks["b"].Unmet));
    }

    [Fact]
    public void Usage_that_is_told_lower_after_the_budget_was_reached_starts_nothing_again()
    {
        var played = new Played(["a", "b"], Played.Settings(Role.Review) with { Budget = new Budget(Tokens: 100) }).Hear("a", new Usage(100)).Hear("a", new Usage(10));
        Assert.Null(Budgets.Spent(played.State));
        played.End("a", AttemptOutcome.OverBudget).End("b", AttemptOutcome.OverBudget);
        Assert.Empty(played.Live);
        Assert.Equal((SessionStatus.Paused, AgentFailure.BudgetSpent), (played.State.Status, played.State.Ending?.Reason?.Code));
    }

    [Fact]
    public void A_hook_that_is_taken_out_of_the_settings_keeps_no_session_from_its_end()
    {
        var played = new Played(["a"], Played.Settings() with { Hooks = new HookSettings(TaskDone: "tell") });
        played.Take(new Control(ControlVerb.Cancel, ["a"], 0, "test"));
        played.End("a", AttemptOutcome.Cancelled);
        Assert.Null(played.State.EndedAt);
        played.Take(new SettingsRead(played.State.Settings with { Hooks = new HookSettings() }, null));
        Assert.NotNull(played.State.EndedAt);
    }

    [Fact]
    public void Whoever_waits_for_the_group_before_it_says_so()
    {
        var world = new World(1, new PlanSpec { Tasks = [new() { Id = "a", Title = "a" }, new() { Id = "b", Title = "b", DependsOn = ["a"] }, new() { Id = "c", Title = "c" }] }, new Settings { Boundary = Boundary.Group }, Weather.Kind);
        var state = world.State with { Tasks = world.State.Tasks.SetItem("b", world.State.Tasks["b"] with { Unmet = 0 }) };
        Assert.Equal("group 2 starts when all before it have landed", StatusView.From(state, new LiveInfo(state.At)).Tasks.Single(t => t.Id == "b").Waiting);
    }
}
