using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Folders that are to be deleted, moved aside first: a rename takes milliseconds and either happens or does not, while deleting
/// a tree takes seconds and can stop halfway.
/// </summary>
internal static class Trash
{
    private const string Name = ".trash";

    // Deeper than any path a kernel accepts.
    private const int MaxDepth = 2048;

    private static readonly TimeSpan BackgroundLimit = TimeSpan.FromMinutes(5);

    /// <summary>Moves a slot's folder out of the way.</summary>
    /// <param name="hold">Proof of the pool's lock.</param>
    /// <param name="slot">The slot; its folder must be directly below its root, and neither may be a link.</param>
    public static void Take(PoolHold hold, SlotRecord slot)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var trash = FolderIn(slot.Root);
        if (!SlotRecord.IsName(slot.Name) || RealPath.Of(slot.Path) != slot.Path || RealPath.Of(trash) != trash)
            throw new InvalidOperationException($"{slot.Path} is reached through a link, so it is not removed");
        Directory.CreateDirectory(trash);
        Failpoint.At("trash.take");
        Directory.Move(slot.Path, Path.Combine(trash, $"{slot.Name}-{Guid.NewGuid():N}"));
    }

    /// <summary>Empties a root's trash without anybody waiting; what is left when the process ends is taken up by the next time.</summary>
    public static void EmptyInBackground(string root) =>
        _ = Task.Run(async () =>
        {
            using var limit = new CancellationTokenSource(BackgroundLimit);
            await EmptyAsync(root, limit.Token);
        });

    /// <summary>Deletes what is in a root's trash, as far as it can be deleted.</summary>
    /// <returns>How many folders are still there.</returns>
    public static Task<int> EmptyAsync(string root, CancellationToken cancellation) => Task.Run(() => Empty(root, cancellation), CancellationToken.None);

    /// <summary>How many folders wait to be deleted.</summary>
    public static int Count(string root) => Entries(root).Length;

    private static string FolderIn(string root) => Path.Combine(root, Name);

    private static string[] Entries(string root) =>
        new DirectoryInfo(FolderIn(root)) is { Exists: true, LinkTarget: null } trash ? [.. trash.EnumerateDirectories().Select(d => d.FullName)] : [];

    private static int Empty(string root, CancellationToken cancellation)
    {
        foreach (var entry in Entries(root))
        {
            try
            {
                Delete(new DirectoryInfo(entry), 0, cancellation);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                // Another process empties it too, a file is in use or not ours, or the time is up: the next clean-up tries again.
            }
        }

        return Count(root);
    }

    private static void Delete(DirectoryInfo folder, int depth, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (depth > MaxDepth)
            throw new IOException($"{folder} is nested too deeply");
        // Package caches (Go's) are made read-only, which would keep their owner from deleting them.
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } inner)
                Delete(inner, depth + 1, cancellation);
            else
                entry.Delete();
        }

        folder.Delete();
    }
}
