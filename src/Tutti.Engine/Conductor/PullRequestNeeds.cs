using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Conductor;

/// <summary>What a session with <c>land: pr</c> will need at its end; said before it starts, because the work is done without it.</summary>
public static class PullRequestNeeds
{
    /// <summary>What is missing; nothing where the settings ask for no pull request.</summary>
    public static async Task<IReadOnlyList<Failure>> MissingAsync(Repository repository, Settings settings, string target, CancellationToken cancellation)
    {
        if (settings.Land != LandMode.Pr)
            return [];
        var missing = GitHubCli.Missing();
        var remote = await new RemoteBranch(repository.Folder).PlaceOfAsync(target, cancellation) is null
            ? new Failure(FailureCategory.Environment, "no_remote", $"'land: pr' needs a remote: {target} has no upstream, and there is no 'origin'", "git remote add origin URL")
            : null;
        return [.. new[] { missing, remote }.OfType<Failure>()];
    }
}
