using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git;

/// <summary>The two settings of <c>[core]</c> that decide where a repository's worktree is.</summary>
/// <param name="Bare">The repository has no main worktree.</param>
/// <param name="Worktree">Its place when it is not beside the git folder; relative to the git folder.</param>
internal sealed record CoreSettings(bool Bare, string? Worktree);

/// <summary>Reads the few files by which git folders, worktrees and their configuration name each other.</summary>
internal static class RepositoryFiles
{
    private const string GitFilePrefix = "gitdir:";

    // A pointer file is one path; anything longer is something else (PATH_MAX and some room).
    private const int MaxPointer = 8192;

    /// <summary>The git folder that <c>FOLDER/.git</c> is or points to, links resolved; null when there is none.</summary>
    public static string? GitFolderIn(string folder)
    {
        var git = Path.Combine(folder, ".git");
        if (Directory.Exists(git))
            return IsGitFolder(git) ? RealPath.Of(git) : null;
        if (!File.Exists(git))
            return null;
        var target = PointerIn(git)
            ?? throw FailureException.Environment("repository_broken", $"{git} is a file that names no git folder", "repair it with: git worktree repair");
        var path = Path.GetFullPath(target, folder);
        return IsGitFolder(path)
            ? RealPath.Of(path)
            : throw FailureException.Environment("repository_broken", $"{git} points to {path}, which is no git folder", "if the repository was moved: git worktree repair");
    }

    /// <summary>True for a folder git would take for a git folder: HEAD, and objects and refs here or in the common folder.</summary>
    public static bool IsGitFolder(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "HEAD")))
            return false;
        if (File.Exists(Path.Combine(folder, "commondir")))
            return true;
        return Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs"));
    }

    /// <summary>The folder that <c>GIT/commondir</c> names, or the git folder itself.</summary>
    public static string CommonOf(string git)
    {
        var file = Path.Combine(git, "commondir");
        return File.Exists(file) ? RealPath.Of(Path.GetFullPath(ReadPointer(file).Trim(), git)) : git;
    }

    /// <summary>
    /// What a <c>.git</c> file points to; null when it is no such file. Sample: <c>gitdir: /home/u/repo/.git/worktrees/wt-1\n</c>;
    /// a submodule's is relative: <c>gitdir: ../.git/modules/sub</c>; spaces inside the path belong to it.
    /// </summary>
    public static string? PointerIn(string gitFile) => PointerOf(ReadPointer(gitFile));

    /// <summary>The same for such a file's text.</summary>
    public static string? PointerOf(string text) =>
        text.StartsWith(GitFilePrefix, StringComparison.Ordinal) ? text[GitFilePrefix.Length..].Trim(' ', '\t', '\n', '\r') : null;

    /// <summary><c>core.bare</c> and <c>core.worktree</c> as the common folder's own files give them.</summary>
    public static CoreSettings CoreOf(string common)
    {
        // With extensions.worktreeConfig (sparse checkouts) git moves both into the main worktree's config.worktree.
        var lines = Lines(Path.Combine(common, "config")).Concat(Lines(Path.Combine(common, "config.worktree")));
        return ParseCore(lines);
    }

    /// <summary>
    /// Picks the two settings from the lines of a configuration; the last one wins. Sample:
    /// <c>[core]</c>, <c>\tbare = false</c>, <c>\tworktree = "../../my tree"</c>. Awkward: names in any case, a setting on the
    /// section's own line (<c>[core] bare = true</c>), a bare name meaning true, comments; includes are not followed.
    /// </summary>
    public static CoreSettings ParseCore(IEnumerable<string> lines)
    {
        var (core, bare, worktree) = (false, false, (string?)null);
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.StartsWith('['))
            {
                var end = line.IndexOf(']');
                if (end < 0)
                    continue;
                core = line[1..end].Trim().Equals("core", StringComparison.OrdinalIgnoreCase);
                line = line[(end + 1)..].Trim();
            }

            if (!core || line.Length == 0 || line[0] is '#' or ';')
                continue;
            var equals = line.IndexOf('=');
            var name = (equals < 0 ? line : line[..equals]).Trim();
            var value = equals < 0 ? "true" : Value(line[(equals + 1)..]);
            if (name.Equals("bare", StringComparison.OrdinalIgnoreCase))
                bare = value.ToLowerInvariant() is "true" or "yes" or "on" or "1";
            else if (name.Equals("worktree", StringComparison.OrdinalIgnoreCase))
                worktree = value;
        }

        return new CoreSettings(bare, worktree);
    }

    private static string Value(string text)
    {
        var value = text.Trim();
        if (value.StartsWith('"'))
        {
            var end = value.IndexOf('"', 1);
            return end < 0 ? value[1..] : value[1..end];
        }

        var comment = value.AsSpan().IndexOfAny('#', ';');
        return comment < 0 ? value : value[..comment].TrimEnd();
    }

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    // A pipe in its place is not opened: an agent can put one there, and opening it would wait for a writer.
    private static string ReadPointer(string file)
    {
        if (RegularFile.Length(file) == 0)
            return "";
        using var reader = new StreamReader(file);
        var buffer = new char[MaxPointer];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }
}
