using System.Text;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// The files of Tutti's own bare repository, written by hand so that nothing of git's templates or the user's settings gets in.
/// Agents can reach the folder, so it is compared before every use: it holds exactly these four entries, or it is made anew.
/// </summary>
internal static class ControlFolder
{
    private const string Head = "ref: refs/heads/none\n";
    private const int Tries = 5;
    private static readonly TimeSpan TrialsLive = TimeSpan.FromDays(1);

    private static readonly HashSet<string> Entries = new(StringComparer.Ordinal) { "HEAD", "config", "objects", "refs" };

    /// <summary>Where objects of trial merges go; below it a folder for each trial.</summary>
    public static string Trials(string folder) => Path.Combine(folder, "objects", "trials");

    /// <summary>Makes the folder what it must be. Two processes may do this at once.</summary>
    public static void Ensure(string folder, bool sha256)
    {
        var config = Hardened(sha256, bare: true, Merging);
        for (var tried = 0; ; tried++)
        {
            // Asked first: what was not there and is now has just been made by another process, and is in use.
            var wasThere = Directory.Exists(folder);
            if (IsIntact(folder, config))
                return;
            if (tried == Tries)
                throw new IOException($"{folder} changes while it is being made");
            if (wasThere)
                MoveAway(folder);
            Make(folder, config);
        }
    }

    /// <summary>Removes what trials of crashed processes left.</summary>
    public static void SweepTrials(string folder, DateTimeOffset now)
    {
        var oldest = (now - TrialsLive).UtcDateTime;
        TrialFolder.Sweep(oldest);
        var trials = new DirectoryInfo(Trials(folder));
        if (!trials.Exists)
            return;
        foreach (var trial in trials.EnumerateDirectories().Where(d => d.LastWriteTimeUtc < oldest))
            Delete(trial.FullName);
        foreach (var draft in trials.EnumerateFiles().Where(f => f.LastWriteTimeUtc < oldest))
            draft.Delete();
    }

    /// <summary>Deletes a folder of our own; another process may be doing the same.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone else removed it, which is what was wanted.
        }
    }

    /// <summary>The configuration of a repository of Tutti's own, in which nothing that anybody planted runs or counts.</summary>
    /// <param name="sha256">The object format; SHA-1 else.</param>
    /// <param name="bare">It has no files.</param>
    /// <param name="rest">What it is for, in sections of its own.</param>
    internal static string Hardened(bool sha256, bool bare, string rest) =>
        $"""
        [core]
        	repositoryformatversion = {(sha256 ? 1 : 0)}
        	bare = {(bare ? "true" : "false")}
        	hooksPath = /dev/null
        	attributesFile = /dev/null
        	fsmonitor = false
        	logAllRefUpdates = false
        {(sha256 ? "[extensions]\n\tobjectFormat = sha256" : "[extensions]")}
        [gc]
        	auto = 0
        {rest}

        """;

    // merge.default and attributesFile: only the target's own attributes choose how files are merged. HEAD is unborn: git 2.43 and later read attributes from it.
    private const string Merging =
        """
        [transfer]
        	fsckObjects = false
        [merge]
        	default = text
        	renames = true
        	directoryRenames = conflict
        	renormalize = false
        	conflictStyle = merge
        """;

    private static bool IsIntact(string folder, string config)
    {
        try
        {
            var here = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
            return Entries.SetEquals(here!)
                && Holds(Path.Combine(folder, "HEAD"), Head)
                && Holds(Path.Combine(folder, "config"), config)
                && !Directory.EnumerateFileSystemEntries(Path.Combine(folder, "refs")).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return false; // Not there yet, or another process has just moved it away.
        }
    }

    private static bool Holds(string file, string text)
    {
        var info = new FileInfo(file);
        return info.Exists && info.LinkTarget is null && info.Length == Encoding.UTF8.GetByteCount(text) && File.ReadAllText(file) == text;
    }

    private static void MoveAway(string folder)
    {
        try
        {
            var away = $"{folder}.{Guid.NewGuid():n}";
            Directory.Move(folder, away);
            Delete(away);
        }
        catch (DirectoryNotFoundException)
        {
            // It was never there, or another process is making it anew as well.
        }
    }

    private static void Make(string folder, string config)
    {
        var draft = $"{folder}.{Guid.NewGuid():n}";
        Directory.CreateDirectory(Path.Combine(draft, "objects"));
        Directory.CreateDirectory(Path.Combine(draft, "refs"));
        File.WriteAllText(Path.Combine(draft, "HEAD"), Head);
        File.WriteAllText(Path.Combine(draft, "config"), config);
        try
        {
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Delete(draft); // Another process was first; the caller looks at what it made.
        }
    }
}
