using Tutti.Core;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git.Pool;

/// <summary>How a slot that a person leased was given back.</summary>
/// <param name="Slot">Name of the slot.</param>
/// <param name="Branch">The branch it was on; null where it was free already.</param>
/// <param name="BranchDeleted">The branch is gone: all of it is on the branch the user is on.</param>
/// <param name="Outcome">What became of the slot.</param>
public sealed record ManualRelease(string Slot, string? Branch, bool BranchDeleted, ReleaseOutcome Outcome);

/// <summary>Slots that a person leases, works in and gives back, without a session (seed 004's pool).</summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
/// <param name="settings">Pattern of branch names, and files to copy.</param>
public sealed class ManualSlots(Repository repository, SlotPool pool, Settings settings)
{
    private const string Heads = "refs/heads/";

    private readonly RefStore _refs = new(repository.CommonDirectory);

    /// <summary>All that are leased by hand, the oldest lease first; not what Tutti itself leases for a merge, whose names begin with a blank.</summary>
    public IReadOnlyList<SlotLease> Leases() =>
    [
        .. pool.Status().Slots
            .Where(s => s is { State: SlotState.Leased, Lease.Owner.IsManual: true } && !s.Lease!.Owner.Task.StartsWith(' '))
            .Select(s => s.Lease!)
            .OrderBy(l => l.At),
    ];

    /// <summary>Leases a slot for a task: on the task's branch where there is one, else on a new one at HEAD. The same task gets the same slot.</summary>
    /// <exception cref="FailureException"><c>task_invalid</c>, <c>no_commit_yet</c>, or what <see cref="SlotPool.AcquireAsync"/> says.</exception>
    public async Task<(SlotLease Lease, IReadOnlyList<string> Notes)> AcquireAsync(string task, CancellationToken cancellation)
    {
        if (task.Length == 0 || task != task.Trim())
            throw FailureException.Input("task_invalid", "a task's name is not empty and has no blanks at its ends");
        var owner = LeaseOwner.Current(LeaseOwner.ManualSession, task);
        var before = Leases().FirstOrDefault(l => l.Owner.IsFor(owner.Session, task));
        var (branch, commit) = before is null ? await BranchAsync(task, cancellation) : (before.Branch, before.Base);
        var lease = await pool.AcquireAsync(owner, branch, commit, cancellation);
        var prepared = await pool.PrepareAsync(lease, settings.Copy, fresh: false, cancellation);
        return (lease, prepared.Notes);
    }

    /// <summary>Gives a slot back, by its name or its task; a branch that is merged goes, any other stays.</summary>
    /// <exception cref="FailureException"><c>slot_unknown</c>, or <c>slot_not_manual</c> where a session has it.</exception>
    public async Task<ManualRelease> ReleaseAsync(string slotOrTask, ControlRepository control, CancellationToken cancellation)
    {
        var slot = Find(slotOrTask);
        if (slot.State is SlotState.Idle or SlotState.Making && slot.Lease is null)
            return await ReleasedAsync(slot.Name, control, cancellation);
        if (slot.Lease is not { Owner: { IsManual: true } owner } lease)
            throw FailureException.Input("slot_not_manual", $"{slot.Name} {Holder(slot)}", slot.Lease is null ? Registrations.HowToFree(slot.Path) : $"its session gives it back: tutti resume {slot.Lease.Owner.Session}, or tutti control cancel");
        var outcome = await pool.ReleaseAsync(slot.Name, owner.Session, owner.Task, cancellation);
        var deleted = outcome is ReleaseOutcome.Released && await DropMergedAsync(lease.Branch, control, cancellation);
        return new ManualRelease(slot.Name, lease.Branch, deleted, outcome);
    }

    /// <summary>The commit HEAD is at.</summary>
    /// <exception cref="FailureException"><c>no_commit_yet</c>.</exception>
    public async Task<string> HeadAsync(CancellationToken cancellation)
    {
        var head = await GitCommand.TryAsync(repository.Folder, ["rev-parse", "--verify", "-q", "HEAD^{commit}"], cancellation: cancellation);
        return head.ExitCode == 0
            ? head.Text
            : throw FailureException.Environment("no_commit_yet", "the repository has no commit yet", "make the first one: git commit --allow-empty -m start");
    }

    private async Task<(string Branch, string Commit)> BranchAsync(string task, CancellationToken cancellation)
    {
        var heads = await _refs.ListAsync(Heads, cancellation);
        var wanted = BranchName.For(settings.Branch, task, session: LeaseOwner.ManualSession);
        if (heads.FirstOrDefault(h => h.Name == Heads + wanted) is { } existing)
            return (wanted, existing.Id);
        var taken = BranchName.TakenBy([.. heads.Select(h => h.Name[Heads.Length..])]);
        return (BranchName.For(settings.Branch, task, session: LeaseOwner.ManualSession, taken: taken), await HeadAsync(cancellation));
    }

    private SlotView Find(string slotOrTask)
    {
        var slots = pool.Status().Slots;
        return slots.FirstOrDefault(s => s.Name == slotOrTask)
            ?? slots.FirstOrDefault(s => s.Lease is { Owner.IsManual: true } lease && lease.Owner.Task == slotOrTask)
            ?? slots.FirstOrDefault(s => LastByHand(s.Name)?.Owner.Task == slotOrTask)
            ?? throw FailureException.Input(
                "slot_unknown", $"there is no slot '{slotOrTask}'", slots.Count == 0 ? "the pool is empty; tutti pool init makes slots" : Nearest.Hint(slotOrTask, [.. slots.Select(s => s.Name)]));
    }

    private SlotLease? LastByHand(string slot) => pool.LastLease(slot) is { Owner.IsManual: true } last ? last : null;

    // A release that died between the slot and its branch has left the branch, if it is merged.
    private async Task<ManualRelease> ReleasedAsync(string slot, ControlRepository control, CancellationToken cancellation)
    {
        var branch = LastByHand(slot)?.Branch;
        var deleted = branch is not null && await DropMergedAsync(branch, control, cancellation);
        return new ManualRelease(slot, deleted ? branch : null, deleted, new ReleaseOutcome.Released());
    }

    private static string Holder(SlotView slot) =>
        slot.Lease is { Owner: var owner } ? $"is leased to task {owner.Task} of session {owner.Session}" : $"is kept: {slot.Why ?? "it holds work"}";

    // SPEC 3.7: merged and clean goes. What is judged is the branch the user is on, since that is where a person merges.
    private async Task<bool> DropMergedAsync(string branch, ControlRepository control, CancellationToken cancellation)
    {
        var cleanup = new BranchCleanup(repository.CommonDirectory, control);
        var judged = await cleanup.JudgeAsync(new CleanupRequest(branch, await HeadAsync(cancellation), Slot: null, AttemptAlive: false, AttemptRefsStay: true), cancellation);
        return judged is { Head: not null, Decision.DeleteBranch: true } && await cleanup.DeleteAsync(judged, cancellation) is null;
    }
}
