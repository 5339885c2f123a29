using Tutti.Core;

namespace Tutti.Terminal;

/// <summary>How the story of a run is told (SPEC 2, <c>--display</c>).</summary>
public enum DisplayMode
{
    Compact,
    Detailed,
    Plain,
    Json,
}

/// <summary>Chooses and makes displays.</summary>
public static class Displays
{
    // In the order of the enumeration, which would take numbers and lists for words of its own.
    private static readonly string[] Modes = ["compact", "detailed", "plain", "json"];

    /// <summary>The mode that was asked for, or the one that fits; a box is only drawn where it can be drawn again.</summary>
    /// <param name="asked">compact, detailed, plain or json; null where nothing was said.</param>
    /// <param name="stderr">What standard error can show.</param>
    /// <exception cref="FailureException">There is no such mode.</exception>
    public static DisplayMode Choose(string? asked, TerminalFacts stderr)
    {
        var mode = asked is null ? DisplayMode.Compact
            : Array.IndexOf(Modes, asked.ToLowerInvariant()) is >= 0 and var known ? (DisplayMode)known
            : throw FailureException.Input("display_unknown", $"there is no display '{asked}'", Nearest.Hint(asked, Modes));
        return mode is DisplayMode.Compact or DisplayMode.Detailed && !stderr.CanRedraw ? DisplayMode.Plain : mode;
    }

    /// <summary>A display of a mode: the story goes to standard error, JSON is an answer and goes to standard output.</summary>
    /// <param name="mode">As chosen.</param>
    /// <param name="stdout">Standard output; stays the caller's.</param>
    /// <param name="stderr">Standard error; stays the caller's.</param>
    /// <param name="facts">Measures standard error's terminal, anew at each call.</param>
    /// <param name="time">The clock, and the time zone of times.</param>
    public static IDisplay For(DisplayMode mode, TextWriter stdout, TextWriter stderr, Func<TerminalFacts> facts, TimeProvider time) => mode switch
    {
        DisplayMode.Compact => new LiveDisplay(new Outlet(stderr), facts, Frames.Compact, time),
        DisplayMode.Detailed => new LiveDisplay(new Outlet(stderr), facts, Frames.Detailed, time),
        DisplayMode.Plain => new PlainDisplay(new Outlet(stderr), time.LocalTimeZone),
        DisplayMode.Json => new JsonDisplay(new Outlet(stdout)),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };
}
