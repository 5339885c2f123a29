namespace Tutti.Engine.Git.Landing;

/// <summary>
/// Where the objects of a trial merge go until it is over: in memory where there is room, because writing a few hundred small files
/// to a disk takes five times as long as all the merging; else below the control repository.
/// </summary>
internal static class TrialFolder
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "tutti-trial-";

    // A trial writes trees and conflicted files, a few megabytes; a container's memory file system may hold no more than 64 in all.
    private const long LeastRoom = 256L * 1024 * 1024;

    /// <summary>Makes a folder that nobody else can guess or read.</summary>
    /// <param name="control">The control repository.</param>
    public static string Make(string control)
    {
        if (OperatingSystem.IsLinux() && HasRoom())
        {
            try
            {
                var folder = Path.Combine(Memory, $"{Prefix}{Guid.NewGuid():n}");
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return folder;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not ours to write to: the disk will do.
            }
        }

        var below = Path.Combine(ControlFolder.Trials(control), Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(below);
        return below;
    }

    /// <summary>Removes what trials of processes that died left in memory; other users' cannot be removed and stay.</summary>
    public static void Sweep(DateTime oldest)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Memory))
            return;
        foreach (var trial in new DirectoryInfo(Memory).EnumerateDirectories($"{Prefix}*").Where(d => d.LastWriteTimeUtc < oldest))
        {
            try
            {
                ControlFolder.Delete(trial.FullName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's.
            }
        }
    }

    private static bool HasRoom()
    {
        try
        {
            return Directory.Exists(Memory) && new DriveInfo(Memory) is { DriveFormat: "tmpfs" } drive && drive.AvailableFreeSpace >= LeastRoom;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
