using System.Security.Cryptography;
using Tutti.Core.Views;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// What git keeps of a worktree in <c>COMMON/worktrees/ID/</c>: <c>gitdir</c> names the worktree's <c>.git</c> file, and that file
/// names the folder. Both must name each other before anything is believed or removed (PITFALLS P3, P23).
/// </summary>
internal static class Registrations
{
    private const string LockReason = "tutti slot ";

    /// <summary>The reason a slot is locked with; git never prunes a locked worktree.</summary>
    public static string ReasonFor(string slot) => LockReason + slot;

    /// <summary>How a slot that is kept comes back into rotation.</summary>
    public static string HowToFree(string path) => $"git -C {ShellWord.Quote(path)} status shows what it holds; commit or remove that, then: tutti pool cleanup";

    /// <summary>What is wrong between a slot's folder and its registration, as code and words; null when they name each other.</summary>
    public static (string Code, string Why)? Problem(string common, SlotRecord slot) => Problem(common, slot, said: null);

    private static (string Code, string Why)? Problem(string common, SlotRecord slot, string? said)
    {
        if (new FileInfo(slot.Path).LinkTarget is { } target)
            return ("slot_is_link", $"its folder is a link to {target}");
        if (!Directory.Exists(slot.Path))
            return ("missing_folder", "its folder is gone");
        var gitFile = Path.Combine(slot.Path, ".git");
        if (RegularFile.LengthOfOwn(gitFile) == 0 || (said ?? File.ReadAllText(gitFile)) != slot.GitFile)
            return ("broken_git_file", "its .git file is not as git wrote it");
        if (FolderOf(slot) is not { } folder || !IsBelow(common, folder) || GitFileOf(folder) != gitFile)
            return ("unregistered", "git has no worktree registered for it");
        if (RepositoryFiles.CommonOf(folder) != common)
            return ("broken_registration", "its registration leads to another repository");
        return ConfigHash(folder) == slot.Config ? null : ("config_changed", "its own git configuration (config.worktree) was changed");
    }

    /// <summary>
    /// True where a slot is whole but for its <c>.git</c> file, which names a registration of this name in a place where none is any more:
    /// the repository was moved, and the slot stayed.
    /// </summary>
    public static bool IsLeftBehind(string common, SlotRecord slot)
    {
        var gitFile = Path.Combine(slot.Path, ".git");
        if (new DirectoryInfo(slot.Path) is not { Exists: true, LinkTarget: null } || RegularFile.LengthOfOwn(gitFile) == 0)
            return false;
        var text = File.ReadAllText(gitFile);
        var named = slot with { GitFile = text };
        return text != slot.GitFile && named.In(common).GitFile == slot.GitFile && !Path.Exists(FolderOf(named))
            && Problem(common, slot, slot.GitFile) is null;
    }

    /// <summary>Tells a slot that was left behind where its repository is now, as <c>git worktree repair</c> does.</summary>
    /// <param name="hold">Proof of the pool's lock.</param>
    /// <param name="slot">As the record has it for the new place.</param>
    public static void Reconnect(PoolHold hold, SlotRecord slot)
    {
        ArgumentNullException.ThrowIfNull(hold);
        File.WriteAllText(Path.Combine(slot.Path, ".git"), slot.GitFile);
        hold.Save(slot);
    }

    /// <summary>The registration folder that a slot's <c>.git</c> file named when it was made.</summary>
    public static string? FolderOf(SlotRecord slot) => RepositoryFiles.PointerOf(slot.GitFile) is { } pointer ? Path.GetFullPath(pointer, slot.Path) : null;

    /// <summary>Hash of a registration's own configuration; null when it has none, as is usual.</summary>
    public static string? ConfigHash(string folder)
    {
        var file = Path.Combine(folder, "config.worktree");
        return File.Exists(file) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) : null;
    }

    /// <summary>The commits at which registrations of a slot's folder have a detached HEAD: usually none.</summary>
    public static IEnumerable<string> DetachedHeads(string common, string slotPath) =>
        from folder in All(common)
        where GitFileOf(folder) == Path.Combine(slotPath, ".git")
        let head = Path.Combine(folder, "HEAD")
        where File.Exists(head)
        let text = File.ReadAllText(head).Trim()
        where ObjectId.IsFull(text)
        select text;

    /// <summary>The commit a slot's HEAD is detached at; null when it is on a branch, or cannot be told.</summary>
    public static string? HeadOf(SlotRecord slot)
    {
        var head = Path.Combine(FolderOf(slot) ?? slot.Path, "HEAD");
        return File.Exists(head) && File.ReadAllText(head).Trim() is var text && ObjectId.IsFull(text) ? text : null;
    }

    /// <summary>Why a worktree is locked; null when it is not.</summary>
    public static string? LockedBecause(string folder)
    {
        var file = Path.Combine(folder, "locked");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>
    /// Removes the registrations that name a slot's folder, and nothing else: never <c>git worktree prune</c>, which would take
    /// others' worktrees that happen to be away (an unplugged disk).
    /// </summary>
    /// <param name="hold">Proof of the pool's lock.</param>
    /// <param name="common">The common git folder.</param>
    /// <param name="slotPath">The slot's folder, which must be gone.</param>
    public static void Drop(PoolHold hold, string common, string slotPath)
    {
        ArgumentNullException.ThrowIfNull(hold);
        if (Directory.Exists(slotPath))
            throw new InvalidOperationException($"{slotPath} still exists");
        foreach (var folder in All(common).Where(f => GitFileOf(f) == Path.Combine(slotPath, ".git")))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>A record of the slots git knows by the reason they were locked with; all preserved, since nobody knows whose they are.</summary>
    public static PoolRecord Rebuild(string common)
    {
        var slots =
            from folder in All(common)
            let reason = LockedBecause(folder)
            where reason?.StartsWith(LockReason, StringComparison.Ordinal) == true && SlotRecord.IsName(reason[LockReason.Length..])
            let gitFile = GitFileOf(folder)
            where gitFile is not null && File.Exists(gitFile)
            let path = Path.GetDirectoryName(gitFile)
            where Path.GetFileName(path) == reason[LockReason.Length..]
            select new SlotRecord(Path.GetFileName(path)!, Path.GetDirectoryName(path)!, SlotState.Preserved)
            {
                GitFile = File.ReadAllText(gitFile),
                Config = ConfigHash(folder),
                Why = "the pool's record was lost, so whose it is, is not known",
            };
        return slots.DistinctBy(s => s.Name).Aggregate(PoolRecord.Empty, (record, slot) => record.With(slot));
    }

    private static string[] All(string common)
    {
        var parent = Path.Combine(common, "worktrees");
        return Directory.Exists(parent) ? [.. Directory.EnumerateDirectories(parent).Where(f => new FileInfo(f).LinkTarget is null)] : [];
    }

    /// <summary>The <c>.git</c> file a registration names; null when it names none yet. Sample: <c>/home/u/repo.worktrees/wt-1/.git\n</c>, relative from git 2.48 on if so configured.</summary>
    private static string? GitFileOf(string folder)
    {
        var file = Path.Combine(folder, "gitdir");
        if (!File.Exists(file))
            return null;
        var named = File.ReadAllText(file).TrimEnd('\n');
        return named.Length == 0 ? null : Path.GetFullPath(named, folder);
    }

    private static bool IsBelow(string common, string folder) =>
        Directory.Exists(folder) && Path.GetDirectoryName(folder) == Path.Combine(common, "worktrees");
}
