using Tutti.Core;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class DisplaysTests
{
    [Fact]
    public async Task Plain_tells_one_line_an_event_on_standard_error()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Wait(3).Begin("a");
        var (stdout, stderr) = await ShowAsync(DisplayMode.Plain, script);
        Assert.Empty(stdout);
        var lines = stderr.TrimEnd('\n').Split('\n');
        Assert.Equal(script.Journal.Count, lines.Length);
        Assert.Equal("12:00:00 session 2026-01-02-001: 1 task for main, PARALLEL: for a test", lines[0]);
        Assert.Contains("12:00:03 a develop started (attempt 1, claude)", lines);
    }

    [Fact]
    public async Task Json_tells_the_lines_of_the_journal_on_standard_output_and_nothing_else()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        var (stdout, stderr) = await ShowAsync(DisplayMode.Json, script);
        Assert.Empty(stderr);
        Assert.Equal(string.Concat(LiveDisplayTests.News(script, 0).Select(news => news.JsonLine + "\n")), stdout);
    }

    // Whoever reads along until the conductor is killed gets whole lines, and a terminal whole frames.
    [Fact]
    public async Task A_line_is_handed_on_in_one_piece()
    {
        using var stream = new Pieces();
        await using var writer = Outlet.Whole(stream);
        await using (var outlet = new Outlet(writer))
        {
            foreach (var length in new[] { 10, 300, 5000, 60_000 })
                outlet.Write(new string('x', length) + "\n");
        }

        Assert.Equal([11, 301, 5001, 60_001], stream.Lengths);
    }

    [Theory]
    [InlineData(null, true, DisplayMode.Compact)]
    [InlineData(null, false, DisplayMode.Plain)]
    [InlineData("detailed", true, DisplayMode.Detailed)]
    [InlineData("detailed", false, DisplayMode.Plain)]
    [InlineData("json", false, DisplayMode.Json)]
    [InlineData("plain", true, DisplayMode.Plain)]
    public void A_box_is_drawn_only_where_it_can_be_drawn_again(string? asked, bool terminal, DisplayMode mode) =>
        Assert.Equal(mode, Displays.Choose(asked, Terminals.Of(80) with { IsTerminal = terminal }));

    [Fact]
    public void A_low_narrow_or_dumb_terminal_gets_plain_lines()
    {
        Assert.Equal(DisplayMode.Plain, Displays.Choose(null, Terminals.Of(80, 5)));
        Assert.Equal(DisplayMode.Plain, Displays.Choose(null, Terminals.Of(39)));
        Assert.Equal(DisplayMode.Plain, Displays.Choose(null, Terminals.Of(80) with { Dumb = true }));
    }

    [Theory]
    [InlineData("compcat", "did you mean 'compact'?")]
    [InlineData("1", "known: ")]
    [InlineData("+1", "known: ")]
    [InlineData("compact,detailed", "known: ")]
    [InlineData("", "known: ")]
    public void An_unknown_mode_is_refused_with_the_nearest(string asked, string hint)
    {
        var failure = Assert.Throws<FailureException>(() => Displays.Choose(asked, Terminals.Of(80))).Failure;
        Assert.StartsWith(hint, failure.Hint, StringComparison.Ordinal);
    }

    private static async Task<(string Stdout, string Stderr)> ShowAsync(DisplayMode mode, SessionScript script)
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        await using (var display = Displays.For(mode, stdout, stderr, () => Terminals.Of(80), new LiveDisplayTests.Clock()))
        {
            display.Show(script.State, LiveDisplayTests.News(script, 0), script.Live);
            display.Tick(script.State, script.Live);
        }

        return (stdout.ToString(), stderr.ToString());
    }

    private sealed class Pieces : MemoryStream
    {
        public List<int> Lengths { get; } = [];

        public override void Write(ReadOnlySpan<byte> buffer) => Lengths.Add(buffer.Length);

        public override void Write(byte[] buffer, int offset, int count) => Lengths.Add(count);
    }
}
