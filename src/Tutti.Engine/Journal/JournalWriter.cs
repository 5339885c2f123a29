using System.Text;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Journal;

/// <summary>
/// The append-only record of a session, held by one writer. The lock is the operating system's and dies with its process.
/// </summary>
public sealed class JournalWriter : IDisposable
{
    // One that was killed is seen to be dead a moment before the system has let go of all that it held.
    private const int LockTries = 40;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(25);

    private readonly FileStream _lock;
    private readonly FileStream _file;
    private readonly SessionFolder _folder;

    private JournalWriter(SessionFolder folder, FileStream @lock, FileStream file, JournalReading reading)
    {
        _folder = folder;
        _lock = @lock;
        _file = file;
        Reading = reading;
    }

    /// <summary>The secrets that are taken out; null where nobody has said any.</summary>
    public Secrets? Guarded { get; set; }

    /// <summary>Takes secrets out of every line before it is written.</summary>
    public Func<string, string> Mask { get; set; } = text => text;

    /// <summary>The same for what the user gave to be run and set: it takes out only what is surely a secret, so that a resume can run the rest.</summary>
    public Func<string, string> MaskOrders { get; set; } = text => text;

    /// <summary>What the journal held when it was opened.</summary>
    public JournalReading Reading { get; }

    /// <summary>Opens a session's journal for writing, cutting off what a crash left half-written.</summary>
    /// <exception cref="FailureException">
    /// <c>session_busy</c>: another conductor has it; <c>journal_damaged</c>: nothing is changed; <c>journal_not_written</c>: the disk is full, read-only or broken.
    /// </exception>
    public static JournalWriter Open(SessionFolder folder)
    {
        var held = Lock(folder);
        try
        {
            var reading = JournalReading.Of(folder.Journal);
            var file = new FileStream(folder.Journal, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (file.Length > reading.Length)
            {
                file.SetLength(reading.Length);
                file.Flush(flushToDisk: true);
            }

            file.Seek(0, SeekOrigin.End);
            return new JournalWriter(folder, held, file, reading);
        }
        catch (Exception e)
        {
            // Whatever the reason, the lock must not outlive an opening that failed; the reason goes on.
            held.Dispose();
            if (DiskTrouble.Of(e) is not null)
                throw NotWritten(folder, e);
            throw;
        }
    }

    /// <summary>Keeps everybody from a session whose journal is not to be read, until it is disposed.</summary>
    /// <exception cref="FailureException"><c>session_busy</c>, <c>journal_not_written</c>.</exception>
    public static IDisposable Hold(SessionFolder folder) => Lock(folder);

    /// <summary>Writes the events of one or more decisions and returns once they are on disk: one write, one fsync.</summary>
    /// <exception cref="FailureException"><c>journal_not_written</c>: the disk is full or broken; what stood before still counts, and nothing else does.</exception>
    public void Append(IEnumerable<MaskedEvents> decisions)
    {
        var lines = string.Concat(decisions.SelectMany(events => events.Lines).Select(l => l.Line + "\n"));
        var before = _file.Position;
        try
        {
            Write(Encoding.UTF8.GetBytes(lines));
        }
        catch (IOException e)
        {
            TakeBack(before);
            throw NotWritten(_folder, e);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Failpoint.At("journal.write");
#if FAILPOINTS
        // A write may be cut in two by a crash or by a full disk.
        _file.Write(bytes[..(bytes.Length / 2)]);
        Failpoint.At("journal.half");
        bytes = bytes[(bytes.Length / 2)..];
#endif
        _file.Write(bytes);
        Failpoint.At("journal.written");
        _file.Flush(flushToDisk: true);
        Failpoint.At("journal.synced");
    }

    // Whoever reads meanwhile is not to take for a fact what nobody has acted upon.
    private void TakeBack(long before)
    {
        try
        {
            _file.SetLength(before);
        }
        catch (IOException)
        {
            // The disk is not even good for that: whoever opens the journal next cuts off what is not whole. What is whole was decided
            // from facts, and none of its effects has started.
        }
    }

    private static FailureException NotWritten(SessionFolder folder, Exception e)
    {
        var trouble = DiskTrouble.Of(e);
        return new FailureException(
            new Failure(
                trouble?.Category ?? FailureCategory.Resource,
                "journal_not_written",
                $"session {folder.Id} stops: its journal cannot be written: {trouble?.Message ?? e.Message}",
                "nothing has been started that is not in it, and agents that work go on; make room or mend the disk, then 'tutti resume'"),
            e);
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(SessionFolder folder)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception e) when (e is UnauthorizedAccessException || DiskTrouble.Of(e) is not null)
            {
                throw NotWritten(folder, e);
            }
            catch (DirectoryNotFoundException)
            {
                throw FailureException.Input(FailureCode.SessionUnknown, $"session {folder.Id} is gone: a clean-up has removed it at this moment", "'tutti run' starts a new one");
            }
            catch (IOException e)
            {
                if (tried == LockTries)
                    throw Busy(folder, e);
            }

            Task.Delay(LockPause, TimeProvider.System).GetAwaiter().GetResult();
        }
    }

    private static FailureException Busy(SessionFolder folder, Exception e) => new(
        new Failure(FailureCategory.Environment, "session_busy", $"session {folder.Id} is being conducted by another Tutti", "'tutti status --watch' shows it, 'tutti control' steers it"), e);
}
