using System.Text;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>The end of an output, however large or binary the whole is.</summary>
public static class OutputTail
{
    /// <summary>Enough for a screen of text in a failure's detail.</summary>
    public const int Default = 4 * 1024;

    /// <summary>The last bytes of a file as text that can be shown; empty when there is no file, or none that can be read.</summary>
    /// <param name="path">Read while others may be writing it.</param>
    /// <param name="maxBytes">Most bytes read; a line that was cut at the front is left out unless it is all there is.</param>
    public static string Read(string path, int maxBytes = Default)
    {
        try
        {
            // A pipe that an agent put in the file's place, or made it a link to, has no length, and opening it would wait for a writer.
            if (RegularFile.LengthOfOwn(path) == 0)
                return "";
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var from = Math.Max(0, RandomAccess.GetLength(file) - maxBytes);
            var buffer = new byte[maxBytes];
            var read = RandomAccess.Read(file, buffer, from);
            var text = DisplayText.Clean(Encoding.UTF8.GetString(WithoutCutCharacter(buffer.AsSpan(0, read), from)));
            var line = from > 0 ? text.IndexOf('\n') : -1;
            return line >= 0 && line < text.Length - 1 ? text[(line + 1)..] : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile; or an agent has closed its output, or led it elsewhere. It is shown by screens beside much else, whose clock must
            // not end the conductor for it; 'tutti logs' says why it cannot be read.
            return "";
        }
    }

    /// <summary>Where the last lines of a file begin: a position in bytes, 0 in a file that has no more.</summary>
    /// <param name="path">Read while others may be writing it.</param>
    /// <param name="lines">How many lines, an unfinished last one included.</param>
    public static long StartOfLast(string path, int lines)
    {
        try
        {
            if (RegularFile.LengthOfOwn(path) == 0)
                return 0;
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return StartOfLast(file, lines);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    // Backwards, piece by piece; the line feed at the very end ends the last line and begins none.
    private static long StartOfLast(Microsoft.Win32.SafeHandles.SafeFileHandle file, int lines)
    {
        var buffer = new byte[64 * 1024];
        var length = RandomAccess.GetLength(file);
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - start)), start);
            for (var at = read - 1; at >= 0; at--)
            {
                if (buffer[at] == (byte)'\n' && start + at < length - 1 && --lines == 0)
                    return start + at + 1;
            }

            end = start;
        }

        return 0;
    }

    /// <summary>The tails of an attempt's stdout and stderr, in that order, trimmed.</summary>
    public static string Of(AttemptFolder folder, int maxBytes = Default)
    {
        string[] parts = [Read(folder.Stdout, maxBytes).Trim(), Read(folder.Stderr, maxBytes).Trim()];
        return string.Join('\n', parts.Where(part => part.Length > 0));
    }

    // A UTF-8 character has at most three bytes of the form 10xxxxxx after its first.
    private static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> bytes, long from)
    {
        var start = 0;
        while (from > 0 && start < 3 && start < bytes.Length && (bytes[start] & 0b1100_0000) == 0b1000_0000)
            start++;
        return bytes[start..];
    }
}
