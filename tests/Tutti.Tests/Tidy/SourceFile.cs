using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>A broken rule: where, and what to do about it.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Line">From 1.</param>
/// <param name="Message">One line that names the replacement.</param>
public sealed record Finding(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}

/// <summary>One file's text, and for C# the same text with comments, or comments and string contents, blanked out.</summary>
/// <param name="path">Relative to the root, with forward slashes.</param>
/// <param name="text">The whole file.</param>
public sealed class SourceFile(string path, string text)
{
    private readonly Lazy<BlankedText> _blanked = new(() => CSharpText.Blank(text));

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines => Text.Split('\n');

    /// <summary>Comments and string contents are spaces; length and lines are those of <see cref="Text"/>.</summary>
    public string Code => _blanked.Value.Code;

    /// <summary>Comments are spaces, strings stay.</summary>
    public string CodeWithStrings => _blanked.Value.CodeWithStrings;

    public bool Under(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if (Path.StartsWith(folder, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The line a position of the text is on, from 1.</summary>
    public int LineAt(int position) => Text.AsSpan(0, position).Count('\n') + 1;

    /// <summary>A finding for each match of a pattern in one of the file's texts.</summary>
    public IEnumerable<Finding> Find(string within, Regex pattern, Func<Match, string> message) =>
        pattern.Matches(within).Select(match => new Finding(Path, LineAt(match.Index), message(match)));
}
