using System.Runtime.CompilerServices;
using System.Text;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>Follows a growing output line by line, as <c>tail -f</c> does, with memory that does not grow with it.</summary>
public static class OutputFollow
{
    /// <summary>Characters of a line that are shown; the rest is counted and dropped.</summary>
    public const int LongestLine = 8 * 1024;

    private const int Chunk = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The lines of a file from a position on, fit to be shown, as they come. Ends after <paramref name="ended"/>, once all that
    /// was written by then has been given. A file that does not exist yet is waited for; a last line without newline counts.
    /// </summary>
    /// <param name="path">The file; others write it.</param>
    /// <param name="from">Position in bytes to start at; beyond the end counts as the end.</param>
    /// <param name="ended">Completes when nothing more will be written; however it completes.</param>
    /// <param name="cancellation">Ends at once, by exception.</param>
    public static async IAsyncEnumerable<string> LinesAsync(
        string path, long from, Task ended, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var lines = new LineCutter();
        var bytes = new byte[Chunk];
        while (true)
        {
            // Asked before the read: what was written before the end is then read after it.
            var last = ended.IsCompleted;
            var read = ReadAt(path, from, bytes);
            from += read;
            foreach (var line in lines.Take(bytes.AsSpan(0, read)))
                yield return line;
            cancellation.ThrowIfCancellationRequested();
            if (read == 0 && last)
                break;
            if (read == 0)
                await Task.WhenAny(ended, Task.Delay(Pause, cancellation));
        }

        if (lines.Rest() is { } rest)
            yield return rest;
    }

    private static int ReadAt(string path, long from, byte[] into)
    {
        try
        {
            // A pipe that an agent put in the file's place, or made it a link to, has no length, and opening it would wait for a writer.
            if (RegularFile.LengthOfOwn(path) <= from)
                return 0;
            using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(handle, into, from);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Not there yet, or cleaned up while someone looks.
            return 0;
        }
    }

    private sealed class LineCutter
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private readonly char[] _chars = new char[Chunk + 1];
        private readonly StringBuilder _shown = new();
        private readonly StringBuilder _line = new();
        private readonly DisplayText _display = new();
        private long _dropped;

        public List<string> Take(ReadOnlySpan<byte> bytes)
        {
            var lines = new List<string>();
            var count = _decoder.GetChars(bytes, _chars, flush: false);
            _shown.Clear();
            _display.Append(_chars.AsSpan(0, count), _shown);
            foreach (var piece in _shown.GetChunks())
                Cut(piece.Span, lines);
            return lines;
        }

        public string? Rest() => _line.Length + _dropped > 0 ? Line() : null;

        private void Cut(ReadOnlySpan<char> text, List<string> lines)
        {
            for (var end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n'))
            {
                Keep(text[..end]);
                lines.Add(Line());
                text = text[(end + 1)..];
            }

            Keep(text);
        }

        private void Keep(ReadOnlySpan<char> text)
        {
            var room = Math.Min(text.Length, LongestLine - _line.Length);
            _line.Append(text[..room]);
            _dropped += text.Length - room;
        }

        private string Line()
        {
            // Half a character is no text.
            if (_dropped > 0 && char.IsHighSurrogate(_line[^1]))
            {
                _line.Length--;
                _dropped++;
            }

            var line = _dropped > 0 ? $"{_line} … ({_dropped} more characters)" : _line.ToString();
            _line.Clear();
            _dropped = 0;
            return line;
        }
    }
}
