namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Ignore rules that a task has left in its slot and that ignore themselves, such as the <c>.gitignore</c> of <c>*</c> that <c>python -m venv .</c>
/// writes: no status tells of them, and all that the next task adds beside them would be ignored as well.
/// </summary>
internal static class HiddenRules
{
    private const string Name = ".gitignore";

    // Of more than this the rest is left for the next look.
    private const int MostFiles = 1000;

    /// <summary>Their paths. Those in folders of which a commit holds nothing, as of a tool's cache, are left where they are: they hide what is that tool's.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="commit">What is to be in it.</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(SlotRecord slot, string commit, CancellationToken cancellation)
    {
        // Folders that are ignored as a whole are not looked into; they are listed too, with a slash behind them.
        var listed = await GitCommand.RunAsync(
            slot.Path, ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "--", $":(top,glob)**/{Name}"], cancellation: cancellation);
        var rules = listed.Split('\0').Where(path => path == Name || path.EndsWith($"/{Name}", StringComparison.Ordinal)).Take(MostFiles).ToList();
        if (rules.Count == 0)
            return [];
        string[] list = ["ls-tree", "-t", "-z", "--name-only", "--full-tree", commit, "--", .. rules.Select(FolderOf).Where(folder => folder.Length > 0).Distinct(), .. rules];
        var known = (await GitCommand.RunAsync(slot.Path, list, cancellation: cancellation)).Split('\0').ToHashSet(StringComparer.Ordinal);
        return [.. rules.Where(path => !known.Contains(path) && (FolderOf(path).Length == 0 || known.Contains(FolderOf(path))))];
    }

    /// <summary>Removes them. What they have hidden is untracked from then on.</summary>
    public static void Remove(SlotRecord slot, IReadOnlyList<string> rules)
    {
        foreach (var path in rules)
            File.Delete(Path.Combine(slot.Path, path));
    }

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
