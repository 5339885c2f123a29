using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Terminal;

namespace Tutti.Tests.Views;

public sealed class ProgressTests
{
    [Fact]
    public void A_task_goes_through_the_stages_that_happen_for_it()
    {
        var settings = new Settings { Roles = new Dictionary<Role, AgentChoice> { [Role.Review] = new("codex"), [Role.E2e] = new("claude") } };
        var plan = SessionScript.Plan("a", "b");
        plan = plan with { Tasks = [plan.Tasks[0], plan.Tasks[1] with { WorkType = "frontend" }] };
        var state = new SessionScript(plan, settings).State;
        Assert.Equal([Stage.Develop, Stage.Verify, Stage.Review, Stage.Land], Progress.Way(state, state.Tasks["a"]));
        Assert.Equal([Stage.Develop, Stage.Verify, Stage.Review, Stage.E2e, Stage.Land], Progress.Way(state, state.Tasks["b"]));
    }

    [Fact]
    public void A_correction_stands_where_develop_ends()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a").Wait(1).End("a");
        script.Add(new StageDue("a", Stage.Verify, 1));
        var atVerify = Progress.Of(script.State, script.State.Tasks["a"]);
        script.Add(new StageDue("a", Stage.Correct, 2));
        Assert.Equal(atVerify, Progress.Of(script.State, script.State.Tasks["a"]));
        Assert.Equal(33, atVerify);
    }

    [Fact]
    public void A_conflict_that_is_being_resolved_stands_where_the_task_lands()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a").Wait(1).End("a").Add(new TaskFinished("a"));
        var landing = TaskView.From(script.State, script.State.Tasks["a"], script.Live);
        script.Attempt("a", Stage.Resolve, "claude", Place.Conflict);
        var resolving = TaskView.From(script.State, script.State.Tasks["a"], script.Live);
        Assert.Equal((Stage.Land, Stage.Resolve), (landing.Stage, resolving.Stage));
        Assert.Equal(landing.Progress, resolving.Progress);
        var look = new Look(Unicode: true);
        Assert.Equal(TaskTable.Way(landing, look), TaskTable.Way(resolving, look));
    }

    [Fact]
    public void A_session_counts_every_end_as_whole()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b", "c", "d")).Land("a").Begin("b").Add(new TaskFailed("b", SessionScript.Broken));
        Assert.Equal(50, Progress.Of(script.State));
    }
}
