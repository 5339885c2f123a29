using System.Text.RegularExpressions;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>What people mean by labels: <c>priority: high</c>, <c>P0</c>, <c>area/frontend</c>, <c>size/XL</c>, <c>complexity: 8</c>.</summary>
internal static class Labelling
{
    // Without backtracking: time stays linear, whatever the file holds.
    private static readonly Regex Prefix = new(@"^(?:priority|prio|area|type|kind|component|scope|team|size|complexity)[:/-]+", RegexOptions.NonBacktracking);
    private static readonly Regex Suffix = new(@"-(?:priority|prio)$", RegexOptions.NonBacktracking);

    /// <summary>The most urgent priority any label speaks of.</summary>
    public static Priority? Priority(IEnumerable<string> labels) => labels.Select(PriorityOf).Max();

    /// <summary>The first work type any label speaks of.</summary>
    public static string? WorkType(IEnumerable<string> labels) =>
        labels.Select(label => WorkTypes.OfWord(Prefix.Replace(SourceWords.Plain(label), ""))).FirstOrDefault(type => type is not null);

    /// <summary>1 to 10 from a size or a number.</summary>
    public static int? Complexity(IEnumerable<string> labels) => labels.Select(ComplexityOf).FirstOrDefault(value => value is not null);

    private static Priority? PriorityOf(string label)
    {
        var plain = SourceWords.Plain(label);
        var word = Suffix.Replace(Prefix.Replace(plain, ""), "");
        // A lone number is a priority only where the label says so.
        return word.Length > 0 && char.IsAsciiDigit(word[0]) && !plain.StartsWith("prio", StringComparison.Ordinal) ? null : SourceWords.Priority(word);
    }

    private static int? ComplexityOf(string label)
    {
        var plain = SourceWords.Plain(label);
        if (!plain.StartsWith("size", StringComparison.Ordinal) && !plain.StartsWith("complexity", StringComparison.Ordinal))
            return null;
        return Prefix.Replace(plain, "") switch
        {
            "xs" => 1,
            "s" => 3,
            "m" => 5,
            "l" => 8,
            "xl" or "xxl" => 10,
            var number => TaskMasterReport.Score(number),
        };
    }
}
