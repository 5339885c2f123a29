using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>
/// Where a git repository is on disk, found without starting git (<c>tutti status</c> runs many times a minute).
/// All paths are absolute with symbolic links resolved.
/// </summary>
/// <param name="Top">Top folder of the worktree that was asked from; null in a bare repository or inside a git folder.</param>
/// <param name="GitDirectory">The git folder of that worktree: the common one, or its own below <c>worktrees/</c>.</param>
/// <param name="CommonDirectory">The git folder that all worktrees share.</param>
/// <param name="MainWorktree">The user's first checkout; null when bare, or where nothing on disk says where it is.</param>
public sealed record Repository(string? Top, string GitDirectory, string CommonDirectory, string? MainWorktree)
{
    // Deeper than any path a kernel accepts (PATH_MAX 4096 is 2048 folders); it bounds the walk up.
    private const int MaxDepth = 2048;

    /// <summary>Where Tutti keeps its own state; may not exist yet, and is never inside a user's tree.</summary>
    public string StateDirectory => Path.Combine(CommonDirectory, "tutti");

    /// <summary>A folder in which git commands about the whole repository can run.</summary>
    public string Folder => Top ?? MainWorktree ?? CommonDirectory;

    /// <summary>
    /// The folder people call "the repository": the main worktree, a bare <c>name.git</c>, or what holds a hidden git folder
    /// (<c>name/.bare</c>).
    /// </summary>
    public string Home =>
        MainWorktree ?? (Path.GetFileName(CommonDirectory).StartsWith('.') ? Path.GetDirectoryName(CommonDirectory)! : CommonDirectory);

    /// <summary>Finds the repository a folder belongs to, as git itself would with no <c>GIT_*</c> variable set.</summary>
    /// <exception cref="FailureException"><c>not_a_repository</c>: no parent folder holds one; <c>repository_broken</c>: a pointer leads nowhere.</exception>
    public static Repository Discover(string folder)
    {
        var start = RealPath.Of(folder);
        var at = start;
        for (var depth = 0; at is not null && depth < MaxDepth; depth++)
        {
            if (RepositoryFiles.GitFolderIn(at) is { } git)
                return At(at, git);
            if (RepositoryFiles.IsGitFolder(at))
                return At(null, at);
            at = Path.GetDirectoryName(at);
        }

        throw FailureException.Environment(
            FailureCode.NotARepository, $"{folder} is in no git repository", "go into a repository, or make one here with: git init && git commit --allow-empty -m start");
    }

    private static Repository At(string? top, string git)
    {
        var common = RepositoryFiles.CommonOf(git);
        var core = RepositoryFiles.CoreOf(common);
        if (core.Bare && git == common)
            top = null;
        return new Repository(top, git, common, MainOf(top, git, common, core));
    }

    private static string? MainOf(string? top, string git, string common, CoreSettings core)
    {
        if (core.Bare)
            return null;
        // Submodules and `git init --separate-git-dir` keep the git folder elsewhere; core.worktree, where set, leads back.
        if (core.Worktree is { } worktree)
            return RealPath.Of(Path.Combine(common, worktree));
        if (Path.GetFileName(common) == ".git")
            return Path.GetDirectoryName(common);
        return git == common ? top : null;
    }
}
