using System.Text.Json;
using Tutti.Core;
using Tutti.Engine.Documents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>GitHub's own command line, <c>gh</c>: it knows the user's account and host, so Tutti need not.</summary>
/// <param name="folder">The user's checkout, whose remotes say which repository is meant.</param>
internal sealed class GitHubCli(string folder)
{
    public const string Program = "gh";

    // What gh documents for an account and a host; nothing else of the user's environment concerns it.
    private static readonly string[] Passed =
        ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_HOST", "GH_REPO", "GH_CONFIG_DIR"];

    // gh waits for the network; a session must not wait for ever.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // gh's documented exit code for "authentication required".
    private const int NotSignedIn = 4;

    /// <summary>Why there cannot be a pull request here; null where gh is found.</summary>
    public static Failure? Missing() => ProgramPath.Find(Program) is not null
        ? null
        : new Failure(FailureCategory.Environment, "gh_missing", "'land: pr' needs GitHub's command line 'gh', which is not on the PATH", "install it from https://cli.github.com and run 'gh auth login'");

    /// <summary>The address of the open pull request from a branch; null where there is none.</summary>
    /// <exception cref="FailureException"><c>gh_not_signed_in</c>, <c>gh_failed</c>.</exception>
    public async Task<string?> FindAsync(string head, string into, CancellationToken cancellation)
    {
        var said = await RunAsync(["pr", "list", "--head", head, "--base", into, "--state", "open", "--limit", "1", "--json", "url"], cancellation);
        return FirstUrl(said);
    }

    /// <summary>The address in the first entry of a list as <c>gh pr list --json url</c> prints it; null where it is empty.</summary>
    /// <exception cref="FailureException"><c>gh_failed</c>: it is no such list.</exception>
    internal static string? FirstUrl(string said)
    {
        try
        {
            using var listed = JsonDocument.Parse(said);
            return listed.RootElement.EnumerateArray().Select(one => one.GetProperty("url").GetString()).FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FailureException(Failed($"gh pr list answered what is no list: {Short(said)}", e.Message), e);
        }
    }

    /// <summary>Opens a pull request.</summary>
    /// <returns>Its address.</returns>
    /// <exception cref="FailureException"><c>gh_not_signed_in</c>, <c>gh_failed</c>.</exception>
    public async Task<string> CreateAsync(string head, string into, string title, string bodyFile, CancellationToken cancellation)
    {
        var said = await RunAsync(["pr", "create", "--base", into, "--head", head, "--title", title, "--body-file", bodyFile], cancellation);
        // Notes may come before it; the address is the last line that is one.
        return said.Split('\n').Select(line => line.Trim()).LastOrDefault(line => Uri.TryCreate(line, UriKind.Absolute, out var uri) && (uri.Scheme is "https" or "http"))
            ?? await FindAsync(head, into, cancellation)
            ?? throw new FailureException(Failed($"gh pr create told no address: {Short(said)}", said));
    }

    private async Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        var environment = HostEnvironment.Base();
        foreach (var name in Passed)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        environment["GH_PROMPT_DISABLED"] = "1";
        environment["GH_NO_UPDATE_NOTIFIER"] = "1";
        environment["NO_COLOR"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        var result = await CommandRunner.RunAsync(new Command(Program, words, folder) { Environment = environment, Limit = Limit, OutputLimit = 1024 * 1024 }, cancellation);
        if (result is { ExitCode: 0, TimedOut: false })
            return result.Text;
        var asked = $"gh {string.Join(' ', words.Take(2))}";
        if (result.TimedOut)
            throw new FailureException(Failed($"{asked} took longer than {Limit.TotalMinutes:0} minutes", result.Error));
        if (result.ExitCode == NotSignedIn || result.Error.Contains("gh auth login", StringComparison.Ordinal))
            throw new FailureException(new Failure(FailureCategory.Environment, "gh_not_signed_in", "gh is not signed in", "gh auth login, or set GH_TOKEN", result.Error.Trim()));
        throw new FailureException(Failed($"{asked} failed: {Short(result.Error)}", result.Error.Trim()));
    }

    private static Failure Failed(string message, string detail) =>
        new(FailureCategory.Environment, "gh_failed", message, "look at it with 'gh pr status'", detail);

    private static string Short(string text) => DocumentFailure.OneLine(text.Trim().Split('\n')[0]);
}
