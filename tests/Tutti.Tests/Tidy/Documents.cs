using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>Documents point at what exists, the changelog is kept, and each file of the sources says what its first type promises.</summary>
public static partial class Documents
{
    /// <summary>Every link to a file or a heading leads somewhere. Links to other hosts are not followed.</summary>
    /// <param name="file">A Markdown file.</param>
    /// <param name="read">The text of a path of the repository; the empty string for a folder or a file that is no text; null where nothing is.</param>
    public static IEnumerable<Finding> Links(SourceFile file, Func<string, string?> read)
    {
        if (!file.Path.EndsWith(".md", StringComparison.Ordinal))
            yield break;
        var text = CodeBlock().Replace(file.Text, match => new string('\n', match.Value.Count(c => c == '\n')));
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value;
            if (!Uri.IsWellFormedUriString(target, UriKind.Absolute) && Missing(file, target, read) is { } why)
                yield return new Finding(file.Path, text.AsSpan(0, link.Index).Count('\n') + 1, $"{target}: {why}");
        }
    }

    /// <summary>Keep a Changelog: what the next release brings is written down in the commit that brings it.</summary>
    public static IEnumerable<Finding> Changelog(SourceFile file) =>
        file.Path == "CHANGELOG.md" && !file.Text.Contains("\n## [Unreleased]\n", StringComparison.Ordinal)
            ? [new Finding(file.Path, 1, "has no section '## [Unreleased]'")]
            : [];

    /// <summary>A family of types may share one summary, so only a file's first public type is asked for one; a partial type has it in the file of its name.</summary>
    public static IEnumerable<Finding> FirstTypeHasSummary(SourceFile file)
    {
        var lines = file.Lines;
        var first = Array.FindIndex(lines, line => PublicType().IsMatch(line));
        if (first < 0)
            yield break;
        var above = first - 1;
        while (above >= 0 && lines[above].StartsWith('['))
            above--;
        if (above < 0 || !lines[above].StartsWith("///", StringComparison.Ordinal))
            yield return new Finding(file.Path, first + 1, "say in one sentence what this type promises");
    }

    /// <summary>The anchor that a Markdown renderer gives a heading: lower case, spaces as hyphens, punctuation gone.</summary>
    public static string Anchor(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static string? Missing(SourceFile file, string target, Func<string, string?> read)
    {
        var (path, anchor) = target.Split('#', 2) is [var p, var a] ? (p, a) : (target, null);
        var text = path.Length == 0 ? file.Text : read(Resolve(file.Path, path));
        if (text is null)
            return "no such file";
        return anchor is null || Heading().Matches(text).Any(h => Anchor(h.Groups["title"].Value) == anchor) ? null : "no such heading";
    }

    private static string Resolve(string from, string target)
    {
        var parts = new List<string>(from.Split('/')[..^1]);
        foreach (var part in Uri.UnescapeDataString(target).Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"^(?<fence>```|~~~).*?^\k<fence>|`[^`\n]*`", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6}\s+(?<title>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^public\s+(?![\w ]*\bpartial\b)([\w ]+\s)?(class|record|struct|interface|enum)\s", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex PublicType();
}
