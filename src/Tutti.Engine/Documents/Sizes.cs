using System.Text.RegularExpressions;

namespace Tutti.Engine.Documents;

/// <summary>Amounts of memory and disk as people write them: <c>512MB</c>, <c>2GB</c>, <c>1.5 GiB</c>; a plain number is bytes.</summary>
public static partial class Sizes
{
    // GB and GiB are both 1024^3: free memory and disk are compared with it, where the larger reading is the safer one.
    private const string Scale = "KMGT";

    /// <summary>The number of bytes, or null where the text is no size.</summary>
    public static long? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
            return null;
        var unit = match.Groups["u"].Value;
        var factor = unit.Length == 0 ? 1 : 1L << (10 * (Scale.IndexOf(char.ToUpperInvariant(unit[0])) + 1));
        var bytes = decimal.Parse(match.Groups["n"].Value) * factor;
        return bytes <= long.MaxValue ? (long)bytes : null;
    }

    [GeneratedRegex(@"^(?<n>[0-9]{1,15}(\.[0-9]{1,9})?)( ?(?<u>[KMGTkmgt])([iI]?[bB])?| ?[bB])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
