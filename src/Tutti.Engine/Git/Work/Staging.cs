namespace Tutti.Engine.Git.Work;

/// <summary>What to do with each uncommitted path of a slot, decided path by path (PITFALLS P5).</summary>
/// <param name="Add">Paths whose present content goes into the index, or out of it where the file is gone.</param>
/// <param name="Unstage">Entries the agent staged that must not be committed; their index entry goes back to HEAD's.</param>
/// <param name="LeftOut">What stays in the slot.</param>
/// <param name="AnythingStaged">True when the index holds changes of the agent's own to commit.</param>
public sealed record Staging(
    IReadOnlyList<string> Add,
    IReadOnlyList<StatusEntry> Unstage,
    IReadOnlyList<LeftOut> LeftOut,
    bool AnythingStaged)
{
    public bool NeedsCommit => AnythingStaged || Add.Count > 0;

    /// <summary>Decides for every entry of a status.</summary>
    /// <param name="entries">The uncommitted paths, none of them unmerged.</param>
    /// <param name="exclude">The caller's own paths to leave out.</param>
    /// <param name="isLinkOutside">Says of a path whether it is a symlink out of the slot.</param>
    public static Staging Of(IReadOnlyList<StatusEntry> entries, Func<string, bool> exclude, Func<string, bool> isLinkOutside)
    {
        var add = new List<string>();
        var unstage = new List<StatusEntry>();
        var left = new List<LeftOut>();
        var staged = false;
        foreach (var entry in entries)
        {
            if (Why(entry, exclude, isLinkOutside) is { } why)
            {
                left.Add(new LeftOut(entry.Path, why));
                if (entry.IsStaged)
                    unstage.Add(entry);
                continue;
            }

            staged |= entry.IsStaged;
            if (entry.Tree != '.')
                add.Add(entry.Path);
        }

        return new Staging(add, unstage, left, staged);
    }

    private static LeftOutWhy? Why(StatusEntry entry, Func<string, bool> exclude, Func<string, bool> isLinkOutside)
    {
        if (entry.IsNestedRepository)
            return LeftOutWhy.NestedRepository;
        if (entry.IsSubmodule)
            return entry.HeadMode == "160000" ? LeftOutWhy.Submodule : LeftOutWhy.NestedRepository;
        if (entry.Tree != '.' && entry.Path.Contains('\uFFFD'))
            return LeftOutWhy.UnreadableName;
        var isNew = entry.IsUntracked || entry.Index == 'A';
        if (exclude(entry.Path) || (isNew && Litter.Is(entry.Path)))
            return LeftOutWhy.Litter;
        return isLinkOutside(entry.Path) ? LeftOutWhy.SymlinkOutside : null;
    }
}
