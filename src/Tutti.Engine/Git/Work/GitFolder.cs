using Tutti.Core;

namespace Tutti.Engine.Git.Work;

/// <summary>What a worktree's private git folder says, read from its files without starting git.</summary>
public static class GitFolder
{
    private static readonly (string Name, string What)[] Marks =
    [
        ("rebase-merge", "rebase"), ("rebase-apply", "rebase"), ("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"), ("sequencer", "cherry-pick"), ("BISECT_LOG", "bisect"),
    ];

    /// <summary>
    /// The git folder of a checkout: <c>.git</c> itself, or where the line <c>gitdir: PATH</c> of a linked worktree's
    /// <c>.git</c> file points (PATH may be relative to the checkout). Null when there is none.
    /// </summary>
    public static string? Of(string checkout)
    {
        var mark = Path.Combine(checkout, ".git");
        if (Directory.Exists(mark))
            return mark;
        if (!File.Exists(mark))
            return null;
        const string prefix = "gitdir: ";
        var line = File.ReadAllText(mark).TrimEnd('\n', '\r');
        if (!line.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var folder = Path.GetFullPath(line[prefix.Length..], checkout);
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The git folder of a slot that must be there.</summary>
    /// <exception cref="FailureException"><c>slot_missing</c>.</exception>
    public static string OfSlot(string slot) => Of(slot) ?? throw new FailureException(new Failure(
        FailureCategory.Git, FailureCode.SlotMissing, $"{slot} is no checkout any more", "something removed or changed it; 'tutti pool health' shows it, and 'tutti resume' takes another"));

    /// <summary>The operation a checkout is in the middle of ("merge", "rebase", …), or null.</summary>
    public static string? InProgress(string gitFolder)
    {
        foreach (var (name, what) in Marks)
        {
            if (Path.Exists(Path.Combine(gitFolder, name)))
                return what;
        }

        return null;
    }

    /// <summary>The branch (full ref) that a rebase in this git folder will move when it ends, or null.</summary>
    public static string? Rebasing(string gitFolder)
    {
        foreach (var folder in (ReadOnlySpan<string>)["rebase-merge", "rebase-apply"])
        {
            var file = Path.Combine(gitFolder, folder, "head-name");
            if (File.Exists(file))
                return File.ReadAllText(file).Trim();
        }

        return null;
    }
}
