using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Agents.Planning;

/// <summary>The slot in which a planner looks around. Whatever it changes there is thrown away: it was told to change nothing.</summary>
internal static class PlannerSlot
{
    private const string Task = " plan";

    /// <summary>Leases a slot at a commit, on a branch that lives as long as the plan is being made.</summary>
    public static Task<SlotLease> LeaseAsync(SlotPool pool, string plan, string commit, CancellationToken cancellation) =>
        pool.AcquireAsync(LeaseOwner.Current(plan, Task), Branch(plan), commit, cancellation);

    /// <summary>Gives back what is leased for a plan, by whichever process, and removes its branch and what was committed there.</summary>
    /// <returns>What could not be given back, as a line; null when all was.</returns>
    public static async Task<string?> GiveBackAsync(Repository repository, SlotPool pool, string plan)
    {
        try
        {
            foreach (var slot in pool.Status().Slots.Where(s => s.State == SlotState.Leased && s.Lease?.Owner.Session == plan))
                await GiveBackAsync(pool, slot.Lease!);
            await DropRefsAsync(repository, pool, plan);
            return null;
        }
        catch (FailureException e)
        {
            return $"a slot of the planner could not be given back: {e.Failure.Message}";
        }
    }

    private static async Task GiveBackAsync(SlotPool pool, SlotLease lease)
    {
        await pool.ResetAsync(lease, lease.Base);
        if (await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, lease.Owner.Task) is ReleaseOutcome.Preserved preserved)
            throw FailureException.Environment("slot_preserved", $"{lease.Slot}: {preserved.Why}");
    }

    // By their names, and not with the slot: where a crash came in between, or 'tutti pool cleanup' was faster, there is no slot any more.
    private static async Task DropRefsAsync(Repository repository, SlotPool pool, string plan)
    {
        if (pool.Status().Slots.Any(s => s.Lease?.Owner.Session == plan))
            return;
        var refs = new RefStore(repository.CommonDirectory);
        foreach (var name in new[] { $"refs/heads/{Branch(plan)}", AttemptRef.Of(plan) })
        {
            foreach (var left in await refs.ListAsync(name))
                await refs.ApplyAsync([RefChange.Delete(left.Name, left.Id)], "tutti: done with it");
        }
    }

    private static string Branch(string plan) => $"tutti/{plan}";
}
