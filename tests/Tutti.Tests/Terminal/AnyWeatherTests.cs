using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Terminal;
using Tutti.Tests.Simulation;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

/// <summary>Whatever can happen to a session, every screen can show it: simulated worlds, looked at all the way through.</summary>
public sealed class AnyWeatherTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_screen_shows_every_moment_of_a_simulated_session(int seed)
    {
        var world = new World(seed, SessionScript.Plan("a", "b", "c<a", "d<a,b", "e", "f<d"), new Settings(), new Weather());
        world.Run();
        SessionState? state = null;
        var facts = Terminals.Of(seed % 2 == 0 ? 40 : 90);
        var recent = new List<string>();
        foreach (var recorded in world.Journal)
        {
            state = Fold.Apply(state, recorded);
            recent.Add(Sentences.Of(recorded.Event, state));
            Notices.Of(recorded.Event, state, facts.Look);
            if (recorded.Seq % 7 == 0 || recorded.Event is SessionEnded)
                Show(state, recent, facts);
        }
    }

    private static void Show(SessionState state, List<string> recent, TerminalFacts facts)
    {
        var live = new LiveInfo(state.At) { ConductorAlive = true };
        var status = StatusView.From(state, live);
        Assert.Equal(status.Totals.Total, status.Totals.Done + status.Totals.Failed + status.Totals.Blocked + status.Totals.Running + status.Totals.Pending + status.Totals.NeedsAttention + status.Totals.Cancelled);
        Assert.All(status.Tasks, task => Assert.InRange(task.Progress, 0, 100));
        var frame = new FrameInput(state, live, [.. recent.TakeLast(LiveDisplay.MostRecent)], facts);
        var report = ReportView.From(state, live);
        Terminals.Draw([Frames.Compact(frame), Frames.Detailed(frame)], facts);
        Terminals.Draw(StatusScreens.Summary(status, facts).Concat(StatusScreens.Detailed(status, facts)).Concat(StatusScreens.Resources(status, facts)), facts);
        Terminals.Draw(StatusScreens.Issues(IssuesView.From(state, live), facts), facts);
        Terminals.Draw(ReportText.Of(report, facts), facts);
        Assert.NotEmpty(ReportWriter.Markdown(report) + ReportWriter.Html(report) + ReportWriter.Json(report));
    }
}
