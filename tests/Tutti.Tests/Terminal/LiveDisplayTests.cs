using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class LiveDisplayTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Clock _clock = new();
    private readonly StringWriter _written = new();
    private TerminalFacts _facts = Terminals.Of(80);

    public void Dispose() => _written.Dispose();

    [Fact]
    public async Task The_box_shows_what_runs_and_ends_scroll_by_above_it()
    {
        var script = new SessionScript(SessionScript.Plan("auth", "pay"));
        await using var display = Display(out var outlet, Frames.Compact);
        script.Begin("auth").Begin("pay").Wait(60);
        var seen = script.Journal.Count;
        display.Show(script.State, News(script, 0), With(script, "auth", "reading a.cs"));
        var first = Taken(outlet);
        Assert.Contains("╭─ tutti 2026-01-02-001 → main ─", first, StringComparison.Ordinal);
        Assert.Contains("0/2 done", first, StringComparison.Ordinal);
        Assert.Matches(@"● auth Title of auth +develop claude +1m 00s reading a\.cs", first);

        script.End("auth").Add(new TaskFinished("auth"), new TaskLanded("auth", SessionScript.Commit, false));
        _clock.Pass(LiveDisplay.LeastPause);
        display.Show(script.State, News(script, seen), script.Live);
        var lines = Terminals.WithoutEscapes(Taken(outlet)).Split('\n');
        Assert.Equal("✓ auth landed on main as 1a2b3c4d (1m 00s)", lines[0].Trim());
        Assert.StartsWith("╭─", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines.Skip(1), line => line.Contains("auth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_draws_ten_times_a_second_at_most_and_only_what_has_changed()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        await using var display = Display(out var outlet, Frames.Compact);
        display.Tick(script.State, script.Live);
        Assert.NotEmpty(Taken(outlet));
        script.Wait(5);
        _clock.Pass(LiveDisplay.LeastPause / 2);
        display.Tick(script.State, script.Live);
        Assert.Empty(Taken(outlet));
        _clock.Pass(LiveDisplay.LeastPause);
        display.Tick(script.State, script.Live);
        Assert.NotEmpty(Taken(outlet));
        _clock.Pass(LiveDisplay.LeastPause);
        display.Tick(script.State, script.Live);
        Assert.Empty(Taken(outlet));
    }

    [Fact]
    public async Task A_notice_that_comes_too_soon_is_told_with_the_next_draw()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a");
        await using var display = Display(out var outlet, Frames.Compact);
        display.Tick(script.State, script.Live);
        Taken(outlet);
        var seen = script.Journal.Count;
        script.Add(new TaskFailed("a", SessionScript.Broken));
        display.Show(script.State, News(script, seen), script.Live);
        Assert.Empty(Taken(outlet));
        _clock.Pass(LiveDisplay.LeastPause);
        display.Tick(script.State, script.Live);
        Assert.Contains("✗ a failed:", Taken(outlet), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_its_box_away_at_the_end_and_never_hides_the_cursor()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        var display = Display(out var outlet, Frames.Compact);
        display.Tick(script.State, script.Live);
        var drawn = Taken(outlet);
        await display.DisposeAsync();
        var rows = drawn.Count(c => c == '\n');
        Assert.Equal($"\u001b[?2026h\u001b[{rows}A\r\u001b[J\u001b[?2026l", Taken(outlet));
        Assert.DoesNotContain("\u001b[?25l", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_became_narrower_is_erased_by_the_rows_its_lines_take_now()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        await using var display = Display(out var outlet, Frames.Compact);
        display.Tick(script.State, script.Live);
        var rows = Taken(outlet).Count(c => c == '\n');
        _facts = Terminals.Of(40);
        _clock.Pass(LiveDisplay.LeastPause);
        display.Tick(script.State, script.Live);
        Assert.StartsWith($"\u001b[?2026h\u001b[{rows * 2}A\r", Taken(outlet), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, 8)]
    [InlineData(40, 30)]
    [InlineData(80, 12)]
    [InlineData(200, 60)]
    public async Task Hostile_titles_and_many_tasks_stay_inside_the_window(int width, int height)
    {
        _facts = Terminals.Of(width, height);
        var plan = SessionScript.Plan([.. Enumerable.Range(0, 40).Select(n => $"t{n}")]);
        plan = plan with { Tasks = [.. plan.Tasks.Select((t, n) => t with { Title = Terminals.HostileTitles[n % Terminals.HostileTitles.Count] })] };
        var script = new SessionScript(plan, agents: 40);
        foreach (var task in plan.Tasks)
            script.Begin(task.Id);
        foreach (var frame in new[] { Frames.Compact, Frames.Detailed })
        {
            var display = Display(out var outlet, frame);
            display.Show(script.State, News(script, 0), With(script, "t0", "\u001b[2J\u001b[1;1Hpwned"));
            var lines = Terminals.WithoutEscapes(Taken(outlet)).TrimEnd('\n').Split('\n');
            Assert.InRange(lines.Length, 3, height - 1);
            Assert.All(lines, line => Assert.InRange(Printable.Width(line), 1, width - 1));
            Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
            Assert.Contains(lines, line => line.Contains("more", StringComparison.Ordinal) || height > 50);
            await display.DisposeAsync();
            Taken(outlet);
        }
    }

    [Fact]
    public async Task Detailed_shows_all_tasks_their_ways_and_the_last_events()
    {
        _facts = Terminals.Of(110, 50);
        var script = SessionScript.Everything();
        await using var display = Display(out var outlet, Frames.Detailed);
        display.Show(script.State, News(script, 0), script.Live with { Activity = new Dictionary<string, AgentActivity>(StringComparer.Ordinal) { ["run"] = new(null, null, 0.5, 200L << 20) } });
        var text = Terminals.WithoutEscapes(Taken(outlet));
        foreach (var task in script.State.Tasks.Keys)
            Assert.Contains($" {task} ", text, StringComparison.Ordinal);
        Assert.Matches(@"● run +Title of run +review +✓✓● +2 codex +1m 35s +50% +200 MB", text);
        Assert.Matches(@"✗ bad .* ✗·· ", text);
        Assert.Contains("held paused by ada", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_that_takes_nothing_holds_nobody_up_and_frames_are_left_out()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        using var stuck = new StuckWriter();
        var display = new LiveDisplay(new Outlet(stuck), () => _facts, Frames.Compact, _clock);
        for (var n = 0; n < 1000; n++)
        {
            script.Wait(1);
            _clock.Pass(LiveDisplay.LeastPause);
            display.Tick(script.State, script.Live);
        }

        stuck.Release();
        await display.DisposeAsync();
        Assert.InRange(stuck.Count, 1, 3);
    }

    [Fact]
    public async Task A_closed_terminal_is_no_error()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        foreach (var mode in Enum.GetValues<DisplayMode>())
        {
            using var closed = new ClosedWriter();
            await using var display = Displays.For(mode, closed, closed, () => _facts, _clock);
            for (var n = 0; n < 3; n++)
            {
                _clock.Pass(LiveDisplay.LeastPause);
                display.Show(script.State, News(script, 0), script.Live);
                display.Tick(script.Wait(1).State, script.Live);
            }
        }
    }

    private LiveDisplay Display(out Outlet outlet, Func<FrameInput, Spectre.Console.Rendering.IRenderable> frame)
    {
        outlet = new Outlet(_written);
        return new LiveDisplay(outlet, () => _facts, frame, _clock);
    }

    private string Taken(Outlet outlet)
    {
        Assert.True(SpinWait.SpinUntil(() => outlet.IsIdle, Limit), "nothing was written");
        var text = _written.ToString();
        _written.GetStringBuilder().Clear();
        return text;
    }

    private static LiveInfo With(SessionScript script, string task, string line) =>
        script.Live with { Activity = new Dictionary<string, AgentActivity>(StringComparer.Ordinal) { [task] = new(line, script.Live.Now) } };

    internal static IReadOnlyList<(Recorded Event, string JsonLine)> News(SessionScript script, int after) =>
        [.. script.Journal.Skip(after).Select(recorded => (recorded, $"{{\"seq\":{recorded.Seq}}}"))];

    /// <summary>A clock that stands still until it is told otherwise.</summary>
    internal sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _released = new();

        public int Count { get; private set; }

        public void Release() => _released.Set();

        public override void Write(string? value)
        {
            _released.Wait(Limit);
            Count++;
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class ClosedWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("Broken pipe");
    }
}
