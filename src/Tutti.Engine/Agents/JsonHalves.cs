using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Tutti.Engine.Agents;

/// <summary>JSON that others wrote, so that it can be written again: it may hold half a character, which no text can.</summary>
internal static class JsonHalves
{
    private const int EscapeLength = 6;
    private const string Replacement = "\\ufffd";

    /// <summary>The JSON with each half of a character, as bytes or as an escape (<c>\ud800</c>), replaced by U+FFFD; mostly the very same.</summary>
    /// <param name="json">In UTF-8; need not be whole.</param>
    public static ReadOnlyMemory<byte> Mended(ReadOnlyMemory<byte> json)
    {
        if (Utf8.IsValid(json.Span) && json.Span.IndexOf("\\ud"u8) < 0 && json.Span.IndexOf("\\uD"u8) < 0)
            return json;
        var text = Encoding.UTF8.GetString(json.Span);
        var mended = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var (length, isHalf) = Piece(text, at);
            mended.Append(isHalf ? Replacement : text.AsSpan(at, length));
            at += length;
        }

        return Encoding.UTF8.GetBytes(mended.ToString());
    }

    // A character, an escape, or two that make one character.
    private static (int Length, bool IsHalf) Piece(string text, int at)
    {
        if (Escape(text, at) is not { } code)
            return (text[at] == '\\' && at + 1 < text.Length ? 2 : 1, false);
        if (!char.IsSurrogate(code))
            return (EscapeLength, false);
        return char.IsHighSurrogate(code) && Escape(text, at + EscapeLength) is { } low && char.IsLowSurrogate(low) ? (2 * EscapeLength, false) : (EscapeLength, true);
    }

    private static char? Escape(string text, int at) =>
        at + EscapeLength <= text.Length && text[at] == '\\' && text[at + 1] == 'u' && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;
}
