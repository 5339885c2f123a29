namespace Tutti.Core.Landing;

/// <summary>Compares texts line by line, and finds lines that are not lost but have gone to another file.</summary>
/// <param name="contents">Lines by object id; null where they cannot be compared.</param>
internal sealed class LostLines(IReadOnlyDictionary<string, IReadOnlyList<string>?> contents)
{
    private readonly List<Loss> _missing = [];
    private readonly List<(Loss Loss, IReadOnlyList<string> Lines)> _gone = [];
    private readonly Dictionary<string, List<string>> _spare = new(StringComparer.Ordinal);
    private readonly List<Loss> _losses = [];

    /// <summary>Paths to which more than one file has come: there, what is too much for one may be the other's.</summary>
    public IReadOnlySet<string> Shared { get; set; } = new HashSet<string>();

    /// <summary>True where its lines can be compared.</summary>
    public bool IsText(FileVersion version) => version.Type == EntryType.File && contents.GetValueOrDefault(version.Id) is not null;

    /// <summary>Compares a file of the result with what the sides made of it.</summary>
    public void Compare(string path, FileVersion? before, FileVersion? ours, FileVersion? theirs, FileVersion result)
    {
        var numbers = new LineNumbers();
        var (b, o) = (numbers.Of(Lines(before)), numbers.Of(Lines(ours ?? theirs)));
        var (t, r) = (numbers.Of(Lines(theirs ?? ours)), numbers.Of(Lines(result)));
        var have = new int[numbers.Count];
        foreach (var id in r)
            have[id]++;
        var (best, fewest) = (default(LineNeeds), int.MaxValue);
        foreach (var reading in DiffReading.All)
        {
            var needs = LineNeeds.Of(b, o, t, have.Length, reading);
            var wrong = Enumerable.Range(1, have.Length - 1).Sum(id => Missing(needs, have, id) + Back(path, numbers, needs, have, id));
            if (wrong < fewest)
                (best, fewest) = (needs, wrong);
            if (wrong == 0)
                break;
        }

        Spare(path, numbers, best!, have);
        if (fewest > 0)
            Tell(path, numbers, best!, have, (o, t, r), both: ours is null ? LossSide.Theirs : theirs is null ? LossSide.Ours : LossSide.Both);
    }

    /// <summary>A file that the result does not have, although a side changed it: lost, unless all it added has gone elsewhere.</summary>
    public void Gone(PlacedFile before, PlacedFile survivor, LossSide side)
    {
        var loss = new Loss(survivor.Path, side, LossKind.File, "the other side deleted it, and what was changed is gone with it");
        if (!IsText(before.File) || !IsText(survivor.File))
        {
            _losses.Add(loss);
            return;
        }

        var numbers = new LineNumbers();
        var (b, s) = (numbers.Of(Lines(before.File)), numbers.Of(Lines(survivor.File)));
        var onlySpace = b.Where(id => id != LineNumbers.Blank).SequenceEqual(s.Where(id => id != LineNumbers.Blank));
        if (onlySpace && before.Path == survivor.Path && before.File.Executable == survivor.File.Executable)
            return;
        var needs = LineNeeds.Of(b, s, s, numbers.Count, DiffReading.All[0]);
        _gone.Add((loss, [.. needs.Additions.Select(a => numbers[a.Id]).Where(TextLine.IsTelling)]));
    }

