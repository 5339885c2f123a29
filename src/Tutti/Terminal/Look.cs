using Spectre.Console;
using Tutti.Core.Session;

namespace Tutti.Terminal;

/// <summary>What a piece of text means, which decides its colour.</summary>
public enum Tone
{
    Plain,
    Dim,
    Strong,
    Good,
    Bad,
    Warn,
    Busy,
}

/// <summary>The signs and frames a terminal can show.</summary>
/// <param name="Unicode">False keeps to ASCII.</param>
public sealed record Look(bool Unicode)
{
    public string Ellipsis => Unicode ? "…" : "...";

    public string Arrow => Unicode ? "→" : "->";

    public string Dot => Unicode ? "·" : "-";

    /// <summary>The edges of a box.</summary>
    public (char TopLeft, char TopRight, char BottomLeft, char BottomRight, char Across, char Down) Frame =>
        Unicode ? ('╭', '╮', '╰', '╯', '─', '│') : ('+', '+', '+', '+', '-', '|');

    /// <summary>Branches of a tree: one with more after it, and the last.</summary>
    public (string Middle, string Last) Branches => Unicode ? ("├──", "└──") : ("|--", "`--");

    /// <summary>A bar of so many columns, filled to so many percent.</summary>
    public string Bar(int percent, int columns)
    {
        var full = Math.Clamp(percent * columns / 100, 0, columns);
        return new string(Unicode ? '█' : '#', full) + new string(Unicode ? '░' : '.', columns - full);
    }

    /// <summary>One column that says where a task stands.</summary>
    public string Glyph(TaskPhase phase) => phase switch
    {
        TaskPhase.Pending => Unicode ? "·" : ".",
        TaskPhase.Ready => Unicode ? "○" : "o",
        TaskPhase.Running => Unicode ? "●" : "*",
        TaskPhase.Landing => Unicode ? "▲" : "^",
        TaskPhase.Done => Unicode ? "✓" : "+",
        TaskPhase.Failed => Unicode ? "✗" : "x",
        TaskPhase.Blocked => Unicode ? "⊘" : "#",
        TaskPhase.Cancelled => Unicode ? "–" : "-",
        TaskPhase.Paused => Unicode ? "‖" : "=",
        TaskPhase.NeedsAttention => "!",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    /// <summary>The tone of a state.</summary>
    public static Tone ToneOf(TaskPhase phase) => phase switch
    {
        TaskPhase.Pending or TaskPhase.Cancelled => Tone.Dim,
        TaskPhase.Ready => Tone.Plain,
        TaskPhase.Running or TaskPhase.Landing => Tone.Busy,
        TaskPhase.Done => Tone.Good,
        TaskPhase.Failed or TaskPhase.Blocked => Tone.Bad,
        TaskPhase.Paused or TaskPhase.NeedsAttention => Tone.Warn,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    /// <summary>The style of a tone; a console without colours drops it.</summary>
    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Plain => Style.Plain,
        Tone.Dim => new Style(Color.Grey),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Good => new Style(Color.Green),
        Tone.Bad => new Style(Color.Red),
        Tone.Warn => new Style(Color.Yellow),
        Tone.Busy => new Style(Color.Aqua),
        _ => throw new ArgumentOutOfRangeException(nameof(tone), tone, null),
    };
}
