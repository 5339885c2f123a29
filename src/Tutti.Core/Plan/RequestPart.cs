namespace Tutti.Core.Plan;

/// <summary>One task's worth of a request.</summary>
/// <param name="Title">Its first sentence, without fillers.</param>
/// <param name="Text">All that was said of it.</param>
/// <param name="Follows">It was put behind the parts before it: "then", "→".</param>
/// <param name="Last">It was put behind all parts before it: "finally".</param>
/// <param name="Fresh">It opens a new sentence or line, so that an earlier "then" no longer reaches it.</param>
internal sealed record RequestPart(string Title, string Text, bool Follows, bool Last, bool Fresh)
{
    private const int MaxTitle = 120;

    /// <summary>The part without "please", "and then", "we need to" and the like; null when nothing to do is left.</summary>
    public static RequestPart? Parse(string text, bool follows, bool fresh)
    {
        var rest = text.Trim().Trim('-', '–', '•', ',', ';', ' ', '\n', '\t');
        var last = false;
        while (Strip(rest, out var filler) is { } stripped)
        {
            follows |= RequestWords.Followers.Contains(filler);
            last |= filler is "finally" or "lastly";
            rest = stripped;
        }

        return rest.Any(c => char.IsLetterOrDigit(c) || char.IsSurrogate(c)) ? new RequestPart(TitleOf(rest), rest, follows, last, fresh) : null;
    }

    /// <summary>One filler or opening off the front; null when there is none. A filler alone stays: something was meant by it.</summary>
    public static string? Strip(string text, out string filler)
    {
        foreach (var opening in RequestWords.Openings)
        {
            filler = opening;
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase))
                return text[opening.Length..].TrimStart();
        }

        var end = text.AsSpan().IndexOfAny(' ', '\n', '\t');
        filler = end < 0 ? "" : text[..end].Trim(',', ':').ToLowerInvariant();
        return end >= 0 && RequestWords.Fillers.Contains(filler) ? text[end..].TrimStart() : null;
    }

    private static string TitleOf(string text)
    {
        var end = RequestText.SentenceEnd(text);
        var title = string.Join(' ', text[..end].Split([' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ',', ';', ':', '!', ' ');
        title = ShortText.Of(title.Length == 0 ? text.Trim() : title, MaxTitle);
        return char.ToUpperInvariant(title[0]) + title[1..];
    }
}
