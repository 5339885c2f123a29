using Tutti.Engine.Git;

namespace Tutti.Commands;

/// <summary>Lock files that a git which died has left: every later git refuses to write what they stand beside.</summary>
internal static class StaleLocks
{
    // Git holds a lock for milliseconds; a commit with a slow filter perhaps for seconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private const int MostNamed = 10;

    /// <summary>The locks of a repository that are older than any live git would hold them.</summary>
    public static IEnumerable<Finding> Find(Repository repository, DateTimeOffset now)
    {
        var stale = Candidates(repository)
            .Where(file => file.Exists && now.UtcDateTime - file.LastWriteTimeUtc > Longest)
            .Take(MostNamed)
            .Select(file => new Finding("locks", Weight.Bad, $"{file.FullName} is left from a git that died, or one hangs", $"if no git runs: rm {file.FullName}", "git_locked"))
            .ToList();
        return stale.Count > 0 ? stale : [new Finding("locks", Weight.Good, "no lock is left behind")];
    }

    private static IEnumerable<FileInfo> Candidates(Repository repository)
    {
        var common = repository.CommonDirectory;
        var heads = new DirectoryInfo(Path.Combine(common, "refs", "heads"));
        var own = new[] { "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock" }.Select(name => new FileInfo(Path.Combine(common, name)));
        return heads.Exists ? own.Concat(heads.EnumerateFiles("*.lock", SearchOption.AllDirectories)) : own;
    }
}
