using Tutti.Core;

namespace Tutti.Commands;

/// <summary>A file a command writes for the user: whole or not at all, and never over one that is there unless told to.</summary>
internal static class NewFile
{
    /// <summary>Refuses early what <see cref="Write"/> would refuse: before the text is made, where that costs something.</summary>
    /// <exception cref="FailureException"><c>file_exists</c>.</exception>
    public static void RequireNone(string path)
    {
        if (File.Exists(path))
            throw Exists(path);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where, as the user said it; its folder must exist.</param>
    /// <param name="text">All of it.</param>
    /// <param name="force">Replace a file that is there.</param>
    /// <exception cref="FailureException"><c>file_exists</c>, or <c>not_written</c> with the system's reason.</exception>
    public static void Write(string path, string text, bool force)
    {
        var beside = $"{path}.{Environment.ProcessId}.new";
        var isWhole = false;
        try
        {
            File.WriteAllText(beside, text);
            isWhole = true;
            File.Move(beside, path, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
                File.Delete(beside);
            // That the move refuses is the check, so that no file can come in between.
            throw isWhole && !force && File.Exists(path)
                ? Exists(path)
                : FailureException.Environment("not_written", $"{path} cannot be written: {e.Message}", "check its folder's permissions and the disk");
        }
    }

    private static FailureException Exists(string path) => FailureException.Input("file_exists", $"{path} is there already", "--force overwrites it");
}
