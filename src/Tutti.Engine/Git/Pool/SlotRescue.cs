namespace Tutti.Engine.Git.Pool;

/// <summary>Puts what a reset would lose under a ref of Tutti's own, so that it never is lost.</summary>
internal static class SlotRescue
{
    /// <summary>
    /// Commits everything in a slot that is not ignored, without touching its index, branch or files.
    /// </summary>
    /// <param name="slot">The slot; may be in the middle of a merge or a rebase.</param>
    /// <param name="status">What is there: its head, and whether anything is uncommitted.</param>
    /// <param name="cancellation">Kills git.</param>
    /// <returns>A commit that holds all of it; HEAD's own when nothing is uncommitted; null when there is nothing at all.</returns>
    public static async Task<string?> CommitAsync(SlotRecord slot, CheckoutStatus status, CancellationToken cancellation)
    {
        if (status.IsClean)
            return status.Head;
        var folder = Registrations.FolderOf(slot)!;
        var index = Path.Combine(folder, "tutti-rescue-index");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = index };
        if (File.Exists(Path.Combine(folder, "index")))
            File.Copy(Path.Combine(folder, "index"), index, overwrite: true);
        try
        {
            // A guard against commits with changed line endings would keep anything from being kept.
            await GitCommand.RunAsync(slot.Path, ["-c", "core.safecrlf=false", "add", "-A", "--", "."], environment: environment, cancellation: cancellation);
            var tree = await GitCommand.RunAsync(slot.Path, ["write-tree"], environment: environment, cancellation: cancellation);
            string[] parent = status.Head is { } head ? ["-p", head] : [];
            return await GitCommand.RunAsync(
                slot.Path, ["commit-tree", tree, .. parent, "-m", $"Left uncommitted in {slot.Name}"], cancellation: cancellation);
        }
        finally
        {
            File.Delete(index);
        }
    }

    /// <summary>Keeps a commit that is on no ref but the slot's branch, and not part of where that goes.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="commit">The commit to keep.</param>
    /// <param name="lease">Whose it is; gives the ref its name.</param>
    /// <param name="next">The commit the branch is about to be put to.</param>
    /// <param name="cancellation">Kills git.</param>
    /// <returns>The new ref, or null when none was needed.</returns>
    public static async Task<string?> KeepAsync(SlotRecord slot, string commit, SlotLease lease, string next, CancellationToken cancellation)
    {
        var merged = await GitCommand.TryAsync(slot.Path, ["merge-base", "--is-ancestor", commit, next], cancellation: cancellation);
        if (merged.ExitCode == 0)
            return null;
        var refs = await GitCommand.RunAsync(
            slot.Path, ["for-each-ref", "--count=2", "--format=%(refname)", "--contains", commit], cancellation: cancellation);
        if (refs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(name => name != $"refs/heads/{lease.Branch}"))
            return null;
        var kept = $"refs/tutti/{BranchName.Slug(lease.Owner.Session)}/{BranchName.Slug(lease.Owner.Task)}/left-{commit[..10]}";
        await GitCommand.RunAsync(slot.Path, ["update-ref", "-m", "tutti: kept before a reset", kept, commit], cancellation: cancellation);
        return kept;
    }
}
