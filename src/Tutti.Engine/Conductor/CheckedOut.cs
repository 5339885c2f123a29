using Tutti.Engine.Git;

namespace Tutti.Engine.Conductor;

/// <summary>Where a branch is checked out, read from the HEAD files: asked for every landed task, so without a process.</summary>
internal static class CheckedOut
{
    /// <summary>The git folder of a worktree that has the branch checked out, or null.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="branch">Full ref name.</param>
    public static string? At(Repository repository, string branch)
    {
        var worktrees = Path.Combine(repository.CommonDirectory, "worktrees");
        var folders = Directory.Exists(worktrees) ? Directory.EnumerateDirectories(worktrees) : [];
        return folders.Prepend(repository.CommonDirectory).FirstOrDefault(folder => Head(folder) == $"ref: {branch}");
    }

    private static string? Head(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "HEAD")).TrimEnd('\n');
        }
        catch (IOException)
        {
            // A worktree that is being removed, or half-made: it has nothing checked out.
            return null;
        }
    }
}
