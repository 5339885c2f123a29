namespace Tutti.Core.Plan;

/// <summary>Where a request could be cut: a place between two clauses, and what stands there.</summary>
internal enum CutKind
{
    Comma,
    And,
    Then,
    Sentence,
    Line,
}

/// <summary>A place where a request could be cut; the separator lies between the two positions.</summary>
internal readonly record struct Cut(int At, int Next, CutKind Kind);

/// <summary>Reads the surface of a request: words, quotes, and the places where it could be cut.</summary>
internal static class RequestText
{
    private static readonly (string Word, CutKind Kind)[] Joints =
    [
        ("and", CutKind.And), ("&", CutKind.And), ("+", CutKind.And), ("plus", CutKind.And),
        ("then", CutKind.Then), ("->", CutKind.Then), ("=>", CutKind.Then), ("→", CutKind.Then), ("⇒", CutKind.Then),
    ];

    /// <summary>Words in lower case without the punctuation around them.</summary>
    public static List<string> Words(ReadOnlySpan<char> text, int most = int.MaxValue)
    {
        var words = new List<string>();
        foreach (var range in text.SplitAny(' ', '\n', '\t', '\r'))
        {
            if (words.Count >= most)
                break;
            var word = text[range].Trim(",.;:!?\"'()[]`");
            if (word.Length > 0)
                words.Add(word.ToString().ToLowerInvariant());
        }

        return words;
    }

    /// <summary>All places where the text could be cut, outside quotes, code and brackets.</summary>
    public static IEnumerable<Cut> Cuts(string text)
    {
        var kept = Kept(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (!kept[i] && CutAt(text, i) is { } cut)
            {
                yield return cut;
                i = cut.Next - 1;
            }
        }
    }

    /// <summary>Where the first sentence ends, without its punctuation.</summary>
    public static int SentenceEnd(string text) =>
        Cuts(text).Where(cut => cut.Kind is CutKind.Sentence or CutKind.Line).Select(cut => cut.At).DefaultIfEmpty(text.Length).First();

    private static Cut? CutAt(string text, int i)
    {
        var blankNext = i + 1 >= text.Length || char.IsWhiteSpace(text[i + 1]);
        return text[i] switch
        {
            '\n' or ';' => new Cut(i, i + 1, CutKind.Line),
            ',' when blankNext => new Cut(i, i + 1, CutKind.Comma),
            '!' or '?' or '。' when blankNext => new Cut(i, i + 1, CutKind.Sentence),
            '.' when blankNext && !IsAbbreviation(text, i) => new Cut(i, i + 1, CutKind.Sentence),
            var c when char.IsWhiteSpace(c) => JointAfter(text, i),
            _ => null,
        };
    }

    // " and ", " then ", " -> ": a word between blanks.
    private static Cut? JointAfter(string text, int blank)
    {
        var start = blank + 1;
        foreach (var (word, kind) in Joints)
        {
            var end = start + word.Length;
            if (end < text.Length && char.IsWhiteSpace(text[end]) && string.Compare(text, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0)
                return new Cut(blank, end, kind);
        }

        return null;
    }

    // The word before a dot: "e.g.", "vs.", or a single letter.
    private static bool IsAbbreviation(string text, int dot)
    {
        var start = dot;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && text[start - 1] is not ('(' or ','))
            start--;
        var word = text[start..dot].ToLowerInvariant();
        return word is "e.g" or "i.e" || (RequestWords.Abbreviations.Contains(word) && word != "no") || (word.Length == 1 && char.IsLetter(word[0]));
    }

    // Marks what stands in quotes, backticks or brackets. An opening without its closing marks nothing.
    private static bool[] Kept(string text)
    {
        var kept = new bool[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var close = Closing(text, i) is { } mark ? text.IndexOf(mark, i + 1) : -1;
            if (close < 0)
                continue;
            Array.Fill(kept, true, i, close - i + 1);
            i = close;
        }

        return kept;
    }

    // The search for a closing mark that is not there is short: none is looked for beyond this many characters.
    private const int LongestQuote = 1000;

    private static char? Closing(string text, int i)
    {
        var mark = text[i] switch
        {
            '"' => '"',
            '`' => '`',
            '“' or '„' => '”',
            '«' => '»',
            '(' => ')',
            '[' => ']',
            '{' => '}',
            // An apostrophe inside a word quotes nothing.
            '\'' when i == 0 || char.IsWhiteSpace(text[i - 1]) => '\'',
            _ => '\0',
        };
        return mark != '\0' && text.IndexOf(mark, i + 1, Math.Min(LongestQuote, text.Length - i - 1)) >= 0 ? mark : null;
    }
}
