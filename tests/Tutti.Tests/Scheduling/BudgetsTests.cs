using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Tests.Scheduling;

public sealed class BudgetsTests
{
    [Fact]
    public void Usage_that_is_told_again_counts_once()
    {
        var played = new Played(["a", "b"]).Hear("a", new Usage(100, 10)).Hear("a", new Usage(150, 20, Usd: 0.5m)).Hear("b", new Usage(7));
        Assert.Equal(new Usage(157, 20, Usd: 0.5m), played.State.Usage);
        played.Take(new AttemptIsOver("a", 1, AttemptOutcome.Succeeded, 0, Usage: new Usage(160, 20, Usd: 0.6m)));
        Assert.Equal((new Usage(167, 20, Usd: 0.6m), new Usage(160, 20, Usd: 0.6m)), (played.State.Usage, played.State.Tasks["a"].Usage));
    }

    [Fact]
    public void Nothing_starts_on_a_budget_of_nothing_in_dollars_as_in_tokens()
    {
        foreach (var budget in new[] { new Budget(Usd: 0), new Budget(Tokens: 0) })
        {
            var played = new Played(["a"], Played.Settings() with { Budget = budget });
            Assert.NotNull(Budgets.Spent(played.State));
            Assert.Empty(played.State.Running);
        }
    }

    // Codex and Gemini CLI tell it with their last line: nothing is left to be ended then, and the work lands.
    [Fact]
    public void A_budget_that_was_used_up_by_what_an_agent_told_only_at_its_end_is_noted()
    {
        var played = new Played(["a", "b"], Played.Settings() with { Budget = new Budget(Usd: 1, TaskTokens: 100) });
        played.Take(new AttemptIsOver("a", 1, AttemptOutcome.Succeeded, 0, Usage: new Usage(150, Usd: 1.5m)));
        Assert.Null(Budgets.UsedUp(played.State, played.State.Tasks["a"]));
        Assert.Null(Budgets.UsedUp(played.State));
        var (a, over) = (played.State.Tasks["a"], played.State with { EndedAt = DateTimeOffset.UnixEpoch, Ending = null });
        Assert.Equal("has used up its budget: 150 of 100 tokens", Budgets.UsedUp(over, a with { Phase = TaskPhase.Done }));
        Assert.Null(Budgets.UsedUp(over, a with { Phase = TaskPhase.NeedsAttention, Failure = Budgets.Spent(over, a) }));
        Assert.Null(Budgets.UsedUp(over, over.Tasks["b"] with { Phase = TaskPhase.Done }));
        Assert.Equal("the budget is used up: $1.50 of $1.00", Budgets.UsedUp(over));
        Assert.Contains("has used up its budget: 150 of 100 tokens", Core.Views.ReportView.From(over with { Tasks = over.Tasks.SetItem("a", a with { Phase = TaskPhase.Done }) }, new Core.Views.LiveInfo(DateTimeOffset.UnixEpoch)).Tasks[0].Notes);
    }

    [Fact]
    public void A_limit_in_dollars_is_blind_for_tokens_without_a_price()
    {
        var state = new Played(["a"], Played.Settings() with { Budget = new Budget(Usd: 1) }).State;
        Assert.StartsWith("x tells no price", Budgets.Blind(state, state.Tasks["a"], "x", new Usage(10)), StringComparison.Ordinal);
        Assert.Null(Budgets.Blind(state, state.Tasks["a"], "x", new Usage(10, Usd: 0.1m)));
        Assert.Null(Budgets.Blind(state with { Settings = Played.Settings() }, state.Tasks["a"], "x", new Usage(10)));
        Assert.NotNull(Budgets.Blind(5m, "x", new Usage(10)));
    }

    [Fact]
    public void A_session_that_has_used_its_budget_ends_what_lives_keeps_the_work_and_goes_on_with_a_larger_one()
    {
        var played = new Played(["a", "b", "c"], Played.Settings() with { MaxAgents = 2, Budget = new Budget(Usd: 1) });
        played.Hear("a", new Usage(10, Usd: 0.4m), conversation: "c-a").Hear("b", new Usage(10, Usd: 0.7m));
        Assert.Equal([("a", AttemptOutcome.OverBudget), ("b", AttemptOutcome.OverBudget)], played.Effects.OfType<EndAttempt>().Select(e => (e.Task, e.As)));

        played.End("a", AttemptOutcome.OverBudget).End("b", AttemptOutcome.OverBudget);
        Assert.Equal((SessionStatus.Paused, ExitCodes.PersonMustAct, AgentFailure.BudgetSpent), (played.State.Status, played.State.ExitCode, played.State.Ending?.Reason?.Code));
        Assert.Equal(("w1", 0), (played.State.Tasks["a"].Head, played.State.Tasks["a"].Failures));

        played.Take(new SettingsRead(played.State.Settings with { Budget = new Budget(Usd: 2) }, null));
        played.Take(new TakeUp(new ProcessRef(1, "1", "boot"), "1", Resume: true, RetryFailed: false, "me"));
        Assert.Equal(["a", "b"], played.Live);
        Assert.Equal(1, played.State.Tasks["a"].Live?.Continues);
    }

    [Fact]
    public void A_task_that_has_used_its_own_is_for_a_person_and_the_others_go_on()
    {
        var played = new Played(["a", "b"], Played.Settings() with { Budget = new Budget(TaskTokens: 100) }).Hear("a", new Usage(100)).Hear("b", new Usage(99));
        Assert.Equal(["a"], played.Effects.Concat(Core.Session.Pending.Of(played.State)).OfType<EndAttempt>().Select(e => e.Task).Distinct());
        played.End("a", AttemptOutcome.OverBudget);
        Assert.Equal((TaskPhase.NeedsAttention, AgentFailure.BudgetSpent), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
        Assert.Equal(["b"], played.Live);
    }

    [Fact]
    public void A_budget_of_its_own_stands_above_the_settings()
    {
        var played = new Played(["a"], Played.Settings() with { Budget = new Budget(TaskTokens: 100) });
        var rich = played.State.Tasks["a"] with { Spec = played.State.Tasks["a"].Spec with { Budget = new TaskBudget(Tokens: 1000) }, Usage = new Usage(500) };
        Assert.Null(Core.Scheduling.Budgets.Spent(played.State, rich));
        Assert.NotNull(Core.Scheduling.Budgets.Spent(played.State, rich with { Usage = new Usage(1000) }));
    }

    [Fact]
    public void The_next_stage_does_not_start_on_a_spent_budget()
    {
        var played = new Played(["a"], Played.Settings(Role.Review) with { Budget = new Budget(TaskTokens: 100) });
        played.Take(new AttemptIsOver("a", 1, AttemptOutcome.Succeeded, 0, Usage: new Usage(200)));
        played.Collect("a");
        Assert.Equal((TaskPhase.NeedsAttention, AgentFailure.BudgetSpent), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
    }
}
