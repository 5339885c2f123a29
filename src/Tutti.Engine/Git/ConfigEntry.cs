namespace Tutti.Engine.Git;

/// <summary>One setting of git's configuration, as <c>git config --list -z --show-scope</c> tells it.</summary>
/// <param name="Scope"><c>system</c>, <c>global</c>, <c>local</c>, <c>worktree</c>, or <c>command</c> for what Tutti itself said.</param>
/// <param name="Key">Section and last name in lower case, what stands between them as it was written, dots included.</param>
/// <param name="Value">Null for a key without a value, which means true where it means anything.</param>
internal readonly record struct ConfigEntry(string Scope, string Key, string? Value)
{
    /// <summary>What to ask git for.</summary>
    public static readonly string[] List = ["config", "--list", "-z", "--show-scope"];

    /// <summary>True for what stands in the user's or the system's own files; what a repository says, an agent in a slot can write (PITFALLS P23).</summary>
    public bool IsUsers => Scope is "global" or "system";

    /// <summary>The value, and <c>true</c> for a key without one.</summary>
    public string Said => Value ?? "true";

    /// <summary>All settings in git's order: of two with one key, the later wins. <c>local␀filter.lfs.clean\ngit-lfs clean -- %f␀</c>.</summary>
    public static IEnumerable<ConfigEntry> Parse(string listed)
    {
        foreach (var pair in listed.Split('\0').Chunk(2).Where(pair => pair.Length == 2))
        {
            var entry = pair[1].Split('\n', 2);
            yield return new ConfigEntry(pair[0], entry[0], entry.Length == 2 ? entry[1] : null);
        }
    }
}
