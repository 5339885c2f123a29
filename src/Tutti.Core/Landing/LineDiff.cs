namespace Tutti.Core.Landing;

/// <summary>Which equal lines are matched first.</summary>
internal enum Anchors
{
    /// <summary>Lines that are rare in the first text, as git's merge does.</summary>
    Rare,

    /// <summary>Lines that are rare in the whole of both texts.</summary>
    RareInBoth,

    /// <summary>None: as many lines as possible are matched.</summary>
    None,
}

/// <summary>One way of reading what changed between two texts; where lines repeat, there are several, and none is the true one.</summary>
/// <param name="Anchors">Which lines are matched first.</param>
/// <param name="Late">Where a change can slide between equal lines, it is placed last instead of first.</param>
internal readonly record struct DiffReading(Anchors Anchors, bool Late)
{
    /// <summary>Git's own way first.</summary>
    public static readonly DiffReading[] All =
        [new(Anchors.Rare, true), new(Anchors.RareInBoth, true), new(Anchors.None, true), new(Anchors.Rare, false), new(Anchors.RareInBoth, false), new(Anchors.None, false)];
}

/// <summary>Matches equal lines of two texts, in order. Lines are numbers: equal ones the same.</summary>
internal static class LineDiff
{
    // Texts that differ in more lines than this, between two anchors, count as replaced there; bounds memory at 36 MB.
    private const int MostEdits = 3_000;

    // A line that is there more often than this anchors nothing.
    private const int MostRepeats = 64;

    /// <summary>For each line of <paramref name="from"/> the line of <paramref name="to"/> it is matched with, or -1.</summary>
    public static int[] Match(int[] from, int[] to, DiffReading reading)
    {
        var match = new int[from.Length];
        Array.Fill(match, -1);
        var rarity = Rarity(from, to);
        var open = new Stack<Region>([new Region(0, from.Length, 0, to.Length)]);
        while (open.TryPop(out var region))
        {
            region = Trimmed(from, to, region, match);
            if (region.A0 == region.A1 || region.B0 == region.B1)
                continue;
            var anchor = reading.Anchors == Anchors.None ? null : Anchor(from, to, region, reading.Anchors == Anchors.Rare ? null : rarity);
            if (anchor is null && !Edits(from, to, region, match) && reading.Anchors == Anchors.None)
                anchor = Anchor(from, to, region, rarity);
            if (anchor is not { } run)
                continue;
            for (var i = 0; i < run.Length; i++)
                match[run.A + i] = run.B + i;
            open.Push(new Region(region.A0, run.A, region.B0, run.B));
            open.Push(new Region(run.A + run.Length, region.A1, run.B + run.Length, region.B1));
        }

        var back = new int[to.Length];
        Array.Fill(back, -1);
        for (var i = 0; i < match.Length; i++)
        {
            if (match[i] >= 0)
                back[match[i]] = i;
        }

        DiffSlide.Place(to, back, match, reading.Late);
        DiffSlide.Place(from, match, back, reading.Late);
        return match;
    }

    private readonly record struct Region(int A0, int A1, int B0, int B1);

    private readonly record struct Run(int A, int B, int Length);

    private static Region Trimmed(int[] from, int[] to, Region region, int[] match)
    {
        var (a0, a1, b0, b1) = region;
        for (; a0 < a1 && b0 < b1 && from[a0] == to[b0]; a0++, b0++)
            match[a0] = b0;
        for (; a0 < a1 && b0 < b1 && from[a1 - 1] == to[b1 - 1]; a1--, b1--)
            match[a1 - 1] = b1 - 1;
        return new Region(a0, a1, b0, b1);
    }

    // The longest run of equal lines around the rarest line that both have; null where they share none that is rare enough.
    private static Run? Anchor(int[] from, int[] to, Region region, Dictionary<int, int>? rarity)
    {
        var places = new Dictionary<int, List<int>>();
        for (var a = region.A0; a < region.A1; a++)
        {
            if (!places.TryGetValue(from[a], out var list))
                places[from[a]] = list = [];
            list.Add(a);
        }

        int RarityOf(int line) => rarity?[line] ?? places[line].Count;
        Run? best = null;
        var rarest = MostRepeats;
        for (var b = region.B0; b < region.B1;)
        {
            var next = b + 1;
            if (places.TryGetValue(to[b], out var at) && RarityOf(to[b]) <= rarest)
            {
                foreach (var a in at)
                {
                    var run = Grown(from, to, region, a, b);
                    var rare = RarityOf(to[b]);
                    for (var i = run.A; i < run.A + run.Length && rare > 1; i++)
                        rare = Math.Min(rare, RarityOf(from[i]));
                    if (best is null || rare < rarest || (rare == rarest && run.Length > best.Value.Length))
                        (best, rarest) = (run, rare);
                    next = Math.Max(next, run.B + run.Length);
                }
            }

            b = next;
        }

        return best;
    }

