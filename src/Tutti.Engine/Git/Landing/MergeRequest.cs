using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>One merge to make in the object store.</summary>
/// <param name="Onto">Full id of the commit to build on.</param>
/// <param name="Head">Full id of the commit to bring in.</param>
/// <param name="Message">The message of the merge or squash commit.</param>
/// <param name="Style">How.</param>
/// <param name="At">The commit's date. The same request gives the same commit id (unless it is signed), so it can be repeated after a crash.</param>
public sealed record MergeRequest(string Onto, string Head, string Message, MergeStyle Style, DateTimeOffset At)
{
    /// <summary>Full id of a commit whose author becomes the author; null is the user.</summary>
    public string? AuthorFrom { get; init; }
}

/// <summary>What kind of conflict a path has.</summary>
public enum ConflictKind
{
    /// <summary>Both sides changed the same lines.</summary>
    Content,

    /// <summary>Both sides added the path, differently.</summary>
    AddAdd,

    /// <summary>One side deleted what the other changed.</summary>
    ModifyDelete,

    /// <summary>The sides renamed differently, or one renamed what the other deleted, or a folder.</summary>
    Rename,

    /// <summary>Both sides changed a file that is not text.</summary>
    Binary,

    /// <summary>The path is a file on one side and a link (or another type) on the other, or its mode differs.</summary>
    Mode,

    /// <summary>Both sides moved a submodule.</summary>
    Submodule,

    /// <summary>A file on one side is a folder on the other.</summary>
    FileFolder,

    /// <summary>What git added since this was written; the messages say it.</summary>
    Other,
}

/// <summary>One path in conflict.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Kind">What kind.</param>
/// <param name="Base">The blob before both; null where that side has none.</param>
/// <param name="Ours">The blob on the side merged onto.</param>
/// <param name="Theirs">The blob on the side brought in.</param>
public sealed record ConflictedPath(string Path, ConflictKind Kind, string? Base, string? Ours, string? Theirs)
{
    /// <summary>The modes of the three, for example 100644; null where there is none.</summary>
    public (string? Base, string? Ours, string? Theirs) Modes { get; init; }
}

/// <summary>How a merge in the object store ended. No ref, index or checkout was touched in any case.</summary>
public abstract record MergeOutcome
{
    private MergeOutcome()
    {
    }

    /// <summary>There is a commit to verify and land.</summary>
    /// <param name="Commit">Full id.</param>
    /// <param name="Tree">Its tree.</param>
    /// <param name="Note">What is not as asked, or null.</param>
    public sealed record Merged(string Commit, string Tree, string? Note = null) : MergeOutcome;

    /// <summary>Head's content is in onto already: as an ancestor, or because merging it gives onto's tree (PITFALLS P17).</summary>
    public sealed record AlreadyIn(string Tree) : MergeOutcome;

    /// <summary>Someone must decide.</summary>
    /// <param name="Paths">At most <see cref="MergeTreeOutput.PathsKept"/> paths.</param>
    /// <param name="Messages">Git's words on each, at most as many.</param>
    /// <param name="Tree">The merge with conflict markers in its files.</param>
    public sealed record Conflicted(IReadOnlyList<ConflictedPath> Paths, IReadOnlyList<string> Messages, string Tree) : MergeOutcome;

    /// <summary>It could not be tried: <c>commit_missing</c>, <c>unrelated_histories</c>, <c>no_identity</c>, <c>signing_failed</c>, <c>git_failed</c>.</summary>
    public sealed record Failed(Failure Failure) : MergeOutcome;
}
