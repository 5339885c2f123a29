using System.Collections;
using Tutti.Core;

namespace Tutti.Engine.Config;

/// <summary>Everything settings are read from; a value, so that a test or a worker can say it all.</summary>
/// <param name="Repository">Top folder of the user's checkout.</param>
public sealed record SettingsSources(string Repository)
{
    /// <summary>The repository's own file.</summary>
    public const string RepositoryFile = ".tutti.yaml";

    /// <summary>Read for people who come from Task Master's parallel-dev.</summary>
    public const string ParallelDevFile = ".taskmaster/parallel-dev.config.yaml";

    /// <summary>Read for people who come from Claude Code's auto-context.</summary>
    public const string AutoContextFile = ".claude/auto-context.yaml";

    /// <summary>Variables by name; <c>HOME</c> and <c>XDG_CONFIG_HOME</c> say where the user's file is.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the command line says, applied last; setting <see cref="Settings.Profile"/> selects that profile.</summary>
    public Func<Settings, Settings> CommandLine { get; init; } = settings => settings;

    /// <summary>The user's file, there or not; null without a home folder. A relative <c>XDG_CONFIG_HOME</c> does not count (XDG base directory specification).</summary>
    public string? UserFile
    {
        get
        {
            if (Environment.GetValueOrDefault("XDG_CONFIG_HOME") is { } config && Path.IsPathRooted(config))
                return Path.Combine(config, "tutti", "config.yaml");
            return Environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "tutti", "config.yaml") : null;
        }
    }

    /// <summary>Every file that counts when it is there, in the order in which they are applied, with the name that messages use.</summary>
    public IReadOnlyList<(string Path, string Name)> Candidates =>
    [
        .. UserFile is { } user ? [(user, user)] : Array.Empty<(string, string)>(),
        .. new[] { ParallelDevFile, AutoContextFile, RepositoryFile }.Select(name => (Path.Combine(Repository, name), name)),
    ];

    /// <summary>The sources of this process.</summary>
    public static SettingsSources OfHost(string repository) => new(repository)
    {
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
    };
}

/// <summary>Settings, and where they are from.</summary>
/// <param name="Settings">Merged, complete, in range.</param>
/// <param name="Notes">One line each: what another tool's file held that could not be used.</param>
public sealed record LoadedSettings(Settings Settings, IReadOnlyList<string> Notes)
{
    /// <summary>compact, detailed, plain or json, where a file or the environment says so.</summary>
    public string? Display { get; init; }
}

/// <summary>Settings while they are being put together, with what is configured but is no setting of a session.</summary>
internal sealed record Draft(Settings Settings, string? Display = null);
