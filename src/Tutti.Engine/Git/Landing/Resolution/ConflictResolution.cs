using Tutti.Core;
using Tutti.Core.Landing;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>What came of a conflict without anybody's being asked.</summary>
public abstract record ResolutionOutcome
{
    private ResolutionOutcome()
    {
    }

    /// <summary>It is resolved, and nothing is lost.</summary>
    /// <param name="Merge">The commit to verify and land.</param>
    /// <param name="By"><c>rerere</c>, <c>merge_tool</c>, or both with a comma between.</param>
    /// <param name="Report">What the check says; what a recorded resolution dropped is named in it.</param>
    /// <param name="Notes">What a person may want to know.</param>
    public sealed record Resolved(MergeOutcome.Merged Merge, string By, LossReport Report, IReadOnlyList<string> Notes) : ResolutionOutcome;

    /// <summary>Somebody must decide.</summary>
    /// <param name="Conflict">The conflict, as it was given.</param>
    /// <param name="Notes">Why a tool or a recorded resolution did not help.</param>
    public sealed record Unresolved(MergeOutcome.Conflicted Conflict, IReadOnlyList<string> Notes) : ResolutionOutcome;

    /// <summary>It is resolved, and could not be committed.</summary>
    public sealed record Failed(Failure Failure) : ResolutionOutcome;
}

/// <summary>What to take out of a slot in which a conflict was laid.</summary>
/// <param name="Slot">The slot's top folder; whoever worked in it has ended.</param>
/// <param name="Onto">Full id of the commit the conflict was laid on.</param>
/// <param name="Head">Full id of the commit brought in.</param>
/// <param name="Message">The merge commit's message.</param>
/// <param name="At">Its date.</param>
public sealed record CollectResolution(string Slot, string Onto, string Head, string Message, DateTimeOffset At)
{
    /// <summary>What was named as dropped on purpose (see <see cref="Core.Landing.Dropped.Of"/>).</summary>
    public IReadOnlyList<Dropped> Dropped { get; init; } = [];

    /// <summary>A person has looked at what is lost, and wants it so.</summary>
    public bool AcceptLosses { get; init; }

    /// <summary>Records what is taken at once. Without a person's word for it, it is recorded only when the merge has passed verification.</summary>
    public bool Record { get; init; }

    /// <summary>A resolved text counts although it was not added to the index. Agents forget it; a person is asked.</summary>
    public bool TakeUnstaged { get; init; }

    /// <summary>Paths that are not part of the resolution: copied <c>.env</c> files and the like.</summary>
    public Func<string, bool> Exclude { get; init; } = static _ => false;
}

/// <summary>What was in the slot.</summary>
public abstract record CollectedResolution
{
    private CollectedResolution()
    {
    }

    /// <summary>The merge, of both parents, in the object store; no ref holds it yet.</summary>
    /// <param name="Merge">The commit to verify and land.</param>
    /// <param name="Report">What the check says: empty, or named, or accepted.</param>
    /// <param name="Notes">What was left out of it.</param>
    public sealed record Done(MergeOutcome.Merged Merge, LossReport Report, IReadOnlyList<string> Notes) : CollectedResolution;

    /// <summary>It cannot be taken as it is; the slot holds what it held.</summary>
    /// <param name="Failure"><c>not_resolved</c>, <c>markers_left</c>, <c>resolution_loses</c>, <c>no_conflict</c>.</param>
    /// <param name="Report">What the check says, where it came to that.</param>
    public sealed record Refused(Failure Failure, LossReport? Report) : CollectedResolution;
}

/// <summary>
/// Resolves conflicts so that nothing is lost: by recorded resolutions and a merge tool in the object store, or by an agent or a
/// person in a slot. Every result is checked against both sides, whoever it comes from.
/// </summary>
/// <param name="control">The repository of merges.</param>
/// <param name="mergeTool">The command line of a structural merge tool, or null (see <see cref="MergeTool"/>).</param>
public sealed class ConflictResolution(ControlRepository control, string? mergeTool = null)
{
    private readonly RecordedResolutions _recorded = new(control);
    private readonly MergeTool? _tool = mergeTool is null ? null : new MergeTool(mergeTool, control);
    private readonly ConflictCheckout _checkout = new(control);
    private readonly LossCheck _check = new(control);

