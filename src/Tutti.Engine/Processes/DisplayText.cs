using System.Text;

namespace Tutti.Engine.Processes;

/// <summary>
/// Makes what a program printed fit to be shown: no escape sequences, no control characters but newline and tab, nothing
/// that turns the direction of text. A state machine, since a sequence may be cut anywhere between two reads.
/// </summary>
/// <remarks>
/// <c>ESC [ 31 m</c> (CSI, ends at @…~) · <c>ESC ] 0;title BEL</c> or <c>ESC ] … ESC \</c> (OSC; also DCS, PM, APC) ·
/// <c>ESC c</c>, <c>ESC ( B</c> (short ones) · C1 characters U+0080–U+009F · a lone CR (progress bars) becomes a newline.
/// An unfinished string sequence ends at a newline, so that it cannot swallow the rest.
/// </remarks>
public sealed class DisplayText
{
    private enum State
    {
        Text,
        Escape,
        Short,
        Control,
        String,
        StringEscape,
    }

    private State _state;
    private bool _return;

    /// <summary>The whole of a text at once.</summary>
    public static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        new DisplayText().Append(text, clean);
        return clean.ToString();
    }

    /// <summary>The next piece of a stream; what can be shown of it is added to <paramref name="into"/>.</summary>
    public void Append(ReadOnlySpan<char> text, StringBuilder into)
    {
        foreach (var c in text)
        {
            if (_state == State.Text)
                Show(c, into);
            else
                Skip(c, into);
        }
    }

    private void Show(char c, StringBuilder into)
    {
        var afterReturn = _return;
        _return = c == '\r';
        if (c == '\x1b')
            _state = State.Escape;
        else if (c == '\x9b')
            _state = State.Control;
        else if (c == '\r' || (c == '\n' && !afterReturn))
            into.Append('\n');
        else if (c == '\t' || (!char.IsControl(c) && !TurnsText(c)))
            into.Append(c);
    }

    private void Skip(char c, StringBuilder into)
    {
        if (c == '\n' || (c == '\x1b' && _state != State.String))
        {
            _state = c == '\n' ? State.Text : State.Escape;
            if (c == '\n')
                into.Append('\n');
            return;
        }

        _state = _state switch
        {
            State.Escape when c == '[' => State.Control,
            State.Escape when c is ']' or 'P' or 'X' or '^' or '_' => State.String,
            State.Escape when c is >= ' ' and <= '/' => State.Short,
            State.Short when c is >= ' ' and <= '/' => State.Short,
            State.Control when c is not (>= '@' and <= '~') => State.Control,
            State.String when c == '\x1b' => State.StringEscape,
            State.String when c is not ('\a' or '\x9c') => State.String,
            State.StringEscape when c != '\\' => State.String,
            _ => State.Text,
        };
    }

    private static bool TurnsText(char c) => c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
