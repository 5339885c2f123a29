namespace Tutti.Engine.Git.Work;

/// <summary>One path that differs between base and head.</summary>
/// <param name="Status">As git says it: A, M, D, R (renamed), C (copied), T (type changed).</param>
/// <param name="Path">Relative to the top, with <c>/</c>; the new one of a rename.</param>
/// <param name="OldPath">The old path of a rename or copy.</param>
/// <param name="Mode">The mode at head, for example 100644, 120000 (symlink), 160000 (submodule); 000000 when deleted.</param>
public sealed record ChangedPath(char Status, string Path, string? OldPath, string Mode)
{
    public bool IsSymlink => Mode == "120000";
    public bool IsSubmodule => Mode == "160000";
}

/// <summary>Why a path of the slot was not committed, or should not have been.</summary>
public enum LeftOutWhy
{
    /// <summary>Named by <see cref="Git.Work.Litter"/> or by the caller.</summary>
    Litter,

    /// <summary>A symlink that is absolute, leaves the tree, or points into <c>.git</c>.</summary>
    SymlinkOutside,

    /// <summary>A git repository inside the slot that is no submodule.</summary>
    NestedRepository,

    /// <summary>A submodule whose commit or content changed.</summary>
    Submodule,

    /// <summary>A name that is not valid UTF-8, which cannot be handed on safely.</summary>
    UnreadableName,

    /// <summary>Ignore rules that ignore themselves, beside what is tracked (<see cref="Git.HiddenRules"/>).</summary>
    HiddenRules,
}

/// <summary>A path that stays in the slot, outside the work.</summary>
public sealed record LeftOut(string Path, LeftOutWhy Why);

/// <summary>A file of the work that is large.</summary>
public sealed record LargeFile(string Path, long Bytes);

/// <summary>What a task's branch holds against its base, proved from git and not from what the agent says (PITFALLS P6).</summary>
/// <param name="Head">The branch's commit, which is also at the attempt's ref.</param>
/// <param name="Base">The commit it was compared with.</param>
/// <param name="Changes">At most <see cref="ChangesKept"/> of the changed paths, in git's order.</param>
/// <param name="ChangeCount">All of them.</param>
public sealed record CollectedWork(string Head, string Base, IReadOnlyList<ChangedPath> Changes, int ChangeCount)
{
    /// <summary>More changed paths than this are counted, not kept.</summary>
    public const int ChangesKept = 10_000;

    /// <summary>True when base and head hold the same files, whatever was committed in between.</summary>
    public bool Empty => ChangeCount == 0;

    /// <summary>How many files are gone, renames not among them.</summary>
    public int DeletedFiles { get; init; }

    /// <summary>Files tracked at base; counted only when many were deleted, else null.</summary>
    public int? BaseFiles { get; init; }

    /// <summary>Lines added; null when there are too many paths to count lines.</summary>
    public int? AddedLines { get; init; }

    /// <summary>Lines deleted; null when there are too many paths to count lines.</summary>
    public int? DeletedLines { get; init; }

    /// <summary>True when Tutti committed what the agent had left uncommitted.</summary>
    public bool Committed { get; init; }

    /// <summary>What stays in the slot, and why.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Symlinks out of the tree, and submodules, that the agent itself committed.</summary>
    public IReadOnlyList<LeftOut> Suspicious { get; init; } = [];

    public IReadOnlyList<LargeFile> Large { get; init; } = [];

    /// <summary>"path:line" of conflict markers in added lines.</summary>
    public IReadOnlyList<string> ConflictMarkers { get; init; } = [];

    /// <summary>What a person should know: a branch put right, a stale lock moved aside.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
