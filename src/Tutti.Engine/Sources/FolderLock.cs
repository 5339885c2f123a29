using System.Runtime.InteropServices;
using Tutti.Core;

namespace Tutti.Engine.Sources;

/// <summary>
/// A lock that is a folder, as npm's proper-lockfile keeps it and Task Master therefore uses it: whoever makes the folder
/// holds the lock; its time of change is refreshed while held; one that was not refreshed for ten seconds is left over from
/// a crash and may be taken away.
/// </summary>
internal sealed partial class FolderLock : IDisposable
{
    // proper-lockfile's own numbers, which both sides must agree on.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    // Longer than Stale, so that the lock of a holder that has just crashed can be waited out.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(12);

    // What the time of change is of what is not there (Directory.GetLastWriteTimeUtc).
    private static readonly DateTime Missing = DateTime.FromFileTimeUtc(0);

    private const int FileExists = 17; // EEXIST, the same on Linux and macOS

    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly ITimer _refresh;
    private readonly Lock _gate = new();
    private DateTime _stamp;
    private bool _lost;

    private FolderLock(string folder, TimeProvider clock)
    {
        _folder = folder;
        _clock = clock;
        _stamp = Stamp();
        _refresh = clock.CreateTimer(_ => KeepAlive(), null, Refresh, Refresh);
    }

    /// <summary>Waits for the lock and takes it.</summary>
    /// <param name="folder">The folder that is the lock; its parent must exist.</param>
    /// <param name="clock">Measures the waiting and the age of other locks.</param>
    /// <exception cref="FailureException"><c>source_locked</c> after <see cref="MaxWait"/>, or <c>source_not_written</c> where no folder can be made.</exception>
    public static FolderLock Take(string folder, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (TryMake(folder) && TryHold(folder, clock) is { } held)
                return held;
            if (clock.GetElapsedTime(started) > MaxWait)
                throw new FailureException(Busy(folder));
            // A folder gives no signal when it goes; the holder keeps it for milliseconds, and chance keeps waiters apart.
            var pause = TimeSpan.FromMilliseconds(RemoveStale(folder, clock) ? 1 : Random.Shared.Next(5, 40));
            Task.Delay(pause, clock).GetAwaiter().GetResult();
        }
    }

    /// <summary>The failure of a lock that somebody else keeps.</summary>
    public static Failure Busy(string folder) => new(
        FailureCategory.Resource,
        "source_locked",
        $"another program has held {folder} for {MaxWait.TotalSeconds} s",
        "remove that folder if no program is using the task list");

    /// <summary>False when somebody has taken the lock away, believing this process dead.</summary>
    public bool IsOurs()
    {
        lock (_gate)
            return !_lost && Directory.Exists(_folder) && Directory.GetLastWriteTimeUtc(_folder) == _stamp;
    }

    public void Dispose()
    {
        _refresh.Dispose();
        try
        {
            if (IsOurs())
                Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // Someone put a file into it, or took it away this very moment; it will be seen as stale, or is gone.
        }
    }

    private static FolderLock? TryHold(string folder, TimeProvider clock)
    {
        try
        {
            return new FolderLock(folder, clock);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // of two who found a stale one, the slower has taken away this one's instead
        }
    }

    private static bool TryMake(string folder)
    {
        if (MakeFolder(folder, 0x1ED /* 0755 */) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == FileExists
            ? false
            : throw new FailureException(
                new Failure(FailureCategory.Environment, "source_not_written", $"cannot make {folder}: {Marshal.GetPInvokeErrorMessage(error)}", "check the permissions and the room of the folder above it"),
                new IOException(Marshal.GetPInvokeErrorMessage(error), error));
    }

    // True when it is worth trying again at once.
    private static bool RemoveStale(string folder, TimeProvider clock)
    {
        try
        {
            // One look: a folder that goes between two would seem as old as can be, and what is taken away then is the next one's lock.
            var touched = Directory.GetLastWriteTimeUtc(folder);
            if (touched == Missing)
                return true;
            if (clock.GetUtcNow().UtcDateTime - touched < Stale)
                return false;
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true; // another one who waited was quicker
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // not empty, or not ours to delete: waiting ends at the limit
        }
    }

    // Whole milliseconds, which every file system of interest keeps, so that the stamp reads back as it was written.
    private DateTime Stamp()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        var stamp = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        Directory.SetLastWriteTimeUtc(_folder, stamp);
        return stamp;
    }

    private void KeepAlive()
    {
        try
        {
            lock (_gate)
            {
                if (IsOurs())
                    _stamp = Stamp();
                else
                    _lost = true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lost = true; // gone between the look and the touch
        }
    }

    // .NET cannot make a folder and tell whether it was there before.
    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolder(string path, uint mode);
}