    /// <summary>Tries what needs nobody: recorded resolutions first, then the merge tool on what is left of the same conflict.</summary>
    /// <param name="request">The merge that conflicts. What is resolved of a rebase lands as one commit.</param>
    /// <param name="conflict">What <see cref="ControlRepository.MergeAsync"/> said of it.</param>
    /// <param name="cancellation">Stops in between; nothing is left.</param>
    /// <exception cref="FailureException">Git cannot do its part.</exception>
    public async Task<ResolutionOutcome> TryAsync(MergeRequest request, MergeOutcome.Conflicted conflict, CancellationToken cancellation = default)
    {
        if (await ConflictedFile.AllAsync(control, conflict, cancellation) is not { } files)
            return new ResolutionOutcome.Unresolved(conflict, []);
        var notes = new List<string>();
        var replayed = await _recorded.ReplayAsync(files, cancellation);
        var found = replayed.ToDictionary(r => r.Key, r => r.Value.Blob, StringComparer.Ordinal);
        foreach (var file in files.Where(f => _tool is not null && !found.ContainsKey(f.Path)))
        {
            var (blob, note) = await _tool!.TryAsync(file, cancellation);
            notes.AddRange(note is null ? [] : [note]);
            if (blob is null)
                break;
            found[file.Path] = blob;
        }

        if (found.Count < files.Count)
            return new ResolutionOutcome.Unresolved(conflict, notes);
        var by = replayed.Count == files.Count ? "rerere" : replayed.Count == 0 ? "merge_tool" : "rerere, merge_tool";
        var tree = await TreeAsync(conflict.Tree, files, found, cancellation);
        var report = await _check.RunAsync(request.Onto, request.Head, tree, [.. replayed.Values.SelectMany(r => r.Dropped)], cancellation);
        if (!report.IsWhole)
            return new ResolutionOutcome.Unresolved(conflict, [.. notes, $"what {by} makes of it loses something: {report.Losses[0].Said}{(report.Count > 1 ? $", and {report.Count - 1} more" : "")}"]);
        return await CommitAsync(request, tree, by, report, notes, cancellation);
    }

    /// <summary>Lays the conflict into a slot that is at <paramref name="onto"/> and clean; null where there is none, and the slot is left alone.</summary>
    /// <exception cref="FailureException"><c>slot_missing</c>, <c>slot_not_at_commit</c>, or why the merge cannot be tried.</exception>
    public async Task<LaidConflict?> OpenAsync(string slot, string onto, string head, string message, CancellationToken cancellation = default)
    {
        var conflict = await _checkout.ConflictAsync(onto, head, cancellation);
        if (conflict is not null)
            await _checkout.LayAsync(slot, onto, head, conflict, message, cancellation);
        return conflict;
    }

    /// <summary>Ends the merge of a slot at the commit that <see cref="CollectAsync"/> has made of it: its index is that commit's, its files stay.</summary>
    public Task CloseAsync(string slot, string commit, CancellationToken cancellation = default) => _checkout.CloseAsync(slot, commit, cancellation);

    /// <summary>The paths of a slot that are still unmerged.</summary>
    public Task<IReadOnlyList<string>> UnmergedAsync(string slot, CancellationToken cancellation = default) => _checkout.UnmergedAsync(slot, cancellation);

    /// <summary>
    /// Makes a merge commit of what is in the slot, whatever was committed there, and checks it. Nothing in the slot changes.
    /// </summary>
    /// <exception cref="FailureException"><c>slot_missing</c>, <c>no_identity</c>, <c>signing_failed</c>, or git cannot do its part.</exception>
    public async Task<CollectedResolution> CollectAsync(CollectResolution request, CancellationToken cancellation = default)
    {
        var (onto, head) = (request.Onto, request.Head);
        if (await _checkout.ConflictAsync(onto, head, cancellation) is not { } laid)
            return Refuse("no_conflict", $"{head[..10]} does not conflict with {onto[..10]} any more", "merge it as it is", null, null);
        var unmerged = await _checkout.UnmergedAsync(request.Slot, cancellation);
        var left = request.TakeUnstaged ? await ConflictCheckout.UntouchedAsync(request.Slot, laid, unmerged, cancellation) : unmerged;
        if (left.Count > 0)
            return Refuse("not_resolved", $"{left.Count} path(s) are not resolved yet in {request.Slot}", "resolve them, and 'git add' them there", string.Join('\n', left), null);
        var (tree, notes) = await _checkout.TreeAsync(request.Slot, laid, request.Exclude, cancellation);
        var report = await _check.RunAsync(onto, head, tree, request.Dropped, cancellation);
        if (report.Losses.Where(l => l.Kind == LossKind.Marker).ToList() is [var marker, ..] markers)
            return Refuse("markers_left", $"conflict markers are left: {marker.Path}:{marker.Line}{(markers.Count > 1 ? $" and {markers.Count - 1} more" : "")}", "resolve them, and take the markers away", Said(markers), report);
        if (!report.IsWhole && !request.AcceptLosses)
            return Refuse("resolution_loses", $"the resolution loses something of a side: {report.Losses[0].Said}{(report.Count > 1 ? $", and {report.Count - 1} more" : "")}", "keep it, or name what is dropped, and why", Said(report.Losses), report);
        var commit = await control.CommitAsync(tree, [onto, head], request.Message, null, request.At, cancellation);
        if (request.Record)
            await RecordAsync(onto, head, tree, request.AcceptLosses ? Accepted(report) : report, cancellation);
        return new CollectedResolution.Done(new MergeOutcome.Merged(commit, tree), report, notes);
    }

