namespace Tutti.Engine.Host;

/// <summary>
/// Tells files from what only has a place among them and may never end: a pipe waits for somebody who writes, a terminal for somebody who
/// types. Nothing here waits, and a link counts as what it leads to.
/// </summary>
public static class RegularFile
{
    /// <summary>True for a file; false for a pipe, a socket or a terminal, and where there is nothing.</summary>
    public static bool Is(string path)
    {
        try
        {
            return File.Exists(path) && Target(path) is { Exists: true } file && (file.Length > 0 || CanSeek(file.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may not be written, which says nothing of its kind: whoever reads it is told what is wrong.
            return true;
        }
    }

    /// <summary>Bytes of a file; 0 for a pipe or a device, and where there is nothing.</summary>
    public static long Length(string path)
    {
        try
        {
            return Target(path) is { Exists: true } file ? file.Length : 0;
        }
        catch (IOException)
        {
            // It went between two looks, or is a link that leads in a circle.
            return 0;
        }
    }

    /// <summary>The same for a file that nobody makes a link but an agent that harms: 0 for a link.</summary>
    public static long LengthOfOwn(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null } file ? file.Length : 0;

    // A link's own length is that of the path it holds.
    private static FileInfo Target(string path) => new(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    // Of an empty file and of a pipe, the length is 0. To open a pipe for both ways waits for nobody.
    private static bool CanSeek(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return file.CanSeek;
    }
}
