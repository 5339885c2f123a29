using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>What a pool needs to know beside the repository.</summary>
/// <param name="Worktrees">Root and size from the settings.</param>
/// <param name="AtOnce">Most slots the session may want at a time; the pool grows beyond its size for it.</param>
public sealed record PoolOptions(WorktreeSettings Worktrees, int AtOnce = 0)
{
    /// <summary>True while some conductor runs a session; its leases are then not stale, even when the process that took them is gone.</summary>
    public Func<string, bool> SessionIsLive { get; init; } = _ => false;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Most slots leased at once.</summary>
    public int Limit => Math.Max(1, Math.Max(Worktrees.Pool, AtOnce));
}
