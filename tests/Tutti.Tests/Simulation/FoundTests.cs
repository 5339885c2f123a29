using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Tests.Landing;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Simulation;

/// <summary>What the simulation has found, each as a test of its own.</summary>
public sealed class FoundTests
{
    [Fact]
    public void A_time_that_has_passed_in_vain_wakes_nobody_again()
    {
        var played = new Played(["a"]);
        played.Take(new HostMeasured(new HostResources(0, 0, 0, 2)));
        Assert.Equal(played.Now + TimeSpan.FromMinutes(10), Recover.NextWake(played.State, played.Now));
        played.Wait(TimeSpan.FromMinutes(11));
        Assert.Equal(["a"], played.Live);
        Assert.Null(Recover.NextWake(played.State, played.Now));
    }

    [Fact]
    public void A_session_that_is_scaled_down_starts_no_further_stage_until_a_place_is_free()
    {
        var played = new Played(["a", "b", "c"], Played.Settings(Role.Review));
        played.Take(new Control(ControlVerb.ScaleDown, [], 8, "test"));
        played.End("a");
        Assert.Equal(["b", "c"], played.Live);
        Assert.Equal("the one agent is busy", StatusView.From(played.State, new LiveInfo(played.Now)).Tasks.Single(t => t.Id == "a").Waiting);
        played.End("b").End("c");
        Assert.Single(played.Live);
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
    public void A_paused_task_is_given_to_no_resolver()
    {
        var lab = new TrainLab("a b", conflicts: (task, onto) => task == "b" && onto.Contains("+a", StringComparison.Ordinal), resolver: "shell");
        lab.Feed(new Control(ControlVerb.Pause, ["b"], 0, "test"));
        lab.Green("c0+a");
        Assert.Null(lab.State.Tasks["b"].Live);
        lab.Feed(new Control(ControlVerb.Resume, ["b"], 0, "test"));
        Assert.Equal(Stage.Resolve, lab.State.Tasks["b"].Live?.Stage);
    }

    [Fact]
    public void Whoever_waits_for_the_group_before_it_says_so()
    {
        var world = new World(1, new PlanSpec { Tasks = [new() { Id = "a", Title = "a" }, new() { Id = "b", Title = "b", DependsOn = ["a"] }, new() { Id = "c", Title = "c" }] }, new Settings { Boundary = Boundary.Group }, Weather.Kind);
        var state = world.State with { Tasks = world.State.Tasks.SetItem("b", world.State.Tasks["b"] with { Unmet = 0 }) };
        Assert.Equal("group 2 starts when all before it have landed", StatusView.From(state, new LiveInfo(state.At)).Tasks.Single(t => t.Id == "b").Waiting);
    }
}
