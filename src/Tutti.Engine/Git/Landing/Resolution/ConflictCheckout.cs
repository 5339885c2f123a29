using System.Text;
using Tutti.Core;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>A conflict as it lies in a slot, or null paths where there was none to lay.</summary>
/// <param name="Paths">The conflicted paths.</param>
/// <param name="Messages">Git's words on them.</param>
/// <param name="Tree">What the slot's files are: the merge, with markers that show the base too.</param>
public sealed record LaidConflict(IReadOnlyList<ConflictedPath> Paths, IReadOnlyList<string> Messages, string Tree);

/// <summary>
/// Lays a merge's conflict into a slot and reads back what has become of it. Git works on the slot's files with the control
/// repository's configuration, so that neither hooks nor drivers nor filters of the user's repository run.
/// </summary>
/// <param name="control">The repository of merges.</param>
internal sealed class ConflictCheckout(ControlRepository control)
{
    /// <summary>The conflict of two commits, its files with the base between the sides; null where they merge cleanly.</summary>
    /// <exception cref="FailureException">It cannot be tried.</exception>
    public async Task<LaidConflict?> ConflictAsync(string onto, string head, CancellationToken cancellation) =>
        (await control.MergeTreesAsync(onto, head, environment: null, cancellation, withBase: true)).Outcome switch
        {
            MergeOutcome.Conflicted x => new LaidConflict(x.Paths, x.Messages, x.Tree),
            MergeOutcome.Failed x => throw new FailureException(x.Failure),
            _ => null,
        };

