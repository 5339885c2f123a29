using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// The reusable worktrees of a repository. Any number of sessions and processes share it: each slot is leased to one task, stays
/// leased however idle it looks (PITFALLS P1), and is never emptied of work that is nowhere else (P2).
/// </summary>
public sealed partial class SlotPool
{
    private readonly Repository _repository;
    private readonly PoolOptions _options;
    private readonly PoolFile _file;

    private SlotPool(Repository repository, PoolOptions options, string root) =>
        (_repository, _options, Root, _file) = (repository, options, root, new PoolFile(repository));

    /// <summary>Folder of the slots; made with the first of them.</summary>
    public string Root { get; }

    /// <summary>The pool of a repository. Touches nothing.</summary>
    /// <exception cref="FailureException"><c>worktree_root_invalid</c>.</exception>
    public static SlotPool Open(Repository repository, PoolOptions options) =>
        new(repository, options, PoolRoot.Of(repository, options.Worktrees));

    /// <summary>
    /// Leases a slot whose tree is exactly a commit, on a branch of its own. Asking again for the same session and task gives the
    /// same lease, made again at its branch if its folder is gone.
    /// </summary>
    /// <param name="owner">Whose it is to be.</param>
    /// <param name="branch">Short name; created at <paramref name="commit"/>, or moved forward to it if it exists and is part of it.</param>
    /// <param name="commit">Full object id.</param>
    /// <param name="cancellation">Gives up; a lease already recorded is found again by the next call.</param>
    /// <exception cref="FailureException"><c>pool_exhausted</c>, <c>pool_busy</c>, <c>branch_exists</c>, <c>branch_in_use</c>, <c>branch_invalid</c>, <c>commit_unknown</c>, <c>git_failed</c>.</exception>
    public async Task<SlotLease> AcquireAsync(LeaseOwner owner, string branch, string commit, CancellationToken cancellation = default)
    {
        if (RefName.BranchProblem(branch) is { } problem)
            throw FailureException.Input("branch_invalid", $"'{branch}' is no branch name: it {problem}");
        if (!ObjectId.IsFull(commit))
            throw new ArgumentException($"'{commit}' is no full object id", nameof(commit));

        // Each round that gives nothing takes a slot out of rotation, so the rounds end with the slots.
        for (var round = 0; round <= SlotRecord.MaxNumber; round++)
        {
            var taken = await TakeAsync(owner, new LeaseRecord(branch, commit, owner, _options.Time.GetUtcNow(), Ready: false), cancellation);
            var ready = taken.Lease!.Ready ? taken : await MakeReadyAsync(taken, cancellation);
            if (ready is not null)
                return ready.ToLease();
        }

        throw new InvalidOperationException("every slot was taken out of rotation, and none was refused");
    }

    /// <summary>
    /// Gives a slot back. Never deletes work: a slot that is dirty, in the middle of a merge, or at a commit that is on no ref
    /// stays as it is, out of rotation, until it is released again in a better state or cleaned up. Releasing twice is no error.
    /// </summary>
    public async Task<ReleaseOutcome> ReleaseAsync(string slot, string session, string task, CancellationToken cancellation = default)
    {
        if (!SlotRecord.IsName(slot))
            return new ReleaseOutcome.NotYours();
        using var mine = await _file.HoldSlotAsync(slot, cancellation);
        if (_file.Read().Find(slot) is not { Lease: { } lease } found || !lease.Owner.IsFor(session, task))
            return new ReleaseOutcome.NotYours();
        return found.State == SlotState.Idle ? new ReleaseOutcome.Released() : await FreeAsync(found, cancellation);
    }

