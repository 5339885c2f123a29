using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>One commit as it is read for replaying.</summary>
internal sealed record ReplayedCommit(string Id, IReadOnlyList<string> Parents, Authorship Author, string Message);

/// <summary>Rebases in the object store, commit by commit.</summary>
internal sealed class Replay(ControlRepository control)
{
    /// <summary>Longer branches land as one commit: each commit costs three git processes.</summary>
    private const int Longest = 200;

    private const string Format = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%B";

    /// <summary>
    /// Replays onto..head. The result holds exactly the tree that a merge gives (<paramref name="mergedTree"/>); where the commits one by one do not
    /// come to that (merges among them, a conflict in between that a later commit takes back), they land as one commit, with a note.
    /// </summary>
    public async Task<MergeOutcome> RunAsync(MergeRequest request, string mergedTree, CancellationToken cancellation)
    {
        var commits = await ReadAsync(control, ["--reverse", "--topo-order", $"--max-count={Longest + 1}", $"{request.Onto}..{request.Head}"], cancellation);
        if (commits.Count > Longest)
            return await SquashAsync(request, mergedTree, $"more than {Longest} commits", cancellation);
        if (commits.Any(c => c.Parents.Count != 1))
            return await SquashAsync(request, mergedTree, "merges among the commits", cancellation);
        if (commits[0].Parents[0] == request.Onto && commits[^1].Id == request.Head)
            return new MergeOutcome.Merged(request.Head, mergedTree);

        var (tip, tree) = (request.Onto, await control.TreeAsync(request.Onto, cancellation));
        foreach (var commit in commits)
        {
            // Three-way by hand: git 2.38 has no --merge-base yet, but a commit with our tip's tree and the original's parent has the same effect.
            var stand = await control.CommitAsync(tree, commit.Parents, "tutti: replay", commit.Author, request.At, cancellation, sign: false);
            var (outcome, merged) = await control.MergeTreesAsync(stand, commit.Id, environment: null, cancellation);
            if (outcome is MergeOutcome.AlreadyIn)
                continue;
            if (outcome is MergeOutcome.Failed)
                return outcome;
            if (outcome is not null)
                return await SquashAsync(request, mergedTree, $"{commit.Id[..10]} conflicts by itself", cancellation);
            tree = merged;
            tip = await control.CommitAsync(tree, [tip], commit.Message, commit.Author, request.At, cancellation);
        }

        return tree == mergedTree
            ? new MergeOutcome.Merged(tip, tree)
            : await SquashAsync(request, mergedTree, "one by one they do not give the merged files", cancellation);
    }

    /// <summary>Commits as <c>git log</c> selects them with these arguments.</summary>
    public static async Task<IReadOnlyList<ReplayedCommit>> ReadAsync(ControlRepository control, IReadOnlyList<string> selection, CancellationToken cancellation)
    {
        string[] arguments = ["log", "-z", "--date=raw", "--encoding=UTF-8", "--no-show-signature", Format, .. selection, "--"];
        var result = await control.GitAsync(arguments, cancellation);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        // Six fields a commit, NUL between fields and between commits: id, parents, name, email, date, message.
        return [.. result.Text.Split('\0').Chunk(6).Where(c => c.Length == 6).Select(c => new ReplayedCommit(
            c[0], c[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), new Authorship(c[2], c[3], "@" + c[4]), c[5]))];
    }

    private Task<MergeOutcome> SquashAsync(MergeRequest request, string tree, string why, CancellationToken cancellation) =>
        control.CommitMergeAsync(request with { Style = MergeStyle.Squash }, tree, $"landed as one commit: {why}", cancellation);
}