    /// <summary>Lays it: HEAD stays at <paramref name="onto"/>, where the slot must be, and the rest is as a stopped <c>git merge</c> leaves it.</summary>
    /// <exception cref="FailureException"><c>slot_missing</c>, <c>slot_not_at_commit</c>, <c>git_failed</c>.</exception>
    public async Task LayAsync(string slot, string onto, string head, LaidConflict conflict, string message, CancellationToken cancellation)
    {
        var folder = FolderOf(slot);
        var at = await GitCommand.TryAsync(slot, ["rev-parse", "--verify", "-q", "HEAD^{commit}"], cancellation: cancellation);
        if (at.Text != onto)
            throw new FailureException(new Failure(FailureCategory.Git, "slot_not_at_commit", $"{slot} is not at {onto[..10]}, on which the merge is to be resolved", "reset the slot first"));
        var place = Place(slot, Path.Combine(folder, "index"));
        var settings = await TrustedSettings.ReadAsync(control.User, cancellation);
        await control.GitAsync([.. settings, "update-index", "-q", "--refresh"], cancellation, place: place);
        await control.AskAsync([.. settings, "read-tree", "-m", "-u", onto, conflict.Tree], cancellation, place: place);
        await control.AskAsync([.. settings, "update-index", "-z", "--index-info"], cancellation, Stages(conflict, onto), place);
        // MERGE_HEAD last: with it the merge is open.
        await File.WriteAllTextAsync(Path.Combine(folder, "MERGE_MSG"), message.TrimEnd('\n') + "\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "MERGE_MODE"), "no-ff", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "MERGE_HEAD"), head + "\n", cancellation);
    }

    /// <summary>Ends the merge of a slot at a commit of its files.</summary>
    public async Task CloseAsync(string slot, string commit, CancellationToken cancellation)
    {
        var folder = FolderOf(slot);
        var settings = await TrustedSettings.ReadAsync(control.User, cancellation);
        await control.AskAsync([.. settings, "read-tree", ObjectId.Check(commit)], cancellation, place: Place(slot, Path.Combine(folder, "index")));
        foreach (var name in (string[])["MERGE_HEAD", "MERGE_MODE", "MERGE_MSG"])
            File.Delete(Path.Combine(folder, name));
    }

    /// <summary>The paths of a slot's index that are still unmerged.</summary>
    public async Task<IReadOnlyList<string>> UnmergedAsync(string slot, CancellationToken cancellation)
    {
        // "100644 ID 1\tpath", NUL-ended.
        var listed = await control.AskAsync(["-c", "core.bare=false", "ls-files", "-u", "-z"], cancellation, place: Place(slot, Path.Combine(FolderOf(slot), "index")));
        return [.. Records(listed).Select(r => r[(r.IndexOf('\t') + 1)..]).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The tree of the slot's files, as far as they are not ignored. It is read from the files themselves, with an index of our own:
    /// what the slot's index says of them may have been arranged. Only submodules, and ignored files added on purpose, are taken from there.
    /// </summary>
    /// <param name="slot">The slot.</param>
    /// <param name="laid">What was laid into it.</param>
    /// <param name="exclude">Paths that are not part of it, besides <see cref="Litter"/>.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    public async Task<(string Tree, IReadOnlyList<string> Notes)> TreeAsync(string slot, LaidConflict laid, Func<string, bool> exclude, CancellationToken cancellation)
    {
        using var scratch = new ScratchFolder(control.State);
        var settings = await TrustedSettings.ReadAsync(control.User, cancellation);
        var place = Place(slot, Path.Combine(scratch.Path, "index"));
        var indexed = await IndexedAsync(slot, cancellation);
        await control.AskAsync([.. settings, "read-tree", laid.Tree], cancellation, place: place);
        var tracked = Records(await control.AskAsync([.. settings, "ls-files", "-z"], cancellation, place: place)).ToHashSet(StringComparer.Ordinal);
        var changed = Records(await control.AskAsync([.. settings, "ls-files", "-z", "-m", "-d"], cancellation, place: place));
        string[] others = ["ls-files", "-z", "-o", "--exclude-standard", .. Excludes()];
        var added = Records(await control.AskAsync([.. settings, .. others], cancellation, place: place))
            .Concat(indexed.Where(e => e.Mode != "160000" && Path.Exists(Path.Combine(slot, e.Path))).Select(e => e.Path))
            .Where(p => !tracked.Contains(p)).Distinct(StringComparer.Ordinal);
        var notes = new List<string>();
        var take = changed.Concat(added.Where(p => IsWork(slot, p, exclude, notes))).Distinct(StringComparer.Ordinal).ToList();
        if (take.Count > 0)
            await control.AskAsync([.. settings, "update-index", "--add", "--remove", "--replace", "-z", "--stdin"], cancellation, string.Concat(take.Select(p => p + "\0")), place);
        var modules = string.Concat(indexed.Where(e => e.Mode == "160000").Select(e => $"160000 {e.Id} 0\t{e.Path}\0"));
        if (modules.Length > 0)
            await control.AskAsync([.. settings, "update-index", "-z", "--index-info"], cancellation, modules, place);
        return (Encoding.ASCII.GetString(await control.AskAsync([.. settings, "write-tree"], cancellation, place: place)).TrimEnd('\n'), notes);
    }

    /// <summary>Of unmerged paths those that hold what was laid there, or markers: nobody has resolved them, staged or not.</summary>
    public static async Task<IReadOnlyList<string>> UntouchedAsync(string slot, LaidConflict laid, IReadOnlyList<string> unmerged, CancellationToken cancellation)
    {
        var texts = laid.Paths.Where(p => p.Kind is ConflictKind.Content or ConflictKind.AddAdd).Select(p => p.Path).ToHashSet(StringComparer.Ordinal);
        var left = new List<string>();
        foreach (var path in unmerged)
        {
            var file = new FileInfo(Path.Combine(slot, path));
            if (!texts.Contains(path) || !file.Exists || file.LinkTarget is not null || file.Length > Blobs.LargestRead
                || Blobs.Text(await File.ReadAllBytesAsync(file.FullName, cancellation)) is not { } lines || lines.Any(Core.Landing.ConflictMarkers.Is))
                left.Add(path);
        }

        return left;
    }

    private static bool IsWork(string slot, string path, Func<string, bool> exclude, List<string> notes)
    {
        if (path.EndsWith('/'))
            notes.Add($"{path} is a repository of its own and was left out");
        else if (LinkCheck.IsOutside(slot, path))
            notes.Add($"{path} is a link out of the slot and was left out");
        else
            return !Litter.Is(path) && !exclude(path);
        return false;
    }

    private async Task<IReadOnlyList<(string Mode, string Id, string Path)>> IndexedAsync(string slot, CancellationToken cancellation)
    {
        var listed = await control.AskAsync(["-c", "core.bare=false", "ls-files", "-s", "-z"], cancellation, place: Place(slot, Path.Combine(FolderOf(slot), "index")));
        return [.. Records(listed).Select(r => (Tab: r.IndexOf('\t'), Record: r)).Where(r => r.Record[..r.Tab].EndsWith(" 0", StringComparison.Ordinal))
            .Select(r => (r.Record[..6], r.Record[7..(r.Tab - 2)], r.Record[(r.Tab + 1)..]))];
    }

    // Every path of the conflict leaves the index, and comes back in its stages. One without stages holds markers all the same, and stays.
    private static string Stages(LaidConflict conflict, string onto)
    {
        var info = new StringBuilder();
        foreach (var path in conflict.Paths.Where(p => p is not { Base: null, Ours: null, Theirs: null }))
        {
            info.Append($"0 {ObjectId.Zero(onto)}\t{path.Path}\0");
            Stage(path.Modes.Base, path.Base, 1, path.Path);
            Stage(path.Modes.Ours, path.Ours, 2, path.Path);
            Stage(path.Modes.Theirs, path.Theirs, 3, path.Path);
        }

        return info.ToString();

        void Stage(string? mode, string? id, int number, string at)
        {
            if (mode is not null && id is not null)
                info.Append($"{mode} {id} {number}\t{at}\0");
        }
    }

    private IEnumerable<string> Excludes()
    {
        var own = Path.Combine(control.Common, "info", "exclude");
        return File.Exists(own) ? [$"--exclude-from={own}"] : [];
    }

    private static string FolderOf(string slot) =>
        GitFolder.OfSlot(slot);

    private static GitPlace Place(string slot, string index) => new(slot, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GIT_WORK_TREE"] = slot,
        ["GIT_INDEX_FILE"] = index,
    });

    private static string[] Records(byte[] output) => Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
