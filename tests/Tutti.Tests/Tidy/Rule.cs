namespace Tutti.Tests.Tidy;

/// <summary>How a rule says what it found.</summary>
public static class Rule
{
    // Enough to see the pattern; the rest comes after the first are mended.
    private const int MostShown = 30;

    /// <summary>Fails with one line per finding: where, and what to do instead.</summary>
    public static void Holds(IEnumerable<Finding> findings)
    {
        var found = findings.Select(f => f.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        Assert.True(found.Length == 0, $"{found.Length} found:\n{string.Join('\n', found.Take(MostShown))}");
    }
}
