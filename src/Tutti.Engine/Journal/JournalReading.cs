using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>The events of a journal, as far as they are whole.</summary>
/// <param name="Events">All events of all complete decisions, in order.</param>
/// <param name="Length">Bytes they take; what lies behind is half-written.</param>
/// <param name="Cut">What lies behind, in words; null where nothing does.</param>
public sealed record JournalReading(IReadOnlyList<Recorded> Events, long Length, string? Cut)
{
    /// <summary>Reads a journal that somebody may be writing. A missing file is an empty journal.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>: a line in the middle is not as it was written.</exception>
    public static JournalReading Of(string path)
    {
        var events = new List<Recorded>();
        long whole = 0;
        var wholeCount = 0;
        string? cut = null;
        foreach (var line in Lines(path))
        {
            if (!line.Ended)
            {
                cut = $"a torn last line of {line.Bytes.Length} bytes at offset {line.Offset}";
                break;
            }

            var decoded = EventCodec.Decode(line.Bytes, out var problem);
            if (decoded is null || decoded.Recorded.Seq != events.Count + 1)
                throw Damaged(path, line.Offset, problem ?? $"event {decoded!.Recorded.Seq} where {events.Count + 1} belongs");
            events.Add(decoded.Recorded);
            if (!decoded.More)
            {
                whole = line.Offset + line.Bytes.Length + 1;
                wholeCount = events.Count;
            }
        }

        if (wholeCount < events.Count)
        {
            cut ??= $"{events.Count - wholeCount} event(s) of an unfinished decision at offset {whole}";
            events.RemoveRange(wholeCount, events.Count - wholeCount);
        }

        return new JournalReading(events, whole, cut);
    }

    private static FailureException Damaged(string path, long offset, string problem) => new(new Failure(
        FailureCategory.Internal,
        "journal_damaged",
        $"the journal {path} is damaged at byte {offset}: {problem}",
        "nothing was changed; 'tutti doctor' tells what can be saved"));

    private static IEnumerable<Line> Lines(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
        var pending = new List<byte>();
        var buffer = new byte[64 * 1024];
        long offset = 0;
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            var start = 0;
            int end;
            while ((end = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0)
            {
                pending.AddRange(buffer.AsSpan(start, end - start));
                yield return new Line(offset, [.. pending], Ended: true);
                offset += pending.Count + 1;
                pending.Clear();
                start = end + 1;
            }

            pending.AddRange(buffer.AsSpan(start, read - start));
        }

        if (pending.Count > 0)
            yield return new Line(offset, [.. pending], Ended: false);
    }

    private sealed record Line(long Offset, byte[] Bytes, bool Ended);
}
