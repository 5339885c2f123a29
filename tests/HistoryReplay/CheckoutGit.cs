using Tutti.Engine.Git;

namespace HistoryReplay;

/// <summary>
/// The comparison for some merges: a real <c>git merge</c>, index, checkout and commit included. The checkout is sparse (attributes only, and what
/// conflicts), so that a large repository does not have to be written out for each.
/// </summary>
public sealed class CheckoutGit(Workshop shop)
{
    /// <summary>Merges as a person would; null where git could not do it in a checkout for reasons of the checkout.</summary>
    public async Task<GitMerge?> MergeAsync(RecordedMerge merge)
    {
        await PrepareAsync();
        File.Delete(Path.Combine(shop.Common, "index.lock")); // Left where git stopped with an assertion.
        var there = await GitCommand.TryAsync(shop.Top, ["checkout", "-q", "-f", "--detach", merge.Onto]);
        if (there.ExitCode != 0)
            return null;
        var merged = await GitCommand.TryAsync(shop.Top, ["merge", "-q", "--no-ff", "-m", "merge", merge.Head]);
        if (merged.ExitCode == 0)
            return new GitMerge.Clean(await shop.GitAsync("rev-parse", "HEAD^{tree}"));
        if (merged.Error.Contains("unrelated histories", StringComparison.Ordinal))
            return new GitMerge.Impossible("no common history");
        var unmerged = (await shop.GitAsync("diff", "--name-only", "-z", "--diff-filter=U")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        await GitCommand.TryAsync(shop.Top, ["reset", "-q", "--hard", merge.Onto]);
        // Where a file and a folder collide, the file is renamed after its side, which a checkout calls HEAD.
        return unmerged.Length == 0 ? null : new GitMerge.Conflict(unmerged.Select(p => p.Replace("~HEAD", $"~{merge.Onto}")).ToHashSet(StringComparer.Ordinal));
    }

    private async Task PrepareAsync()
    {
        var patterns = Path.Combine(shop.Common, "info", "sparse-checkout");
        if (File.Exists(patterns))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(patterns)!);
        await File.WriteAllTextAsync(patterns, ".gitattributes\n");
        await shop.GitAsync("config", "core.sparseCheckout", "true");
        await shop.GitAsync("config", "core.sparseCheckoutCone", "false");
    }
}
