using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Landing;

public sealed class ForecastsTests
{
    private static readonly Collision Both = new("a", "b", [new("src/a.cs", "content"), new("src/b.cs", "add-add")], 3);

    private static Played Play(ForecastMode mode, params string[] tasks) =>
        new(tasks.Length > 0 ? tasks : ["a", "b"], Played.Settings() with { Verify = ["true"], Forecast = mode });

    private static void Land(Played played, string task)
    {
        played.End(task);
        Assert.Equal(Stage.Land, played.State.Tasks[task].Stage);
        played.Take(new MergeEnded(task, played.State.Landing.Tip, "m-" + task, null));
        played.End(task);
        played.Take(new MoveEnded(task, "m-" + task, null, null));
        Assert.Equal(TaskPhase.Done, played.State.Tasks[task].Phase);
    }

    private static bool IsAt(Played played, string task, Stage stage) => played.State.Tasks[task] is { Live: { } live } && live.Stage == stage;

    [Fact]
    public void A_forecast_is_journaled_when_it_changes_and_only_then()
    {
        var played = Play(ForecastMode.Warn);
        played.Take(new ForecastEnded([]));
        played.Take(new ForecastEnded([Both]));
        played.Take(new ForecastEnded([Both with { Paths = [.. Both.Paths] }]));
        Assert.Single(played.Events.OfType<ForecastMade>());
        played.Take(new ForecastEnded([Both with { PathCount = 4 }]));
        played.Take(new ForecastEnded([]));
        Assert.Equal(3, played.Events.OfType<ForecastMade>().Count());
        Assert.Empty(played.State.Collisions);
    }

    [Fact]
    public void With_warn_nobody_waits_and_the_later_one_is_who_is_told()
    {
        var played = Play(ForecastMode.Warn);
        played.Take(new ForecastEnded([Both]));
        played.End("b");
        Assert.True(IsAt(played, "b", Stage.Verify));
        Assert.Empty(Forecasts.Ahead(played.State, played.State.Tasks["a"]));
        Assert.Equal("a", Assert.Single(Forecasts.Ahead(played.State, played.State.Tasks["b"])).Other("b"));
        var view = Assert.Single(StatusView.From(played.State, new LiveInfo(played.Now)).Collisions);
        Assert.Equal(("b", "a", "a and b will collide in src/a.cs (+2)"), (view.Task, view.With, view.Message));
    }

    [Fact]
    public void What_was_foreseen_is_in_the_report_of_the_later_one_once()
    {
        var played = Play(ForecastMode.Warn);
        played.Take(new ForecastEnded([Both]));
        played.Take(new ForecastEnded([Both with { PathCount = 5 }]));
        var tasks = ReportView.From(played.State, new LiveInfo(played.Now)).Tasks;
        Assert.Empty(tasks[0].Notes);
        Assert.Equal("was foreseen to collide with a in src/a.cs (+2)", Assert.Single(tasks[1].Notes));
    }

    [Fact]
    public void With_wait_the_later_one_waits_at_its_next_stage_until_the_first_has_landed_and_then_goes_on()
    {
        var played = Play(ForecastMode.Wait);
        played.Take(new ForecastEnded([Both]));
        Assert.True(IsAt(played, "b", Stage.Develop));
        played.End("b");
        Assert.Equal((Step.Due, Stage.Verify), (played.State.Tasks["b"].Step, played.State.Tasks["b"].Stage));
        Assert.Equal("waits until a has landed: both change src/a.cs (+2)", TaskView.From(played.State, played.State.Tasks["b"], new LiveInfo(played.Now)).Waiting);
        played.End("a");
        Assert.True(IsAt(played, "a", Stage.Verify));
        Land(played, "a");
        Assert.True(IsAt(played, "b", Stage.Verify));
        Assert.Equal(("b", null), (played.State.Collisions[0].Task, played.State.Collisions[0].With));
    }