    /// <summary>Gets a leased slot ready for a stage: a fresh tree if asked for, then the ignored files it needs.</summary>
    /// <param name="lease">A lease that still counts.</param>
    /// <param name="copy">Paths to copy from the user's checkout, see <see cref="PreparedSlot"/> for those that cannot be.</param>
    /// <param name="fresh">Removes all that is not committed, ignored files too; refused when that would lose work.</param>
    /// <param name="cancellation">Stops in between; preparing again is safe.</param>
    /// <exception cref="FailureException"><c>lease_lost</c>, <c>uncommitted_work</c>, <c>copy_too_large</c>, <c>git_failed</c>.</exception>
    public async Task<PreparedSlot> PrepareAsync(SlotLease lease, IReadOnlyList<string> copy, bool fresh, CancellationToken cancellation = default)
    {
        using var mine = await _file.HoldSlotAsync(lease.Slot, cancellation);
        var slot = Leased(lease);
        if (fresh)
            await SlotTree.FreshenAsync(_repository, slot, cancellation);
        if (copy.Count == 0)
            return new PreparedSlot([], []);
        return (_repository.MainWorktree ?? _repository.Top) is { } from
            ? await SlotCopy.CopyAsync(from, slot, copy, cancellation)
            : new PreparedSlot([], ["nothing was copied: the repository is bare, so there is no checkout to copy from"]);
    }

    /// <summary>
    /// Puts the slot's branch and tree back to a commit, out of any state a failed stage left; ignored files stay. What would be
    /// lost is put under <c>refs/tutti/SESSION/TASK/left-…</c> first. A slot that was preserved at its release can be reset too, by
    /// the one who held it, and released again.
    /// </summary>
    /// <returns>Those refs; empty when nothing would have been lost.</returns>
    /// <exception cref="FailureException"><c>lease_lost</c>, <c>slot_broken</c>, <c>reset_incomplete</c>, <c>git_failed</c>.</exception>
    public Task<IReadOnlyList<string>> ResetAsync(SlotLease lease, string commit, CancellationToken cancellation = default) => ResetAsync(lease, commit, null, cancellation);

    /// <summary>The same, but what stands on one of these commits is nobody's work and needs no ref: merges that were only tested.</summary>
    internal async Task<IReadOnlyList<string>> ResetAsync(SlotLease lease, string commit, IReadOnlySet<string>? expendable, CancellationToken cancellation)
    {
        if (!ObjectId.IsFull(commit))
            throw new ArgumentException($"'{commit}' is no full object id", nameof(commit));
        using var mine = await _file.HoldSlotAsync(lease.Slot, cancellation);
        return await SlotTree.ResetAsync(_repository, Leased(lease, orPreserved: true), commit, expendable, cancellation);
    }

    /// <summary>
    /// Gives back the slot that was preserved when this task let go of it, for it is to be tried again. What is uncommitted there is put under a
    /// ref first, as by <see cref="ResetAsync(SlotLease, string, CancellationToken)"/>; its branch stays where it is.
    /// </summary>
    /// <returns>True where there was one, and it is free now.</returns>
    /// <exception cref="FailureException"><c>slot_broken</c>, <c>reset_incomplete</c>, <c>git_failed</c>.</exception>
    public async Task<bool> GiveBackKeptAsync(LeaseOwner owner, CancellationToken cancellation = default)
    {
        if (_file.Read().Slots.FirstOrDefault(s => s.State == SlotState.Preserved && s.Lease?.Owner.IsFor(owner.Session, owner.Task) == true) is not { } kept)
            return false;
        var lease = kept.ToLease();
        var tip = await GitCommand.RunAsync(_repository.CommonDirectory, ["rev-parse", "--verify", GitCommand.EndOfOptions, $"refs/heads/{lease.Branch}"], cancellation: cancellation);
        await ResetAsync(lease, tip, cancellation);
        return await ReleaseAsync(kept.Name, owner.Session, owner.Task, cancellation) is ReleaseOutcome.Released;
    }

    /// <summary>Why a slot's folder no longer leads to the repository; null where it does, or is gone.</summary>
    public string? Astray(string slot) =>
        _file.Read().Find(slot) is { } found && Registrations.Problem(_repository.CommonDirectory, found) is { Code: not ("missing_folder" or "config_changed") } problem ? problem.Why : null;

    private SlotRecord Leased(SlotLease lease, bool orPreserved = false) =>
        _file.Read().Find(lease.Slot) is { Lease: { } current } slot && (slot.State == SlotState.Leased || (orPreserved && slot.State == SlotState.Preserved)) && current.Owner.IsFor(lease.Owner.Session, lease.Owner.Task)
            ? slot
            : throw new FailureException(new Failure(
                FailureCategory.Git, "lease_lost", $"{lease.Slot} is no longer leased to task {lease.Owner.Task} of session {lease.Owner.Session}", "see: tutti pool status"));

