namespace Tutti.Core;

/// <summary>Finds the known word a mistyped one most likely meant.</summary>
public static class Nearest
{
    /// <summary>The candidate with the smallest edit distance to <paramref name="word"/>, if it is close enough to be a slip.</summary>
    /// <returns>The candidate, or null when none is within a third of the word's length (at least 2 edits).</returns>
    public static string? To(string word, IEnumerable<string> candidates) => To(word, candidates, Math.Max(2, word.Length / 3));

    /// <summary>The candidate with the smallest edit distance, if it is within <paramref name="limit"/> edits.</summary>
    public static string? To(string word, IEnumerable<string> candidates, int limit)
    {
        return candidates
            .Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(pair => pair.distance <= limit)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>A ready-made hint, <c>did you mean 'x'?</c>, or the list of what is known when nothing is near.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> candidates) =>
        To(word, candidates) is { } near ? $"did you mean '{near}'?" : $"known: {string.Join(", ", candidates)}";

    // Levenshtein over two rows, ignoring case.
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var replace = previous[j - 1] + (same ? 0 : 1);
                current[j] = Math.Min(replace, 1 + Math.Min(previous[j], current[j - 1]));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
