using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>Gives slots back and decides on branches by what is true (SPEC 3.7): nothing that is nowhere else is ever removed.</summary>
internal sealed class CleanUpEffects(SessionContext context)
{
    private readonly RefStore _refs = new(context.Repository.CommonDirectory);
    private readonly BranchCleanup _branches = new(context.Repository.CommonDirectory, context.Control);
    private readonly PreservationStore _records = new(context.Folder.Path);

    public async Task<Input> CleanAsync(CleanUp effect, SessionState state, CancellationToken cancellation)
    {
        var task = state.Tasks[effect.Task];
        var slot = await ReleaseAsync(state, task, cancellation);
        // What was kept when it failed, before it was tried again: where work is to be kept now, that is written anew.
        _records.Remove(task.Id);
        if (effect.Phase == TaskPhase.Landing || (effect.Phase == TaskPhase.Done && !state.Settings.AutoCleanup))
            return new CleanUpEnded(task.Id, effect.Phase, BranchDeleted: false, slot);
        var branch = await DropBranchAsync(state, task, effect.Phase == TaskPhase.Done ? task.Head : task.Base, cancellation);
        return new CleanUpEnded(task.Id, effect.Phase, branch is null, slot ?? branch);
    }

    public async Task<Input> GiveBackAsync(SessionState state, CancellationToken cancellation)
    {
        await OwnSlots.ReleaseAsync(context, state, owner: null, cancellation);
        if (state.Landing is { Ordered: true, Integrated.Count: 0 })
            await Integration.DropAsync(context.Repository, state, cancellation);
        return new GivenBack();
    }

    private async Task<string?> ReleaseAsync(SessionState state, TaskState task, CancellationToken cancellation)
    {
        if (task.Slot is not { } slot)
            return null;
        var outcome = await context.Pool.ReleaseAsync(slot.Name, state.Id, task.Id, cancellation);
        if (outcome is ReleaseOutcome.Preserved && LookedLast(task) && PreservedLease(slot.Name) is { } lease)
        {
            // What reviewers and verify commands left is no work: the work was committed before they came.
            await context.Pool.ResetAsync(lease, task.Head!, cancellation);
            outcome = await context.Pool.ReleaseAsync(slot.Name, state.Id, task.Id, cancellation);
        }

        return outcome is ReleaseOutcome.Preserved kept ? $"slot {slot.Name} is kept at {slot.Path}: {kept.Why}" : null;
    }

    private SlotLease? PreservedLease(string slot) => context.Pool.Status().Slots.FirstOrDefault(s => s.Name == slot)?.Lease;

    private static bool LookedLast(TaskState task) =>
        task.Head is not null && task.Attempts.LastOrDefault(a => a.Place == Place.Slot) is { Stage: not (Stage.Develop or Stage.Correct or Stage.Finalize) };

    /// <summary>Deletes the branch if it still is where nothing can be lost by it; else says why it stays, also in a record.</summary>
    /// <param name="state">The session.</param>
    /// <param name="task">Whose branch.</param>
    /// <param name="safe">The commit that is on the target, or where the branch began: a branch there holds nothing of its own.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    private async Task<string?> DropBranchAsync(SessionState state, TaskState task, string? safe, CancellationToken cancellation)
    {
        var name = $"refs/heads/{task.Branch}";
        if (safe is not null && CheckedOut.At(context.Repository, name) is null)
        {
            // Compare-and-swap: a commit somebody added since makes it fail, and then the branch is judged anew.
            if (await _refs.ApplyAsync([.. await KeepingAsync(state, task, safe, cancellation), RefChange.Delete(name, safe)], "tutti: clean up", cancellation) is null)
                return null;
        }

        var target = state.Landing.Target;
        var judged = await _branches.JudgeAsync(new CleanupRequest(name, target, Slot: null, AttemptAlive: false, AttemptRefsStay: true) { Landed = Landed(task) }, cancellation);
        if (judged.Head is null || (judged.Decision.DeleteBranch && await _branches.DeleteAsync(judged, cancellation) is null))
            return null;
        var record = PreservationRecord.Of(state.Id, task.Id, judged, null, state.Target, context.Time.GetUtcNow());
        await _records.WriteAsync(record, cancellation);
        return $"branch {task.Branch} is kept at {judged.Head[..8]}: {Words(record.Why)}";
    }

    /// <summary>What the journal says of a task's landing; null where it has not landed.</summary>
    public static LandedHead? Landed(TaskState task) =>
        task is { Phase: TaskPhase.Done, Head: { } head, Landed: { } commit } ? new LandedHead(head, commit) : null;

    // A merge has the head as a parent. A squash or a rebase has not: an attempt's ref holds it, but not what a person committed on top.
    private async Task<IEnumerable<RefChange>> KeepingAsync(SessionState state, TaskState task, string head, CancellationToken cancellation)
    {
        if (head == task.Base || state.Settings.MergeStyle == MergeStyle.Merge)
            return [];
        var folder = $"{AttemptRef.Of(state.Id)}{AttemptRef.Segment(task.Id)}/";
        var kept = await _refs.ListAsync(folder, cancellation);
        var name = $"{folder}landed";
        if (kept.Any(r => r.Id == head))
            return [];
        return [kept.FirstOrDefault(r => r.Name == name) is { } before ? RefChange.Update(name, before.Id, head) : RefChange.Create(name, head)];
    }

    private static string Words(string why) => why switch
    {
        "not_merged" or "not_merged_dirty" => "its work is not on the target",
        "in_use" => "it is checked out",
        "only_ref" => "nothing else holds its commits",
        _ => why.Replace('_', ' '),
    };
}
