using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>A merge that a person is to finish.</summary>
/// <param name="Lease">The slot it is open in.</param>
/// <param name="IsOpen">False where it merged cleanly; the slot has been given back then.</param>
/// <param name="Conflicts">The paths that are left to resolve.</param>
public sealed record OpenedConflict(SlotLease Lease, bool IsOpen, IReadOnlyList<string> Conflicts);

/// <summary>
/// Opens the conflict of a task's branch with the target in a slot that stays leased until the person is done, away from their
/// own checkout; and takes the resolution onto the task's branch, so that it lands verified like any other work.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
public sealed class ConflictSlot(Repository repository, SlotPool pool)
{
    private readonly RefStore _refs = new(repository.CommonDirectory);

    /// <summary>Opens the merge, or finds it open.</summary>
    /// <exception cref="FailureException"><c>branch_gone</c>, <c>target_unknown</c>, or what the pool says.</exception>
    public async Task<OpenedConflict> OpenAsync(SessionState state, TaskState task, CancellationToken cancellation)
    {
        var head = await HeadAsync(task, cancellation);
        var target = await _refs.ReadAsync("refs/heads/" + state.Target, cancellation)
            ?? throw FailureException.Input("target_unknown", $"{state.Target} does not exist any more");
        if (Leased(state, task) is { } before && await IsBegunAsync(before, cancellation))
            return new OpenedConflict(before, IsOpen: true, await UnmergedAsync(before, cancellation));
        var lease = await pool.AcquireAsync(LeaseOwner.Current(LeaseOwner.ManualSession, Owner(state, task)), Branch(state, task), target, cancellation);
        string[] merge = ["merge", "--no-ff", "--no-commit", "-m", Message(state, task), head];
        // A conflict fails, which is what the slot is for; anything else leaves no merge open.
        var merged = await GitCommand.TryAsync(lease.Path, merge, cancellation: cancellation);
        if (merged.ExitCode != 0 && await IsOpenAsync(lease, cancellation))
            return new OpenedConflict(lease, IsOpen: true, await UnmergedAsync(lease, cancellation));
        await GiveBackAsync(state, task, lease, target, cancellation);
        return merged.ExitCode == 0 ? new OpenedConflict(lease, IsOpen: false, []) : throw new FailureException(GitCommand.Failed(merge, merged));
    }

    /// <summary>Commits what was resolved and moves the task's branch to it, by compare-and-swap; then gives the slot back.</summary>
    /// <returns>The branch's new head.</returns>
    /// <exception cref="FailureException"><c>merge_not_open</c>, <c>not_resolved</c>, <c>branch_gone</c>, or the branch has moved.</exception>
    public async Task<string> TakeInAsync(SessionState state, TaskState task, CancellationToken cancellation)
    {
        var lease = Leased(state, task) ?? throw FailureException.Input("merge_not_open", $"no merge of task {task.Id} is open", $"tutti merge manual {task.Id}");
        var head = await HeadAsync(task, cancellation);
        if (await UnmergedAsync(lease, cancellation) is [_, ..] left)
            throw new FailureException(new Failure(FailureCategory.Conflict, "not_resolved", $"{left.Count} path(s) are not resolved yet in {lease.Path}", "resolve them, 'git add' them, then --continue again", string.Join('\n', left)));
        if (await IsOpenAsync(lease, cancellation))
            await GitCommand.RunAsync(lease.Path, ["commit", "-q", "--no-edit"], cancellation: cancellation);
        var resolved = await GitCommand.RunAsync(lease.Path, ["rev-parse", "--verify", "HEAD^{commit}"], cancellation: cancellation);
        if (resolved == head || !await Checkouts.IsAncestorAsync(repository.CommonDirectory, head, resolved, cancellation))
            throw FailureException.Input("merge_not_open", $"what is in {lease.Path} does not hold {task.Branch}", $"in that folder: git merge {task.Branch}, resolve, commit, then --continue again");
        if (CheckedOut.At(repository, $"refs/heads/{task.Branch}") is { } place)
            throw FailureException.Input("branch_in_use", $"{task.Branch} is checked out ({place})", "let that worktree go to another branch, then --continue again");
        if (await _refs.ApplyAsync([RefChange.Update($"refs/heads/{task.Branch}", head, resolved)], "tutti: resolved", cancellation) is { } failure)
            throw new FailureException(failure);
        await GiveBackAsync(state, task, lease, resolved, cancellation);
        return resolved;
    }

    // Begins with a blank: no task of a person's own is called so, and 'tutti pool merge' leaves it alone.
    private static string Owner(SessionState state, TaskState task) => $" merge of {task.Id} in {state.Id}";

    private static string Branch(SessionState state, TaskState task) => $"tutti/{state.Id}-merge-{AttemptRef.Segment(task.Id)}";

    private static string Message(SessionState state, TaskState task) =>
        $"Merge {state.Target} and {task.Branch}\n\nTutti-Task: {string.Join(' ', task.Id.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}\nTutti-Session: {state.Id}";

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
        || await GitCommand.RunAsync(lease.Path, ["rev-parse", "--verify", "HEAD^{commit}"], cancellation: cancellation) != lease.Base;

    private static async Task<IReadOnlyList<string>> UnmergedAsync(SlotLease lease, CancellationToken cancellation) =>
    [
        .. (await GitCommand.RunAsync(lease.Path, ["diff", "--name-only", "--diff-filter=U", "-z"], cancellation: cancellation)).Split('\0', StringSplitOptions.RemoveEmptyEntries),
    ];

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
