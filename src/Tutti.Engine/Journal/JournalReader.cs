using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Host;

namespace Tutti.Engine.Journal;

/// <summary>
/// A journal read decision by decision, by a reader who holds no more than one of them, and who can come back for what has been
/// written since. Somebody may be writing: what is not whole yet is left for the next time.
/// </summary>
public sealed class JournalReader
{
    private readonly string _name;
    private readonly Func<Stream?> _open;
    private readonly SessionFolder? _folder;
    private byte[] _last = [];

    /// <summary>A journal on disk; a missing one is empty, where its session has not begun.</summary>
    public JournalReader(string path)
        : this(path, () => Open(path)) => _folder = new SessionFolder(Path.GetDirectoryName(path)!);

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
        stream?.Position = Length;
        var decision = new List<Recorded>();
        foreach (var line in stream is null ? [] : JournalLines.Read(stream, Length))
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

        // What came after its first event is there, so that event was on disk: nobody may take the session for one that never started.
        if (Seq == 0 && _folder is { HasBegun: true })
            throw Damaged(0, Lost());
        if (decision.Count > 0)
            Cut = $"{decision.Count} event(s) of an unfinished decision at offset {Length}{(Cut is null ? "" : $", and {Cut}")}";
    }

    /// <summary>The failure that says that an event cannot come after those before it.</summary>
    internal FailureException CannotFollow(Recorded recorded, Exception why) =>
        Damaged(Length, $"event {recorded.Seq} ({EventTypes.Of(recorded.Event).Name}) cannot follow those before it: {why.Message}");

    // One of no bytes is not opened: it may be a pipe, which waits for somebody who writes.
    private static FileStream? Open(string path)
    {
        if (RegularFile.Length(path) == 0)
            return null;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            // Cleaned up at this moment, or a link that leads nowhere.
            return null;
        }
    }

    private string Lost() =>
        Directory.Exists(_name) ? "it is a folder"
        : !File.Exists(_name) ? "it is gone, and its session had begun"
        : "nothing of it is whole, and its session had begun";

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

    // What a newer version wrote is whole, and no defect: that version reads it.
    private FailureException Damaged(long offset, string problem) => new(problem.StartsWith(EventCodec.Newer, StringComparison.Ordinal) ? new Failure(
        FailureCategory.Environment,
        FailureCode.JournalDamaged,
        $"the journal {_name} cannot be read from byte {offset} on: {problem}",
        $"go on with that version; {Hint()}") : new Failure(
        FailureCategory.Internal,
        FailureCode.JournalDamaged,
        $"the journal {_name} is damaged at byte {offset}: {problem}",
        Hint()));

    // What agents committed does not depend on the journal.
    private string Hint()
    {
        var session = _folder?.Id ?? "SESSION";
        return Seq == 0
            ? $"nothing was changed; put the file back from a backup; its work is kept: 'git for-each-ref refs/tutti/{session}/', and 'tutti clean all {session}' shows what would be lost"
            : $"nothing was changed; what is whole before it: 'tutti replay {session} --until {Seq}'; 'tutti checkpoint restore {Seq} --session {session}' makes a new session of that, which 'tutti resume' goes on with";
    }
}
