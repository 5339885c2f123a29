namespace Tutti.Core.Landing;

/// <summary>
/// Says what a resolution has lost, from the three versions and the result alone, whoever made it: every line that either side
/// added, changed or deleted, every file, name, mode, link, submodule and binary. An empty answer is the promise that nothing is.
/// </summary>
public static class NothingLost
{
    /// <summary>Checks a merged tree.</summary>
    /// <param name="versions">The three versions and the result.</param>
    /// <param name="contents">The lines of the ids of <see cref="MergeVersions.ContentNeeded"/>; null where it is no text, or too large to read.</param>
    /// <param name="dropped">What the resolution names as dropped on purpose.</param>
    public static LossReport Check(MergeVersions versions, IReadOnlyDictionary<string, IReadOnlyList<string>?> contents, IReadOnlyList<Dropped> dropped)
    {
        var search = new LossSearch(versions, contents);
        search.Run();
        return LossReport.Of(search.Losses, dropped, search.Notes);
    }
}

/// <summary>One run of the check over all files of a merge.</summary>
internal sealed class LossSearch
{
    private readonly MergeVersions _versions;
    private readonly LostLines _lines;
    private readonly HashSet<string> _fresh;
    private readonly HashSet<string> _claimed;
    private readonly List<Loss> _losses = [];
    private readonly List<string> _notes = [];

