using System.Globalization;
using System.Text;
using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace HistoryReplay;

/// <summary>What came of it.</summary>
/// <param name="Recorded">All merge commits looked at.</param>
/// <param name="Merges">Those of two parents.</param>
/// <param name="Git">What git makes of each.</param>
/// <param name="Landed">What Tutti made of each, in each style.</param>
public sealed record Summary(int Recorded, IReadOnlyList<RecordedMerge> Merges, IReadOnlyList<GitMerge> Git, IReadOnlyList<Landed> Landed)
{
    private const int Told = 20;

    public required TimeSpan LandingTime { get; init; }

    /// <summary>Landings whose commit is not what the outcome says.</summary>
    public required IReadOnlySet<Landed> Untrue { get; init; }

    /// <summary>The tree of each commit merged onto.</summary>
    public required IReadOnlyDictionary<string, string> OntoTrees { get; init; }

    /// <summary>Merges also made in a checkout, and whether git agrees with itself about them.</summary>
    public required IReadOnlyList<(int Merge, bool Agrees)> InCheckout { get; init; }

    /// <summary>How many merges were to be made in a checkout.</summary>
    public int CheckoutsAsked { get; init; }

    /// <summary>Whether the clone is as it was.</summary>
    public bool IsUntouched { get; init; }

    public bool IsGood => IsUntouched && Untrue.Count == 0 && InCheckout.All(c => c.Agrees) && Landed.All(l => Of(l) is not (Verdict.Different or Verdict.SilentLoss));

    private Verdict Of(Landed landed) => Verdicts.Of(Git[landed.Merge], landed.Outcome, OntoTrees[Merges[landed.Merge].Onto]);

    /// <summary>The summary as text.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        Line(text, "merge commits", Recorded);
        Line(text, "  skipped: more than two parents", Recorded - Merges.Count);
        foreach (var why in Git.OfType<GitMerge.Impossible>().GroupBy(i => i.Why, StringComparer.Ordinal))
            Line(text, $"  skipped: {why.Key}", why.Count());
        Line(text, "git merges cleanly", Git.Count(g => g is GitMerge.Clean));
        Line(text, "  of these, as recorded in the merge commit", Git.Zip(Merges).Count(p => p.First is GitMerge.Clean c && c.Tree == p.Second.Tree));
        Line(text, "  of these, with conflict markers all the same", Git.Count(g => g is GitMerge.Clean { IsMarked: true }));
        Line(text, "git leaves conflicts", Git.Count(g => g is GitMerge.Conflict));
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{"Tutti, by style",-32}{string.Concat(Styles.Select(s => $"{s.ToString().ToLowerInvariant(),10}"))}");
        Row(text, "same files", Verdict.SameFiles);
        Row(text, "same conflict, same paths", Verdict.SameConflict);
        Row(text, "refused: git leaves markers", Verdict.RefusedMarkers);
        Row(text, "cannot be tried, nor by git", Verdict.Neither);
        Row(text, "DIFFERENT", Verdict.Different);
        Row(text, "SILENT LOSS", Verdict.SilentLoss);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"commit is not what was said",-32}{string.Concat(Styles.Select(s => $"{Untrue.Count(u => u.Style == s),10}"))}").AppendLine();
        Line(text, "also made by git merge in a checkout", InCheckout.Count);
        Line(text, "  not possible in a checkout", CheckoutsAsked - InCheckout.Count);
        Line(text, "  where git disagrees with itself", InCheckout.Count(c => !c.Agrees));
        text.AppendLine(CultureInfo.InvariantCulture, $"landing took {LandingTime.TotalSeconds:0.0} s, {LandingTime.TotalMilliseconds / Math.Max(1, Landed.Count):0.0} ms each");
        text.AppendLine(IsUntouched ? "the clone is untouched" : "THE CLONE HAS CHANGED meanwhile, by this program or another");
        foreach (var wrong in Landed.Where(l => Untrue.Contains(l) || Of(l) is Verdict.Different or Verdict.SilentLoss).Take(Told))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Merges[wrong.Merge].Id} {wrong.Style}: {Of(wrong)}: git {Brief(Git[wrong.Merge])}; Tutti {Brief(wrong.Outcome)}");
        foreach (var (merge, _) in InCheckout.Where(c => !c.Agrees).Take(Told))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Merges[merge].Id}: merge-tree says {Brief(Git[merge])}, git merge in a checkout does not");
        return text.Append(IsGood ? "no difference" : "NOT THE SAME").ToString();
    }

    private IEnumerable<MergeStyle> Styles => Landed.Select(l => l.Style).Distinct();

    private static void Line(StringBuilder text, string what, int count) => text.AppendLine(CultureInfo.InvariantCulture, $"{what,-48}{count,8}");

    private void Row(StringBuilder text, string what, Verdict verdict) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"{what,-32}{string.Concat(Styles.Select(s => $"{Landed.Count(l => l.Style == s && Of(l) == verdict),10}"))}");

    private static string Brief(GitMerge git) => git switch
    {
        GitMerge.Clean c => c.Tree,
        GitMerge.Conflict c => $"conflict in {string.Join(", ", c.Paths.Take(5))}",
        GitMerge.Impossible i => i.Why,
        _ => throw new InvalidOperationException($"no such answer: {git}"),
    };

    private static string Brief(MergeOutcome outcome) => outcome switch
    {
        MergeOutcome.Merged m => m.Tree,
        MergeOutcome.AlreadyIn a => $"already in, {a.Tree}",
        MergeOutcome.Conflicted c => $"conflict in {string.Join(", ", c.Paths.Take(5).Select(p => p.Path))}",
        MergeOutcome.Failed f => f.Failure.Message,
        _ => throw new InvalidOperationException($"no such outcome: {outcome}"),
    };
}
