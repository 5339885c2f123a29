using Tutti.Core.Session;
using Tutti.Engine.Host;

namespace Tutti.Engine.Journal;

/// <summary>A session as its journal has it, kept up to date while another process writes it.</summary>
public sealed class JournalFollow : IDisposable
{
    // Notifications can be lost, or not to be had: the file is looked at this often besides.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly SessionFolder _folder;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly FileSystemWatcher? _watcher;
    private JournalReader _journal;
    private JournalReading _reading = new(null, null, 0, null);
    private long _length = -1;

    /// <summary>Reads what is there.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <param name="watch">False for one look: nothing is watched then, and <see cref="ChangedAsync"/> only waits.</param>
    public JournalFollow(SessionFolder folder, bool watch)
    {
        _folder = folder;
        _journal = new JournalReader(folder.Journal);
        if (watch && Directory.Exists(folder.Path))
        {
            // Before the first read, so that nothing that is written in between is missed.
            _watcher = FolderWatch.Begin(folder.Path, watcher =>
            {
                watcher.Filter = Path.GetFileName(folder.Journal);
                watcher.Changed += (_, _) => Notify();
            });
        }

        Read();
    }

    /// <summary>The session; null while nothing is in its journal.</summary>
    public SessionState? State => _reading.State;

    /// <summary>The process that took the session up last; null where none has.</summary>
    public ProcessRef? Conductor => _reading.Conductor;

    /// <summary>Takes in what has been written since the last look.</summary>
    /// <returns>True when that is anything.</returns>
    /// <exception cref="Core.FailureException"><c>journal_damaged</c>.</exception>
    public bool Read()
    {
        var length = new FileInfo(_folder.Journal) is { Exists: true } file ? file.Length : 0;
        if (length == _length)
            return false;
        _length = length;
        var before = State;
        if (!_journal.StillHolds())
            (_journal, _reading) = (new JournalReader(_folder.Journal), new JournalReading(null, null, 0, null));
        _reading = _reading.And(_journal);
        return !ReferenceEquals(State, before);
    }

    /// <summary>Waits until something may have been written, a second at most; <see cref="Read"/> tells.</summary>
    public async Task ChangedAsync(CancellationToken cancellation) => await _changed.WaitAsync(LookAgain, cancellation);

    /// <summary>Follows the journal until something is true of the session, or the time is over.</summary>
    /// <returns>Whether it has come true.</returns>
    public async Task<bool> UntilAsync(Func<SessionState, bool> condition, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        for (var start = time.GetTimestamp(); !condition(State!); Read())
        {
            if (time.GetElapsedTime(start) >= limit)
                return false;
            await ChangedAsync(cancellation);
        }

        return true;
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _changed.Dispose();
    }

    private void Notify()
    {
        try
        {
            _changed.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody has been told already, or nobody listens any more.
        }
    }
}
