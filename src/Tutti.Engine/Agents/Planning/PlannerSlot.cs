using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;

namespace Tutti.Engine.Agents.Planning;

/// <summary>The slot in which a planner looks around. Whatever it changes there is thrown away: it was told to change nothing.</summary>
internal static class PlannerSlot
{
    private const string Task = " plan";

    /// <summary>Leases a slot at a commit, on a branch that lives as long as the plan is being made.</summary>
    public static Task<SlotLease> LeaseAsync(SlotPool pool, string plan, string commit, CancellationToken cancellation) =>
        pool.AcquireAsync(LeaseOwner.Current(plan, Task), $"tutti/{plan}", commit, cancellation);

    /// <summary>Gives back what is leased for a plan, by whichever process, and removes its branch and what was committed there.</summary>
    /// <returns>What could not be given back, as a line; null when all was.</returns>
    public static async Task<string?> GiveBackAsync(Repository repository, SlotPool pool, string plan)
    {
        try
        {
            foreach (var slot in pool.Status().Slots.Where(s => s.State == SlotState.Leased && s.Lease?.Owner.Session == plan))
                await GiveBackAsync(repository, pool, slot.Lease!);
            return null;
        }
        catch (FailureException e)
        {
            return $"a slot of the planner could not be given back: {e.Failure.Message}";
        }
    }

    private static async Task GiveBackAsync(Repository repository, SlotPool pool, SlotLease lease)
    {
        var refs = new RefStore(repository.CommonDirectory);
        var kept = await pool.ResetAsync(lease, lease.Base);
        var outcome = await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, lease.Owner.Task);
        if (outcome is ReleaseOutcome.Preserved preserved)
            throw FailureException.Environment("slot_preserved", $"{lease.Slot}: {preserved.Why}");
        foreach (var name in kept.Append($"refs/heads/{lease.Branch}"))
        {
            if (await refs.ReadAsync(name) is { } tip)
                await refs.ApplyAsync([RefChange.Delete(name, tip)], "tutti: done with it");
        }
    }
}