    /// <summary>Records the lease of some slot: the task's own from before, an idle one, or a new one.</summary>
    private async Task<SlotRecord> TakeAsync(LeaseOwner owner, LeaseRecord lease, CancellationToken cancellation)
    {
        using var hold = await _file.HoldAsync(cancellation);
        SlotMaker.UndoHalfMade(hold, _repository);
        var before = hold.Record.Slots.FirstOrDefault(s => s.State == SlotState.Leased && s.Lease!.Owner.IsFor(owner.Session, owner.Task));
        if (before is not null)
            return await TakeBackAsync(hold, before with { Lease = before.Lease! with { Owner = owner } }, lease.Base, cancellation);
        return await IdleAsync(hold, lease.Base, cancellation) is { } idle
            ? hold.Save(idle with { State = SlotState.Leased, Lease = lease })
            : hold.Save(await NewAsync(hold, lease, cancellation) with { State = SlotState.Leased, Lease = lease });
    }

    // PITFALLS P19: the folder of a live lease may be gone; its branch, or the attempt the caller names, is not.
    private async Task<SlotRecord> TakeBackAsync(PoolHold hold, SlotRecord slot, string commit, CancellationToken cancellation)
    {
        if (Directory.Exists(slot.Path))
            return hold.Save(slot);
        await DropLostAsync(hold, slot, cancellation);
        var again = slot with { Head = null, Lease = slot.Lease! with { Ready = false, Again = commit } };
        var made = await SlotMaker.AddAsync(hold, _repository, again, commit, cancellation);
        return hold.Save(made with { State = SlotState.Leased });
    }

    // One that is at the commit already needs no checkout; then the lowest number, so that the others' caches grow cold first.
    private async Task<SlotRecord?> IdleAsync(PoolHold hold, string commit, CancellationToken cancellation)
    {
        var idle = hold.Record.Slots.Where(s => s.State == SlotState.Idle && s.Root == Root).OrderByDescending(s => s.Head == commit).ToList();
        foreach (var slot in idle)
        {
            if (Directory.Exists(slot.Path))
                return slot;
            await DropLostAsync(hold, slot, cancellation);
            hold.Forget(slot.Name);
        }

        return null;
    }

    private async Task<SlotRecord> NewAsync(PoolHold hold, LeaseRecord lease, CancellationToken cancellation)
    {
        var leased = hold.Record.Slots.Count(s => s.State == SlotState.Leased);
        if (leased >= _options.Limit)
        {
            throw new FailureException(new Failure(
                FailureCategory.Resource, FailureCode.PoolExhausted, $"all {leased} slots are leased", "wait until one is released, or raise worktrees.pool; see: tutti pool status"));
        }

        return await SlotMaker.AddAsync(hold, _repository, Unused(hold), lease.Base, cancellation);
    }

    private SlotRecord Unused(PoolHold hold) =>
        Enumerable.Range(1, SlotRecord.MaxNumber)
            .Select(number => new SlotRecord($"{SlotRecord.Prefix}{number}", Root, SlotState.Making))
            .FirstOrDefault(slot => hold.Record.Find(slot.Name) is null && !Path.Exists(slot.Path))
            ?? throw new FailureException(new Failure(
                FailureCategory.Resource, FailureCode.PoolExhausted, $"there are {SlotRecord.MaxNumber} slots or folders named like one in {Root}", "look at: tutti pool cleanup"));

    /// <summary>Forgets what git knows of a slot whose folder is gone, keeping a commit that only its HEAD led to.</summary>
    private async Task DropLostAsync(PoolHold hold, SlotRecord slot, CancellationToken cancellation)
    {
        foreach (var head in Registrations.DetachedHeads(_repository.CommonDirectory, slot.Path).Where(head => head != slot.Head).ToList())
        {
            // Git refuses where the commit itself is gone; then there is nothing to keep.
            await GitCommand.TryAsync(
                _repository.CommonDirectory, ["update-ref", "-m", "tutti: slot lost", $"refs/tutti/kept/{slot.Name}-{head[..10]}", head], cancellation: cancellation);
        }

        Registrations.Drop(hold, _repository.CommonDirectory, slot.Path);
    }

