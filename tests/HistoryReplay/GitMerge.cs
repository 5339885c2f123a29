namespace HistoryReplay;

/// <summary>What git itself makes of a merge.</summary>
public abstract record GitMerge
{
    private GitMerge()
    {
    }

    /// <summary>A clean merge.</summary>
    public sealed record Clean(string Tree) : GitMerge;

    /// <summary>A person must decide about these paths.</summary>
    public sealed record Conflict(IReadOnlySet<string> Paths) : GitMerge;

    /// <summary>It cannot be tried: no common history, or objects that are not there.</summary>
    public sealed record Impossible(string Why) : GitMerge;
}
