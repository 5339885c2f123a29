namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>A text of which both sides changed the same lines.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Stages">Blobs of base (null where both added it), ours and theirs.</param>
/// <param name="Mode">Its mode in the merged tree.</param>
/// <param name="Marked">Its content in the merged tree, with conflict markers.</param>
internal sealed record ConflictedFile(string Path, (string? Base, string Ours, string Theirs) Stages, string Mode, byte[] Marked)
{
    /// <summary>The texts of a conflict; null where some path of it is in conflict otherwise, which no tool that looks at one file can solve.</summary>
    public static async Task<IReadOnlyList<ConflictedFile>?> AllAsync(ControlRepository control, MergeOutcome.Conflicted conflict, CancellationToken cancellation)
    {
        if (conflict.Paths.Count is 0 or >= MergeTreeOutput.PathsKept || conflict.Paths.Any(p => p is not { Kind: ConflictKind.Content or ConflictKind.AddAdd, Ours: not null, Theirs: not null }))
            return null;
        var entries = await MergeBase.EntriesAsync(control, conflict.Tree, [.. conflict.Paths.Select(p => p.Path)], cancellation);
        if (conflict.Paths.Any(p => !entries.TryGetValue(p.Path, out var entry) || !entry.Mode.StartsWith("100", StringComparison.Ordinal)))
            return null;
        var blobs = await Blobs.ReadAsync(control, entries.Values.Select(e => e.Id), cancellation);
        return conflict.Paths.All(p => blobs.ContainsKey(entries[p.Path].Id))
            ? [.. conflict.Paths.Select(p => new ConflictedFile(p.Path, (p.Base, p.Ours!, p.Theirs!), entries[p.Path].Mode, blobs[entries[p.Path].Id]))]
            : null;
    }
}

/// <summary>A folder of Tutti's own for one resolution; gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private static readonly TimeSpan Lives = TimeSpan.FromDays(1);

    public ScratchFolder(string state)
    {
        var all = Directory.CreateDirectory(System.IO.Path.Combine(state, "resolving"));
        // What crashed processes left.
        foreach (var old in all.EnumerateDirectories().Where(d => d.LastWriteTimeUtc < (TimeProvider.System.GetUtcNow() - Lives).UtcDateTime))
            ControlFolder.Delete(old.FullName);
        Path = System.IO.Path.Combine(all.FullName, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(Path);
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    public void Dispose() => ControlFolder.Delete(Path);
}
