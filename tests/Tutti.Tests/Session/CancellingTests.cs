using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Session;

public sealed class CancellingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProcessRef Us = new(4711, "1", "boot");

    [Fact]
    public void Taking_a_session_up_to_cancel_it_starts_nothing()
    {
        var begun = Begin();

        var taken = Decide.About(begun, new TakeUp(Us, "1", Resume: true, RetryFailed: false, "me") { Cancel = true }, Now);
        var given = After(taken.State, new GivenBack());

        Assert.DoesNotContain(taken.Events, e => e.Event is TaskStarted);
        Assert.DoesNotContain(taken.Effects, e => e is LeaseSlot or RunAttempt);
        Assert.All(taken.State.Tasks.Values, task => Assert.Equal(TaskPhase.Cancelled, task.Phase));
        Assert.IsType<GiveBack>(Assert.Single(taken.Effects));
        Assert.Equal(SessionStatus.Cancelled, given.Status);
        Assert.NotNull(given.EndedAt);
    }

    [Fact]
    public void A_paused_session_that_is_cancelled_comes_to_its_end()
    {
        var paused = After(Begin(), new Control(ControlVerb.Pause, [], 0, "me"));
        Assert.Null(paused.EndedAt);

        var cancelled = After(After(paused, new Control(ControlVerb.Cancel, [], 0, "me")), new GivenBack());

        Assert.Equal(SessionStatus.Cancelled, cancelled.Status);
        Assert.NotNull(cancelled.EndedAt);
    }

    private static SessionState After(SessionState state, Input input) => Decide.About(state, input, Now).State;

    private static SessionState Begin()
    {
        var plan = new PlanSpec { Tasks = [new TaskSpec { Id = "a", Title = "A" }, new TaskSpec { Id = "b", Title = "B", DependsOn = ["a"] }] };
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}");
        var started = new SessionStarted(
            "2026-11-21-001", "seed", plan, new Settings(), new SourceRef("plan"), new ModeChoice(Parallel: false, "in a line", 1), "main", new string('0', 40), branches, null);
        return Decide.Begin(started, Now).State;
    }
}
