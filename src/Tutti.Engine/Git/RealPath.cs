namespace Tutti.Engine.Git;

/// <summary>Absolute paths with every symbolic link resolved, so that two names of one folder compare equal.</summary>
public static class RealPath
{
    // As many links as Linux follows (ELOOP beyond).
    private const int MaxLinks = 40;

    /// <summary>The real path of a file or folder; parts that do not exist are kept as they are.</summary>
    /// <exception cref="IOException">The links lead round in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var links = 0; links <= MaxLinks; links++)
        {
            if (FirstLink(full) is not { } link)
                return full;
            var target = Path.GetFullPath(link.Target, Path.GetDirectoryName(link.Path) ?? "/");
            full = Path.TrimEndingDirectorySeparator(target + full[link.Path.Length..]);
        }

        throw new IOException($"too many symbolic links in {path}");
    }

    /// <summary>The topmost part of a path that is a link itself, with what it says; null when there is none.</summary>
    private static (string Path, string Target)? FirstLink(string full)
    {
        for (var end = full.IndexOf('/', 1); ; end = full.IndexOf('/', end + 1))
        {
            var part = end < 0 ? full : full[..end];
            if (new FileInfo(part).LinkTarget is { } target)
                return (part, target);
            if (end < 0)
                return null;
        }
    }
}
