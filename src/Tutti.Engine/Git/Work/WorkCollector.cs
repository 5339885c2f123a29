using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git.Work;

/// <summary>
/// Turns what an attempt left in its slot into commits on the leased branch, kept by the attempt's ref. Asking again changes
/// nothing. The attempt must have ended, and <see cref="TamperWatch"/> should have found the configuration untouched: filters and
/// signing of the user's configuration run here, as they would in the user's own commit.
/// </summary>
public static class WorkCollector
{
    private const int OlderHeadsKept = 100;

    /// <summary>Commits, refers, compares. A clean slot costs status, one ref write and the comparison.</summary>
    /// <exception cref="FailureException">
    /// <c>slot_missing</c>, <c>slot_in_the_middle</c> (of a merge and the like), <c>unmerged_paths</c>, <c>wrong_branch</c>,
    /// <c>base_lost</c>, <c>objects_missing</c>, <c>too_many_paths</c>, <c>line_endings_refused</c>, <c>git_failed</c>. Nothing has been lost then; the slot holds what it held.
    /// </exception>
    public static async Task<CollectedWork> CollectAsync(CollectRequest request, CancellationToken cancellation = default)
    {
        var notes = new List<string>();
        var folder = GitFolder.Of(request.Slot) ?? throw Failed(FailureCode.SlotMissing, $"{request.Slot} is no checkout any more", "its commits are under refs/tutti");
        RefuseInTheMiddle(request.Slot, folder);
        MoveStaleLockAside(folder, notes);
        var status = await CheckoutStatus.ReadAsync(request.Slot, cancellation);
        var head = await LeasedBranch.BringToHeadAsync(request, status, notes, cancellation);
        if (status.Entries.FirstOrDefault(e => e.IsUnmerged) is { } unmerged)
            throw Failed("unmerged_paths", $"{unmerged.Path} in {request.Slot} has an unresolved conflict", "resolve it in the slot, or reset the slot");

        var staging = Staging.Of(status.Entries, request.Exclude, path => LinkCheck.IsOutside(request.Slot, path));
        var committed = staging.NeedsCommit && await CommitAsync(request, staging, cancellation);
        if (committed)
            head = await GitCommand.RunAsync(request.Slot, ["rev-parse", "--verify", "HEAD"], cancellation: cancellation);
        var kept = KeepAsync(new RefStore(request.Slot), request.Ref, head, cancellation);
        var compared = WorkInspection.CompareAsync(request.Slot, request.Base, head, cancellation);
        // What Tutti itself has just committed is there.
        var looked = status.Head == request.Base ? Task.CompletedTask : RefuseIncompleteAsync(request, head, cancellation);
        await Task.WhenAll(kept, looked);
        var work = await compared;
        var hidden = await HiddenRules.FindBesideAsync(request.Slot, request.Base, work.Changes.Select(change => change.Path), cancellation);
        return work with { Committed = committed, LeftOut = [.. staging.LeftOut, .. hidden.Select(path => new LeftOut(path, LeftOutWhy.HiddenRules))], Notes = notes };
    }

    /// <summary>
    /// Git merges what it does not have to read by its id alone. A file that was added and taken out again, and whose content was deleted
    /// from the object store in between, would land as a history that nobody can clone or collect garbage in any more.
    /// </summary>
    private static async Task RefuseIncompleteAsync(CollectRequest request, string head, CancellationToken cancellation)
    {
        // What a partial clone has left at its remote is not missing. Sample: `fatal: missing blob object '5139b74…'`.
        var walk = await GitCommand.TryAsync(
            request.Slot, ["rev-list", "--objects", "--quiet", "--exclude-promisor-objects", head, $"^{request.Base}"], cancellation: cancellation);
        if (walk.ExitCode != 0)
            throw Failed("objects_missing", $"not all of what {request.Branch} is made of is in the repository: {walk.Error.Trim().Split('\n')[^1]}", "'git fsck' shows what is missing; somebody has deleted it below .git/objects");
    }

    private static void RefuseInTheMiddle(string slot, string folder)
    {
        if (Operation.InProgress(folder) is { } what)
            throw Failed("slot_in_the_middle", $"{slot} is in the middle of a {what.Name}", $"finish or abort it there: git -C '{slot}' {what.Abort}");
    }

