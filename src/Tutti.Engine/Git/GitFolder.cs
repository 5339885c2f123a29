using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>What a worktree's private git folder says, read from its files without starting git.</summary>
public static class GitFolder
{
    /// <summary>
    /// The git folder of a checkout: <c>.git</c> itself, or where the line <c>gitdir: PATH</c> of a linked worktree's
    /// <c>.git</c> file points (PATH may be relative to the checkout). Null when there is none.
    /// </summary>
    public static string? Of(string checkout)
    {
        var mark = Path.Combine(checkout, ".git");
        if (Directory.Exists(mark))
            return mark;
        if (!File.Exists(mark) || RepositoryFiles.PointerIn(mark) is not { } pointer)
            return null;
        var folder = Path.GetFullPath(pointer, checkout);
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The git folder of a slot that must be there.</summary>
    /// <exception cref="FailureException"><c>slot_missing</c>.</exception>
    public static string OfSlot(string slot) => Of(slot) ?? throw new FailureException(new Failure(
        FailureCategory.Git, FailureCode.SlotMissing, $"{slot} is no checkout any more", "something removed or changed it; 'tutti pool health' shows it, and 'tutti resume' takes another"));

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
