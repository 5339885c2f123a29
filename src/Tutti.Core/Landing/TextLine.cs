using System.Text;

namespace Tutti.Core.Landing;

/// <summary>Lines as they are compared: what differs in white space or line endings alone is the same.</summary>
internal static class TextLine
{
    /// <summary>The line with every run of white space as one blank, and none at its ends.</summary>
    public static string Key(string line)
    {
        var key = new StringBuilder(line.Length);
        foreach (var c in line.AsSpan().Trim())
        {
            if (!char.IsWhiteSpace(c))
                key.Append(c);
            else if (key[^1] != ' ')
                key.Append(' ');
        }

        return key.ToString();
    }

    /// <summary>True where the line says something by itself: a lone brace or rule is found in any file, so finding it proves nothing.</summary>
    public static bool IsTelling(string line) => line.Any(char.IsLetterOrDigit);

    /// <summary>True for what git writes around the sides of a conflict.</summary>
    /// <remarks><c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; NAME</c>, <c>||||||| NAME</c>, <c>=======</c>, <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; NAME</c>; names may be missing.</remarks>
    public static bool IsMarker(string line)
    {
        const int size = 7;
        var text = line.AsSpan().TrimEnd();
        if (text.Length < size || text[..size].IndexOfAnyExcept(text[0]) >= 0)
            return false;
        return text[0] switch
        {
            '=' => text.Length == size,
            '<' or '>' or '|' => text.Length == size || text[size] == ' ',
            _ => false,
        };
    }
}

/// <summary>Git's marks around the sides of a conflict.</summary>
public static class ConflictMarkers
{
    /// <summary>True for a line that is one.</summary>
    public static bool Is(string line) => TextLine.IsMarker(line);
}
