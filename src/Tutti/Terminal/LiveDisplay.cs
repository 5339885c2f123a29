using System.Text;
using Spectre.Console.Rendering;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>What a frame is drawn from.</summary>
/// <param name="State">The session.</param>
/// <param name="Live">What is not in the journal.</param>
/// <param name="Recent">The last events as sentences, oldest first.</param>
/// <param name="Facts">The terminal as it is now.</param>
public sealed record FrameInput(SessionState State, LiveInfo Live, IReadOnlyList<string> Recent, TerminalFacts Facts);

/// <summary>
/// A box at the bottom of the terminal that shows how things stand, and above it, scrolling by, what has come to an end.
/// Drawn at most ten times a second, only when something has changed, and only when the terminal has taken the last draw.
/// </summary>
public sealed class LiveDisplay : IDisplay
{
    /// <summary>Least time between two draws.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Events a frame may show.</summary>
    public const int MostRecent = 8;

    /// <summary>Most notices that wait for a terminal that takes none; older ones are dropped.</summary>
    private const int MostNotices = 1000;

    private readonly Outlet _outlet;
    private readonly Func<TerminalFacts> _facts;
    private readonly Func<FrameInput, IRenderable> _frame;
    private readonly TimeProvider _time;
    private readonly LiveRegion _region = new();
    private readonly Queue<Line> _notices = new();
    private readonly Queue<string> _recent = new();
    private string _drawn = "";
    private long? _drawnAt;

    /// <summary>A live display that draws <paramref name="frame"/>.</summary>
    /// <param name="outlet">Where it is drawn; disposed with the display.</param>
    /// <param name="facts">Measures the terminal, anew for each draw.</param>
    /// <param name="frame">What is drawn.</param>
    /// <param name="time">The clock of the pauses.</param>
    public LiveDisplay(Outlet outlet, Func<TerminalFacts> facts, Func<FrameInput, IRenderable> frame, TimeProvider time)
    {
        _outlet = outlet;
        _facts = facts;
        _frame = frame;
        _time = time;
    }

    /// <inheritdoc />
    public void Show(SessionState state, IReadOnlyList<(Recorded Event, string JsonLine)> news, LiveInfo live)
    {
        var look = _facts().Look;
        foreach (var (recorded, _) in news)
        {
            Keep(_recent, $"{TimeZoneInfo.ConvertTime(recorded.At, _time.LocalTimeZone):HH:mm:ss} {Sentences.Of(recorded.Event, state)}", MostRecent);
            if (Notices.Of(recorded.Event, state, look) is { } notice)
                Keep(_notices, notice, MostNotices);
        }

        Tick(state, live);
    }

    /// <inheritdoc />
    public void Tick(SessionState state, LiveInfo live)
    {
        if (!_outlet.IsIdle || (_drawnAt is { } last && _time.GetElapsedTime(last) < LeastPause))
            return;
        var facts = _facts();
        var frame = Screen.Text([_frame(new FrameInput(state, live, [.. _recent], facts))], facts);
        if (frame == _drawn && _notices.Count == 0)
            return;
        Draw(frame, facts);
    }

    /// <summary>Takes the box away; what scrolled by stays.</summary>
    public ValueTask DisposeAsync()
    {
        if (_drawn.Length > 0 || _notices.Count > 0)
            Draw("", _facts());
        return _outlet.DisposeAsync();
    }

    private static void Keep<T>(Queue<T> queue, T item, int most)
    {
        queue.Enqueue(item);
        while (queue.Count > most)
            queue.Dequeue();
    }

    private void Draw(string frame, TerminalFacts facts)
    {
        var above = new StringBuilder();
        while (_notices.TryDequeue(out var notice))
            above.Append(Long(notice, facts));
        _outlet.Write(_region.Redraw(above.ToString(), frame.Split('\n', StringSplitOptions.RemoveEmptyEntries), facts.Width, facts.Height));
        _drawn = frame;
        _drawnAt = _time.GetTimestamp();
    }

    // A notice is told whole: the terminal breaks it where it has to.
    private static string Long(Line notice, TerminalFacts facts) =>
        Screen.Text([notice], facts with { Width = Math.Max(facts.Width, Printable.Width(notice.ToString())) });
}
