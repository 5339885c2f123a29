using System.Text;
using Tutti.Core;
using Tutti.Engine.Documents;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Host;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git;

/// <summary>
/// The only place that spawns git. Every call: an argument list, the locale neutral, <c>GIT_*</c> of the user scrubbed, and
/// hooks, fsmonitor and automatic gc off, because an agent may have planted them (DESIGN, Git; PITFALLS P22, P23). Filters and other
/// programs of the repository's own configuration run as far as they were there before any agent was (<see cref="GitGuard"/>).
/// </summary>
public static class GitCommand
{
    /// <summary>Ends the options of a git command; put it before anything that came from outside (git 2.24).</summary>
    public const string EndOfOptions = "--end-of-options";

    private static readonly string[] Guards =
        ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "advice.detachedHead=false"];

    private static readonly string[] Kept =
    [
        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    ];

    private static readonly Lazy<Dictionary<string, string>> HostEnv = new(() =>
    {
        // Which configuration files and identity count is the user's say; where the repository is, is ours.
        var environment = HostEnvironment.Base();
        foreach (var name in Kept)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        environment["LC_ALL"] = "C";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        // An agent may have put another object in the place of one that lands.
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        return environment;
    });

    /// <summary>Runs git in a folder and returns however it ended.</summary>
    /// <param name="directory">A folder inside the repository or worktree that is meant.</param>
    /// <param name="arguments">Command and arguments, without <c>git</c> itself.</param>
    /// <param name="input">Bytes for stdin.</param>
    /// <param name="environment">Variables on top of the scrubbed set, for example <c>GIT_DIR</c> of the control repository.</param>
    /// <param name="cancellation">Kills git when it fires.</param>
    /// <exception cref="IOException">Git failed because the disk is full, read-only or broken (<see cref="DiskTrouble"/>).</exception>
    public static async Task<CommandResult> TryAsync(
        string directory,
        IReadOnlyList<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        // With a git folder of Tutti's own, nothing of the repository's configuration counts.
        if (environment?.ContainsKey("GIT_DIR") != true && await GitGuard.VariablesAsync(directory, arguments, cancellation) is { Count: > 0 } guard)
            environment = environment is null ? guard : new Dictionary<string, string>([.. environment, .. guard], StringComparer.Ordinal);
        var result = await CommandRunner.RunAsync(
            new Command("git", Guarded(directory, arguments), directory)
            {
                Environment = Merge(environment),
                Input = input is null ? null : Encoding.UTF8.GetBytes(input),
            },
            cancellation);
        if (result.ExitCode != 0)
            DiskTrouble.ThrowIfSaid(result.Error);
        return result;
    }

    /// <summary>What a folder's configuration makes git start; empty where git does not find or cannot read one, and will not work there either.</summary>
    internal static async Task<GitPrograms> ProgramsAsync(string directory, CancellationToken cancellation)
    {
        var listed = await UnguardedAsync(directory, ConfigEntry.List, cancellation);
        return GitPrograms.Of(ConfigEntry.Parse(listed.ExitCode == 0 ? listed.Text : ""));
    }

    /// <summary>For commands that start nothing, whatever is configured.</summary>
    internal static Task<CommandResult> UnguardedAsync(string directory, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        CommandRunner.RunAsync(new Command("git", Guarded(directory, arguments), directory) { Environment = HostEnv.Value }, cancellation);

    /// <summary>Runs git, expects success and returns its stdout without the last newline.</summary>
    /// <exception cref="FailureException">Git ended with another code than 0; the failure carries its own words.</exception>
    public static async Task<string> RunAsync(
        string directory,
        IReadOnlyList<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        var result = await TryAsync(directory, arguments, input, environment, cancellation);
        return result.ExitCode == 0 ? result.Text : throw new FailureException(Failed(arguments, result));
    }

    /// <summary>Starts a git that answers for as long as it is asked, such as <c>cat-file --batch-check</c>. It ends when its stdin is closed, so it never outlives Tutti.</summary>
    /// <exception cref="FailureException"><c>program_not_started</c>.</exception>
    public static DuplexProcess Start(string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        DuplexProcess.Start(["git", .. Guarded(directory, arguments)], directory, Merge(environment), quiet: true);

    /// <summary>The failure that says what git was asked and what it answered.</summary>
    public static Failure Failed(IReadOnlyList<string> arguments, CommandResult result)
    {
        var said = result.Error.Trim();
        var context = $"command=git {DocumentFailure.Shown(string.Join(' ', arguments))}; exit_code={result.ExitCode}; timed_out={(result.TimedOut ? "yes" : "no")}";
        if (MissingProgram.In(said) is { } program)
            return MissingProgram.Failed(string.Join(' ', arguments.Take(3)), program, said) with { Context = context };
        var line = said.Split('\n').LastOrDefault(l => l.StartsWith("fatal:", StringComparison.Ordinal) || l.StartsWith("error:", StringComparison.Ordinal)) ?? said;
        var why = result.TimedOut ? "took too long" : line.Length > 0 ? line : $"exit code {result.ExitCode}";
        return new Failure(FailureCategory.Git, "git_failed", $"git {string.Join(' ', arguments.Take(3))}: {why}", "the detail is git's own words; 'tutti doctor' looks at the repository", said)
        {
            Context = context,
        };
    }

    // A folder that holds no git folder is one, named by the repository itself: work lands there also where the user has git enter none that it
    // comes upon (safe.bareRepository), by which older versions of git mean those of ordinary repositories too.
    private static string[] Guarded(string directory, IReadOnlyList<string> arguments) =>
        Path.Exists(Path.Combine(directory, ".git")) ? [.. Guards, .. arguments] : [.. Guards, "-c", "safe.bareRepository=all", .. arguments];

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? more)
    {
        if (more is null)
            return HostEnv.Value;
        var merged = new Dictionary<string, string>(HostEnv.Value, StringComparer.Ordinal);
        foreach (var (name, value) in more)
            merged[name] = value;
        return merged;
    }
}