    /// <summary>Brings a slot just taken to its branch.</summary>
    /// <returns>The slot, ready; null when it could not be used and another is to be taken.</returns>
    private async Task<SlotRecord?> MakeReadyAsync(SlotRecord taken, CancellationToken cancellation)
    {
        using var mine = await _file.HoldSlotAsync(taken.Name, cancellation);
        if (_file.Read().Find(taken.Name) is not { State: SlotState.Leased, Lease: { } lease } slot || !lease.Owner.IsFor(taken.Lease!.Owner.Session, taken.Lease.Owner.Task))
            return null;
        if (lease.Ready)
            return slot;
        try
        {
            if (await SlotEntry.EnterAsync(_repository.CommonDirectory, slot, lease, cancellation) is { } refused)
            {
                await ChangeAsync(slot, now => now.Preserved(refused.Why!, refused.Paths) with { Lease = null }, cancellation);
                return null;
            }
        }
        catch (FailureException)
        {
            // The branch or the commit was at fault. The slot goes back; should its files be half changed, its next lease sees that.
            await ChangeAsync(slot, now => now with { State = SlotState.Idle, Lease = null }, cancellation);
            throw;
        }

        return await ChangeAsync(slot, now => now with { Fresh = false, Head = null, Lease = now.Lease! with { Ready = true, Again = null } }, cancellation);
    }

    /// <summary>Looks into a slot and makes it idle, or preserves it. The caller holds the slot's lock.</summary>
    /// <returns><see cref="ReleaseOutcome.NotYours"/> when somebody took it meanwhile.</returns>
    private async Task<ReleaseOutcome> FreeAsync(SlotRecord slot, CancellationToken cancellation)
    {
        if (slot.State == SlotState.Making || !Directory.Exists(slot.Path))
        {
            using var hold = await _file.HoldAsync(cancellation);
            await DropLostAsync(hold, slot, cancellation);
            hold.Forget(slot.Name);
            return new ReleaseOutcome.Released();
        }

        // Never checked out, so nobody worked there, and status would call every file deleted.
        var judged = slot.Fresh ? new Judgement(null, []) : await SlotJudge.JudgeAsync(_repository.CommonDirectory, slot, refresh: true, cancellation);
        if (!judged.IsSafe)
        {
            return await ChangeAsync(slot, now => now.Preserved(judged.Why!, judged.Paths), cancellation) is null
                ? new ReleaseOutcome.NotYours()
                : new ReleaseOutcome.Preserved(judged.Why!, judged.Paths);
        }

        if (judged.Branch is not null)
            await BranchCheckout.DetachAsync(slot, judged.Head!, cancellation);
        return await ChangeAsync(slot, now => now with { State = SlotState.Idle, Head = judged.Head, Why = null, Paths = [] }, cancellation) is null
            ? new ReleaseOutcome.NotYours()
            : new ReleaseOutcome.Released();
    }

    /// <summary>
    /// Changes a slot's record, if it still is the same one's. Looking into a slot takes long, so it happens outside the pool's
    /// lock, and an idle slot may be leased in that time.
    /// </summary>
    private async Task<SlotRecord?> ChangeAsync(SlotRecord seen, Func<SlotRecord, SlotRecord> change, CancellationToken cancellation)
    {
        using var hold = await _file.HoldAsync(cancellation);
        return hold.Record.Find(seen.Name) is { } now && now.State == seen.State && IsSameWork(now.Lease, seen.Lease) ? hold.Save(change(now)) : null;
    }

    // The owner's process may differ: a session that was resumed took its lease over.
    private static bool IsSameWork(LeaseRecord? a, LeaseRecord? b) =>
        a is null || b is null ? a is null && b is null : a.Owner.IsFor(b.Owner.Session, b.Owner.Task) && a.At == b.At;
}
