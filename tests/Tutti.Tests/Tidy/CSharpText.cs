namespace Tutti.Tests.Tidy;

/// <summary>One C# text twice, blanked to a different degree; both as long as the original, with the same line breaks.</summary>
/// <param name="Code">Comments and the contents of strings are spaces.</param>
/// <param name="CodeWithStrings">Comments are spaces.</param>
public sealed record BlankedText(string Code, string CodeWithStrings);

/// <summary>
/// Tells code from comments and strings, so that a rule about calls is not set off by a sentence. Not a parser: it knows
/// <c>//</c>, <c>/* */</c>, <c>'c'</c>, <c>"s\"s"</c>, <c>@"s""s"</c>, <c>$"s{code}s"</c>, <c>"""raw"""</c> and <c>$$"""raw{{code}}"""</c>.
/// </summary>
public sealed class CSharpText
{
    private readonly string _text;
    private readonly char[] _code;
    private readonly char[] _withStrings;
    private int _at;

    private CSharpText(string text)
    {
        _text = text;
        _code = text.ToCharArray();
        _withStrings = text.ToCharArray();
    }

    public static BlankedText Blank(string text)
    {
        var scan = new CSharpText(text);
        scan.ScanCode(holeEnd: 0);
        return new BlankedText(new string(scan._code), new string(scan._withStrings));
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    // holeEnd is the number of closing braces that end an interpolation; 0 at the top, where only the text's end does.
    private void ScanCode(int holeEnd)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (holeEnd > 0 && depth == 0 && c == '}')
                return;
            if (c == '/' && Peek(1) == '/')
                BlankComment(_text.IndexOf('\n', _at));
            else if (c == '/' && Peek(1) == '*')
                BlankComment(_text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is var end and >= 0 ? end + 2 : -1);
            else if (c == '\'')
                ScanQuoted('\'', verbatim: false, holeBraces: 0);
            else if (StringStart() is { } start)
                ScanString(start.Prefix, start.Dollars, start.Verbatim);
            else
            {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                _at++;
            }
        }
    }

    private (int Prefix, int Dollars, bool Verbatim)? StringStart()
    {
        var prefix = 0;
        while (Peek(prefix) is '$' or '@')
            prefix++;
        if (Peek(prefix) != '"')
            return null;
        var marks = _text.AsSpan(_at, prefix);
        return (prefix, marks.Count('$'), marks.Contains('@'));
    }

    private void ScanString(int prefix, int dollars, bool verbatim)
    {
        _at += prefix;
        var quotes = 0;
        while (Peek(quotes) == '"')
            quotes++;
        if (quotes >= 3 && !verbatim)
            ScanRaw(quotes, dollars);
        else
            ScanQuoted('"', verbatim, dollars);
    }

    private void ScanRaw(int quotes, int holeBraces)
    {
        var end = new string('"', quotes);
        _at += quotes;
        while (_at < _text.Length && !Follows(end))
        {
            if (holeBraces > 0 && Follows(new string('{', holeBraces)))
                ScanHole(holeBraces);
            else
                BlankString(1);
        }

        _at = Math.Min(_at + quotes, _text.Length);
    }

    private void ScanQuoted(char quote, bool verbatim, int holeBraces)
    {
        _at++;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (verbatim ? c == '"' && Peek(1) == '"' : c == '\\')
                BlankString(2);
            else if (c == quote || (c == '\n' && !verbatim))
                break;
            else if (holeBraces > 0 && c == '{' && Peek(1) == '{')
                BlankString(2);
            else if (holeBraces > 0 && c == '{')
                ScanHole(1);
            else
                BlankString(1);
        }

        _at++;
    }

    private void ScanHole(int braces)
    {
        _at += braces;
        ScanCode(braces);
        _at = Math.Min(_at + braces, _text.Length);
    }

    private bool Follows(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private void BlankComment(int end)
    {
        end = end < 0 ? _text.Length : end;
        for (; _at < end; _at++)
        {
            if (_text[_at] != '\n')
                _code[_at] = _withStrings[_at] = ' ';
        }
    }

    private void BlankString(int count)
    {
        for (var end = Math.Min(_at + count, _text.Length); _at < end; _at++)
        {
            if (_text[_at] != '\n')
                _code[_at] = ' ';
        }
    }
}