    /// <summary>
    /// A killed git leaves its lock, and every later one would fail on it. Nobody works in the slot any more, so the lock belongs
    /// to nobody; it is kept beside its place, for the half-written index it may hold.
    /// </summary>
    private static void MoveStaleLockAside(string folder, List<string> notes)
    {
        var stale = Path.Combine(folder, "index.lock");
        if (!File.Exists(stale))
            return;
        File.Move(stale, stale + ".stale", overwrite: true);
        notes.Add("an index.lock that a killed git had left was moved aside");
    }

    private static async Task<bool> CommitAsync(CollectRequest request, Staging staging, CancellationToken cancellation)
    {
        // update-index takes exact paths; the pathspecs of `git add` would also match what lies below a path.
        if (staging.Unstage.Count > 0)
            await GitCommand.RunAsync(
                request.Slot,
                ["update-index", "-z", "--index-info"],
                string.Concat(staging.Unstage.Select(e => $"{e.HeadMode} {e.HeadId}\t{e.Path}\0")),
                cancellation: cancellation);
        if (staging.Add.Count > 0)
            await AddAsync(request.Slot, staging.Add, cancellation);

        string[] commit = ["commit", "-q", "--no-verify", "--no-status", "--cleanup=whitespace", "-F", "-"];
        var result = await GitCommand.TryAsync(request.Slot, commit, request.Message, cancellation: cancellation);
        if (result.ExitCode == 0)
            return true;
        // Line endings, filters or a touched mode can make a difference that is none once it is in the index.
        var difference = await GitCommand.TryAsync(request.Slot, ["diff-index", "--cached", "--quiet", "HEAD"], cancellation: cancellation);
        if (difference.ExitCode == 0)
            return false;
        var failure = GitCommand.Failed(commit, result);
        var isUnsigned = failure.Detail?.Contains("failed to write commit object", StringComparison.Ordinal) == true && (await CommitIdentity.ReadAsync(request.Slot, cancellation)).Signs;
        throw new FailureException(isUnsigned ? CommitIdentity.SigningFailed(failure) : failure);
    }

    private static async Task AddAsync(string slot, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        string[] add = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
        var result = await GitCommand.TryAsync(slot, add, string.Concat(paths.Select(p => p + "\0")), cancellation: cancellation);
        if (result.ExitCode == 0)
            return;
        var failure = GitCommand.Failed(add, result);
        // core.safecrlf is the user's word that such a file is rather not committed than changed. Samples: `fatal: LF would be replaced by
        // CRLF in a.txt`, `fatal: CRLF would be replaced by LF in a.txt`.
        throw failure.Detail?.Split('\n').FirstOrDefault(l => l.Contains(" would be replaced by ", StringComparison.Ordinal)) is { } refused
            ? Failed(
                "line_endings_refused",
                $"core.safecrlf keeps git from committing what was written: {refused.Replace("fatal: ", "", StringComparison.Ordinal)}",
                "write the file with the line endings that a checkout gives it, or set core.safecrlf to warn")
            : new FailureException(failure);
    }

    /// <summary>Points the attempt's ref at head. An older head that the new one does not contain is kept at <c>REF.2</c>, <c>REF.3</c>, ….</summary>
    private static async Task KeepAsync(RefStore refs, string name, string head, CancellationToken cancellation)
    {
        if (await refs.ApplyAsync([RefChange.Create(name, head)], "tutti: attempt", cancellation) is not { } failure)
            return;
        var known = await refs.ListAsync(name[..name.LastIndexOf('/')], cancellation);
        var old = known.FirstOrDefault(r => r.Name == name)?.Id ?? throw new FailureException(failure);
        if (old == head)
            return;
        for (var n = 2; n <= OlderHeadsKept; n++)
        {
            var spare = $"{name}.{n}";
            if (known.Any(r => r.Name == spare))
                continue;
            failure = await refs.ApplyAsync([RefChange.Create(spare, old), RefChange.Update(name, old, head)], "tutti: attempt", cancellation);
            if (failure is not null)
                throw new FailureException(failure);
            return;
        }

        throw new FailureException(failure);
    }

    private static FailureException Failed(string code, string message, string hint) => new(new Failure(FailureCategory.Agent, code, message, hint));
}
