using Tutti.Engine.Host;

namespace Tutti.Engine.Git;

/// <summary>
/// Ignore rules that a task has left in its slot and that ignore themselves, such as the <c>.gitignore</c> of <c>*</c> that <c>python -m venv .</c>
/// writes: no status tells of them, nor of what is new beside them, and all that the next task adds there would be ignored as well.
/// </summary>
internal static class HiddenRules
{
    private const string Name = ".gitignore";

    // Of more than this the rest is left for the next look.
    private const int MostFiles = 1000;

    // Such a file is a line or two.
    private const int LargestLooked = 4096;

    private static readonly string[] OfItself = ["*", "**", ".*", Name, "/" + Name];

    /// <summary>Their paths. Those in folders of which a commit holds nothing, as of a tool's cache, are left where they are: they hide what is that tool's. None where git cannot look, as in a slot that somebody has broken or removed.</summary>
    /// <param name="slot">The slot's folder.</param>
    /// <param name="commit">What is to be in it.</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(string slot, string commit, CancellationToken cancellation)
    {
        if (!Directory.Exists(slot))
            return [];
        // Folders that are ignored as a whole are not looked into; they are listed too, with a slash behind them.
        var listed = await GitCommand.TryAsync(
            slot, ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "--", $":(top,glob)**/{Name}"], cancellation: cancellation);
        var rules = listed.Text.Split('\0').Where(path => path == Name || path.EndsWith($"/{Name}", StringComparison.Ordinal)).Take(MostFiles).ToList();
        if (rules.Count == 0)
            return [];
        string[] list = ["ls-tree", "-t", "-z", "--name-only", "--full-tree", commit, "--", .. rules.Select(FolderOf).Where(folder => folder.Length > 0).Distinct(), .. rules];
        var known = (await GitCommand.RunAsync(slot, list, cancellation: cancellation)).Split('\0').ToHashSet(StringComparer.Ordinal);
        return [.. rules.Where(path => !known.Contains(path) && (FolderOf(path).Length == 0 || known.Contains(FolderOf(path))))];
    }

    /// <summary>The same, where a look without git finds reason to ask: at the top, or beside one of these paths.</summary>
    /// <param name="slot">The slot's folder.</param>
    /// <param name="commit">What the work is compared with.</param>
    /// <param name="changed">Paths that the work has changed.</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<IReadOnlyList<string>> FindBesideAsync(string slot, string commit, IEnumerable<string> changed, CancellationToken cancellation) =>
        changed.Select(FolderOf).Prepend("").Distinct(StringComparer.Ordinal).Any(folder => IgnoresItself(Path.Combine(slot, folder, Name)))
            ? await FindAsync(slot, commit, cancellation)
            : [];

    /// <summary>Removes them. What they have hidden is untracked from then on.</summary>
    public static void Remove(string slot, IReadOnlyList<string> rules)
    {
        foreach (var path in rules)
            File.Delete(Path.Combine(slot, path));
    }

    private static bool IgnoresItself(string file)
    {
        try
        {
            return RegularFile.LengthOfOwn(file) is > 0 and <= LargestLooked && File.ReadLines(file).Any(line => OfItself.Contains(line.Trim()));
        }
        catch (UnauthorizedAccessException)
        {
            // Git cannot read it either, and takes no rule from it.
            return false;
        }
    }

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