    public LossSearch(MergeVersions versions, IReadOnlyDictionary<string, IReadOnlyList<string>?> contents)
    {
        _versions = versions;
        _lines = new LostLines(contents);
        _fresh = versions.Result.Keys.ToHashSet(StringComparer.Ordinal);
        _fresh.ExceptWith(versions.Files.SelectMany(f => f.Paths));
        var wanted = versions.Files.SelectMany(Wanted).ToList();
        _claimed = wanted.ToHashSet(StringComparer.Ordinal);
        _lines.Shared = wanted.GroupBy(p => p, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<Loss> Losses => _losses;

    public IReadOnlyList<string> Notes => _notes;

    public void Run()
    {
        foreach (var file in _versions.Files.Where(f => !_versions.IsPlain(f)))
        {
            if (file.Base is not null && (file.Ours is null || file.Theirs is null))
                Deleted(file);
            else
                Alive(file);
        }

        foreach (var path in _fresh.Order(StringComparer.Ordinal))
            _losses.AddRange(_lines.Markers(path, _versions.Result[path], null, null, null));
        var (lost, notes) = _lines.Settle();
        _losses.AddRange(lost);
        _notes.AddRange(notes);
    }

    // The paths at which the result may hold the file; none where it must be gone.
    private static IEnumerable<string> Wanted(FileHistory file)
    {
        if (file.Base is null || (file.Ours is not null && file.Theirs is not null))
            return Names(file);
        var survivor = file.Ours ?? file.Theirs;
        return survivor is not null && survivor != file.Base ? [survivor.Path] : [];
    }

    // Where both renamed it differently, both names; where one did, that one.
    private static List<string> Names(FileHistory file)
    {
        var (ours, theirs) = (file.Ours?.Path, file.Theirs?.Path);
        if (ours is null || theirs is null || ours == theirs)
            return [ours ?? theirs!];
        return ours == file.Base?.Path ? [theirs] : theirs == file.Base?.Path ? [ours] : [ours, theirs];
    }

    private void Deleted(FileHistory file)
    {
        var survivor = file.Ours ?? file.Theirs;
        var deleter = survivor is null ? LossSide.Both : file.Ours is null ? LossSide.Ours : LossSide.Theirs;
        if (survivor is null || survivor == file.Base)
        {
            if (_versions.Result.ContainsKey(file.Base!.Path) && !_claimed.Contains(file.Base.Path))
                Lost(file.Base.Path, deleter, LossKind.FileDeletion, "it was deleted, and is back");
            return;
        }

        var keeper = file.Ours is null ? LossSide.Theirs : LossSide.Ours;
        if (_versions.Result.TryGetValue(survivor.Path, out var result))
        {
            Lost(survivor.Path, deleter, LossKind.FileDeletion, "it was deleted, and is kept for what the other side made of it");
            Content(file, survivor.Path, result);
        }
        else if (Moved(file) is { } place)
        {
            Content(file, place, _versions.Result[place]);
        }
        else
        {
            _lines.Gone(file.Base!, survivor, keeper);
        }
    }

    private void Alive(FileHistory file)
    {
        var names = Names(file);
        var present = names.Where(_versions.Result.ContainsKey).ToList();
        var old = file.Base?.Path is { } before && !names.Contains(before) && !_claimed.Contains(before) && _versions.Result.ContainsKey(before) ? before : null;
        foreach (var missing in names.Except(present, StringComparer.Ordinal).Where(_ => present.Count > 0 || old is not null))
            Lost(missing, RenamedBy(file, missing), LossKind.Rename, $"{file.Base?.Path ?? missing} was renamed to {missing}");
        if (present.Count > 0 && old is not null)
            Lost(old, RenamedBy(file, names[0]), LossKind.Rename, $"it was renamed to {names[0]}, and is back under its old name");

        var places = present.Count > 0 ? present : old is not null ? [old] : Moved(file) is { } moved ? [moved] : [];
        if (places.Count == 0)
            Lost(names[0], ChangedBy(file), LossKind.File, "the result does not have it");
        else if (places.Count == 1)
            Content(file, places[0], _versions.Result[places[0]]);
        else
            // Both names are there: each has what its own side made of the file.
            BothNames(file, places);
    }

    private void BothNames(FileHistory file, List<string> places)
    {
        Content(file with { Theirs = file.Ours }, places[0], _versions.Result[places[0]]);
        Content(file with { Ours = file.Theirs }, places[1], _versions.Result[places[1]]);
    }

    private static LossSide RenamedBy(FileHistory file, string name) =>
        (file.Ours?.Path == name, file.Theirs?.Path == name) switch
        {
            (true, false) => LossSide.Ours,
            (false, true) => LossSide.Theirs,
            _ => LossSide.Both,
        };

    private static LossSide ChangedBy(FileHistory file) =>
        file.Base is null
            ? file.Ours is null ? LossSide.Theirs : file.Theirs is null ? LossSide.Ours : LossSide.Both
            : (file.OursChanged, file.TheirsChanged) switch { (true, false) => LossSide.Ours, (false, true) => LossSide.Theirs, _ => LossSide.Both };

    // A path that only the result has, with the very content or the very name: where a side renamed the folder, or a file stood in a folder's way.
    private string? Moved(FileHistory file)
    {
        var ids = new[] { file.Ours, file.Theirs }.OfType<PlacedFile>().Select(p => p.File).ToList();
        var place = _fresh.Order(StringComparer.Ordinal).FirstOrDefault(p => ids.Contains(_versions.Result[p]))
            ?? _fresh.Order(StringComparer.Ordinal).FirstOrDefault(p => file.Paths.Any(q => NameOf(q) == NameOf(p)));
        if (place is not null)
            _notes.Add($"{Names(file)[0]} is {place} in the result");
        return place;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private void Content(FileHistory file, string path, FileVersion result)
    {
        var (before, ours, theirs) = (file.Base?.File, file.Ours?.File, file.Theirs?.File);
        if (_lines.IsText(result) && (before is null || _lines.IsText(before)) && (ours is null || _lines.IsText(ours)) && (theirs is null || _lines.IsText(theirs)))
        {
            _losses.AddRange(_lines.Markers(path, result, before, ours, theirs));
            _lines.Compare(path, before, ours, theirs, result);
        }
        else
        {
            Whole(path, before, ours, theirs, result);
        }

        if (result.Type == EntryType.File)
            Mode(path, before, ours, theirs, result);
    }

    // What cannot be merged line by line is one side's or the other's.
    private void Whole(string path, FileVersion? before, FileVersion? ours, FileVersion? theirs, FileVersion result)
    {
        bool IsIn(FileVersion? side) => side is null || (side.Type == result.Type && side.Id == result.Id);
        bool Changed(FileVersion? side) => side is not null && (before is null || side.Type != before.Type || side.Id != before.Id);
        var (ourLoss, theirLoss) = (Changed(ours) && !IsIn(ours), Changed(theirs) && !IsIn(theirs));
        if (!Changed(ours) && !Changed(theirs) && !IsIn(before))
            (ourLoss, theirLoss) = (true, true);
        if (ourLoss && theirLoss && ours?.Id == theirs?.Id)
        {
            Lost(path, LossSide.Both, KindOf(ours!, theirs, result), Has(ours!, result));
            return;
        }

        if (ourLoss)
            Lost(path, LossSide.Ours, KindOf(ours!, theirs, result), Has(ours!, result));
        if (theirLoss)
            Lost(path, LossSide.Theirs, KindOf(theirs!, ours, result), Has(theirs!, result));
    }

    private static LossKind KindOf(FileVersion lost, FileVersion? other, FileVersion result) => lost.Type switch
    {
        _ when lost.Type != result.Type || (other is not null && other.Type != lost.Type) => LossKind.Type,
        EntryType.Link => LossKind.Link,
        EntryType.Submodule => LossKind.Submodule,
        _ => LossKind.Binary,
    };

    private static string Has(FileVersion lost, FileVersion result)
    {
        var id = lost.Id.Length > 10 ? lost.Id[..10] : lost.Id;
        var type = lost.Type.ToString().ToLowerInvariant();
        return lost.Type == result.Type ? $"it has {type} {id} there" : $"it has {type} {id} there, the result a {result.Type.ToString().ToLowerInvariant()}";
    }

    // The bit has two values: whoever changed it set it to what it was not. Where both added the file, an executable one is meant.
    private void Mode(string path, FileVersion? before, FileVersion? ours, FileVersion? theirs, FileVersion result)
    {
        var was = before is { Type: EntryType.File, Executable: true };
        bool Set(FileVersion? side) => side is { Type: EntryType.File } && side.Executable != was;
        if (Set(ours) || Set(theirs))
        {
            if (result.Executable == was)
                Lost(path, Set(ours) ? Set(theirs) ? LossSide.Both : LossSide.Ours : LossSide.Theirs, LossKind.Mode, was ? "it is not executable there" : "it is executable there");
        }
        else if (result.Executable != was && before is { Type: EntryType.File })
        {
            Lost(path, LossSide.Both, LossKind.Mode, was ? "it is executable there" : "it is not executable there");
        }
    }

    private void Lost(string path, LossSide side, LossKind kind, string fact) => _losses.Add(new Loss(path, side, kind, fact));
}
