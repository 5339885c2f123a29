namespace Tutti.Engine.Git.Trust;

/// <summary>What of a git configuration makes git start a program, decides with whom it talks, or in whose name it commits.</summary>
/// <param name="Own">Said by the repository itself: an agent in a slot can write that. Every value of a key, in git's order.</param>
/// <param name="Users">Said by the user's or the system's own files.</param>
internal sealed record GitPrograms(IReadOnlyDictionary<string, IReadOnlyList<string>> Own, IReadOnlyDictionary<string, IReadOnlyList<string>> Users)
{
    // What is set where nobody says anything; git takes an empty filter for none, and an empty helper for "forget the others".
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["gpg.program"] = "gpg",
        ["gpg.openpgp.program"] = "gpg",
        ["gpg.x509.program"] = "gpgsm",
        ["gpg.ssh.program"] = "ssh-keygen",
        ["core.sshcommand"] = "ssh",
        ["core.alternaterefscommand"] = "true",
        ["gpg.format"] = "openpgp",
    };

    /// <summary>Picks them out of what git says is configured.</summary>
    public static GitPrograms Of(IEnumerable<ConfigEntry> configured)
    {
        var said = configured.Where(entry => IsOne(entry.Key) && entry.Scope != "command").ToLookup(entry => entry.IsUsers);
        return new GitPrograms(ByKey(said[false]), ByKey(said[true]));
    }

    private static Dictionary<string, IReadOnlyList<string>> ByKey(IEnumerable<ConfigEntry> entries) =>
        entries.GroupBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(
            key => key.Key, IReadOnlyList<string> (key) => [.. key.Select(entry => entry.Said)], StringComparer.Ordinal);

    /// <summary>True for a key by which a program starts, that says from where and how objects come, or whose a commit is.</summary>
    public static bool IsOne(string key)
    {
        var (section, name) = (key[..Math.Max(0, key.IndexOf('.'))], key[(key.LastIndexOf('.') + 1)..]);
        return section is "filter" or "hook" || IsOfNetwork(key) || IsOfIdentity(key) || (section, name) is
            ("gpg", "program" or "defaultkeycommand") or ("core", "editor" or "pager" or "alternaterefscommand") or ("sequence", "editor")
            or ("diff", "external" or "command" or "textconv") or ("merge", "driver") or ("submodule", "update") or ("trailer", "command" or "cmd");
    }

    /// <summary>True for a key that says in whose name commits are made, and whether they are signed.</summary>
    public static bool IsOfIdentity(string key) => key is
        "user.name" or "user.email" or "user.signingkey" or "author.name" or "author.email" or "committer.name" or "committer.email" or "commit.gpgsign" or "gpg.format";

    /// <summary>True for a key that counts when git talks with another repository.</summary>
    public static bool IsOfNetwork(string key)
    {
        var (section, name) = (key[..Math.Max(0, key.IndexOf('.'))], key[(key.LastIndexOf('.') + 1)..]);
        return section is "url" or "protocol" or "http" or "credential" or "ssh" || (section, name) is
            ("remote", "url" or "pushurl" or "uploadpack" or "receivepack" or "vcs" or "proxy" or "promisor") or ("core", "sshcommand" or "gitproxy" or "askpass") or ("extensions", "partialclone");
    }

    /// <summary>
    /// Settings that stand above a repository's own files, so that git starts nothing but what was <paramref name="trusted"/>.
    /// </summary>
    /// <param name="found">What the repository's files say now.</param>
    /// <param name="nested">What repositories inside the checkout say; git looks into them by programs of its own, which read their files.</param>
    /// <param name="trusted">What the repository itself may say.</param>
    public static IReadOnlyList<(string Key, string Value)> Overrides(GitPrograms found, IEnumerable<string> nested, IReadOnlyDictionary<string, IReadOnlyList<string>> trusted)
    {
        var differing = Differing(found.Own, trusted).ToHashSet(StringComparer.Ordinal);
        var over = new List<(string Key, string Value)>();
        foreach (var key in differing.Concat(nested).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            IReadOnlyList<string> values = [.. found.Users.GetValueOrDefault(key) ?? [], .. trusted.GetValueOrDefault(key) ?? []];
            if (IsList(key))
                over.AddRange([(key, ""), .. values.Select(value => (key, value))]);
            else
                over.Add((key, values.Count > 0 ? values[^1] : Defaults.GetValueOrDefault(key, "")));
        }

        // An empty process switches a clean or smudge of the user's off as well; git has to fail then instead of storing what they would have changed.
        over.AddRange(over.Where(o => o is { Value: "" } && o.Key.EndsWith(".process", StringComparison.Ordinal)).Select(o => o.Key[..^"process".Length])
            .Where(filter => IsSaid(filter + "clean") || IsSaid(filter + "smudge")).Select(filter => (filter + "required", "true")).ToList());
        return over;

        bool IsSaid(string key) => trusted.ContainsKey(key) || found.Users.ContainsKey(key);
    }

    /// <summary>The keys whose values are not those that were trusted.</summary>
    public static IEnumerable<string> Differing(IReadOnlyDictionary<string, IReadOnlyList<string>> found, IReadOnlyDictionary<string, IReadOnlyList<string>> trusted) =>
        found.Keys.Union(trusted.Keys, StringComparer.Ordinal).Where(key => !(found.GetValueOrDefault(key) ?? []).SequenceEqual(trusted.GetValueOrDefault(key) ?? [], StringComparer.Ordinal));

    private static bool IsList(string key) => key.StartsWith("credential.", StringComparison.Ordinal) && key.EndsWith(".helper", StringComparison.Ordinal);
}
