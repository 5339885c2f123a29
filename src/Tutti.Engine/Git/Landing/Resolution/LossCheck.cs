using Tutti.Core;
using Tutti.Core.Landing;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>
/// Checks that a merged tree has lost nothing of either side, from the object store alone (see <see cref="NothingLost"/>). Every
/// resolution passes here, whoever made it; git's own clean merges hold it too.
/// </summary>
/// <param name="control">The repository of merges.</param>
public sealed class LossCheck(ControlRepository control)
{
    /// <summary>Checks a tree.</summary>
    /// <param name="onto">Full id of the commit merged onto: ours.</param>
    /// <param name="head">Full id of the commit brought in: theirs.</param>
    /// <param name="tree">Full id of the merged tree, or of a commit of it.</param>
    /// <param name="dropped">What the resolution names as dropped on purpose.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    /// <exception cref="FailureException"><c>unrelated_histories</c>, <c>git_failed</c>, <c>git_too_much</c>.</exception>
    public async Task<LossReport> RunAsync(string onto, string head, string tree, IReadOnlyList<Dropped> dropped, CancellationToken cancellation = default)
    {
        // Which of several files alike was renamed to which is a guess, and git's merge may have guessed otherwise. Without renames every
        // file is held to its own path: nothing can be lost there that this does not see.
        var trees = await MergeBase.TreesAsync(control, onto, head, cancellation);
        LossReport? first = null;
        foreach (var follow in (bool[])[true, false])
        {
            var reports = new List<LossReport>();
            foreach (var before in trees)
                reports.Add(await CheckAsync((before, onto, head, tree), follow, dropped, cancellation));
            var joint = Joint(reports);
            if (joint.IsWhole)
                return joint;
            first ??= joint;
        }

        return first!;
    }

    // Where there are several bases, git's merge takes of each file one or a mixture of them, and does not tell which: of each file
    // something is lost only where it is by all of them.
    private static LossReport Joint(List<LossReport> reports)
    {
        if (reports.FirstOrDefault(r => r.IsWhole) is { } whole)
            return whole;
        if (reports.Count == 1 || reports.Exists(r => r.Count > LossReport.Kept))
            return reports[0];
        var paths = reports.Select(r => r.Losses.Select(l => l.Path).ToHashSet(StringComparer.Ordinal)).Aggregate((all, next) =>
        {
            all.IntersectWith(next);
            return all;
        });
        List<Loss> losses = [.. reports[0].Losses.Where(l => paths.Contains(l.Path))];
        return reports[0] with { Losses = losses, Count = losses.Count };
    }

    private async Task<LossReport> CheckAsync(
        (string Base, string Onto, string Head, string Result) trees, bool follow, IReadOnlyList<Dropped> dropped, CancellationToken cancellation)
    {
        var versions = await ReadAsync(trees, follow, cancellation);
        var needed = versions.ContentNeeded();
        var blobs = await Blobs.ReadAsync(control, needed, cancellation);
        var contents = needed.ToDictionary(id => id, id => blobs.TryGetValue(id, out var bytes) ? Blobs.Text(bytes) : null, StringComparer.Ordinal);
        return NothingLost.Check(versions, contents, dropped);
    }

    // The three versions and the result, of the paths that differ somewhere.
    private async Task<MergeVersions> ReadAsync((string Base, string Onto, string Head, string Result) trees, bool follow, CancellationToken cancellation)
    {
        // The same rules by which git's merge finds renames: half alike, and up to as many as it compares.
        string[] renames = follow ? ["-M50%", "-l7000"] : ["--no-renames"];
        var ours = DiffAsync(trees.Base, ObjectId.Check(trees.Onto), cancellation, renames);
        var theirs = DiffAsync(trees.Base, ObjectId.Check(trees.Head), cancellation, renames);
        var result = DiffAsync(trees.Base, ObjectId.Check(trees.Result), cancellation, "--no-renames");
        await Task.WhenAll(ours, theirs, result);
        return Joined(await ours, await theirs, await result);
    }

    private static MergeVersions Joined(IReadOnlyList<TreeChange> ours, IReadOnlyList<TreeChange> theirs, IReadOnlyList<TreeChange> result)
    {
        var ourOld = ours.Where(c => c.Old is not null).ToDictionary(c => c.Old!.Path, StringComparer.Ordinal);
        var theirOld = theirs.Where(c => c.Old is not null).ToDictionary(c => c.Old!.Path, StringComparer.Ordinal);
        var ourNew = ours.Where(c => c.Old is null).ToDictionary(c => c.New!.Path, StringComparer.Ordinal);
        var theirNew = theirs.Where(c => c.Old is null).ToDictionary(c => c.New!.Path, StringComparer.Ordinal);
        var changed = result.ToDictionary(c => (c.Old ?? c.New)!.Path, StringComparer.Ordinal);

        var bases = new Dictionary<string, PlacedFile>(StringComparer.Ordinal);
        foreach (var change in ours.Concat(theirs).Concat(result).Where(c => c.Old is not null))
            bases[change.Old!.Path] = change.Old;
        var files = bases.Values.Select(b => new FileHistory(
            b,
            ourOld.TryGetValue(b.Path, out var o) ? o.New : b,
            theirOld.TryGetValue(b.Path, out var t) ? t.New : b)).ToList();
        files.AddRange(ourNew.Keys.Union(theirNew.Keys, StringComparer.Ordinal).Select(path =>
            new FileHistory(null, ourNew.GetValueOrDefault(path)?.New, theirNew.GetValueOrDefault(path)?.New)));

        var tree = new Dictionary<string, FileVersion>(StringComparer.Ordinal);
        foreach (var path in files.SelectMany(f => f.Paths).Concat(changed.Keys).Distinct(StringComparer.Ordinal))
        {
            if ((changed.TryGetValue(path, out var change) ? change.New : bases.GetValueOrDefault(path)) is { } there)
                tree[path] = there.File;
        }

        return new MergeVersions([.. files.OrderBy(f => f.Paths.First(), StringComparer.Ordinal)], tree);
    }

    private async Task<IReadOnlyList<TreeChange>> DiffAsync(string from, string to, CancellationToken cancellation, params string[] options) =>
        TreeChange.Parse(await control.AskAsync(
            ["diff-tree", "-r", "-z", "--raw", "--no-ext-diff", "--ignore-submodules=none", .. options, GitCommand.EndOfOptions, from, to], cancellation));
}
