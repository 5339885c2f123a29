using Tutti.Core.Landing;

namespace Tutti.Tests.Landing;

/// <summary>A merge written down: files by their content, which is also their id. "x|y" is two lines.</summary>
internal sealed class MergeTable
{
    private readonly List<FileHistory> _files = [];
    private readonly Dictionary<string, FileVersion> _result = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>?> _contents = new(StringComparer.Ordinal);

    /// <summary>A file that stays at its path in all versions; null is where it is not.</summary>
    public MergeTable File(string path, string? before, string? ours, string? theirs, string? result) =>
        Has((path, Text(before)), (path, Text(ours)), (path, Text(theirs))).Gives(path, Text(result));

    public MergeTable Has((string Path, FileVersion? File) before, (string Path, FileVersion? File) ours, (string Path, FileVersion? File) theirs)
    {
        _files.Add(new FileHistory(Placed(before), Placed(ours), Placed(theirs)));
        return this;
    }

    public MergeTable Gives(string path, FileVersion? file)
    {
        if (file is not null)
            _result[path] = file;
        return this;
    }

    public FileVersion? Text(string? text, bool executable = false)
    {
        if (text is null)
            return null;
        _contents[text] = text.Split('|');
        return new FileVersion(EntryType.File, executable, text);
    }

    public FileVersion Bytes(string id)
    {
        _contents[id] = null;
        return new FileVersion(EntryType.File, false, id);
    }

    public static FileVersion Link(string target) => new(EntryType.Link, false, target);

    public static FileVersion Module(string commit) => new(EntryType.Submodule, false, commit);

    public LossReport Check(params Dropped[] dropped)
    {
        var versions = new MergeVersions(_files, _result);
        var needed = versions.ContentNeeded();
        return NothingLost.Check(versions, _contents.Where(c => needed.Contains(c.Key)).ToDictionary(StringComparer.Ordinal), dropped);
    }

    /// <summary>What is lost, in short: <c>path side kind fact</c>.</summary>
    public string[] Losses() => [.. Check().Losses.Select(l => $"{l.Path} {l.Side} {l.Kind} {(l.IsLine || l.Kind == LossKind.Marker ? l.Fact : "")}".TrimEnd())];

    private static PlacedFile? Placed((string Path, FileVersion? File) file) => file.File is { } version ? new PlacedFile(file.Path, version) : null;
}
