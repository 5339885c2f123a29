using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>
/// What of the user's git configuration counts for the files of a slot without running anything an agent can have planted: how
/// lines end and modes are kept, from anywhere; and which filters run, from the user's or the system's own files only.
/// </summary>
internal static class TrustedSettings
{
    private static readonly string[] FromAnywhere = ["core.autocrlf", "core.eol", "core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode"];
    private static readonly string[] FromUser = ["core.excludesfile", "core.attributesfile"];

    /// <summary>Those settings as options of git itself.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string directory, CancellationToken cancellation)
    {
        var options = new List<string> { "-c", "core.bare=false", "-c", "core.safecrlf=false" };
        if (UserAttributes() is { } attributes)
            options.AddRange(["-c", $"core.attributesFile={attributes}"]);
        // Later ones win, as they do on a command line.
        var configured = ConfigEntry.Parse(await GitCommand.RunAsync(directory, ConfigEntry.List, cancellation: cancellation));
        options.AddRange(configured.Where(Counts).SelectMany(entry => (string[])["-c", $"{entry.Key}={entry.Said}"]));
        return options;
    }

    private static bool Counts(ConfigEntry entry) =>
        FromAnywhere.Contains(entry.Key) || (entry.IsUsers && (FromUser.Contains(entry.Key) || entry.Key.StartsWith("filter.", StringComparison.Ordinal)));

    // Git's default place, which the control repository's own configuration switches off.
    private static string? UserAttributes()
    {
        var environment = HostEnvironment.Base();
        var folder = environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } own ? own : environment.TryGetValue("HOME", out var home) ? Path.Combine(home, ".config") : null;
        return folder is not null && Path.Combine(folder, "git", "attributes") is var file && File.Exists(file) ? file : null;
    }
}
