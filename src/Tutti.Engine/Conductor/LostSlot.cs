using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git.Pool;

namespace Tutti.Engine.Conductor;

/// <summary>Makes a task's slot again where somebody has removed its folder (P19): at the branch, with copies and set-up as before.</summary>
internal static class LostSlot
{
    /// <summary>The task's lease, its folder made again at the branch if it was gone.</summary>
    /// <returns>The lease, and true where the folder is a new one, without anything that git does not know.</returns>
    /// <exception cref="FailureException"><c>lease_lost</c>, or why the slot could not be made.</exception>
    public static async Task<(SlotLease Lease, bool Again)> FindAsync(SessionContext context, SessionState state, string id, CancellationToken cancellation)
    {
        var lease = context.LeaseOf(state.Id, id);
        if (Directory.Exists(lease.Path))
            return (lease, false);
        var task = state.Tasks[id];
        return (await context.Pool.AcquireAsync(LeaseOwner.Current(state.Id, id), lease.Branch, task.Head ?? task.Base ?? lease.Base, cancellation), true);
    }

    /// <summary>Sees to it that an attempt about to start has its slot, made ready as it was.</summary>
    public static async Task EnsureAsync(SessionContext context, AttemptPlan plan, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        if (Directory.Exists(task.Slot!.Path))
            return;
        var (lease, _) = await FindAsync(context, state, task.Id, cancellation);
        await context.Pool.PrepareAsync(lease, state.Copy, fresh: false, cancellation);
        if (await SlotEffects.SetUpAsync(context, state, task.Id, $"{attempt.Number:00}-setup-again", lease.Path, lease.PortBase, cancellation) is { } failure)
            throw new FailureException(failure);
    }
}
