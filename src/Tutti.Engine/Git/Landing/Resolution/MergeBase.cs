using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>What two sides are compared with: their common ancestor, or what a merge of several gives.</summary>
internal static class MergeBase
{
    private const int MostBases = 8;

    /// <summary>
    /// The trees that may count as what both sides began from, the likeliest first. Where histories cross there are several: the merge of
    /// them, which is what git takes (though where they conflict it takes something that it does not tell), and each by itself.
    /// </summary>
    /// <exception cref="FailureException"><c>unrelated_histories</c>, <c>git_failed</c>.</exception>
    public static async Task<IReadOnlyList<string>> TreesAsync(ControlRepository control, string onto, string head, CancellationToken cancellation)
    {
        var result = await control.GitAsync(["merge-base", "--all", ObjectId.Check(onto), ObjectId.Check(head)], cancellation);
        var bases = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (bases.Length == 0)
            throw new FailureException(new Failure(FailureCategory.Git, FailureCode.UnrelatedHistories, "the two sides have no commit in common", "start the branch from the target, or merge it by hand: git merge --allow-unrelated-histories"));
        var single = bases.Take(MostBases).Select(b => $"{b}^{{tree}}").ToList();
        if (single.Count == 1)
            return single;
        var (commit, tree) = (bases[^1], "");
        foreach (var next in bases.Reverse().Skip(1).Take(MostBases))
        {
            var (outcome, merged) = await control.MergeTreesAsync(commit, next, environment: null, cancellation);
            tree = outcome switch
            {
                MergeOutcome.Failed x => throw new FailureException(x.Failure),
                MergeOutcome.Conflicted x => x.Tree,
                _ => merged,
            };
            commit = await control.CommitAsync(tree, [commit, next], "tutti: base", null, DateTimeOffset.UnixEpoch, cancellation, sign: false);
        }

        return [tree, .. single];
    }

    /// <summary>What a tree has at paths: mode and id by path.</summary>
    public static async Task<IReadOnlyDictionary<string, (string Mode, string Id)>> EntriesAsync(
        ControlRepository control, string tree, IReadOnlyCollection<string> paths, CancellationToken cancellation, GitPlace? place = null)
    {
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        // Paths are arguments here, so many of them go in parts.
        foreach (var part in paths.Chunk(500))
        {
            // "100644 blob ID\tpath", NUL-ended.
            var answer = await control.AskAsync(["--literal-pathspecs", "ls-tree", "-z", "--full-tree", GitCommand.EndOfOptions, tree, "--", .. part], cancellation, place: place);
            foreach (var entry in Encoding.UTF8.GetString(answer).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                var tab = entry.IndexOf('\t');
                var head = entry[..tab].Split(' ');
                if (head[1] != "tree")
                    found[entry[(tab + 1)..]] = (head[0], head[2]);
            }
        }

        return found;
    }
}
