using System.Text.Json;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Pool;

/// <summary><c>pool.json</c> and the locks around it, all in the repository's state directory.</summary>
internal sealed class PoolFile(Repository repository)
{
    private string RecordPath => Path.Combine(repository.StateDirectory, "pool.json");

    /// <summary>Takes the lock that worktree add and remove, and every change of the record, need.</summary>
    public async Task<PoolHold> HoldAsync(CancellationToken cancellation)
    {
        var held = await FileLock.TakeAsync(Path.Combine(repository.StateDirectory, "pool.lock"), cancellation);
        return new PoolHold(this, held, Read());
    }

    /// <summary>Takes one slot's own lock, under which its files are changed; always before <see cref="HoldAsync"/>, never after.</summary>
    public Task<FileLock> HoldSlotAsync(string name, CancellationToken cancellation) =>
        FileLock.TakeAsync(Path.Combine(repository.StateDirectory, "slots", name + ".lock"), cancellation);

    /// <summary>The record as it is now. A lost or unreadable one is made again from what git has registered.</summary>
    public PoolRecord Read()
    {
        try
        {
            if (PoolRecord.Parse(File.ReadAllBytes(RecordPath)) is { } record)
                return record.In(repository.CommonDirectory);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Never written: what follows does not depend on it.
        }

        return Registrations.Rebuild(repository.CommonDirectory);
    }

    /// <summary>
    /// Replaces the record by rename. Not flushed to the disk: after a power failure an older or missing record is harmless,
    /// because no slot is given away or removed without looking into it first.
    /// </summary>
    internal void Write(PoolRecord record)
    {
        var temporary = RecordPath + ".new";
        Failpoint.At("pool.write");
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, PoolJson.Default.PoolRecord));
        Failpoint.At("pool.written");
        File.Move(temporary, RecordPath, overwrite: true);
        Failpoint.At("pool.replaced");
    }
}

/// <summary>Proof that the pool's lock is held, with the record it protects. Cannot be made anywhere else.</summary>
internal sealed class PoolHold : IDisposable
{
    private readonly PoolFile _file;
    private readonly FileLock _lock;

    internal PoolHold(PoolFile file, FileLock held, PoolRecord record) => (_file, _lock, Record) = (file, held, record);

    public PoolRecord Record { get; private set; }

    /// <summary>Puts a slot into the record, on disk.</summary>
    public SlotRecord Save(SlotRecord slot)
    {
        Record = Record.With(slot);
        _file.Write(Record);
        return slot;
    }

    /// <summary>Takes a slot out of the record, on disk.</summary>
    public void Forget(string name)
    {
        Record = Record.Without(name);
        _file.Write(Record);
    }

    public void Dispose() => _lock.Dispose();
}
