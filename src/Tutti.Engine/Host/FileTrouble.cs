using Tutti.Core;

namespace Tutti.Engine.Host;

/// <summary>
/// Tells a file that cannot be used (somebody else's, gone, a folder in its place) from a defect: whoever reports that is sent to the
/// file, not to Tutti's authors. What a disk is to blame for is <see cref="DiskTrouble"/>'s.
/// </summary>
public static class FileTrouble
{
    /// <summary>The failure that an exception tells of, or null where it has nothing to do with a file.</summary>
    public static Failure? Of(Exception exception) => exception is UnauthorizedAccessException or IOException
        ? new Failure(
            FailureCategory.Environment,
            "file_unusable",
            $"a file or folder cannot be used: {exception.Message}",
            "look at what is there, whose it is, and its permissions (ls -ld); --debug shows what wanted it")
        : null;
}
