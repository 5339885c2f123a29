using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>One checkout of a repository: the main one, or a linked worktree.</summary>
/// <param name="Path">Its top folder, which may be missing.</param>
/// <param name="Head">HEAD's commit; null in a bare repository.</param>
/// <param name="Branch">Full ref of the branch; null when HEAD is detached.</param>
public sealed record Checkout(string Path, string? Head, string? Branch);

/// <summary>Where a branch stands, and which checkouts would notice if it moved.</summary>
/// <param name="Tip">Its commit; null when there is no such branch.</param>
/// <param name="SymbolicTo">The ref it is only another name of, or null.</param>
/// <param name="At">The checkouts that are on it.</param>
/// <param name="RebasingIn">A checkout that is rebasing it, and will move it when the rebase ends; or null.</param>
public sealed record BranchPlace(string? Tip, string? SymbolicTo, IReadOnlyList<Checkout> At, string? RebasingIn);

/// <summary>Reads what is checked out where.</summary>
public static class Checkouts
{
    private const int Tries = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// All checkouts, the main one first. Git writes the files of a new worktree one after the other, and whoever lists just then is told
    /// <c>fatal: failed to read worktrees/wt-14/commondir: Success</c>: that is asked again.
    /// </summary>
    /// <param name="directory">Any checkout of the repository, or the common git folder.</param>
    /// <param name="cancellation">Ends the git process.</param>
    /// <exception cref="FailureException"><c>git_failed</c>.</exception>
    public static async Task<IReadOnlyList<Checkout>> ListAsync(string directory, CancellationToken cancellation = default)
    {
        string[] arguments = ["worktree", "list", "--porcelain", "-z"];
        for (var tried = 1; ; tried++)
        {
            var result = await GitCommand.TryAsync(directory, arguments, cancellation: cancellation);
            if (result.ExitCode == 0)
                return Parse(result.Text);
            if (tried == Tries || !IsHalfMade(result.Error))
                throw new FailureException(GitCommand.Failed(arguments, result));
            await Task.Delay(Pause, cancellation);
        }
    }

    private static bool IsHalfMade(string error) =>
        error.Contains("failed to read ", StringComparison.Ordinal) && error.Contains("worktrees/", StringComparison.Ordinal) && error.Contains("/commondir", StringComparison.Ordinal);

    /// <summary>
    /// Reads <c>git worktree list --porcelain -z</c> (git 2.36): attributes end with NUL, checkouts with one more.
    /// <code>
    /// worktree /home/me/repo␀HEAD ID␀branch refs/heads/main␀␀
    /// worktree /home/me/repo.worktrees/wt-1␀HEAD ID␀detached␀locked reason␀␀
    /// worktree /srv/repo.git␀bare␀␀
    /// </code>
    /// A path may hold newlines. A rebase shows as detached.
    /// </summary>
    public static IReadOnlyList<Checkout> Parse(string output)
    {
        var found = new List<Checkout>();
        foreach (var record in output.Split("\0\0", StringSplitOptions.RemoveEmptyEntries))
        {
            string? path = null, head = null, branch = null;
            foreach (var line in record.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("worktree ", StringComparison.Ordinal))
                    path = line[9..];
                else if (line.StartsWith("HEAD ", StringComparison.Ordinal))
                    head = line[5..];
                else if (line.StartsWith("branch ", StringComparison.Ordinal))
                    branch = line[7..];
            }

            if (path is not null)
                found.Add(new Checkout(path, head, branch));
        }

        return found;
    }

    /// <summary>Where a branch stands now; two git processes side by side.</summary>
    /// <param name="commonDirectory">The common git folder.</param>
    /// <param name="branch">Full ref name.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    public static async Task<BranchPlace> FindAsync(string commonDirectory, string branch, CancellationToken cancellation = default)
    {
        var listing = ListAsync(commonDirectory, cancellation);
        var reading = GitCommand.RunAsync(
            commonDirectory, ["for-each-ref", "--format=%(refname) %(objectname) %(symref)", GitCommand.EndOfOptions, branch], cancellation: cancellation);
        await Task.WhenAll(listing, reading);
        var all = await listing;
        // "refs/heads/main ID " and, for a symbolic ref, the other name behind it.
        var parts = (await reading).Split('\n').Select(l => l.Split(' ')).FirstOrDefault(p => p[0] == branch);
        return new BranchPlace(
            parts?[1],
            parts is { Length: > 2 } && parts[2].Length > 0 ? parts[2] : null,
            [.. all.Where(c => c.Branch == branch)],
            all.FirstOrDefault(c => c.Branch is null && GitFolder.Of(c.Path) is { } folder && GitFolder.Rebasing(folder) == branch)?.Path);
    }

    /// <summary>True when a commit is another or one of its ancestors.</summary>
    public static async Task<bool> IsAncestorAsync(string directory, string older, string newer, CancellationToken cancellation = default)
    {
        if (older == newer)
            return true;
        string[] arguments = ["merge-base", "--is-ancestor", GitCommand.EndOfOptions, older, newer];
        var result = await GitCommand.TryAsync(directory, arguments, cancellation: cancellation);
        return result.ExitCode is 0 or 1 ? result.ExitCode == 0 : throw new FailureException(GitCommand.Failed(arguments, result));
    }
}
