namespace Tutti.Engine.Git;

/// <summary>The operations git can be in the middle of, told by files in a worktree's git folder.</summary>
internal static class Operation
{
    // The same marks that git's own wt-status.c looks at.
    private static readonly (string Mark, string Name)[] Marks =
    [
        ("rebase-merge", "rebase"),
        ("rebase-apply", "rebase or am"),
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("sequencer", "cherry-pick or revert"),
        ("BISECT_LOG", "bisect"),
    ];

    /// <summary>The name of what is in progress, for example <c>rebase</c>; null when nothing is.</summary>
    public static string? InProgress(string gitFolder) =>
        Marks.FirstOrDefault(m => Path.Exists(Path.Combine(gitFolder, m.Mark))).Name;
}
