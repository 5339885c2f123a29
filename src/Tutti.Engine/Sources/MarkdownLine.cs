using System.Text.RegularExpressions;

namespace Tutti.Engine.Sources;

/// <summary>
/// One line of Markdown as task lists need it.
/// <code>
/// - [ ] Add login (id: login) (depends: db, 2.1) (files: src/auth/**) !high
/// * [x] done        1. [ ] numbered        + [-] cancelled        - [/] in progress
/// - [ ](link)       is no box: nothing but a blank may follow it
/// </code>
/// </summary>
internal static class MarkdownLine
{
    // Without backtracking: time stays linear, whatever the file holds.
    private static readonly Regex BoxPattern = new(@"^[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[(?<mark>[ xX/~-])\][ \t]+(?<text>\S.*)$", RegexOptions.NonBacktracking);
    private static readonly Regex HeadingPattern = new(@"^ {0,3}#{1,6}[ \t]+(?<text>.*)$", RegexOptions.NonBacktracking);
    private static readonly Regex FencePattern = new(@"^[ \t]*(?<fence>`{3,}|~{3,})", RegexOptions.NonBacktracking);
    private static readonly Regex MarkerPattern = new(@"^\s*(?:(?:[-*+]|[0-9]{1,9}[.)])\s+)?(?:\[[ xX/~-]\]\s+)?", RegexOptions.NonBacktracking);

    private const int TabWidth = 4;

    /// <summary>A list item with a check-box.</summary>
    /// <param name="Indent">Columns before the marker.</param>
    /// <param name="MarkAt">Position of the character inside the box; everything before it is ASCII.</param>
    /// <param name="Mark">The character inside the box.</param>
    /// <param name="Text">What follows.</param>
    public readonly record struct Box(int Indent, int MarkAt, char Mark, string Text);

    /// <summary>The item, or null when the line is none.</summary>
    public static Box? ReadBox(string line) => BoxPattern.Match(line) is { Success: true } match
        ? new Box(IndentOf(line), match.Groups["mark"].Index, match.Groups["mark"].Value[0], match.Groups["text"].Value.Trim())
        : null;

    /// <summary>Columns of white space at the start, with tabs to the next multiple of four.</summary>
    public static int IndentOf(string line)
    {
        var columns = 0;
        foreach (var c in line)
        {
            if (c == ' ')
                columns++;
            else if (c == '\t')
                columns += TabWidth - (columns % TabWidth);
            else
                break;
        }

        return columns;
    }

    /// <summary>The text of a heading, or null.</summary>
    public static string? ReadHeading(string line) =>
        HeadingPattern.Match(line) is { Success: true } match ? match.Groups["text"].Value.TrimEnd('#', ' ') : null;

    /// <summary>The run of backticks or tildes that opens or closes a code block, or null.</summary>
    public static string? ReadFence(string line) => FencePattern.Match(line) is { Success: true } match ? match.Groups["fence"].Value : null;

    /// <summary>The line without a bullet, number or box before it.</summary>
    public static string WithoutMarker(string line) => MarkerPattern.Replace(line, "");
}
