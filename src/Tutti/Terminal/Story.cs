using System.Text;

namespace Tutti.Terminal;

/// <summary>
/// Standard error for as long as it takes what is told: a full disk behind it, a terminal that hung up, or none from the start, ends the story and not
/// the command, which would otherwise die while it says what went wrong.
/// </summary>
/// <param name="stderr">The process's own; a lost reader of a pipe is no failure for it.</param>
public sealed class Story(TextWriter stderr) : TextWriter
{
    private volatile bool _over;

    public override Encoding Encoding => stderr.Encoding;

    public override void Write(char value) => Try(() => stderr.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => stderr.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => stderr.Write(value));

    // As a whole: the line and its end are one write, so that two tellers do not share a line.
    public override void WriteLine(string? value) => Try(() => stderr.WriteLine(value));

    public override void Flush() => Try(stderr.Flush);

    private void Try(Action write)
    {
        if (_over)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _over = true;
        }
    }
}
