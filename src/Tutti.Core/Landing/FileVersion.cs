namespace Tutti.Core.Landing;

/// <summary>What a path of a tree is.</summary>
public enum EntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A symbolic link; its content is the target.</summary>
    Link,

    /// <summary>A commit of another repository.</summary>
    Submodule,
}

/// <summary>What one tree holds at a path.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Executable">The executable bit; false for anything but a file.</param>
/// <param name="Id">Object id of the content: the same id is the same content.</param>
public sealed record FileVersion(EntryType Type, bool Executable, string Id);

/// <summary>A version and where it is.</summary>
/// <param name="Path">Relative to the top, with <c>/</c>.</param>
/// <param name="File">What is there.</param>
public sealed record PlacedFile(string Path, FileVersion File);

/// <summary>
/// One file through a merge: where it was before both sides, and what each made of it. A side that renamed it has it at another
/// path; null is where it does not exist.
/// </summary>
/// <param name="Base">Before both; null where it was added.</param>
/// <param name="Ours">On the side merged onto.</param>
/// <param name="Theirs">On the side brought in.</param>
public sealed record FileHistory(PlacedFile? Base, PlacedFile? Ours, PlacedFile? Theirs)
{
    /// <summary>All paths the file has had.</summary>
    public IEnumerable<string> Paths => new[] { Base, Ours, Theirs }.OfType<PlacedFile>().Select(p => p.Path).Distinct(StringComparer.Ordinal);

    internal bool OursChanged => Ours != Base;

    internal bool TheirsChanged => Theirs != Base;
}

/// <summary>Three versions of a tree, and what a merge made of them; only of paths that a side or the result changed.</summary>
/// <param name="Files">Every file that one of the three changed, once.</param>
/// <param name="Result">What the merged tree holds at the paths of <paramref name="Files"/>, and at those that only it has.</param>
public sealed record MergeVersions(IReadOnlyList<FileHistory> Files, IReadOnlyDictionary<string, FileVersion> Result)
{
    /// <summary>
    /// Ids of the files whose lines decide: those where the result is not by its id what one side alone, or both alike, made of it.
    /// </summary>
    public IReadOnlySet<string> ContentNeeded()
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var fresh = Result.Keys.ToHashSet(StringComparer.Ordinal);
        fresh.ExceptWith(Files.SelectMany(f => f.Paths));
        foreach (var file in Files.Where(f => !IsPlain(f)))
        {
            foreach (var version in new[] { file.Base?.File, file.Ours?.File, file.Theirs?.File }.Concat(file.Paths.Select(Result.GetValueOrDefault)))
                Add(version);
        }

        // A file that only the result has may be one of the others, moved; and it may hold conflict markers.
        foreach (var path in fresh)
            Add(Result[path]);
        return needed;

        void Add(FileVersion? version)
        {
            if (version is { Type: EntryType.File })
                needed.Add(version.Id);
        }
    }

    /// <summary>True where comparing ids already says that nothing is lost, and that the result holds nothing else.</summary>
    internal bool IsPlain(FileHistory file)
    {
        if (file.OursChanged && file.TheirsChanged && file.Ours != file.Theirs)
            return false;
        var expected = file.OursChanged ? file.Ours : file.Theirs;
        return file.Paths.All(p => Result.GetValueOrDefault(p) == (expected?.Path == p ? expected.File : null));
    }
}
