namespace Tutti.Engine.Host;

/// <summary>
/// Notifications of what changes in a folder, as far as they are to be had: a user has 128 of them on many Linux machines, for all programs
/// together. They can also be lost. Whoever watches therefore looks by itself from time to time as well.
/// </summary>
internal static class FolderWatch
{
    /// <summary>Begins to watch.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="prepare">Says what is to be told, and to whom; nothing is told before it has ended.</param>
    /// <returns>Null where none is to be had, or there is no such folder.</returns>
    public static FileSystemWatcher? Begin(string folder, Action<FileSystemWatcher> prepare)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder);
            prepare(watcher);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher?.Dispose();
            return null;
        }
    }
}
