using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>
/// A journal read decision by decision, by a reader who holds no more than one of them, and who can come back for what has been
/// written since. Somebody may be writing: what is not whole yet is left for the next time.
/// </summary>
public sealed class JournalReader
{
    private readonly string _name;
    private readonly Func<Stream?> _open;
    private byte[] _last = [];

    /// <summary>A journal on disk; a missing one is empty.</summary>
    public JournalReader(string path)
        : this(path, () => File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan) : null)
    {
    }

    /// <summary>A journal from anywhere.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="open">Opens it anew, at its beginning and seekable; null where there is none.</param>
    public JournalReader(string name, Func<Stream?> open)
    {
        _name = name;
        _open = open;
    }

    /// <summary>Bytes of the whole decisions read so far; what lies behind is half-written or has not been read.</summary>
    public long Length { get; private set; }

    /// <summary>Seq of the last event of the last whole decision read.</summary>
    public long Seq { get; private set; }

    /// <summary>What lay behind the last whole decision when the end was reached, in words; null where nothing did.</summary>
    public string? Cut { get; private set; }

    /// <summary>
    /// True while the journal still begins with what was read. A writer whose disk was full takes back what it could not finish, and
    /// a reader may have seen that.
    /// </summary>
    public bool StillHolds()
    {
        if (Length == 0)
            return true;
        using var stream = _open();
        if (stream is null || stream.Length < Length)
            return false;
        var now = new byte[_last.Length];
        stream.Position = Length - 1 - now.Length;
        stream.ReadExactly(now);
        return now.AsSpan().SequenceEqual(_last);
    }

    /// <summary>The events of all whole decisions that have not been read yet, lazily, in order.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>: a line is not as it was written. All before it has been given out.</exception>
    public IEnumerable<Recorded> Read()
    {
        Cut = null;
        using var stream = _open();
        if (stream is null)
            yield break;
        stream.Position = Length;
        var decision = new List<Recorded>();
        foreach (var line in JournalLines.Read(stream, Length))
        {
            if (!line.Ended)
            {
                Cut = Torn(line);
                break;
            }

            var decoded = Decode(line, Seq + decision.Count + 1);
            decision.Add(decoded.Recorded);
            if (decoded.More)
                continue;
            (Length, Seq, _last) = (line.End, decoded.Recorded.Seq, line.Bytes);
            foreach (var recorded in decision)
                yield return recorded;
            decision.Clear();
        }

        if (decision.Count > 0)
            Cut = $"{decision.Count} event(s) of an unfinished decision at offset {Length}{(Cut is null ? "" : $", and {Cut}")}";
    }

    /// <summary>The failure that says that an event cannot come after those before it.</summary>
    internal FailureException CannotFollow(Recorded recorded, Exception why) =>
        Damaged(Length, $"event {recorded.Seq} ({EventTypes.Of(recorded.Event).Name}) cannot follow those before it: {why.Message}");

    private JournalLine Decode(RawLine line, long seq)
    {
        if (EventCodec.Decode(line.Bytes, out var problem) is not { } decoded)
            throw Damaged(line.Offset, problem!);
        return decoded.Recorded.Seq == seq ? decoded : throw Damaged(line.Offset, $"event {decoded.Recorded.Seq} where {seq} belongs");
    }

    // After a loss of power a file system may have made room for what never came: it reads as zero bytes.
    private static string Torn(RawLine line) => line.Bytes.AsSpan().ContainsAnyExcept((byte)0)
        ? $"a torn last line of {line.Bytes.Length} bytes at offset {line.Offset}"
        : $"{line.Bytes.Length} zero bytes at offset {line.Offset}";

    private FailureException Damaged(long offset, string problem) => new(new Failure(
        FailureCategory.Internal,
        "journal_damaged",
        $"the journal {_name} is damaged at byte {offset}: {problem}",
        Seq == 0
            ? "nothing was changed, and no event before it is whole"
            : $"nothing was changed; what is whole before it: 'tutti replay {Path.GetFileName(Path.GetDirectoryName(_name))} --until {Seq}', and 'tutti checkpoint restore' makes a new session of a checkpoint there"));
}
