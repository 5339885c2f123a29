namespace Tutti.Engine.Sources;

/// <summary>Small readings of prose that several sources share.</summary>
internal static class SourceText
{
    /// <summary>Criteria from lines: bullets, boxes and numbers are taken off, blank lines left out.</summary>
    public static IReadOnlyList<string> Criteria(IEnumerable<string> lines) =>
        [.. lines.Select(line => MarkdownLine.WithoutMarker(line).Trim()).Where(line => line.Length > 0)];

    /// <summary>The lines without the white space that all of them start with, and without blank lines around.</summary>
    public static string Unindent(IReadOnlyList<string> lines)
    {
        var filled = lines.Where(line => line.Trim().Length > 0).ToList();
        if (filled.Count == 0)
            return "";
        var common = filled.Min(line => line.Length - line.TrimStart(' ', '\t').Length);
        return string.Join('\n', lines.Select(line => line.Length > common ? line[common..].TrimEnd() : "")).Trim('\n');
    }
}
