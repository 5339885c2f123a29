using Tutti.Core;
using Tutti.Engine.Documents;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git.Pool;

/// <summary>What became of one slot's branch in a merge.</summary>
public enum SlotMergeEnd
{
    Merged,

    /// <summary>The target has all of it already.</summary>
    AlreadyIn,

    /// <summary>The slot holds uncommitted work, so its branch is not what is meant.</summary>
    Dirty,
    Conflict,

    /// <summary>Merged, the verify commands fail; taken out again.</summary>
    Red,
    Failed,
}

/// <summary>One branch of a merge.</summary>
/// <param name="Slot">Name of the slot.</param>
/// <param name="Task">Whose it is.</param>
/// <param name="Branch">Short name.</param>
/// <param name="Commit">Its commit; null when the branch is gone.</param>
/// <param name="End">What became of it.</param>
/// <param name="Why">In words, where it did not go onto the target.</param>
/// <param name="Paths">The paths concerned.</param>
public sealed record SlotMerge(string Slot, string Task, string Branch, string? Commit, SlotMergeEnd End, string? Why, IReadOnlyList<string> Paths);

/// <summary>What a merge of all manually leased slots came to.</summary>
/// <param name="Target">Short name.</param>
/// <param name="Before">Where it was.</param>
/// <param name="After">Where it is; equal where nothing was merged.</param>
/// <param name="Slots">In the order in which they were merged.</param>
public sealed record ManualMergeResult(string Target, string Before, string After, IReadOnlyList<SlotMerge> Slots)
{
    /// <summary>True when nothing is left for a person.</summary>
    public bool IsWhole => Slots.All(s => s.End is SlotMergeEnd.Merged or SlotMergeEnd.AlreadyIn);
}

/// <summary>
/// Merges the branches of manually leased slots in the object store, one onto the other, and moves the target once, to what was
/// verified (PITFALLS P27). What conflicts or is red is left out, and the others go on.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
/// <param name="control">Where merges are made.</param>
/// <param name="verify">Says why a merged commit must not land; null when it may.</param>
/// <param name="time">The clock.</param>
public sealed class ManualMerge(Repository repository, SlotPool pool, ControlRepository control, Func<string, CancellationToken, Task<Failure?>> verify, TimeProvider time)
{
    private const int PathsNamed = 20;

    private readonly BranchCleanup _branches = new(repository.CommonDirectory, control);

    /// <summary>Merges, in the order given.</summary>
    /// <param name="leases">The slots.</param>
    /// <param name="target">The branch to merge into, short.</param>
    /// <param name="cancellation">Stops before the target has moved.</param>
    /// <exception cref="FailureException"><c>target_unknown</c>, <c>target_moved</c>, or why the target cannot be moved.</exception>
    public async Task<ManualMergeResult> RunAsync(IReadOnlyList<SlotLease> leases, string target, CancellationToken cancellation)
    {
        var branch = new TargetBranch(repository.CommonDirectory, pool.Root, time);
        // What can be no branch's name is not asked for: git dies of one that is longer than its stack.
        var before = (RefName.BranchProblem(target) is null ? await branch.HeadAsync(target, cancellation) : null)
            ?? throw FailureException.Input("target_unknown", $"there is no branch '{DocumentFailure.Shown(target)}'", "name an existing branch: tutti pool merge BRANCH");
        var (tip, merged) = (before, new List<SlotMerge>());
        foreach (var lease in leases)
        {
            var (slot, commit) = await MergeAsync(lease, tip, cancellation);
            merged.Add(slot);
            tip = commit ?? tip;
        }

        if (tip != before)
            Require(await branch.MoveAsync(new MoveRequest(target, before, tip), cancellation), target);
        return new ManualMergeResult(target, before, tip, merged);
    }

    private async Task<(SlotMerge Slot, string? Tip)> MergeAsync(SlotLease lease, string onto, CancellationToken cancellation)
    {
        var judged = await _branches.JudgeAsync(new CleanupRequest(lease.Branch, onto, lease.Path, AttemptAlive: false, AttemptRefsStay: true), cancellation);
        SlotMerge Ended(SlotMergeEnd end, string? why = null, IEnumerable<string>? paths = null) =>
            new(lease.Slot, lease.Owner.Task, lease.Branch, judged.Head, end, why, [.. (paths ?? []).Distinct(StringComparer.Ordinal).Take(PathsNamed)]);
        if (!judged.Facts.Clean)
            return (Ended(SlotMergeEnd.Dirty, "it holds uncommitted work: commit it first", judged.DirtyPaths), null);
        if (judged.Head is not { } head)
            return (Ended(SlotMergeEnd.Failed, "its branch is gone"), null);
        var request = new MergeRequest(onto, head, $"Merge {lease.Branch}\n\n{CommitTrailers.Of(lease.Owner.Task, null)}", MergeStyle.Merge, time.GetUtcNow());
        switch (await control.MergeAsync(request, cancellation))
        {
            case MergeOutcome.Merged x:
                return await verify(x.Commit, cancellation) is { } red
                    ? (Ended(SlotMergeEnd.Red, red.Message), null)
                    : (Ended(SlotMergeEnd.Merged), x.Commit);
            case MergeOutcome.AlreadyIn:
                return (Ended(SlotMergeEnd.AlreadyIn), null);
            case MergeOutcome.Conflicted x:
                return (Ended(SlotMergeEnd.Conflict, "it conflicts with what is there", x.Paths.Select(p => p.Path)), null);
            case MergeOutcome.Failed x:
                return (Ended(SlotMergeEnd.Failed, x.Failure.Message), null);
            case var other:
                throw new InvalidOperationException($"no such outcome: {other}");
        }
    }

    private static void Require(MoveOutcome outcome, string target)
    {
        if (outcome is MoveOutcome.Refused { Failure: { } failure })
            throw new FailureException(failure);
        if (outcome is MoveOutcome.MovedByOther)
            throw new FailureException(new Failure(FailureCategory.Git, "target_moved", $"somebody moved {target} while it was being merged onto; nothing was changed", "run it again"));
    }
}
