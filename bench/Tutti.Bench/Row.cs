using System.Globalization;

namespace Tutti.Bench;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Figure">Its median.</param>
/// <param name="Baseline">The baseline's median, in the same unit; null for an absolute figure.</param>
/// <param name="AtMost">The mark: of the ratio, or of the figure itself.</param>
/// <param name="Unit">s, ms, us or MB.</param>
public sealed record Row(string What, double Figure, double? Baseline, double AtMost, string Unit)
{
    private double Value => Baseline is { } b ? Figure / b : Figure;

    /// <summary>True where the mark was not reached.</summary>
    public bool IsMissed => Value > AtMost;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{What,-58} {Figure,7:0.0} {Unit,2} {(Baseline is { } b ? $"{b,9:0.0} {Unit,2}" : ""),12} {(Baseline is null ? "" : $"{Value:0.00}"),8} {(double.IsFinite(AtMost) ? $"{AtMost:0.##}" : ""),8}{(IsMissed ? "  MISSED" : "")}");

    /// <summary>The middle of some figures.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
