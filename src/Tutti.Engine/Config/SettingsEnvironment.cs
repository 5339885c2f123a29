using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>Settings from the environment: <c>TUTTI_MAX_AGENTS</c>, <c>TUTTI_LIMITS_ATTEMPT</c>; one variable for each single setting.</summary>
public static class SettingsEnvironment
{
    private const string Prefix = "TUTTI_";

    /// <summary>What Tutti itself gives to agents and hooks (SPEC 6): no settings, although they begin alike. A tutti started inside a slot sees them.</summary>
    private static readonly HashSet<string> Own =
    [
        "TUTTI_TASK", "TUTTI_STAGE", "TUTTI_ATTEMPT", "TUTTI_SESSION", "TUTTI_PROMPT", "TUTTI_RESULT", "TUTTI_NONCE", "TUTTI_PORT_BASE", "TUTTI_BASE", "TUTTI_HOOK", "TUTTI_TOKEN",
    ];

    private static readonly string[] OwnPrefixes = ["TUTTI_SIM_", "TUTTI_TEST_", "TUTTI_DEBUG"];

    private static readonly Dictionary<string, string> PathOf =
        SettingsSchema.File.Keys.SelectMany(key => key.Singles).ToDictionary(path => Prefix + path.Replace('.', '_').ToUpperInvariant());

    /// <summary>The variables that are settings.</summary>
    public static IReadOnlyCollection<string> Variables => PathOf.Keys;

    /// <summary>The variables that are set, as a document; an empty one says nothing.</summary>
    /// <exception cref="FailureException"><c>unknown_key</c> for a <c>TUTTI_</c> variable that looks like a slip of a setting's name.</exception>
    public static Node Read(IReadOnlyDictionary<string, string> environment)
    {
        var groups = new SortedDictionary<string, List<Entry>>(StringComparer.Ordinal);
        foreach (var (name, value) in environment.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && pair.Value.Length > 0).OrderBy(pair => pair.Key))
        {
            if (PathOf.TryGetValue(name, out var path))
                Add(groups, path, value, new Place($"the environment variable {name}", 0));
            else if (!Own.Contains(name) && !OwnPrefixes.Any(own => name.StartsWith(own, StringComparison.Ordinal)) && Slip(name) is { } near)
                throw Unknown(name, near);
        }

        var place = new Place("the environment", 0);
        return new Mapping([.. groups.SelectMany(group => group.Key.Length == 0 ? group.Value : [new Entry(group.Key, place, new Mapping(group.Value, place, group.Key))])], place, "");
    }

    // The environment is everybody's: a variable that only begins like ours is left alone, one that is a slip of ours is told.
    private static string? Slip(string name)
    {
        var word = name[Prefix.Length..];
        var near = Nearest.To(word, Variables.Select(v => v[Prefix.Length..]), Math.Max(1, word.Length / 4));
        return near is null ? null : Prefix + near;
    }

    private static FailureException Unknown(string name, string near) =>
        FailureException.Input("unknown_key", $"unknown environment variable {DocumentFailure.Shown(name)}", $"did you mean '{near}'?");

    private static void Add(SortedDictionary<string, List<Entry>> groups, string path, string value, Place place)
    {
        var dot = path.IndexOf('.');
        var group = dot < 0 ? "" : path[..dot];
        if (!groups.TryGetValue(group, out var entries))
            groups[group] = entries = [];
        entries.Add(new Entry(path[(dot + 1)..], place, new Scalar(value, ScalarKind.Text, place, path)));
    }
}
