using System.Globalization;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// The merge drivers that the user has set up for all repositories. Those of one repository do not count: an agent in a slot can write its
/// configuration, and a driver is a program that runs in the user's name (PITFALLS P23).
/// </summary>
internal static class MergeDrivers
{
    /// <summary>The variables that make git know these drivers, and nothing else of the user's configuration.</summary>
    /// <param name="directory">Where the user's configuration is read; what it includes by folder depends on it.</param>
    /// <param name="user">Variables that say which files are the user's configuration; null are those that Tutti was started with.</param>
    /// <param name="cancellation">Ends git.</param>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string directory, IReadOnlyDictionary<string, string>? user, CancellationToken cancellation)
    {
        var text = await GitCommand.RunAsync(directory, ConfigEntry.List, environment: user, cancellation: cancellation);
        var drivers = ConfigEntry.Parse(text).Where(entry => entry.IsUsers && entry.Value is not null && IsOfDriver(entry.Key)).ToList();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < drivers.Count; i++)
        {
            environment[$"GIT_CONFIG_KEY_{i}"] = drivers[i].Key;
            environment[$"GIT_CONFIG_VALUE_{i}"] = drivers[i].Said;
        }

        // Read since git 2.31, whatever stands in a value.
        environment["GIT_CONFIG_COUNT"] = drivers.Count.ToString(CultureInfo.InvariantCulture);
        return environment;
    }

    private static bool IsOfDriver(string key) =>
        key.StartsWith("merge.", StringComparison.Ordinal)
        && (key.EndsWith(".driver", StringComparison.Ordinal) || key.EndsWith(".name", StringComparison.Ordinal) || key.EndsWith(".recursive", StringComparison.Ordinal))
        && key.IndexOf('.') != key.LastIndexOf('.');
}
