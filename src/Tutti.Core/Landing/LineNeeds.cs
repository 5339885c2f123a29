namespace Tutti.Core.Landing;

/// <summary>What a file's result must hold, line by line, by one reading of what each side changed.</summary>
/// <remarks>
/// The three versions are cut where all three have the same line. Between two cuts, of each line: what either side added is
/// needed, once where both added it; what either deleted is not, once where both deleted it.
/// </remarks>
internal sealed class LineNeeds
{
    private readonly int[] _least;
    private readonly int[] _most;
    private readonly List<Addition> _additions = [];
    private readonly Dictionary<int, LossSide> _deleted = [];

    private LineNeeds(int count) => (_least, _most) = (new int[count], new int[count]);

    /// <summary>A line that a side added.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Side">Whose.</param>
    /// <param name="At">Its index in ours, or in theirs where only they have it.</param>
    public readonly record struct Addition(int Id, LossSide Side, int At);

    /// <summary>Everything that was added, in the order of the file.</summary>
    public IReadOnlyList<Addition> Additions => _additions;

    /// <summary>How often a line must be there at least.</summary>
    public int Least(int id) => _least[id];

    /// <summary>How often a line may be there before a deletion of it has been lost.</summary>
    public int Most(int id) => _most[id];

    /// <summary>Who deleted the line, where it was deleted somewhere; null where nobody did.</summary>
    public LossSide? DeletedBy(int id) => _deleted.TryGetValue(id, out var side) ? side : null;

    /// <summary>Reads what the sides did to the base.</summary>
    /// <param name="before">The base; empty where there is none.</param>
    /// <param name="ours">Our version.</param>
    /// <param name="theirs">Their version.</param>
    /// <param name="count">Lines are numbers below this.</param>
    /// <param name="reading">How changes are read.</param>
    public static LineNeeds Of(int[] before, int[] ours, int[] theirs, int count, DiffReading reading)
    {
        var needs = new LineNeeds(count);
        var toOurs = LineDiff.Match(before, ours, reading);
        var toTheirs = LineDiff.Match(before, theirs, reading);
        var ourNew = Unmatched(toOurs, ours.Length);
        var theirNew = Unmatched(toTheirs, theirs.Length);
        var (b, o, t) = (0, 0, 0);
        for (var i = 0; i <= before.Length; i++)
        {
            var end = i == before.Length;
            if (!end && (toOurs[i] < 0 || toTheirs[i] < 0))
                continue;
            var (o1, t1) = end ? (ours.Length, theirs.Length) : (toOurs[i], toTheirs[i]);
            if (i > b || o1 > o || t1 > t)
                needs.Between(before.AsSpan(b..i), ours, o..o1, ourNew, theirs, t..t1, theirNew);
            if (!end)
                needs.Keep(before[i]);
            (b, o, t) = (i + 1, o1 + 1, t1 + 1);
        }

        return needs;
    }

    private void Keep(int id)
    {
        _least[id]++;
        _most[id]++;
    }

    private void Between(ReadOnlySpan<int> before, int[] ours, Range o, bool[] ourNew, int[] theirs, Range t, bool[] theirNew)
    {
        var counts = new Dictionary<int, (int Base, int Ours, int Theirs)>();
        foreach (var id in before)
            counts[id] = counts.GetValueOrDefault(id) with { Base = counts.GetValueOrDefault(id).Base + 1 };
        foreach (var id in ours.AsSpan(o))
            counts[id] = counts.GetValueOrDefault(id) with { Ours = counts.GetValueOrDefault(id).Ours + 1 };
        foreach (var id in theirs.AsSpan(t))
            counts[id] = counts.GetValueOrDefault(id) with { Theirs = counts.GetValueOrDefault(id).Theirs + 1 };
        foreach (var (id, (inBase, inOurs, inTheirs)) in counts)
        {
            var (added, alsoAdded) = (Math.Max(0, inOurs - inBase), Math.Max(0, inTheirs - inBase));
            var (deleted, alsoDeleted) = (Math.Max(0, inBase - inOurs), Math.Max(0, inBase - inTheirs));
            _least[id] += inBase + Math.Max(added, alsoAdded) - Math.Max(deleted, alsoDeleted);
            _most[id] += inBase + added + alsoAdded - Math.Max(deleted, alsoDeleted);
            if (deleted + alsoDeleted > 0)
                Delete(id, deleted > 0 ? alsoDeleted > 0 ? LossSide.Both : LossSide.Ours : LossSide.Theirs);
            var shared = Math.Min(added, alsoAdded);
            Add(id, ours, o, ourNew, LossSide.Both, 0, shared);
            Add(id, ours, o, ourNew, LossSide.Ours, shared, added - shared);
            Add(id, theirs, t, theirNew, LossSide.Theirs, shared, alsoAdded - shared);
        }
    }

    private void Delete(int id, LossSide side) =>
        _deleted[id] = _deleted.TryGetValue(id, out var known) && known != side ? LossSide.Both : side;

    private void Add(int id, int[] lines, Range range, bool[] isNew, LossSide side, int skip, int take)
    {
        var (start, length) = range.GetOffsetAndLength(lines.Length);
        for (var i = start; i < start + length && take > 0; i++)
        {
            if (lines[i] != id || !isNew[i] || skip-- > 0)
                continue;
            _additions.Add(new Addition(id, side, i));
            take--;
        }
    }

    private static bool[] Unmatched(int[] match, int length)
    {
        var isNew = new bool[length];
        Array.Fill(isNew, true);
        foreach (var at in match)
        {
            if (at >= 0)
                isNew[at] = false;
        }

        return isNew;
    }
}
