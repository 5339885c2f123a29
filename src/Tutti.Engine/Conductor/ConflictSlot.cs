using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>A merge that a person is to finish.</summary>
/// <param name="Lease">The slot it is open in.</param>
/// <param name="IsOpen">False where it merged cleanly; the slot has been given back then.</param>
/// <param name="Conflicts">The paths that are left to resolve.</param>
public sealed record OpenedConflict(SlotLease Lease, bool IsOpen, IReadOnlyList<string> Conflicts);

/// <summary>
/// Opens the conflict of a task's branch with what it would land on in a slot that stays leased until the person is done, away from their
/// own checkout; and takes the resolution onto the task's branch, so that it lands verified like any other work.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
/// <param name="control">Where merges are made.</param>
/// <param name="time">The clock.</param>
public sealed class ConflictSlot(Repository repository, SlotPool pool, ControlRepository control, TimeProvider time)
{
    private readonly RefStore _refs = new(repository.CommonDirectory);
    private readonly ConflictResolution _resolution = new(control);

    /// <summary>Opens the merge, or finds it open.</summary>
    /// <exception cref="FailureException"><c>branch_gone</c>, <c>target_unknown</c>, or what the pool says.</exception>
    public async Task<OpenedConflict> OpenAsync(SessionState state, TaskState task, CancellationToken cancellation)
    {
        var head = await HeadAsync(task, cancellation);
        var target = await _refs.ReadAsync("refs/heads/" + state.Target, cancellation)
            ?? throw FailureException.Input("target_unknown", $"{state.Target} does not exist any more", "make it again where it was (git reflog may tell), then try again");
        if (Leased(state, task) is { } before && await IsBegunAsync(before, cancellation))
            return new OpenedConflict(before, IsOpen: true, await _resolution.UnmergedAsync(before.Path, cancellation));
        var onto = state.Landing.Onto(target);
        var lease = await pool.AcquireAsync(LeaseOwner.Current(LeaseOwner.ManualSession, Owner(state, task)), Branch(state, task), onto, cancellation);
        // A slot that was leased before, and in which no merge was laid or it was aborted, is brought to what the task would land on now.
        await pool.ResetAsync(lease, onto, cancellation);
        if (await _resolution.OpenAsync(lease.Path, onto, head, Message(state, task), cancellation) is { } conflict)
            return new OpenedConflict(lease, IsOpen: true, [.. conflict.Paths.Select(p => p.Path).Distinct(StringComparer.Ordinal)]);
        await GiveBackAsync(state, task, lease, onto, cancellation);
        return new OpenedConflict(lease, IsOpen: false, []);
    }

    /// <summary>
    /// Commits what was resolved, checked against both sides, and moves the task's branch to it by compare-and-swap; then gives the slot back. Null where one
    /// that was killed had moved the branch already: then only the rest is done.
    /// </summary>
    /// <param name="state">The session.</param>
    /// <param name="task">Whose branch it is.</param>
    /// <param name="acceptLosses">What the resolution loses of a side is meant so.</param>
    /// <param name="cancellation">Stops before the branch has moved.</param>
    /// <exception cref="FailureException">
    /// <c>merge_not_open</c>, <c>not_resolved</c>, <c>markers_left</c>, <c>resolution_loses</c>, <c>no_conflict</c>, <c>branch_gone</c>, or the branch has moved.
    /// </exception>
    public async Task<CollectedResolution.Done?> TakeInAsync(SessionState state, TaskState task, bool acceptLosses, CancellationToken cancellation)
    {
        var lease = Leased(state, task) ?? throw FailureException.Input("merge_not_open", $"no merge of task {task.Id} is open", $"tutti merge manual {task.Id}");
        var head = await HeadAsync(task, cancellation);
        if (!await IsBegunAsync(lease, cancellation))
            throw FailureException.Input("merge_not_open", $"the merge in {lease.Path} was aborted", $"open it again: tutti merge manual {task.Id}");
        var at = await AtAsync(lease, cancellation);
        if (await IsTakenInAsync(lease, at, head, cancellation))
        {
            await LeaveAsync(state, task, lease, at, head, cancellation);
            return null;
        }

        var onto = await OntoAsync(lease, at, cancellation);
        var request = new CollectResolution(lease.Path, onto, head, Message(state, task), time.GetUtcNow()) { AcceptLosses = acceptLosses, Record = true };
        var done = await _resolution.CollectAsync(request, cancellation) switch
        {
            CollectedResolution.Done x => x,
            CollectedResolution.Refused { Failure: var failure } => throw new FailureException(failure with { Hint = $"{failure.Hint}; then: tutti merge manual {task.Id} --continue{(failure.Code == "resolution_loses" ? ", or with --accept-loss" : "")}" }),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };
        var resolved = done.Merge.Commit;
        if (CheckedOut.At(repository, $"refs/heads/{task.Branch}") is { } place)
            throw FailureException.Input("branch_in_use", $"{task.Branch} is checked out ({place})", "let that worktree go to another branch, then --continue again");
        if (await _refs.ApplyAsync([RefChange.Update($"refs/heads/{task.Branch}", head, resolved)], "tutti: resolved", cancellation) is { } moved)
            throw new FailureException(moved);
        await LeaveAsync(state, task, lease, onto, resolved, cancellation);
        return done;
    }

