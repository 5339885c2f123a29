namespace HistoryReplay;

/// <summary>What git itself makes of a merge.</summary>
public abstract record GitMerge
{
    private GitMerge()
    {
    }

    /// <summary>A clean merge.</summary>
    /// <param name="Tree">The merged files.</param>
    /// <param name="IsMarked">Git calls it clean and tells of a conflict all the same, whose markers are in the files (a defect that git 2.39 has with renames that collide).</param>
    public sealed record Clean(string Tree, bool IsMarked = false) : GitMerge;

    /// <summary>A person must decide about these paths.</summary>
    public sealed record Conflict(IReadOnlySet<string> Paths) : GitMerge;

    /// <summary>It cannot be tried: no common history, or objects that are not there.</summary>
    public sealed record Impossible(string Why) : GitMerge;
}
