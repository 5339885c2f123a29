using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// A lock between processes that the system drops when its holder dies, however it dies. The file stays; who finds it free may
/// take it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // Work under a lock takes milliseconds; a wait this long means a holder that is stopped or a disk that hangs.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMinutes(2);
    private const int LongestPauseMilliseconds = 25;

    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <summary>Waits until the lock is ours.</summary>
    /// <exception cref="FailureException"><c>pool_busy</c>: another process held it all the time.</exception>
    public static async Task<FileLock> TakeAsync(string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var deadline = Environment.TickCount64 + (long)WaitLimit.TotalMilliseconds;
        while (true)
        {
            try
            {
                // flock(2): held by this open file only, so it keeps threads of one process apart as well.
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (UnauthorizedAccessException e)
            {
                throw new FailureException(
                    new Failure(FailureCategory.Environment, "state_not_writable", $"{path} cannot be written: {e.Message}", "Tutti needs to write into the repository's git folder"), e);
            }
            catch (IOException e) when (DiskTrouble.Of(e) is null)
            {
                if (Environment.TickCount64 > deadline)
                {
                    throw new FailureException(
                        new Failure(FailureCategory.Resource, "pool_busy", $"{path} could not be locked: {e.Message}", "another tutti may hang; see: tutti pool health"), e);
                }

                // Jitter keeps many waiters from trying in step.
                await Task.Delay(Random.Shared.Next(1, LongestPauseMilliseconds), cancellation);
            }
        }
    }

    public void Dispose() => _stream.Dispose();
}
