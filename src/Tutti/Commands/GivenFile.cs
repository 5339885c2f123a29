using Tutti.Core;

namespace Tutti.Commands;

/// <summary>A file that the user has named.</summary>
internal static class GivenFile
{
    /// <summary>The path, where there is such a file.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="what">What kind of file, for example <c>plan</c>; empty for any.</param>
    /// <exception cref="FailureException"><c>file_missing</c>, with the nearest name beside it.</exception>
    public static string Required(string path, string what = "")
    {
        if (File.Exists(path))
            return path;
        var kind = what.Length > 0 ? $"{what} file" : "file";
        if (Directory.Exists(path))
            throw FailureException.Input("file_missing", $"{path} is a folder, and no {kind}", "name the file in it");
        throw FailureException.Input("file_missing", $"there is no {kind} {path}", Near(path) is { } near ? $"did you mean '{near}'?" : "check the path");
    }

    private static string? Near(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
            var near = Nearest.To(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));
            return near is null ? null : Path.Combine(Path.GetDirectoryName(path) ?? "", near);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No such folder, or none that may be looked into: then nothing is near.
            return null;
        }
    }
}
