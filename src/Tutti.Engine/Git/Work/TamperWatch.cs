using System.Security.Cryptography;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Work;

/// <summary>What kind of thing changed while an attempt ran.</summary>
public enum TamperKind
{
    /// <summary>Git's configuration, attributes or hooks: what a later git command would run in the user's name (PITFALLS P23).</summary>
    Configuration,

    /// <summary>The user's checkout stands on another commit or branch. Tutti's own landing does that too; compare the new value.</summary>
    Head,

    /// <summary>Files of the user's checkout (PITFALLS P4).</summary>
    Files,
}

/// <summary>One difference between two fingerprints.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="What">The path, or "HEAD".</param>
/// <param name="Before">What was there, as far as it was recorded; null when there was nothing.</param>
/// <param name="After">What is there now; null when it is gone.</param>
public sealed record TamperNote(TamperKind Kind, string What, string? Before, string? After);

/// <summary>The state of everything an attempt has no business to change.</summary>
/// <param name="Configuration">Path below the common folder to a hash of its content and mode.</param>
/// <param name="Head">Branch (or "detached") and commit of the user's checkout; null when none is watched.</param>
/// <param name="Files">Each uncommitted path of the user's checkout with its status, size and time.</param>
public sealed record Fingerprint(
    IReadOnlyDictionary<string, string> Configuration,
    string? Head,
    IReadOnlyDictionary<string, string> Files);

/// <summary>
/// Compares the common configuration and the user's checkout before and after an attempt. The configuration part reads a few files
/// and starts no git; the checkout part is one <c>git status</c>. A change is no proof: the user may have been at work as well.
/// </summary>
public static class TamperWatch
{
    private const int FilesRead = 200;
    private const int BytesRead = 1024 * 1024;
    private const int FilesKept = 1_000;
    private const int NotesKept = 50;

    // What is excluded there is never committed, by whatever task in whatever slot.
    private static readonly string[] Watched =
        ["config", "config.worktree", "info/attributes", "info/exclude", "info/grafts", "info/sparse-checkout", "objects/info/alternates", "commondir", "shallow"];

    // Of each folder every file: what git would run, and what it would show in the place of other objects.
    private static readonly string[] WatchedFolders = ["hooks", "refs/replace"];

    /// <summary>The fingerprint of a repository and, when given, of the user's checkout.</summary>
    public static async Task<Fingerprint> TakeAsync(string commonDirectory, string? userTop, CancellationToken cancellation = default)
    {
        var configuration = Configuration(commonDirectory);
        if (userTop is null)
            return new Fingerprint(configuration, null, new Dictionary<string, string>(StringComparer.Ordinal));
        var status = await CheckoutStatus.ReadAsync(userTop, cancellation);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in status.Entries.Take(FilesKept))
            files[entry.Path] = $"{entry.Index}{entry.Tree} {Stamp(Path.Combine(userTop, entry.Path))}";
        return new Fingerprint(configuration, $"{status.Branch ?? "detached"} {status.Head}", files);
    }

    /// <summary>The configuration part alone, without any process.</summary>
    public static IReadOnlyDictionary<string, string> Configuration(string commonDirectory)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Watched)
            Record(found, commonDirectory, name);
        foreach (var folder in WatchedFolders.Where(name => Directory.Exists(Path.Combine(commonDirectory, name))))
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(commonDirectory, folder)).Order(StringComparer.Ordinal).Take(FilesRead))
                Record(found, commonDirectory, $"{folder}/{Path.GetFileName(file)}");
        }

        return found;
    }

    /// <summary>What differs, configuration first; at most 50 notes.</summary>
    public static IReadOnlyList<TamperNote> Compare(Fingerprint before, Fingerprint after)
    {
        var notes = new List<TamperNote>(Differences(TamperKind.Configuration, before.Configuration, after.Configuration));
        if (before.Head != after.Head)
            notes.Add(new TamperNote(TamperKind.Head, "HEAD", before.Head, after.Head));
        notes.AddRange(Differences(TamperKind.Files, before.Files, after.Files));
        return [.. notes.Take(NotesKept)];
    }

    private static IEnumerable<TamperNote> Differences(
        TamperKind kind, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        from path in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
        let old = before.GetValueOrDefault(path)
        let now = after.GetValueOrDefault(path)
        where old != now
        select new TamperNote(kind, path, old, now);

    private static void Record(Dictionary<string, string> into, string root, string name)
    {
        var file = new FileInfo(Path.Combine(root, name));
        if (file.LinkTarget is { } target)
            into[name] = "link " + target;
        if (!file.Exists)
            return;
        var mode = OperatingSystem.IsWindows() ? "" : Convert.ToString((int)file.UnixFileMode, 8);
        into[name] = $"{into.GetValueOrDefault(name)}{mode} {file.Length} {Hash(file)}";
    }

    // A length of 0 is not read: a pipe or device in a file's place has it, and reading one may never end.
    private static string Hash(FileInfo file)
    {
        var length = RegularFile.Length(file.FullName);
        if (length == 0)
            return "empty";
        try
        {
            using var stream = file.OpenRead();
            var start = new byte[Math.Min(length, BytesRead)];
            return Convert.ToHexStringLower(SHA256.HashData(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // That it cannot be read is itself what there is to compare.
            return "unreadable";
        }
    }

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "gone";
    }
}
