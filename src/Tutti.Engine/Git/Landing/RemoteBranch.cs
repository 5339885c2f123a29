using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>Where a branch goes when it is pushed.</summary>
/// <param name="Remote">Name of the remote.</param>
/// <param name="Base">What the target is called there, without <c>refs/heads/</c>.</param>
public sealed record PushPlace(string Remote, string Base);

/// <summary>Pushes branches of Tutti's own to the user's remote.</summary>
/// <param name="directory">The user's checkout, or the common folder of a bare repository: its remotes and credentials count.</param>
public sealed class RemoteBranch(string directory)
{
    private const string Fallback = "origin";

    /// <summary>The remote of the target's upstream, else <c>origin</c>; null where there is neither.</summary>
    public async Task<PushPlace?> PlaceOfAsync(string target, CancellationToken cancellation = default)
    {
        var remotes = (await GitCommand.RunAsync(directory, ["remote"], cancellation: cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // "." is the repository itself, and an address in place of a name is no remote that others know.
        if (await ConfiguredAsync($"branch.{target}.remote", cancellation) is { } upstream && remotes.Contains(upstream))
        {
            var name = await ConfiguredAsync($"branch.{target}.merge", cancellation);
            return new PushPlace(upstream, name is not null && name.StartsWith("refs/heads/", StringComparison.Ordinal) ? name["refs/heads/".Length..] : target);
        }

        return remotes.Contains(Fallback) ? new PushPlace(Fallback, target) : null;
    }

    /// <summary>Brings a commit to a branch of a remote, forwards only; pushing what is there already is harmless.</summary>
    /// <returns>Null when the remote has it; else <c>push_refused</c> or <c>push_failed</c>.</returns>
    public async Task<Failure?> PushAsync(string remote, string branch, string commit, CancellationToken cancellation = default)
    {
        string[] arguments =
        [
            "push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", GitCommand.EndOfOptions, remote, $"{ObjectId.Check(commit)}:refs/heads/{branch}",
        ];
        var result = await GitCommand.TryAsync(directory, arguments, cancellation: cancellation);
        if (result is { ExitCode: 0, TimedOut: false })
            return null;
        // "!\tID:refs/heads/x\t[rejected] (non-fast-forward)", "!\t…\t[remote rejected] (pre-receive hook declined)"
        var refused = result.Text.Split('\n').FirstOrDefault(line => line.StartsWith("!\t", StringComparison.Ordinal))?.Split('\t')[^1];
        var failed = GitCommand.Failed(arguments, result);
        return refused is null
            ? failed with { Code = "push_failed", Message = $"{branch} could not be pushed to {remote}: {failed.Message}" }
            : failed with { Code = "push_refused", Message = $"{remote} refused {branch}: {refused}" };
    }

    private async Task<string?> ConfiguredAsync(string key, CancellationToken cancellation)
    {
        var result = await GitCommand.TryAsync(directory, ["config", "--get", key], cancellation: cancellation);
        return result.ExitCode == 0 && result.Text.Length > 0 ? result.Text : null;
    }
}
