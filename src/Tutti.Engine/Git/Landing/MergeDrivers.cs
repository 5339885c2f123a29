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
        var text = await GitCommand.RunAsync(directory, ["config", "--list", "-z", "--show-scope"], environment: user, cancellation: cancellation);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = 0;
        // "global␀merge.mine.driver\nmy-merge %O %A %B␀"; a name in the middle may hold dots, and a key without value has no line break.
        foreach (var field in text.Split('\0').Chunk(2).Where(f => f.Length == 2 && f[0] is "global" or "system").Select(f => f[1].Split('\n', 2)))
        {
            if (field.Length != 2 || !IsOfDriver(field[0]))
                continue;
            environment[$"GIT_CONFIG_KEY_{count}"] = field[0];
            environment[$"GIT_CONFIG_VALUE_{count}"] = field[1];
            count++;
        }

        // Read since git 2.31, whatever stands in a value.
        environment["GIT_CONFIG_COUNT"] = count.ToString(CultureInfo.InvariantCulture);
        return environment;
    }

    private static bool IsOfDriver(string key) =>
        key.StartsWith("merge.", StringComparison.Ordinal)
        && (key.EndsWith(".driver", StringComparison.Ordinal) || key.EndsWith(".name", StringComparison.Ordinal) || key.EndsWith(".recursive", StringComparison.Ordinal))
        && key.IndexOf('.') != key.LastIndexOf('.');
}
