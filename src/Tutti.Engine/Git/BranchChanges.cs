using System.Globalization;
using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>A commit as a list shows it.</summary>
/// <param name="Id">Full id.</param>
/// <param name="Subject">First line of its message.</param>
public sealed record CommitLine(string Id, string Subject);

/// <summary>How much of a file changed.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Added">Lines; null where it is binary.</param>
/// <param name="Removed">Lines; null where it is binary.</param>
public sealed record FileChange(string Path, int? Added, int? Removed);

/// <summary>What a branch does that its base does not.</summary>
/// <param name="Commits">Newest first, at most <see cref="MostCommits"/>.</param>
/// <param name="Files">By path; renames count as one removed and one added.</param>
public sealed record BranchChanges(IReadOnlyList<CommitLine> Commits, IReadOnlyList<FileChange> Files)
{
    public const int MostCommits = 100;

    /// <summary>Nothing: the commits are gone, or there never were any.</summary>
    public static BranchChanges None { get; } = new([], []);

    /// <summary>Compares two commits.</summary>
    /// <param name="folder">A folder of the repository.</param>
    /// <param name="base">Full id of the commit the branch starts from.</param>
    /// <param name="head">Full id of its newest commit.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <returns><see cref="None"/> where one of the two is no longer in the repository.</returns>
    public static async Task<BranchChanges> BetweenAsync(string folder, string @base, string head, CancellationToken cancellation)
    {
        string[] log = ["log", "-z", $"--max-count={MostCommits}", "--no-show-signature", "--format=%H %s", $"{@base}..{head}", "--"];
        var commits = await GitCommand.TryAsync(folder, log, cancellation: cancellation);
        if (commits.ExitCode != 0)
            return None;
        string[] stat = ["diff", "--numstat", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", @base, head, "--"];
        var files = await GitCommand.RunAsync(folder, stat, cancellation: cancellation);
        return Parse(commits.Text, files);
    }

    /// <summary>Reads <c>git log -z --format='%H %s'</c> and <c>git diff --numstat -z --no-renames</c>.</summary>
    /// <exception cref="FailureException"><c>git_answer_unreadable</c>.</exception>
    internal static BranchChanges Parse(string log, string stat) => new(
        [.. log.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Commit)],
        [.. stat.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Change)]);

    private static CommitLine Commit(string line) => line.IndexOf(' ') is > 0 and var end
        ? new CommitLine(line[..end], line[(end + 1)..].TrimEnd('\n'))
        : throw GitAnswer.Unreadable("log", line);

    // 12<TAB>3<TAB>src/a b.txt, and for a binary file -<TAB>-<TAB>logo.png; a path may hold tabs itself.
    private static FileChange Change(string entry) =>
        entry.Split('\t', 3) is [var added, var removed, var path] && IsCount(added, out var plus) && IsCount(removed, out var minus)
            ? new FileChange(path, plus, minus)
            : throw GitAnswer.Unreadable("diff --numstat", entry);

    private static bool IsCount(string text, out int? count)
    {
        count = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return count is not null || text == "-";
    }
}
