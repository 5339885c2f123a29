using Tutti.Core.Views;
using Tutti.Engine.Agents.Planning;
using Tutti.Terminal;

namespace Tutti.Tests.Terminal;

public sealed class PlannerLineTests
{
    private static readonly TerminalFacts File = new(IsTerminal: false, Dumb: false, 80, 24, Color: false, Unicode: true);

    [Fact]
    public void It_says_who_is_asked_for_how_long_and_what_is_done()
    {
        Assert.Equal("Asking claude for a plan, 12s: Read src/\u001b[31mx".Replace("\u001b[31m", ""), PlannerLine.Text("claude", News("Read src/\u001b[31mx", 1)));
        Assert.Equal("Asking claude to put its plan right, 12s", PlannerLine.Text("claude", News(null, 2)));
    }

    [Fact]
    public void What_it_waits_to_ask_again_is_said_instead_of_what_it_did_before() => Assert.Equal(
        "Asking claude for a plan, 12s: asks its provider again after: HTTP 503",
        PlannerLine.Text("claude", new PlannerNews(TimeSpan.FromSeconds(12), new DoingView(null, "Read a", null, null, null, 0, "HTTP 503"), 1)));

    [Fact]
    public void A_file_gets_one_line_without_escapes()
    {
        using var text = new StringWriter();
        using (var line = new PlannerLine(text, File, "claude"))
        {
            line.Report(News("Read a", 1));
            line.Report(News("Read b", 1));
        }

        Assert.Equal("Asking claude for a plan\n", text.ToString());
    }

    [Fact]
    public void A_terminal_gets_a_line_that_is_gone_at_the_end()
    {
        using var text = new StringWriter();
        using (var line = new PlannerLine(text, File with { IsTerminal = true }, "claude"))
            line.Report(News("Read " + new string('x', 200), 1));

        var shown = text.ToString().Split('\n')[0];
        Assert.True(Printable.Width(Printable.Line(shown)) < 80);
        Assert.Contains("\u001b[1A\r\u001b[J", text.ToString());
    }

    private static PlannerNews News(string? tool, int asked) => new(TimeSpan.FromSeconds(12), new DoingView(null, tool, null, null, null, 0), asked);
}
