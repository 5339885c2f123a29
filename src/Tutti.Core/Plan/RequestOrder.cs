namespace Tutti.Core.Plan;

/// <summary>
/// What waits for what among the parts of a request: what the request says ("then", "finally"), and beyond that features
/// before tests before documentation before deployment. Where the two disagree ("write tests, then implement"), the request wins.
/// </summary>
internal static class RequestOrder
{
    /// <summary>For each part the positions of those it waits for, without those that follow from others.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<RequestPart> parts, IReadOnlyList<WorkKind> kinds)
    {
        var waits = Said(parts);
        for (var later = 0; later < parts.Count; later++)
        {
            for (var earlier = 0; earlier < parts.Count; earlier++)
            {
                if (kinds[earlier] < kinds[later] && !Reaches(waits, earlier, later))
                    waits[later].Add(earlier);
            }
        }

        return Reduce(waits);
    }

    private static SortedSet<int>[] Said(IReadOnlyList<RequestPart> parts)
    {
        var waits = parts.Select(_ => new SortedSet<int>()).ToArray();
        int[] before = [];
        List<int> stage = [];
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Follows)
                (before, stage) = ([.. parts[i].Last ? Enumerable.Range(0, i) : stage], []);
            else if (parts[i].Fresh)
                (before, stage) = ([], []);
            waits[i].UnionWith(before);
            stage.Add(i);
        }

        return waits;
    }

    // At most 64 parts, so searching anew for each pair is cheap enough.
    private static bool Reaches(SortedSet<int>[] waits, int from, int to)
    {
        var seen = new HashSet<int> { from };
        var open = new Stack<int>(seen);
        while (open.TryPop(out var next))
        {
            if (next == to)
                return true;
            foreach (var further in waits[next].Where(seen.Add))
                open.Push(further);
        }

        return false;
    }

    private static List<IReadOnlyList<int>> Reduce(SortedSet<int>[] waits) =>
        [.. waits.Select(direct => (IReadOnlyList<int>)[.. direct.Where(one => !direct.Any(other => other != one && Reaches(waits, other, one)))])];
}
