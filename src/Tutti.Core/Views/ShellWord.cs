namespace Tutti.Core.Views;

/// <summary>Words of commands that a person copies into a shell.</summary>
public static class ShellWord
{
    /// <summary>The word as it is where that is safe, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
