using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>Brings the files of a leased slot to a known state.</summary>
internal static class SlotTree
{
    /// <summary>Makes the tree as if just cloned: no ignored file, no cache. Refuses when something uncommitted would be lost.</summary>
    public static async Task FreshenAsync(Repository repository, SlotRecord slot, CancellationToken cancellation)
    {
        var judged = await SlotJudge.JudgeAsync(repository.CommonDirectory, slot, refresh: false, cancellation);
        if (!judged.IsSafe)
        {
            throw new FailureException(new Failure(
                FailureCategory.Git, "uncommitted_work", $"{slot.Name} was to be emptied, but: {judged.Why}", $"look at {slot.Path}", string.Join('\n', judged.Paths)));
        }

        await GitCommand.RunAsync(slot.Path, ["reset", "-q", "--hard"], cancellation: cancellation);
        await GitCommand.RunAsync(slot.Path, ["clean", "-q", "-ffdx"], cancellation: cancellation);
    }

    /// <summary>
    /// Puts the lease's branch, HEAD and the files to a commit, out of any state; ignored files stay. What would be lost is put
    /// under a ref first.
    /// </summary>
    /// <returns>The refs that keep what was there; empty when nothing would have been lost.</returns>
    /// <exception cref="FailureException"><c>slot_broken</c>, or <c>reset_incomplete</c> when something cannot be cleaned away (a nested repository, for which nothing is changed).</exception>
    public static async Task<IReadOnlyList<string>> ResetAsync(Repository repository, SlotRecord slot, string commit, IReadOnlySet<string>? expendable, CancellationToken cancellation)
    {
        if (Registrations.Problem(repository.CommonDirectory, slot) is { } problem)
            throw new FailureException(new Failure(FailureCategory.Git, FailureCode.SlotBroken, $"{slot.Name} cannot be reset: {problem.Why}", "see: tutti pool health"));
        var lease = slot.ToLease();
        var kept = new List<string>();
        foreach (var left in await LeftAsync(slot, lease, expendable, cancellation))
        {
            if (await SlotRescue.KeepAsync(slot, left, lease, commit, cancellation) is { } name)
                kept.Add(name);
        }

        await QuitAsync(slot, cancellation);
        await GitCommand.RunAsync(slot.Path, ["symbolic-ref", "-m", "tutti: reset", "HEAD", $"refs/heads/{lease.Branch}"], cancellation: cancellation);
        await GitCommand.RunAsync(slot.Path, ["reset", "-q", "--hard", commit], cancellation: cancellation);
        HiddenRules.Remove(slot.Path, await HiddenRules.FindAsync(slot.Path, commit, cancellation));
        await GitCommand.RunAsync(slot.Path, ["clean", "-q", "-fd"], cancellation: cancellation);
        var judged = await SlotJudge.JudgeAsync(repository.CommonDirectory, slot, refresh: true, cancellation);
        return judged.IsSafe
            ? kept
            : throw new FailureException(new Failure(
                FailureCategory.Git, "reset_incomplete", $"{slot.Name} is not clean after a reset: {judged.Why}", $"look at {slot.Path}", string.Join('\n', judged.Paths)));
    }

    /// <summary>The commits that hold what is there: files and HEAD in one, and the branch where HEAD has left it (a rebase).</summary>
    private static async Task<IReadOnlyList<string>> LeftAsync(SlotRecord slot, SlotLease lease, IReadOnlySet<string>? expendable, CancellationToken cancellation)
    {
        var status = await CheckoutStatus.GlanceAsync(slot.Path, refresh: false, cancellation);
        // An untracked folder, which may be a repository.
        if (status.Entries.Any(entry => entry.IsNestedRepository))
            await RefuseNestedAsync(slot, cancellation);
        var left = new List<string>();
        if (!(status.Head is { } head && expendable?.Contains(head) == true) && await SlotRescue.CommitAsync(slot, status, cancellation) is { } here)
            left.Add(here);
        if (status.Branch == lease.Branch)
            return left;
        var branch = await GitCommand.TryAsync(
            slot.Path, ["rev-parse", "--verify", "-q", GitCommand.EndOfOptions, $"refs/heads/{lease.Branch}"], cancellation: cancellation);
        if (branch.ExitCode == 0 && expendable?.Contains(branch.Text) != true)
            left.Add(branch.Text);
        return left;
    }

    // A commit keeps no more of one than the id of its head, or nothing, and git's clean leaves it where it is.
    private static async Task RefuseNestedAsync(SlotRecord slot, CancellationToken cancellation)
    {
        // Only a repository is named with a slash behind it.
        var untracked = await GitCommand.RunAsync(slot.Path, ["ls-files", "--others", "--exclude-standard", "-z"], cancellation: cancellation);
        if (untracked.Split('\0').FirstOrDefault(path => path.EndsWith('/')) is { } nested)
        {
            throw new FailureException(new Failure(
                FailureCategory.Git,
                "reset_incomplete",
                $"{slot.Name} cannot be reset: {nested} in it is a git repository of its own, which no commit would keep",
                $"move it out of {slot.Path}, then 'tutti resume --retry-failed'"));
        }
    }

    // `reset --hard` ends a merge, but not what spans several commits. Quitting fails where nothing of the kind goes on.
    private static async Task QuitAsync(SlotRecord slot, CancellationToken cancellation)
    {
        if (Operation.InProgress(Registrations.FolderOf(slot)!) is null)
            return;
        foreach (var operation in (string[])["rebase", "am", "cherry-pick", "revert"])
            await GitCommand.TryAsync(slot.Path, [operation, "--quit"], cancellation: cancellation);
        File.Delete(Path.Combine(Registrations.FolderOf(slot)!, "BISECT_LOG"));
    }
}
