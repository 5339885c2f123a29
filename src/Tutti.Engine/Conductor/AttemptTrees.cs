using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>
/// The trees attempts work on: a task's own slot, or one of those the session keeps for itself, to see merged states and
/// bases pass or fail away from anything an agent has left lying about.
/// </summary>
internal sealed class AttemptTrees(SessionContext context, ConflictAttempt conflicts)
{
    public async Task<AttemptTree> ForAsync(AttemptPlan plan, CancellationToken cancellation)
    {
        var (state, task, attempt, folder) = plan;
        if (attempt.Place == Place.Slot)
        {
            if (AttemptProcess.Probe(folder) is AttemptLife.NotStarted)
                await LostSlot.EnsureAsync(context, plan, cancellation);
            return new AttemptTree(task.Slot!.Path, task.Slot.PortBase);
        }

        if (attempt.Place == Place.Conflict)
            return await conflicts.OpenAsync(plan, AttemptProcess.Probe(folder) is AttemptLife.NotStarted, cancellation);

        var owner = attempt.Place == Place.Landing ? OwnSlots.Verify(attempt.VerifySlot ?? 1) : OwnSlots.BaseOf(task.Id);
        var lease = await context.Pool.AcquireAsync(LeaseOwner.Current(state.Id, owner), OwnSlots.Branch(state.Id, owner), attempt.Commit!, cancellation);

        // A run that lives already must keep its tree; only a new one is given the commit anew.
        if (AttemptProcess.Probe(folder) is AttemptLife.NotStarted)
            await MakeReadyAsync(plan, lease, cancellation);
        return new AttemptTree(lease.Path, lease.PortBase);
    }

    private async Task MakeReadyAsync(AttemptPlan plan, SlotLease lease, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        await context.Pool.ResetAsync(lease, attempt.Commit!, OwnSlots.Tested(state), cancellation);
        await context.Pool.PrepareAsync(lease, state.Copy, fresh: state.Landing.IsLastChance(task.Id), cancellation);
        if (await SlotEffects.SetUpAsync(context, state, task.Id, $"{attempt.Number:00}-setup", lease.Path, lease.PortBase, cancellation) is { } failure)
            throw new FailureException(failure);
    }
}
