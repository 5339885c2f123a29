using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>Profiles are a base: whatever a file, the environment or the command line says explicitly wins over them.</summary>
public static class Profiles
{
    public const string Default = "balanced";

    // SPEC 2.
    private static readonly Dictionary<string, Func<Settings, Settings>> BuiltIn = new()
    {
        ["conservative"] = settings => settings with { MaxAgents = 2, Review = ReviewMode.Strict, Coverage = 90 },
        [Default] = settings => settings with { MaxAgents = 5, Review = ReviewMode.Balanced, Coverage = 80 },
        ["aggressive"] = settings => settings with { MaxAgents = 10, Review = ReviewMode.Lenient, Coverage = 60 },
        ["ci"] = settings => settings with { MaxAgents = 3, Review = ReviewMode.Strict, Coverage = 85 },
    };

    /// <summary>The defaults with a profile on top; the user's definition of a built-in name adds to it, the repository's to that.</summary>
    internal static Draft Apply(string name, IReadOnlyList<Entry> definitions)
    {
        var settings = new Settings { Profile = name };
        var start = new Draft(BuiltIn.TryGetValue(name, out var builtIn) ? builtIn(settings) : settings);
        return definitions.Where(entry => entry.Key == name).Aggregate(start, (draft, entry) => SettingsSchema.Profile.Read(entry.Value, draft));
    }

    /// <summary>The failure that names what is near; null where the profile is known.</summary>
    internal static Failure? Unknown(string name, Place? place, IReadOnlyList<Entry> definitions)
    {
        string[] known = [.. BuiltIn.Keys, .. definitions.Select(entry => entry.Key).Except(BuiltIn.Keys).Distinct()];
        if (known.Contains(name))
            return null;
        var shown = DocumentFailure.Shown(name);
        return new Failure(FailureCategory.Input, "profile_unknown", $"unknown profile '{shown}'{(place is { } at ? $", in {at}" : "")}", Nearest.Hint(shown, known));
    }
}
