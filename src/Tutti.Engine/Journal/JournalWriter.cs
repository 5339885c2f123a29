using System.Text;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>
/// The append-only record of a session, held by one writer. The lock is the operating system's and dies with its process.
/// </summary>
public sealed class JournalWriter : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _file;
    private JournalWriter(FileStream @lock, FileStream file, JournalReading reading)
    {
        _lock = @lock;
        _file = file;
        Reading = reading;
    }

    /// <summary>Takes secrets out of every line before it is written.</summary>
    public Func<string, string> Mask { get; set; } = text => text;

    /// <summary>The same for what the user gave to be run and set: it takes out only what is surely a secret, so that a resume can run the rest.</summary>
    public Func<string, string> MaskOrders { get; set; } = text => text;

    /// <summary>What the journal held when it was opened.</summary>
    public JournalReading Reading { get; }

    /// <summary>Opens a session's journal for writing, cutting off what a crash left half-written.</summary>
    /// <exception cref="FailureException"><c>session_busy</c>: another conductor has it; <c>journal_damaged</c>: nothing is changed.</exception>
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
            return new JournalWriter(held, file, reading);
        }
        catch
        {
            // Whatever the reason, the lock must not outlive an opening that failed; the reason goes on.
            held.Dispose();
            throw;
        }
    }

    /// <summary>Writes the events of one or more decisions and returns once they are on disk: one write, one fsync.</summary>
    /// <returns>The lines as written.</returns>
    /// <exception cref="IOException">The disk is full or broken; the file is as it was before.</exception>
    public IReadOnlyList<string> Append(IEnumerable<IReadOnlyList<Recorded>> decisions)
    {
        var lines = decisions
            .SelectMany(events => events.Select((e, i) => EventCodec.Encode(e, more: i < events.Count - 1, e.Event is SessionStarted or SettingsChanged ? MaskOrders : Mask)))
            .ToList();
        var before = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _file.SetLength(before);
            _file.Position = before;
            throw;
        }

        return lines;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(SessionFolder folder)
    {
        try
        {
            return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new FailureException(
                new Failure(FailureCategory.Environment, "session_busy", $"session {folder.Id} is being conducted by another Tutti", "'tutti status --watch' shows it, 'tutti control' steers it"), e);
        }
    }
}
