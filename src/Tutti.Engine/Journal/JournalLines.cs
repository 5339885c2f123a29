namespace Tutti.Engine.Journal;

/// <summary>One line of a journal as it is on disk.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Bytes">Without its line feed.</param>
/// <param name="Ended">A line feed follows.</param>
internal sealed record RawLine(long Offset, byte[] Bytes, bool Ended)
{
    /// <summary>Where the next one begins.</summary>
    public long End => Offset + Bytes.Length + 1;
}

/// <summary>Cuts a stream into lines, one at a time: no more than a line and a buffer are ever held.</summary>
internal static class JournalLines
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A longer line is none of ours; a first event with a plan of 100,000 tasks has a tenth of this.</summary>
    public const int LongestLine = 256 * 1024 * 1024;

    /// <summary>The lines from where the stream stands.</summary>
    /// <param name="stream">Read to its end; not disposed.</param>
    /// <param name="offset">Of the stream's place in the journal.</param>
    public static IEnumerable<RawLine> Read(Stream stream, long offset)
    {
        var pending = new MemoryStream();
        var buffer = new byte[BufferSize];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            var start = 0;
            int end;
            while ((end = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0)
            {
                pending.Write(buffer, start, end - start);
                var line = new RawLine(offset, pending.ToArray(), Ended: true);
                yield return line;
                offset = line.End;
                pending.SetLength(0);
                start = end + 1;
            }

            // Nobody keeps gigabytes of what is no line (a disk's zero bytes): the rest would tell nothing more.
            if (pending.Length + read - start > LongestLine)
                break;
            pending.Write(buffer, start, read - start);
        }

        if (pending.Length > 0)
            yield return new RawLine(offset, pending.ToArray(), Ended: false);
    }
}
