using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;
using Tutti.Engine.Processes;

namespace Tutti.Terminal;

/// <summary>
/// Makes text from outside (titles, agents' output, messages) fit to be printed: one line, no control characters, nothing
/// that moves the cursor, changes colours or turns the direction of what follows (P24).
/// </summary>
public static class Printable
{
    /// <summary>Most UTF-16 units of a text that are looked at; a line of 50 MB must not cost 50 MB (P26).</summary>
    private const int MostLooked = 4096;

    /// <summary>Combining marks one after the other that are kept; more only climb over the lines above.</summary>
    private const int MostMarks = 2;

    // Samples and what becomes of them: "\e[31mred\e[0m" → "red"; "\e]0;title\a x" → "x"; "a\nb\tc" → "a b c";
    // "\u202egnp.exe" → "gnp.exe"; half a surrogate pair → "\ufffd".

    /// <summary>The text as one printable line, without blanks at its ends.</summary>
    public static string Line(string text)
    {
        // Escape sequences go as the engine takes them out of agents' output; what else is hidden or turns text goes here.
        var line = new StringBuilder();
        var marks = 0;
        foreach (var rune in DisplayText.Clean(text.AsSpan(0, Math.Min(text.Length, MostLooked))).EnumerateRunes())
        {
            marks = IsMark(rune) ? marks + 1 : 0;
            if (IsBlank(rune))
                line.Append(' ');
            else if (marks <= MostMarks && !IsHidden(rune))
                line.Append(rune.ToString());
        }

        return line.ToString().Trim();
    }

    /// <summary>As <see cref="Line"/>, but of several lines, each made printable.</summary>
    public static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Split('\n').Select(Line);

    /// <summary>How many columns a printable text takes, as the renderer counts them.</summary>
    public static int Width(string text) => new Segment(text).CellCount();

    /// <summary>The text, shortened to so many columns with <paramref name="ellipsis"/> at its end; never half a character.</summary>
    public static string Cut(string text, int columns, string ellipsis)
    {
        if (Width(text) <= columns)
            return text;
        var room = columns - Width(ellipsis);
        if (room < 0)
            return "";
        var end = 0;
        var used = 0;
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            used += Width(text.Substring(end, length));
            if (used > room)
                break;
            end += length;
        }

        return text[..end].TrimEnd() + ellipsis;
    }

    private static bool IsBlank(Rune rune) => rune.Value is '\n' or '\r' or '\t' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator;

    // Format characters turn directions and join emoji into widths nobody can count; variation selectors change widths.
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format || rune.Value is >= 0xFE00 and <= 0xFE0F;

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
