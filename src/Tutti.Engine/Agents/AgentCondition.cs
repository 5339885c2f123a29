using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Host;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>How an agent stands here, as far as can be told without spending anything.</summary>
/// <param name="Name">As the configuration names it.</param>
/// <param name="Kind">Its adapter; null for an entry of a kind that there is not.</param>
public sealed partial record AgentCondition(string Name, string? Kind)
{
    // Node programs take a second or two on a busy machine; one that asks something first never comes back.
    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(10);
    private const int LongestOutput = 64 * 1024;

    // Nothing is to be fetched, sent or updated because somebody looks.
    private static readonly string[] Quiet =
        ["DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "OPENCODE_DISABLE_AUTOUPDATE", "OPENCODE_DISABLE_MODELS_FETCH", "GEMINI_CLI_NO_RELAUNCH", "NO_UPDATE_NOTIFIER", "NO_COLOR"];

    /// <summary>The program; null where it is missing.</summary>
    public string? Path { get; init; }

    /// <summary>What it says of itself; null where it says nothing. The shell agent's commands are not asked: they might begin to work.</summary>
    public string? Version { get; init; }

    /// <summary>Null for one that is missing.</summary>
    public SignIn? SignedIn { get; init; }

    /// <summary>What is wrong: <c>agent_unknown</c>, <c>agent_missing</c>, <c>agent_broken</c> (it cannot say its version) or <c>not_signed_in</c>; null where nothing is.</summary>
    public Failure? Problem { get; init; }

    /// <summary>Looks at an agent: is it there, what is its version, is it signed in. Starts its program with <c>--version</c> and nothing else.</summary>
    /// <param name="name">A kind, or the name of an entry.</param>
    /// <param name="entry">Its entry, if it has one.</param>
    /// <param name="cancellation">Ends the program.</param>
    public static async Task<AgentCondition> LookAsync(string name, AgentEntry? entry, CancellationToken cancellation)
    {
        IAgent agent;
        try
        {
            agent = AgentCatalog.For(name, entry);
        }
        catch (FailureException e)
        {
            return new AgentCondition(name, null) { Problem = e.Failure };
        }

        var presence = agent.Find(entry);
        if (presence.Path is not { } path)
            return new AgentCondition(name, agent.Kind) { Problem = new Failure(FailureCategory.Environment, AgentFailure.NotInstalled, $"{name} is not installed", presence.Hint) };
        var environment = AgentEnvironment.Of(entry, [.. agent.Traits.Variables]);
        var signedIn = agent.SignedIn(entry, environment);
        var (version, broken) = agent.Kind == AgentChoice.Shell ? (null, null) : await VersionAsync(path, entry, environment, cancellation);
        return new AgentCondition(name, agent.Kind)
        {
            Path = path,
            Version = version,
            SignedIn = signedIn,
            Problem = broken is not null ? new Failure(FailureCategory.Environment, "agent_broken", $"{name}: {path}, but {broken}", "start it by hand and look") : NotSignedIn(name, agent, signedIn),
        };
    }

    private static Failure? NotSignedIn(string name, IAgent agent, SignIn signedIn) => signedIn.Yes == false
        ? new Failure(FailureCategory.Environment, AgentFailure.NotSignedIn, $"{name} is not signed in: {signedIn.How}", (agent as StreamAgent)?.SignInHint)
        : null;

    private static async Task<(string? Version, string? Broken)> VersionAsync(string path, AgentEntry? entry, Dictionary<string, string> environment, CancellationToken cancellation)
    {
        using var folder = new ScratchFolder("tutti-version-");
        try
        {
            environment = new Dictionary<string, string>(environment) { ["TMPDIR"] = folder.Path, ["PWD"] = folder.Path, ["TERM"] = "dumb" };
            foreach (var name in Quiet)
                environment.TryAdd(name, "1");
            string[] further = entry?.Command is { } line ? [.. CommandWords.Split(line).Skip(1)] : [];
            var asked = new Command(path, [.. further, "--version"], folder.Path) { Environment = environment, Limit = VersionLimit, OutputLimit = LongestOutput };
            return Judged(await CommandRunner.RunAsync(asked, cancellation));
        }
        catch (FailureException e)
        {
            return (null, $"it does not start: {e.Failure.Message}");
        }
    }

    // "2.1.329 (Claude Code)", "codex-cli 0.169.0", "0.61.0", "v1.18.33-beta.1"
    private static (string? Version, string? Broken) Judged(CommandResult result)
    {
        if (result.TimedOut)
            return (null, $"it did not say its version within {VersionLimit.TotalSeconds:0} s");
        if (result.ExitCode != 0)
        {
            var said = DisplayText.Clean(result.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
            return (null, $"--version fails with exit code {result.ExitCode}{(said is null ? "" : $": {said}")}");
        }

        return Number().Match(result.Text) is { Success: true } number ? (number.Value, null) : (null, null);
    }

    [GeneratedRegex(@"\d{1,9}\.\d{1,9}(\.\d{1,9})*([-+][0-9A-Za-z.-]+)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
