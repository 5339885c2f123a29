using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Git.Cleanup;

/// <summary>What there is to judge about a task's branch.</summary>
/// <param name="Branch">As <c>refs/heads/…</c> or short.</param>
/// <param name="Target">Full id of the target's commit.</param>
/// <param name="Slot">The task's slot; null when it has none any more.</param>
/// <param name="AttemptAlive">True while a process of the task may still write.</param>
/// <param name="AttemptRefsStay">False when <c>refs/tutti</c> of this session is being cleaned as well, so that it holds nothing any longer.</param>
public sealed record CleanupRequest(string Branch, string Target, string? Slot, bool AttemptAlive, bool AttemptRefsStay)
{
    /// <summary>What the session's journal says has landed of the branch; null where nothing has.</summary>
    public LandedHead? Landed { get; init; }
}

/// <summary>A landing as the journal has it: of this head, by that commit.</summary>
/// <param name="Head">The branch's head when it landed; a branch that has moved since is another matter.</param>
/// <param name="Commit">The commit that brought its content.</param>
public sealed record LandedHead(string Head, string Commit);

/// <summary>A branch as it was judged.</summary>
/// <param name="Branch">Full ref name.</param>
/// <param name="Head">The commit that was judged; null when the branch is gone, which counts as merged and clean.</param>
/// <param name="Facts">What is true.</param>
/// <param name="DirtyPaths">Uncommitted paths of the slot, at most <see cref="BranchCleanup.PathsNamed"/>; litter does not count.</param>
public sealed record BranchJudgement(string Branch, string? Head, CleanupFacts Facts, IReadOnlyList<string> DirtyPaths)
{
    public CleanupDecision Decision => CleanupDecision.For(Facts);
}

/// <summary>Judges branches by content, and deletes the judged ones by compare-and-swap (PITFALLS P2, P17).</summary>
/// <param name="commonDirectory">The common git folder.</param>
/// <param name="control">Where trial merges are made.</param>
public sealed class BranchCleanup(string commonDirectory, ControlRepository control)
{
    public const int PathsNamed = 100;

    private const int HoldersRead = 1_000;

    private readonly RefStore _refs = new(commonDirectory);

    /// <summary>Finds out what is true of a branch and its slot; changes nothing.</summary>
    public async Task<BranchJudgement> JudgeAsync(CleanupRequest request, CancellationToken cancellation = default)
    {
        var branch = request.Branch.StartsWith("refs/", StringComparison.Ordinal) ? request.Branch : "refs/heads/" + request.Branch;
        var (clean, dirty) = await SlotAsync(request.Slot, cancellation);
        if (await _refs.ReadAsync(branch, cancellation) is not { } head)
            return new BranchJudgement(branch, null, new CleanupFacts(MergedState.Ancestor, clean, request.AttemptAlive, HeldElsewhere: true), dirty);
        var elsewhere = await CheckedOutAsync(branch, request.Slot, cancellation);
        var merged = await MergedAsync(head, request.Target, request.Landed, cancellation);
        var held = merged == MergedState.Ancestor || await IsHeldAsync(head, branch, request.AttemptRefsStay, cancellation);
        return new BranchJudgement(branch, head, new CleanupFacts(merged, clean, request.AttemptAlive || elsewhere, held), dirty);
    }

    /// <summary>Deletes a branch whose judgement allows it and which still is where it was judged. Release the slot first.</summary>
    /// <returns>Null when it is gone; else <c>not_to_be_deleted</c>, <c>branch_checked_out</c> or what <see cref="RefStore.ApplyAsync"/> says.</returns>
    public async Task<Failure?> DeleteAsync(BranchJudgement judged, CancellationToken cancellation = default)
    {
        if (judged.Head is not { } head)
            return null;
        if (!judged.Decision.DeleteBranch)
            return new Failure(FailureCategory.Git, "not_to_be_deleted", $"{judged.Branch} is preserved: {judged.Decision.Why}", $"where it really is not needed: git branch -D {judged.Branch}");
        if (await CheckedOutAsync(judged.Branch, slot: null, cancellation))
            return new Failure(FailureCategory.Git, "branch_checked_out", $"{judged.Branch} is checked out, and stays", "git worktree list shows where");
        return await _refs.ReadAsync(judged.Branch, cancellation) is null
            ? null
            : await _refs.ApplyAsync([RefChange.Delete(judged.Branch, head)], "tutti: clean up", cancellation);
    }

    /// <summary>Whether a target holds a commit's work.</summary>
    public async Task<MergedState> MergedAsync(string head, string target, LandedHead? landed = null, CancellationToken cancellation = default)
    {
        if (await Checkouts.IsAncestorAsync(commonDirectory, head, target, cancellation))
            return MergedState.Ancestor;
        // Later work on the same lines makes a trial merge with today's target conflict. That this head landed stays true while the commit
        // that brought it is in the target's history.
        if (landed is not null && landed.Head == head && await Checkouts.IsAncestorAsync(commonDirectory, landed.Commit, target, cancellation))
            return MergedState.ByContent;
        return await control.TryMergeAsync(target, head, cancellation) is MergeOutcome.AlreadyIn ? MergedState.ByContent : MergedState.No;
    }

    private static async Task<(bool Clean, IReadOnlyList<string> Dirty)> SlotAsync(string? slot, CancellationToken cancellation)
    {
        if (slot is null || !Directory.Exists(slot))
            return (true, []);
        if (GitFolder.Of(slot) is not { } folder)
            return (false, [".git"]);
        var status = await CheckoutStatus.ReadAsync(slot, cancellation);
        var dirty = status.Entries.Where(e => !(e.IsUntracked && Litter.Is(e.Path))).Select(e => e.Path).ToList();
        return (dirty.Count == 0 && Operation.InProgress(folder) is null, [.. dirty.Take(PathsNamed)]);
    }

    private async Task<bool> CheckedOutAsync(string branch, string? slot, CancellationToken cancellation)
    {
        var mine = slot is null ? null : Path.GetFullPath(slot);
        return (await Checkouts.ListAsync(commonDirectory, cancellation)).Any(c => c.Branch == branch && Path.GetFullPath(c.Path) != mine);
    }

    private async Task<bool> IsHeldAsync(string commit, string besides, bool attemptRefsStay, CancellationToken cancellation)
    {
        var holders = await GitCommand.RunAsync(
            commonDirectory, ["for-each-ref", $"--count={HoldersRead}", "--format=%(refname)", $"--contains={commit}"], cancellation: cancellation);
        return holders.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Any(r => r != besides && (attemptRefsStay || !r.StartsWith(AttemptRef.Root, StringComparison.Ordinal)));
    }
}
