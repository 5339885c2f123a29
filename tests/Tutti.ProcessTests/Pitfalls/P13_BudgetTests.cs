using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P13: budgets were ignored. No agent of this version reports what it used, so the decision itself is asked.</summary>
public class P13_BudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private const string Commit = "0123456789012345678901234567890123456789";

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(5000, false)]
    public void Nothing_more_starts_once_the_budget_is_spent(long used, bool goesOn)
    {
        var plan = new PlanSpec { Tasks = [Task("a"), Task("b")] };
        var settings = new Settings { MaxAgents = 1, Budget = new Budget(Tokens: 100) };
        var started = new SessionStarted(
            "2026-01-31-001", "seed", plan, settings, new SourceRef("plan"), new ModeChoice(false, "", 1), "main", Commit,
            plan.Tasks.ToDictionary(t => t.Id, t => t.Id), null);
        var state = Decide.Begin(started, Now).State;
        Tell(new TakeUp(new ProcessRef(1, "1", "boot"), "0", false, false, "test"));
        Tell(new SlotLeaseEnded("a", new SlotHold("wt-1", "/wt-1", 20000), null));
        Tell(new AttemptIsOver("a", 1, AttemptOutcome.Succeeded, 0, Usage: new Usage(used)));
        Tell(new CollectEnded("a", 1, new Work(Commit, ["a.txt"], 1, [], []), null));
        Assert.Equal(goesOn ? TaskPhase.Running : TaskPhase.Pending, state.Tasks["b"].Phase);
        void Tell(Input input) => state = Decide.About(state, input, Now).State;
    }

    private static TaskSpec Task(string id) => new() { Id = id, Title = id, Run = "true" };
}
