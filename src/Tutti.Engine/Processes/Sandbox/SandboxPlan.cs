namespace Tutti.Engine.Processes.Sandbox;

/// <summary>What an attempt sees of the file system; absolute paths. What is named in none of them is read-only.</summary>
/// <param name="Slot">Where it works; writable.</param>
/// <param name="Network">It may use the network.</param>
public sealed record SandboxPlan(string Slot, bool Network)
{
    /// <summary>Folders that look empty; what is writable inside them is seen all the same.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Folders and files it may change.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Read-only again, inside what is writable or hidden; those that are not there are passed over.</summary>
    public IReadOnlyList<string> Fixed { get; init; } = [];

    /// <summary>Variables set inside, over those of the command.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
