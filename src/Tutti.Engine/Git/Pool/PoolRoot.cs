using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>Where the slots of a repository are, and how git is told not to see them there.</summary>
public static class PoolRoot
{
    /// <summary>The folder of the slots, absolute, links resolved; need not exist yet.</summary>
    /// <exception cref="FailureException"><c>worktree_root_invalid</c>: it would be the repository itself, hold it, or be inside its git folder.</exception>
    public static string Of(Repository repository, WorktreeSettings settings)
    {
        var root = RealPath.Of(settings.Root is { } wanted ? Path.Combine(repository.Home, wanted) : Default(repository));
        if (IsIn(repository.Home, root) || IsIn(root, repository.CommonDirectory))
        {
            throw FailureException.Input(
                "worktree_root_invalid", $"worktrees.root {root} holds the repository or is inside its git folder", "choose a folder of its own, for example ../NAME.worktrees");
        }

        return root;
    }

    /// <summary>
    /// Makes the folder; where it is inside the user's tree, adds it to <c>info/exclude</c>, once.
    /// </summary>
    /// <param name="hold">Proof of the pool's lock.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="root">As <see cref="Of"/> gives it.</param>
    internal static void Make(PoolHold hold, Repository repository, string root)
    {
        ArgumentNullException.ThrowIfNull(hold);
        Directory.CreateDirectory(root);
        if (repository.MainWorktree is { } top && IsIn(root, top))
            Exclude(Path.Combine(repository.CommonDirectory, "info", "exclude"), $"/{Escaped(Path.GetRelativePath(top, root))}/");
    }

    // NAME.worktrees beside the repository. Beside a submodule is inside the tree that holds it, so there it goes beside that one.
    private static string Default(Repository repository)
    {
        var home = repository.Home;
        var modules = repository.CommonDirectory.IndexOf("/.git/modules/", StringComparison.Ordinal);
        if (modules < 0)
            return Beside(home, Path.GetFileName(home));
        var outer = repository.CommonDirectory[..modules];
        return Beside(outer, $"{Path.GetFileName(outer)}.{Path.GetRelativePath(outer, home).Replace('/', '.')}");
    }

    private static string Beside(string home, string name) =>
        Path.Combine(Path.GetDirectoryName(home) ?? home, (name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name) + ".worktrees");

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static void Exclude(string file, string line)
    {
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        if (text.Split('\n').Any(l => l.TrimEnd('\r') == line))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var gap = text.Length == 0 || text.EndsWith('\n') ? "" : "\n";
        var temporary = file + ".tutti-new";
        File.WriteAllText(temporary, $"{text}{gap}# worktrees of tutti\n{line}\n");
        File.Move(temporary, file, overwrite: true);
    }

    // What gitignore(5) would read as a pattern is meant literally here.
    private static string Escaped(string path)
    {
        var escaped = new StringBuilder();
        foreach (var c in path)
        {
            if (c is '*' or '?' or '[' or '\\' or '!' or '#' or ' ')
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
