using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>
/// A program that git's configuration names (a filter such as Git LFS, one that signs) and that is not installed. Git's own last words about it
/// may be of what followed: "the remote end hung up unexpectedly".
/// </summary>
internal static class MissingProgram
{
    private const string NotRun = "error: cannot run ";
    private const string NoFile = ": No such file or directory";
    private static readonly string[] NotFound = [": command not found", ": not found"];
    private static readonly string[] Gits = ["fatal:", "error:", "warning:", "hint:", "remote:"];

    /// <summary>Its name, as git or the shell that git started told of it; null where nothing of the kind was said.</summary>
    /// <param name="error">What git printed on stderr, in the C locale.</param>
    public static string? In(string error) => error.Split('\n').Select(NameIn).FirstOrDefault(name => !string.IsNullOrEmpty(name));

    /// <summary>The failure that says so.</summary>
    /// <param name="command">What git was asked.</param>
    /// <param name="program">The name.</param>
    /// <param name="said">All of git's words.</param>
    public static Failure Failed(string command, string program, string said) => new(
        FailureCategory.Git,
        FailureCode.GitProgramMissing,
        $"git {command}: its configuration names '{program}', which is not installed here",
        "install it, or look where it is named: git config --show-origin --list",
        said);

    // Git, of a command of one word: `error: cannot run git-lfs: No such file or directory`. Of others, dash: `git-lfs filter-process: 1: git-lfs:
    // not found`; bash: `git-lfs clean -- 'a': line 1: git-lfs: command not found`.
    private static string? NameIn(string line)
    {
        if (line.StartsWith(NotRun, StringComparison.Ordinal))
            return line.EndsWith(NoFile, StringComparison.Ordinal) && line.Length > NotRun.Length + NoFile.Length ? line[NotRun.Length..^NoFile.Length] : null;
        if (Gits.Any(word => line.StartsWith(word, StringComparison.Ordinal)) || NotFound.FirstOrDefault(end => line.EndsWith(end, StringComparison.Ordinal)) is not { } end)
            return null;
        var before = line[..^end.Length];
        return before[(before.LastIndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0)..];
    }
}
