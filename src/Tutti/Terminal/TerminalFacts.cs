namespace Tutti.Terminal;

/// <summary>What can be shown where a stream goes.</summary>
/// <param name="IsTerminal">False for a file or a pipe.</param>
/// <param name="Dumb">A terminal that only prints: nothing can be drawn again.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Color">Colours are wanted and understood.</param>
/// <param name="Unicode">More than ASCII is understood.</param>
public sealed record TerminalFacts(bool IsTerminal, bool Dumb, int Width, int Height, bool Color, bool Unicode)
{
    /// <summary>Width of what goes to a file or a pipe, unless COLUMNS says otherwise.</summary>
    public const int WidthOfFiles = 100;

    /// <summary>The narrowest screen that is laid out.</summary>
    public const int LeastWidth = 40;

    private const int LeastHeight = 8;

    /// <summary>True where a box can be drawn again and again.</summary>
    public bool CanRedraw => IsTerminal && !Dumb && Height >= LeastHeight && Width >= LeastWidth;

    /// <summary>Columns to lay out for; a narrower terminal cuts lines off.</summary>
    public int Columns => Math.Max(LeastWidth, Width);

    /// <summary>Signs and frames for it.</summary>
    public Look Look => new(Unicode);

    /// <summary>The facts of standard output.</summary>
    public static TerminalFacts OfStdout() => Of(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable, () => WindowSize.Of(1));

    /// <summary>The facts of standard error.</summary>
    public static TerminalFacts OfStderr() => Of(!Console.IsErrorRedirected, Environment.GetEnvironmentVariable, () => WindowSize.Of(2));

    /// <summary>The facts of a stream from what is known of it.</summary>
    /// <param name="isTerminal">It goes to a terminal.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="size">Measures the terminal; null where it cannot be measured.</param>
    public static TerminalFacts Of(bool isTerminal, Func<string, string?> variable, Func<(int Width, int Height)?> size)
    {
        var term = variable("TERM");
        var dumb = term is "dumb" or "" || (term is null && !OperatingSystem.IsWindows());
        var (width, height) = (isTerminal ? size() : null) ?? (Number(variable("COLUMNS")) ?? (isTerminal ? 80 : WidthOfFiles), 24);
        return new TerminalFacts(
            isTerminal,
            dumb,
            width,
            height,
            isTerminal && !dumb && string.IsNullOrEmpty(variable("NO_COLOR")),
            IsUtf8(variable));
    }

    // The first that is set decides, as in setlocale(3): "de_DE.UTF-8", "C.utf8", "C", "POSIX", "en_US.ISO-8859-1".
    private static bool IsUtf8(Func<string, string?> variable)
    {
        var locale = new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return locale is null
            ? OperatingSystem.IsWindows()
            : locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }

    private static int? Number(string? text) => int.TryParse(text, out var number) && number > 0 ? number : null;
}
