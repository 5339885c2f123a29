namespace Tutti.Engine.Git;

/// <summary>An operation git can be in the middle of, told by files in a worktree's git folder.</summary>
/// <param name="Name">For example <c>rebase</c>.</param>
/// <param name="Abort">What to ask git for, to be rid of it.</param>
internal sealed record Operation(string Name, string Abort)
{
    // The same marks that git's own wt-status.c looks at.
    private static readonly (string Mark, Operation Operation)[] Marks =
    [
        ("rebase-merge", new("rebase", "rebase --abort")),
        ("rebase-apply", new("rebase or am", "rebase --abort (or am --abort)")),
        ("MERGE_HEAD", new("merge", "merge --abort")),
        ("CHERRY_PICK_HEAD", new("cherry-pick", "cherry-pick --abort")),
        ("REVERT_HEAD", new("revert", "revert --abort")),
        ("sequencer", new("cherry-pick or revert", "cherry-pick --abort (or revert --abort)")),
        ("BISECT_LOG", new("bisect", "bisect reset")),
    ];

    /// <summary>What is in progress; null when nothing is.</summary>
    public static Operation? InProgress(string gitFolder) =>
        Marks.FirstOrDefault(m => Path.Exists(Path.Combine(gitFolder, m.Mark))).Operation;
}