    /// <summary>Conflict markers that are on neither side.</summary>
    public IEnumerable<Loss> Markers(string path, FileVersion result, FileVersion? before, FileVersion? ours, FileVersion? theirs)
    {
        if (result.Type != EntryType.File || contents.GetValueOrDefault(result.Id) is not { } lines)
            yield break;
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (version, times) in new[] { (ours, 1), (theirs, 1), (before, -1) })
        {
            foreach (var line in Lines(version).Where(TextLine.IsMarker).Select(l => l.TrimEnd()))
                known[line] = known.GetValueOrDefault(line) + times;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (!TextLine.IsMarker(lines[i]))
                continue;
            var line = lines[i].TrimEnd();
            var left = known.GetValueOrDefault(line);
            if (left <= 0)
                yield return new Loss(path, LossSide.Neither, LossKind.Marker, line, i + 1);
            else
                known[line] = left - 1;
        }
    }

    /// <summary>What is lost in the end, when every file has been seen; and notes on what is elsewhere.</summary>
    public (IReadOnlyList<Loss> Losses, IReadOnlyList<string> Notes) Settle()
    {
        var notes = new List<string>();
        foreach (var loss in _missing)
        {
            if (TextLine.IsTelling(loss.Fact) && Take(loss.Fact) is { } place)
                notes.Add($"{loss.Path}:{loss.Line}: a line of it is in {place} now: {loss.Fact.Trim()}");
            else
                _losses.Add(loss);
        }

        foreach (var (loss, lines) in _gone)
        {
            var counts = lines.CountBy(line => line, StringComparer.Ordinal).ToList();
            if (counts.Count > 0 && counts.TrueForAll(c => _spare.GetValueOrDefault(c.Key)?.Count >= c.Value))
                notes.Add($"{loss.Path} is gone; what {(loss.Side == LossSide.Ours ? "ours" : "theirs")} changed in it is in {string.Join(", ", lines.Select(Take).Distinct(StringComparer.Ordinal))} now");
            else
                _losses.Add(loss);
        }

        return (_losses, notes);
    }

    private string? Take(string line)
    {
        if (!_spare.TryGetValue(line, out var places) || places.Count == 0)
            return null;
        var place = places[^1];
        places.RemoveAt(places.Count - 1);
        return place;
    }

    private static int Missing(LineNeeds needs, int[] have, int id) => Math.Max(0, needs.Least(id) - have[id]);

    // A lone brace too many is no deletion undone.
    private int Back(string path, LineNumbers numbers, LineNeeds needs, int[] have, int id) =>
        needs.DeletedBy(id) is not null && !Shared.Contains(path) && TextLine.IsTelling(numbers[id]) ? Math.Max(0, have[id] - needs.Most(id)) : 0;

    private void Spare(string path, LineNumbers numbers, LineNeeds needs, int[] have)
    {
        if (Shared.Contains(path))
            return;
        for (var id = 1; id < have.Length; id++)
        {
            for (var n = have[id] - Math.Max(0, needs.Least(id)); n > 0; n--)
            {
                if (!_spare.TryGetValue(numbers[id], out var places))
                    _spare[numbers[id]] = places = [];
                places.Add(path);
            }
        }
    }

    // What is not where it was is told first; the number of a line that is there too often says little.
    private void Tell(string path, LineNumbers numbers, LineNeeds needs, int[] have, (int[] Ours, int[] Theirs, int[] Result) lines, LossSide both)
    {
        var ours = LineDiff.Match(lines.Ours, lines.Result, DiffReading.All[0]);
        var theirs = LineDiff.Match(lines.Theirs, lines.Result, DiffReading.All[0]);
        var left = Enumerable.Range(0, have.Length).Select(id => id == LineNumbers.Blank ? 0 : Missing(needs, have, id)).ToArray();
        foreach (var added in needs.Additions.OrderBy(a => (a.Side == LossSide.Theirs ? theirs : ours)[a.At] >= 0).Where(a => left[a.Id]-- > 0))
            _missing.Add(new Loss(path, added.Side == LossSide.Both ? both : added.Side, LossKind.Line, numbers[added.Id], added.At + 1));
        foreach (var i in Enumerable.Range(0, lines.Ours.Length).OrderBy(i => ours[i] >= 0).Where(i => left[lines.Ours[i]]-- > 0))
            _missing.Add(new Loss(path, LossSide.Both, LossKind.Context, numbers[lines.Ours[i]], i + 1));
        var back = Enumerable.Range(0, have.Length).Select(id => Back(path, numbers, needs, have, id)).ToArray();
        for (var i = lines.Result.Length - 1; i >= 0; i--)
        {
            var id = lines.Result[i];
            if (back[id]-- > 0)
                _losses.Add(new Loss(path, needs.DeletedBy(id) is LossSide.Both ? both : needs.DeletedBy(id)!.Value, LossKind.Deletion, numbers[id], i + 1));
        }
    }

    private IReadOnlyList<string> Lines(FileVersion? version) => (version is null ? null : contents.GetValueOrDefault(version.Id)) ?? [];
}

/// <summary>The lines of a few texts as numbers, so that comparing them is cheap.</summary>
internal sealed class LineNumbers
{
    /// <summary>The number of every empty line.</summary>
    public const int Blank = 0;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = Blank };
    private readonly List<string> _keys = [""];

    /// <summary>Numbers are below this.</summary>
    public int Count => _keys.Count;

    /// <summary>The line, as <see cref="TextLine.Key"/> has it.</summary>
    public string this[int number] => _keys[number];

    /// <summary>The numbers of a text's lines.</summary>
    public int[] Of(IReadOnlyList<string> lines) => [.. lines.Select(Number)];

    private int Number(string line)
    {
        var key = TextLine.Key(line);
        if (_numbers.TryGetValue(key, out var number))
            return number;
        number = _keys.Count;
        _keys.Add(key);
        return _numbers[key] = number;
    }
}
