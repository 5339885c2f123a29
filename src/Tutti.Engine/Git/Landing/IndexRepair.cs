using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>One path in two states: mode and object id, zeros where it is absent.</summary>
internal sealed record TwoStates(string Path, string OldMode, string OldId, string NewMode, string NewId)
{
    public bool OldIs(string mode, string id) => (OldMode, OldId) == (mode, id);
}

/// <summary>
/// Puts an index right that a racing <c>git commit</c> wrote over. Commit reads the index before it takes its lock; a landing in between is then missing from
/// what it writes, and the user's next commit would revert the landing. (Seen in a test with a busy committer, git 2.39.)
/// </summary>
internal static class IndexRepair
{
    /// <summary>The paths that differ between two commits.</summary>
    public static async Task<IReadOnlyList<TwoStates>> ChangesAsync(string checkout, string from, string to, CancellationToken cancellation) =>
        await ReadAsync(checkout, ["diff-tree", "-r", "-z", "--raw", "--no-renames", from, to], cancellation);

    /// <summary>Those of the changes that the index has not: its entry is still the old one.</summary>
    public static async Task<IReadOnlyList<TwoStates>> MissedAsync(string checkout, IReadOnlyList<TwoStates> changes, string to, CancellationToken cancellation)
    {
        return Missed(changes, await DifferingAsync(checkout, to, cancellation));
    }

    /// <summary>The changes between two commits that the index has not; two git processes side by side.</summary>
    public static async Task<IReadOnlyList<TwoStates>> MissedBetweenAsync(string checkout, string from, string to, CancellationToken cancellation)
    {
        var changing = ChangesAsync(checkout, from, to, cancellation);
        var differing = await DifferingAsync(checkout, to, cancellation);
        return Missed(await changing, differing);
    }

    private static Task<IReadOnlyList<TwoStates>> DifferingAsync(string checkout, string to, CancellationToken cancellation) =>
        ReadAsync(checkout, ["diff-index", "--cached", "-z", "--raw", "--no-renames", to], cancellation);

    private static List<TwoStates> Missed(IReadOnlyList<TwoStates> changes, IReadOnlyList<TwoStates> differing)
    {
        var inIndex = differing.ToDictionary(d => d.Path, StringComparer.Ordinal);
        return [.. changes.Where(c => inIndex.TryGetValue(c.Path, out var found) && c.OldIs(found.NewMode, found.NewId))];
    }

    /// <summary>Writes the new entries into the index, or the old ones; files are not touched. Null when done.</summary>
    public static async Task<Failure?> StageAsync(string checkout, IReadOnlyList<TwoStates> paths, bool old, CancellationToken cancellation)
    {
        if (paths.Count == 0)
            return null;
        string[] arguments = ["update-index", "-z", "--index-info"];
        var lines = paths.Select(p => old ? $"{p.OldMode} {p.OldId}\t{p.Path}\0" : $"{p.NewMode} {p.NewId}\t{p.Path}\0");
        var result = await GitCommand.TryAsync(checkout, arguments, string.Concat(lines), cancellation: cancellation);
        return result.ExitCode == 0 ? null : CheckoutMove.Classify(checkout, arguments, result);
    }

    // ":100644 100644 OLDID NEWID M␀path␀"; without renames always one path.
    private static async Task<IReadOnlyList<TwoStates>> ReadAsync(string checkout, string[] arguments, CancellationToken cancellation)
    {
        var result = await GitCommand.TryAsync(checkout, arguments, cancellation: cancellation);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        return [.. Encoding.UTF8.GetString(result.Output).Split('\0').Chunk(2).Where(r => r.Length == 2).Select(r => (Head: r[0].Split(' '), Path: r[1]))
            .Select(r => new TwoStates(r.Path, r.Head[0][1..], r.Head[2], r.Head[1], r.Head[3]))];
    }
}
