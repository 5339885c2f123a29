namespace Tutti.Engine.Git.Pool;

/// <summary>The step from an idle slot to a task's: looked into, then on the task's branch, and nothing of the task before left.</summary>
internal static class SlotEntry
{
    /// <summary>Enters a slot for a lease.</summary>
    /// <returns>Null when the tree now is exactly the commit; else why the slot cannot be used, with the slot left as it was.</returns>
    public static async Task<Judgement?> EnterAsync(string common, SlotRecord slot, LeaseRecord lease, CancellationToken cancellation)
    {
        if (slot.Fresh)
        {
            if (Registrations.Problem(common, slot) is { } problem)
                return new Judgement(problem.Why, []);
            await BranchCheckout.ToAsync(slot, head: null, lease, cancellation);
            return null;
        }

        // Idle slots are looked into again: since the release anything may have written there.
        var judged = await SlotJudge.JudgeAsync(common, slot, refresh: false, cancellation);
        if (!judged.IsSafe)
            return judged;
        await BranchCheckout.ToAsync(slot, judged.Head, lease, cancellation);
        return judged.Head == lease.Base ? null : await SweepAsync(slot, judged.Head!, lease, cancellation);
    }

    /// <summary>
    /// What the task before ignored may be plain untracked files under this commit's rules. The tree was clean before the
    /// checkout, so all that is untracked now was ignored then, and may go.
    /// </summary>
    private static async Task<Judgement?> SweepAsync(SlotRecord slot, string before, LeaseRecord lease, CancellationToken cancellation)
    {
        var same = await GitCommand.TryAsync(
            slot.Path, ["diff-tree", "-r", "--quiet", before, lease.Base, "--", ":(top,glob)**/.gitignore"], cancellation: cancellation);
        if (same.ExitCode == 0)
            return null;
        await GitCommand.RunAsync(slot.Path, ["clean", "-q", "-fd"], cancellation: cancellation);
        var status = await SlotStatus.ReadAsync(slot.Path, refresh: false, cancellation);
        if (status.IsClean)
            return null;

        // A nested repository, say: kept, since clean would not touch it either. The branch must not stay behind in this slot.
        await BranchCheckout.DetachAsync(slot, status.Head!, cancellation);
        return new Judgement($"{status.Count} untracked paths of an earlier task could not be cleaned away", status.Paths);
    }
}