    private static Dictionary<int, int> Rarity(int[] from, int[] to)
    {
        var (here, there) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        foreach (var line in from)
            here[line] = here.GetValueOrDefault(line) + 1;
        foreach (var line in to)
            there[line] = there.GetValueOrDefault(line) + 1;
        return here.ToDictionary(l => l.Key, l => Math.Max(l.Value, there.GetValueOrDefault(l.Key)));
    }

    private static Run Grown(int[] from, int[] to, Region region, int a, int b)
    {
        var (start, end) = (0, 1);
        while (a - start > region.A0 && b - start > region.B0 && from[a - start - 1] == to[b - start - 1])
            start++;
        while (a + end < region.A1 && b + end < region.B1 && from[a + end] == to[b + end])
            end++;
        return new Run(a - start, b - start, start + end);
    }

    // Myers: the furthest line reached on each diagonal, edit by edit; then back along them. False when it takes too many edits.
    private static bool Edits(int[] from, int[] to, Region region, int[] match)
    {
        var (n, m) = (region.A1 - region.A0, region.B1 - region.B0);
        var most = Math.Min(n + m, MostEdits);
        var reached = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            trace.Add(reached[(most - d)..(most + d + 3)]);
            for (var k = -d; k <= d; k += 2)
            {
                var at = most + 1 + k;
                var x = k == -d || (k != d && reached[at - 1] < reached[at + 1]) ? reached[at + 1] : reached[at - 1] + 1;
                while (x < n && x - k < m && from[region.A0 + x] == to[region.B0 + x - k])
                    x++;
                reached[at] = x;
                if (x < n || x - k < m)
                    continue;
                Walk(trace, region, n, m, match);
                return true;
            }
        }

        return false;
    }

    // Each trace holds diagonals -d-1 to d+1 as they were before round d.
    private static void Walk(List<int[]> trace, Region region, int x, int y, int[] match)
    {
        for (var d = trace.Count - 1; d >= 0; d--)
        {
            var before = trace[d];
            var k = x - y;
            int At(int diagonal) => before[diagonal + d + 1];
            var down = k == -d || (k != d && At(k - 1) < At(k + 1));
            var x0 = d == 0 ? 0 : down ? At(k + 1) : At(k - 1);
            var y0 = d == 0 ? 0 : x0 - (down ? k + 1 : k - 1);
            var start = d == 0 ? 0 : down ? x0 : x0 + 1;
            while (x > start)
            {
                x--;
                y--;
                match[region.A0 + x] = region.B0 + y;
            }

            (x, y) = (x0, y0);
        }
    }
}

/// <summary>Places changes that can slide: <c>a [b a] c</c> and <c>[a b] a c</c> are the same insertion into <c>a c</c>.</summary>
internal static class DiffSlide
{
    /// <summary>Slides the unmatched runs of one text as far as they go. A run beside a change of the other text stays.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="match">Its lines' partners, changed in step.</param>
    /// <param name="back">The other text's partners, changed in step.</param>
    /// <param name="late">To the end, or to the start.</param>
    public static void Place(int[] lines, int[] match, int[] back, bool late)
    {
        var at = late ? lines.Length - 1 : 0;
        while (late ? at >= 0 : at < lines.Length)
        {
            if (match[at] >= 0)
            {
                at += late ? -1 : 1;
                continue;
            }

            var (start, end) = (at, at + 1);
            while (start > 0 && match[start - 1] < 0)
                start--;
            while (end < lines.Length && match[end] < 0)
                end++;
            var beyond = late ? start - 1 : end;
            if (IsAlone(match, back.Length, start, end))
                Slide(lines, match, back, start, end, late);
            at = beyond;
        }
    }

    private static void Slide(int[] lines, int[] match, int[] back, int start, int end, bool late)
    {
        if (late)
        {
            for (; end < lines.Length && match[end] >= 0 && lines[start] == lines[end] && IsAlone(match, back.Length, start, end); start++, end++)
                Exchange(match, back, end, start);
        }
        else
        {
            for (; start > 0 && match[start - 1] >= 0 && lines[start - 1] == lines[end - 1] && IsAlone(match, back.Length, start, end); start--, end--)
                Exchange(match, back, start - 1, end - 1);
        }
    }

    private static void Exchange(int[] match, int[] back, int from, int to)
    {
        match[to] = match[from];
        back[match[to]] = to;
        match[from] = -1;
    }

    // Nothing of the other text is unmatched at the same place.
    private static bool IsAlone(int[] match, int length, int start, int end) =>
        (start == 0 ? -1 : match[start - 1]) + 1 == (end == match.Length ? length : match[end]);
}
