using System.Collections.Concurrent;
using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace HistoryReplay;

/// <summary>One landing: which merge, how, and what came of it.</summary>
public sealed record Landed(int Merge, MergeStyle Style, MergeOutcome Outcome);

/// <summary>Lands merges exactly as a session does: <see cref="ControlRepository.MergeAsync"/>, the second parent onto the first.</summary>
public static class TuttiLanding
{
    // A fixed date: landing the same twice gives the same commits.
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const int ToldEvery = 1000;

    public static async Task<IReadOnlyList<Landed>> LandAllAsync(Workshop shop, IReadOnlyList<RecordedMerge> merges, IReadOnlyList<MergeStyle> styles, TextWriter progress)
    {
        await using var control = await ControlRepository.OpenAsync(shop.Common, Path.Combine(shop.Common, "tutti"), shop.Top);
        var landed = new ConcurrentBag<Landed>();
        var told = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, merges.Count), async (index, cancellation) =>
        {
            var merge = merges[index];
            foreach (var style in styles)
                landed.Add(new Landed(index, style, await control.MergeAsync(new MergeRequest(merge.Onto, merge.Head, $"Land {merge.Head}", style, At), cancellation)));
            if (Interlocked.Increment(ref told) % ToldEvery == 0)
                await progress.WriteLineAsync($"{told} of {merges.Count} merges landed");
        });
        return [.. landed.OrderBy(l => l.Merge).ThenBy(l => l.Style)];
    }

    /// <summary>The landings whose commit in the repository is not what its outcome says: its tree, and the parents that its style asks for.</summary>
    public static async Task<IReadOnlySet<Landed>> UntrueAsync(Workshop shop, IReadOnlyList<RecordedMerge> merges, IReadOnlyList<Landed> landed)
    {
        var untrue = new HashSet<Landed>();
        foreach (var some in landed.Where(l => l.Outcome is MergeOutcome.Merged).Chunk(ToldEvery))
        {
            var ids = string.Concat(some.Select(l => $"{((MergeOutcome.Merged)l.Outcome).Commit}\n"));
            var text = await Tutti.Engine.Git.GitCommand.RunAsync(shop.Top, ["log", "--no-walk=unsorted", "--stdin", "--format=%H %T %P"], ids);
            var written = text.Split('\n').Select(l => l.Split(' ')).ToDictionary(f => f[0], f => f[1..], StringComparer.Ordinal);
            untrue.UnionWith(some.Where(l => !IsTrue(l, merges[l.Merge], written)));
        }

        return untrue;
    }

    private static bool IsTrue(Landed landed, RecordedMerge merge, Dictionary<string, string[]> written)
    {
        var merged = (MergeOutcome.Merged)landed.Outcome;
        return written.TryGetValue(merged.Commit, out var fields) && fields[0] == merged.Tree && landed.Style switch
        {
            MergeStyle.Merge => fields.Skip(1).SequenceEqual([merge.Onto, merge.Head]),
            MergeStyle.Squash => fields.Skip(1).SequenceEqual([merge.Onto]),
            _ => fields.Length == 2, // The first of the replayed commits builds on it, or the branch itself does; the tree says that nothing is lost.
        };
    }
}