    // The task's branch has what the merge was laid on, and all that is in the slot.
    private async Task<bool> IsTakenInAsync(SlotLease lease, string at, string head, CancellationToken cancellation) =>
        await Checkouts.IsAncestorAsync(repository.CommonDirectory, lease.Base, head, cancellation)
        && await Checkouts.IsAncestorAsync(repository.CommonDirectory, at, head, cancellation)
        && (await GitCommand.TryAsync(lease.Path, ["diff", "--quiet", head], cancellation: cancellation)).ExitCode == 0
        && (await GitCommand.RunAsync(lease.Path, ["ls-files", "--others", "--exclude-standard"], cancellation: cancellation)).Length == 0;

    // The slot's own branch goes along, so that nothing in it counts as work that is nowhere else.
    private async Task LeaveAsync(SessionState state, TaskState task, SlotLease lease, string from, string resolved, CancellationToken cancellation)
    {
        var own = "refs/heads/" + Branch(state, task);
        if (await _refs.ReadAsync(own, cancellation) == from
            && (from == resolved || await _refs.ApplyAsync([RefChange.Update(own, from, resolved)], "tutti: resolved", cancellation) is null))
            await _resolution.CloseAsync(lease.Path, resolved, cancellation);
        await GiveBackAsync(state, task, lease, resolved, cancellation);
    }

    // Begins with a blank: no task of a person's own is called so, and 'tutti pool merge' leaves it alone.
    private static string Owner(SessionState state, TaskState task) => $" merge of {task.Id} in {state.Id}";

    private static string Branch(SessionState state, TaskState task) => $"tutti/{state.Id}-merge-{AttemptRef.Segment(task.Id)}";

    private static string Message(SessionState state, TaskState task) =>
        $"Merge {state.Target} and {task.Branch}\n\n{CommitTrailers.Of(task.Id, state.Id)}";

    private SlotLease? Leased(SessionState state, TaskState task) =>
        pool.Status().Slots.FirstOrDefault(s => s.State == SlotState.Leased && s.Lease!.Owner.IsFor(LeaseOwner.ManualSession, Owner(state, task)))?.Lease;

    private async Task<string> HeadAsync(TaskState task, CancellationToken cancellation) =>
        await _refs.ReadAsync($"refs/heads/{task.Branch}", cancellation)
        ?? throw FailureException.Input("branch_gone", $"the branch {task.Branch} of task {task.Id} is gone", task.Head is { } head ? $"git branch {task.Branch} {head}" : null);

    private static async Task<bool> IsOpenAsync(SlotLease lease, CancellationToken cancellation) =>
        (await GitCommand.TryAsync(lease.Path, ["rev-parse", "-q", "--verify", "MERGE_HEAD"], cancellation: cancellation)).ExitCode == 0;

    // Open, or committed already: in both a person's work is in it.
    private static async Task<bool> IsBegunAsync(SlotLease lease, CancellationToken cancellation) =>
        await IsOpenAsync(lease, cancellation)
        || await AtAsync(lease, cancellation) != lease.Base;

    private static Task<string> AtAsync(SlotLease lease, CancellationToken cancellation) =>
        GitCommand.RunAsync(lease.Path, ["rev-parse", "--verify", "HEAD^{commit}"], cancellation: cancellation);

    // Where the merge was laid: a person may have committed on top of it since, and the target may have moved.
    private static async Task<string> OntoAsync(SlotLease lease, string at, CancellationToken cancellation)
    {
        if (await IsOpenAsync(lease, cancellation))
            return at;
        var first = await GitCommand.TryAsync(lease.Path, ["rev-list", "--first-parent", "--max-parents=2", "--min-parents=2", "--max-count=1", $"{lease.Base}..{at}"], cancellation: cancellation);
        return first is { ExitCode: 0, Text: { Length: > 0 } merge }
            ? await GitCommand.RunAsync(lease.Path, ["rev-parse", "--verify", $"{merge}^1"], cancellation: cancellation)
            : lease.Base;
    }

    private async Task GiveBackAsync(SessionState state, TaskState task, SlotLease lease, string commit, CancellationToken cancellation)
    {
        await pool.ResetAsync(lease, commit, cancellation);
        if (await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, lease.Owner.Task, cancellation) is not ReleaseOutcome.Released)
            return;
        var name = "refs/heads/" + Branch(state, task);
        if (await _refs.ReadAsync(name, cancellation) is { } tip && tip == commit)
            await _refs.ApplyAsync([RefChange.Delete(name, tip)], "tutti: merged by hand", cancellation);
    }
}
