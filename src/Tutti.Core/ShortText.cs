namespace Tutti.Core;

/// <summary>Text from outside, kept to a length that a message, a title or a record can bear.</summary>
public static class ShortText
{
    private const char Mark = '…';

    /// <summary>The text, or as much of it as leaves room for <c>…</c> at its end; never half of a character, which is no text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Most UTF-16 units of the result, at least 1.</param>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        var end = longest - 1;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        return text.AsSpan(0, end).TrimEnd().ToString() + Mark;
    }
}
