using System.IO.Enumeration;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Copies the ignored files a task needs (<c>.env</c>) from the user's checkout into a slot (PITFALLS P16). They often hold
/// secrets: only what is listed, only what git ignores, never through a link, and readable by nobody else.
/// </summary>
internal static class SlotCopy
{
    private const int MaxFiles = 10_000;
    private const long MaxBytes = 1024L * 1024 * 1024;

    /// <summary>Copies the files and folders of a list; what cannot be copied is noted.</summary>
    /// <param name="from">Top folder of the user's checkout.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="list">Paths relative to the top folder; the last part may hold <c>*</c> and <c>?</c>.</param>
    /// <param name="cancellation">Stops between two files.</param>
    public static async Task<PreparedSlot> CopyAsync(string from, SlotRecord slot, IReadOnlyList<string> list, CancellationToken cancellation)
    {
        var notes = new List<string>();
        var found = list.SelectMany(entry => Find(from, entry, notes)).Distinct().Take(MaxFiles + 1).ToList();
        if (found.Count > MaxFiles)
            throw FailureException.Input("copy_too_large", $"the copy list names more than {MaxFiles} files", "name the files a slot needs, not caches");
        // Git refuses to answer for a path beyond a link.
        foreach (var (path, link) in found.Select(path => (path, LinkIn(slot.Path, path))).Where(pair => pair.Item2 is not null).ToList())
        {
            notes.Add($"{path} was not copied: {link} is a link in {slot.Name}");
            found.Remove(path);
        }

        var ignored = await IgnoredAsync(slot.Path, found, cancellation);
        var copied = new List<string>();
        var bytes = 0L;
        foreach (var path in found)
        {
            cancellation.ThrowIfCancellationRequested();
            bytes += new FileInfo(Path.Combine(from, path)).Length;
            if (bytes > MaxBytes)
                throw FailureException.Input("copy_too_large", $"the copy list comes to more than {MaxBytes} bytes at {path}", "name the files a slot needs, not caches");
            if (!RegularFile.Is(Path.Combine(from, path)))
                notes.Add($"{path} was not copied: it is a pipe or a device");
            else if (!ignored.Contains(path))
                notes.Add($"{path} was not copied: git does not ignore it in {slot.Name}, so it would look like the task's work");
            else if (Copy(Path.Combine(from, path), Path.Combine(slot.Path, path)))
                copied.Add(path);
            else
                notes.Add($"{path} was not copied: a folder or a file is in its way in {slot.Name}");
        }

        return new PreparedSlot(copied, notes);
    }

    private static IEnumerable<string> Find(string from, string entry, List<string> notes)
    {
        if (Path.IsPathRooted(entry) || entry.Split('/').Any(part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase)))
            return Noted(notes, $"'{entry}' was not copied: a copy list holds plain paths inside the repository");
        var folder = Path.GetDirectoryName(entry) ?? "";
        if (LinkIn(from, entry) is { } link)
            return Noted(notes, $"{entry} was not copied: {link} is a link");
        if (!Directory.Exists(Path.Combine(from, folder)))
            return Noted(notes, $"{entry} was not copied: there is none");
        var name = Path.GetFileName(entry);
        var matches = new DirectoryInfo(Path.Combine(from, folder)).EnumerateFileSystemInfos()
            .Where(e => e.LinkTarget is null && FileSystemName.MatchesSimpleExpression(name, e.Name, ignoreCase: false))
            .SelectMany(Files)
            .Select(file => Path.GetRelativePath(from, file))
            .Order(StringComparer.Ordinal)
            .Take(MaxFiles + 1)
            .ToList();
        return matches.Count > 0 ? matches : Noted(notes, $"{entry} was not copied: there is none");
    }

    private static string[] Noted(List<string> notes, string note)
    {
        notes.Add(note);
        return [];
    }

    private static IEnumerable<string> Files(FileSystemInfo entry)
    {
        if (entry is FileInfo)
            return [entry.FullName];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        return Directory.EnumerateFiles(entry.FullName, "*", options);
    }

    /// <summary>The first part of a path below a folder that is a link; null when none is.</summary>
    private static string? LinkIn(string folder, string path)
    {
        var at = folder;
        foreach (var part in path.Split('/'))
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null)
                return Path.GetRelativePath(folder, at);
        }

        return null;
    }

    // The slot's own rules decide: its commit may ignore other things than the user's checkout does. Exit code 1 means none.
    private static async Task<HashSet<string>> IgnoredAsync(string slot, List<string> paths, CancellationToken cancellation)
    {
        if (paths.Count == 0)
            return [];
        string[] check = ["check-ignore", "-z", "--stdin"];
        var result = await GitCommand.TryAsync(slot, check, string.Concat(paths.Select(p => p + '\0')), cancellation: cancellation);
        return result.ExitCode is 0 or 1
            ? [.. result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries)]
            : throw new FailureException(GitCommand.Failed(check, result));
    }

    private static bool Copy(string from, string to)
    {
        if (Directory.Exists(to))
            return false;
        var folder = Path.GetDirectoryName(to)!;
        for (var at = folder; !Directory.Exists(at); at = Path.GetDirectoryName(at)!)
        {
            if (File.Exists(at))
                return false;
        }

        Directory.CreateDirectory(folder);
        // Written beside and renamed, so that no half of a secret file is ever read, nor what was there written through.
        var temporary = $"{to}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var source = File.OpenRead(from))
        using (var target = new FileStream(temporary, options))
        {
            source.CopyTo(target);
        }

        File.Move(temporary, to, overwrite: true);
        return true;
    }
}
