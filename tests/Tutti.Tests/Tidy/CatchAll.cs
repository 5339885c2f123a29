using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>A catch of everything needs a filter, or a comment that says why going on is safe (STYLE 5).</summary>
public static partial class CatchAll
{
    // The comment may stand behind the catch, behind its brace, or on the line after either.
    private const int LinesForComment = 3;

    public static IEnumerable<Finding> Check(SourceFile file)
    {
        var lines = file.Lines;
        return AnyException().Matches(file.Code)
            .Select(match => file.LineAt(match.Index))
            .Where(line => !lines.Skip(line - 1).Take(LinesForComment).Any(text => text.Contains("//", StringComparison.Ordinal)))
            .Select(line => new Finding(file.Path, line, "catches everything; name the exception, filter it with when, or say why going on is safe"));
    }

    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\.)?Exception(\s+\w+)?\s*\))?\s*(?=\{)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex AnyException();
}
