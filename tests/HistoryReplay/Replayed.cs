using System.Diagnostics;

namespace HistoryReplay;

/// <summary>A clone's history replayed.</summary>
public static class Replayed
{
    /// <exception cref="Tutti.Core.FailureException">There is nothing to replay at that path.</exception>
    public static async Task<Summary> RunAsync(Options options, TextWriter progress)
    {
        var clone = await Clone.OpenAsync(options.Path);
        var before = clone.Fingerprint();
        var recorded = await clone.MergesAsync(options.Max);
        var merges = recorded.Where(m => m.Parents.Count == 2).ToList();
        await progress.WriteLineAsync($"{merges.Count} merges of two parents in {clone.Common}");

        using var gits = await Workshop.MakeAsync(clone);
        await gits.GraphAsync(merges);
        var asked = Stopwatch.GetTimestamp();
        var expected = await new PlainGit(gits).MergeAllAsync(merges);
        await progress.WriteLineAsync($"git has merged them in {Stopwatch.GetElapsedTime(asked).TotalSeconds:0} s; landing them in {options.Styles.Count} style(s)");
        using var ours = await Workshop.MakeAsync(clone);
        await ours.GraphAsync(merges);
        var started = Stopwatch.GetTimestamp();
        var landed = await TuttiLanding.LandAllAsync(ours, merges, options.Styles, progress);
        var summary = new Summary(recorded.Count, merges, expected, landed)
        {
            LandingTime = Stopwatch.GetElapsedTime(started),
            Untrue = await TuttiLanding.UntrueAsync(ours, merges, landed),
            OntoTrees = await OntoTreesAsync(gits, merges),
            CheckoutsAsked = Math.Min(options.InCheckout, merges.Count),
            InCheckout = await InCheckoutAsync(clone, merges, expected, options.InCheckout),
        };
        return summary with { IsUntouched = clone.Fingerprint() == before };
    }

    private static async Task<IReadOnlyDictionary<string, string>> OntoTreesAsync(Workshop shop, IReadOnlyList<RecordedMerge> merges)
    {
        var onto = merges.Select(m => m.Onto).Distinct(StringComparer.Ordinal).ToList();
        var text = await Tutti.Engine.Git.GitCommand.RunAsync(
            shop.Top, ["cat-file", "--batch-check=%(objectname)"], string.Concat(onto.Select(o => $"{o}^{{tree}}\n")));
        return onto.Zip(text.Split('\n')).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
    }

    /// <summary>The merges made in a checkout too, spread over the whole history, and whether git agrees with itself about each.</summary>
    private static async Task<IReadOnlyList<(int Merge, bool Agrees)>> InCheckoutAsync(
        Clone clone, IReadOnlyList<RecordedMerge> merges, IReadOnlyList<GitMerge> expected, int count)
    {
        if (count == 0 || merges.Count == 0)
            return [];
        using var shop = await Workshop.MakeAsync(clone);
        var git = new CheckoutGit(shop);
        var seen = new List<(int, bool)>();
        foreach (var index in Enumerable.Range(0, Math.Min(count, merges.Count)).Select(n => (int)((long)n * merges.Count / Math.Min(count, merges.Count))))
        {
            if (await git.MergeAsync(merges[index]) is { } made)
                seen.Add((index, Verdicts.Agree(made, expected[index])));
        }

        return seen;
    }
}
