using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git;

/// <summary>A branch by its full name, and where it is.</summary>
internal sealed record BranchHead(string Name, string Commit);

/// <summary>Finds the branch a session is to land on, and the checkout that holds it.</summary>
internal static class PreflightTarget
{
    private const string Heads = "refs/heads/";

    // A hint is one line; repositories may have thousands of branches.
    private const int MaxNamed = 10;

    /// <summary>What git says about branches.</summary>
    /// <param name="All">Every local branch that has a commit.</param>
    /// <param name="Current">Full name of the branch HEAD is on, born or not; null when detached.</param>
    /// <param name="Refused">Why nothing could be read; null when it could.</param>
    internal sealed record Branches(IReadOnlyList<BranchHead> All, string? Current, Failure? Refused);

    /// <summary>Reads branches and HEAD. Expected: a line per branch, <c>refs/heads/main 0123…</c> (ref names hold no blanks).</summary>
    public static async Task<Branches> ReadAsync(Repository repository, CancellationToken cancellation)
    {
        string[] list = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"];
        // In the git folder, where work lands: git asks there anew whose that is.
        var all = GitCommand.TryAsync(repository.CommonDirectory, list, cancellation: cancellation);
        var head = await GitCommand.TryAsync(repository.Folder, ["symbolic-ref", "-q", "HEAD"], cancellation: cancellation);
        var result = await all;
        if (Preflight.Unowned(repository, head.Error) is { } unowned)
            return new Branches([], null, unowned);
        if (result.ExitCode != 0)
            return new Branches([], null, Preflight.Unowned(repository, result.Error) ?? GitCommand.Failed(list, result));
        var branches = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(parts => new BranchHead(parts[0], parts[1]))
            .ToList();
        return new Branches(branches, head.ExitCode == 0 ? head.Text : null, null);
    }

    /// <summary>The wanted branch, or null and a failure added that says what to do.</summary>
    public static async Task<BranchHead?> FindAsync(Task<Branches> reading, string? wanted, List<Failure> failures)
    {
        var branches = await reading;
        if (branches.Refused is { } refused)
        {
            // The identity check may have met the same refusal already.
            if (failures.TrueForAll(f => f.Code != refused.Code))
                failures.Add(refused);
            return null;
        }

        if (Wanted(branches, wanted) is not { } name)
        {
            failures.Add(new Failure(
                FailureCategory.Input, "target_unknown", "HEAD is detached, so there is no current branch to land on", "say where the work is to land: --target BRANCH"));
            return null;
        }

        if (branches.All.FirstOrDefault(b => b.Name == name) is { } found)
            return found;
        failures.Add(Missing(branches, name));
        return null;
    }

    /// <summary>The folder that has a branch checked out, null when none; what is going on there is noted.</summary>
    public static async Task<string?> CheckoutAsync(Repository repository, string branch, List<string> notes, CancellationToken cancellation)
    {
        var places = (await Checkouts.ListAsync(repository.Folder, cancellation)).Where(c => c.Branch == branch).Select(c => c.Path).ToList();
        foreach (var place in places.Where(Directory.Exists))
        {
            if (RepositoryFiles.GitFolderIn(place) is { } git && Operation.InProgress(git) is { } operation)
                notes.Add($"a {operation.Name} is in progress in {place}, where {Short(branch)} is checked out; landing waits until it is finished");
        }

        return places.Count > 0 ? places[0] : null;
    }

    private static string? Wanted(Branches branches, string? wanted) => wanted switch
    {
        null => branches.Current,
        _ when wanted.StartsWith(Heads, StringComparison.Ordinal) => wanted,
        _ => Heads + wanted,
    };

    private static Failure Missing(Branches branches, string name)
    {
        if (branches.All.Count == 0 || name == branches.Current)
            return new Failure(
                FailureCategory.Environment, "no_commit_yet", $"{Short(name)} has no commit yet", "make the first one: git commit --allow-empty -m start");
        var known = branches.All.Select(b => Short(b.Name)).ToList();
        var hint = Nearest.To(Short(name), known) is { } near ? $"did you mean '{near}'?" : $"known: {string.Join(", ", known.Take(MaxNamed))}";
        return new Failure(FailureCategory.Input, "target_unknown", $"there is no branch '{Short(name)}'", hint);
    }

    private static string Short(string name) => name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : name;
}
