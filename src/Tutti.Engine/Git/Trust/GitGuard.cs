using System.Globalization;
using Tutti.Core;

namespace Tutti.Engine.Git.Trust;

/// <summary>Sees to it, before each git, that it starts no program which an agent planted.</summary>
internal static class GitGuard
{
    /// <summary>Variables that stand above the configuration git finds for itself; empty where there is nothing to keep it from.</summary>
    /// <param name="directory">Where git is about to run.</param>
    /// <param name="arguments">What it is asked.</param>
    /// <param name="cancellation">Ends the git that reads the configuration.</param>
    /// <exception cref="FailureException"><c>remote_changed</c>, <c>nested_repositories</c>.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> VariablesAsync(string directory, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var nested = NestedRepositories.IsLookedInto(arguments) ? await NestedRepositories.ProgramsAsync(directory, cancellation) : new HashSet<string>();
        var (trusted, asItWas) = Trusted(directory);
        if ((asItWas || !TrustedConfig.IsAnyKnown) && nested.Count == 0)
            return None;
        var found = await GitCommand.ProgramsAsync(directory, cancellation);
        // A process that has been told of no repository believes the one it is in.
        var own = TrustedConfig.IsAnyKnown ? trusted?.Programs ?? Nobody : found.Own;
        return Variables(GitPrograms.Overrides(found, nested, own), IsRemoteChanged(found, own, arguments) || nested.Any(GitPrograms.IsOfNetwork));
    }

    /// <summary>What a repository's own configuration says otherwise than was trusted, as keys of <see cref="GitPrograms"/>.</summary>
    public static async Task<IReadOnlyList<string>> PlantedAsync(Repository repository, CancellationToken cancellation) => TrustedConfig.Of(repository.CommonDirectory) is { } trusted
        ? [.. GitPrograms.Differing((await GitCommand.ProgramsAsync(repository.Folder, cancellation)).Own, trusted.Programs).Order(StringComparer.Ordinal)]
        : [];

    private static readonly Dictionary<string, string> None = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, IReadOnlyList<string>> Nobody = new(StringComparer.Ordinal);

    private static (TrustedConfig? Trusted, bool AsItWas) Trusted(string directory)
    {
        // A folder that is no checkout's top, or a git folder: git itself finds out what counts there.
        var git = GitFolder.Of(directory) ?? (RepositoryFiles.IsGitFolder(directory) ? directory : null);
        if (git is null || !RepositoryFiles.IsGitFolder(git))
            return (null, false);
        var common = RepositoryFiles.CommonOf(git);
        return TrustedConfig.Of(common) is { } trusted ? (trusted, trusted.IsAsItWas(git, common)) : (null, false);
    }

    // Where objects are fetched from or sent to, and by which program, cannot be put right from outside; so nothing is sent, or fetched unasked.
    private static bool IsRemoteChanged(GitPrograms found, IReadOnlyDictionary<string, IReadOnlyList<string>> trusted, IReadOnlyList<string> arguments)
    {
        var changed = GitPrograms.Differing(found.Own, trusted).Where(GitPrograms.IsOfNetwork).Order(StringComparer.Ordinal).ToList();
        return changed.Count > 0 && arguments.Contains("push")
            ? throw new FailureException(new Failure(
                FailureCategory.Git,
                "remote_changed",
                $"the repository's configuration says otherwise than when the session began with whom git talks: {string.Join(", ", changed.Take(3))}",
                "look at it: git config --local --list; then start a new session, or push by hand"))
            : changed.Count > 0;
    }

    private static Dictionary<string, string> Variables(IReadOnlyList<(string Key, string Value)> over, bool withoutFetching)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_CONFIG_COUNT"] = over.Count.ToString(CultureInfo.InvariantCulture) };
        for (var i = 0; i < over.Count; i++)
        {
            variables[$"GIT_CONFIG_KEY_{i}"] = over[i].Key;
            variables[$"GIT_CONFIG_VALUE_{i}"] = over[i].Value;
        }

        if (withoutFetching)
            variables["GIT_NO_LAZY_FETCH"] = "1";
        return variables;
    }
}