    [Fact]
    public void Who_has_finished_first_lands_first_and_the_other_waits_for_it()
    {
        var played = Play(ForecastMode.Wait);
        played.End("b").End("b");
        Assert.Equal(TaskPhase.Landing, played.State.Tasks["b"].Phase);
        played.Take(new ForecastEnded([Both]));
        played.End("a");
        Assert.Equal(Step.Due, played.State.Tasks["a"].Step);
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("is cancelled")]
    [InlineData("needs attention")]
    [InlineData("is paused")]
    [InlineData("collides no more")]
    public void A_wait_ends_when_the_first_one(string ends)
    {
        var played = Play(ForecastMode.Wait);
        played.Take(new ForecastEnded([Both]));
        played.End("b");
        Assert.False(IsAt(played, "b", Stage.Verify));
        switch (ends)
        {
            case "fails":
                for (var failed = 0; failed < 3; failed++)
                    played.Fail("a", AgentFailure.Crashed).Collect("a").Wait(TimeSpan.FromMinutes(2));
                Assert.Equal(TaskPhase.Failed, played.State.Tasks["a"].Phase);
                break;
            case "is cancelled":
                played.Take(new Control(ControlVerb.Cancel, ["a"], 0, "me"));
                break;
            case "needs attention":
                played.Fail("a", AgentFailure.PermissionRefused).Collect("a");
                Assert.Equal(TaskPhase.NeedsAttention, played.State.Tasks["a"].Phase);
                break;
            case "is paused":
                played.Take(new Control(ControlVerb.Pause, ["a"], 0, "me"));
                break;
            default:
                played.Take(new ForecastEnded([]));
                break;
        }

        Assert.True(IsAt(played, "b", Stage.Verify));
    }

    [Fact]
    public void A_changed_setting_is_in_force_at_once()
    {
        var played = Play(ForecastMode.Wait);
        played.Take(new ForecastEnded([Both]));
        played.End("b");
        Assert.False(IsAt(played, "b", Stage.Verify));
        played.Take(new SettingsRead(played.State.Settings with { Forecast = ForecastMode.Warn }, null));
        Assert.True(IsAt(played, "b", Stage.Verify));
    }

    [Fact]
    public void With_stack_the_later_one_is_to_bring_in_what_has_landed_before_it_goes_on_and_is_so_once()
    {
        var played = Play(ForecastMode.Stack);
        played.Take(new ForecastEnded([Both]));
        played.End("b");
        Assert.Equal(Step.Due, played.State.Tasks["b"].Step);
        played.End("a");
        Land(played, "a");
        Assert.True(IsAt(played, "b", Stage.Correct));
        var finding = Assert.Single(played.State.Tasks["b"].Findings);
        Assert.Equal((Severity.Critical, "src/a.cs"), (finding.Severity, finding.File));
        Assert.Contains("git merge m-a", finding.Message, StringComparison.Ordinal);
        Assert.Equal(("m-a", 1), (played.State.Tasks["b"].StackedOn, played.State.Tasks["b"].Round));
        played.End("b");
        Assert.True(IsAt(played, "b", Stage.Verify));
        Assert.Single(played.Events.OfType<TaskStacked>());
    }

    [Fact]
    public void A_script_that_cannot_correct_is_not_asked_to_merge()
    {
        var settings = Played.Settings() with { Verify = ["true"], Forecast = ForecastMode.Stack, Agent = AgentChoice.Shell };
        var played = new Played(["a", "b"], settings);
        played.Take(new ForecastEnded([Both]));
        played.End("b");
        played.End("a");
        Land(played, "a");
        Assert.True(IsAt(played, "b", Stage.Verify));
        Assert.Empty(played.Events.OfType<TaskStacked>());
    }

    [Fact]
    public void What_a_forecast_says_of_tasks_that_have_gone_meanwhile_does_not_count()
    {
        var played = Play(ForecastMode.Warn, "a", "b", "c");
        played.Take(new Control(ControlVerb.Cancel, ["b"], 0, "me"));
        played.End("a");
        Land(played, "a");
        played.Take(new ForecastEnded([Both, new Collision("b", "c", Both.Paths, 2), new Collision("a", "c", Both.Paths, 2), new Collision("a", null, Both.Paths, 2), new Collision("gone", null, [], 0)]));
        Assert.Equal(("c", null), (Assert.Single(played.State.Collisions).Task, played.State.Collisions[0].With));
    }
}