    /// <summary>
    /// Records how a conflict was resolved, so that the same one is solved by itself from then on: for when the merge has passed verification.
    /// </summary>
    /// <param name="onto">Full id of the commit merged onto.</param>
    /// <param name="head">Full id of the commit brought in.</param>
    /// <param name="tree">Full id of the resolved merge, or of its tree.</param>
    /// <param name="dropped">What was named as dropped; it is named again when the resolution is replayed.</param>
    /// <param name="cancellation">Stops in between; nothing half is kept.</param>
    /// <returns>How many files' resolutions are known by it; none where there was no conflict of lines, or something is lost and not named.</returns>
    public async Task<int> RecordAsync(string onto, string head, string tree, IReadOnlyList<Dropped> dropped, CancellationToken cancellation = default)
    {
        var report = await _check.RunAsync(onto, head, tree, dropped, cancellation);
        return report.IsWhole ? await RecordAsync(onto, head, tree, report, cancellation) : 0;
    }

    private async Task<int> RecordAsync(string onto, string head, string tree, LossReport report, CancellationToken cancellation)
    {
        var (outcome, _) = await control.MergeTreesAsync(ObjectId.Check(onto), ObjectId.Check(head), environment: null, cancellation);
        return outcome is MergeOutcome.Conflicted conflict && await ConflictedFile.AllAsync(control, conflict, cancellation) is { } files
            ? await _recorded.RecordAsync(files, tree, report, cancellation)
            : 0;
    }

    private async Task<ResolutionOutcome> CommitAsync(MergeRequest request, string tree, string by, LossReport report, List<string> notes, CancellationToken cancellation)
    {
        try
        {
            var isRebase = request.Style == MergeStyle.Rebase;
            var merged = await control.CommitMergeAsync(
                isRebase ? request with { Style = MergeStyle.Squash } : request, tree, isRebase ? $"landed as one commit: its conflict was resolved by {by}" : null, cancellation);
            return new ResolutionOutcome.Resolved((MergeOutcome.Merged)merged, by, report, notes);
        }
        catch (FailureException e)
        {
            return new ResolutionOutcome.Failed(e.Failure);
        }
    }

    private async Task<string> TreeAsync(string marked, IReadOnlyList<ConflictedFile> files, Dictionary<string, string> blobs, CancellationToken cancellation)
    {
        using var scratch = new ScratchFolder(control.State);
        var place = new GitPlace(scratch.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = Path.Combine(scratch.Path, "index") });
        await control.AskAsync(["read-tree", marked], cancellation, place: place);
        await control.AskAsync(["update-index", "-z", "--index-info"], cancellation, string.Concat(files.Select(f => $"{f.Mode} {blobs[f.Path]} 0\t{f.Path}\0")), place);
        return System.Text.Encoding.ASCII.GetString(await control.AskAsync(["write-tree"], cancellation, place: place)).TrimEnd('\n');
    }

    // What a person has accepted is named by it, and so accepted again when the resolution is replayed.
    private static LossReport Accepted(LossReport report) => report with
    {
        Named = [.. report.Named, .. report.Losses.Where(l => l.Kind != LossKind.Marker).Select(l => new NamedLoss(l, "a person accepted it"))],
        Losses = [],
        Count = 0,
    };

    private static CollectedResolution.Refused Refuse(string code, string message, string hint, string? detail, LossReport? report) =>
        new(new Failure(FailureCategory.Conflict, code, message, hint, detail), report);

    private static string Said(IEnumerable<Loss> losses) => string.Join('\n', losses.Select(l => l.Said));
}
