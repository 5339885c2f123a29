namespace Tutti.Engine.Git.Pool;

/// <summary>What giving a slot away, or removing it, would lose.</summary>
/// <param name="Why">One line; null when nothing would be lost.</param>
/// <param name="Paths">The first of the paths concerned.</param>
/// <param name="Head">Commit HEAD is at, where it could be read.</param>
/// <param name="Branch">Branch HEAD is on; null when detached.</param>
internal sealed record Judgement(string? Why, IReadOnlyList<string> Paths, string? Head = null, string? Branch = null)
{
    public bool IsSafe => Why is null;
}

/// <summary>Looks into a slot before anything is done to it (PITFALLS P2): only what is clean, whole and reachable is ever reused.</summary>
internal static class SlotJudge
{
    // A git command of an agent may just be finishing; one that was killed leaves its lock for ever.
    private static readonly TimeSpan IndexLockLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IndexLockPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Judges a slot by registration, state, status and the place of HEAD.</summary>
    /// <param name="common">The common git folder.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="refresh">Whether git may write back what it learnt (at release, where nobody waits for it).</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<Judgement> JudgeAsync(string common, SlotRecord slot, bool refresh, CancellationToken cancellation)
    {
        var (refusal, locked) = await LookAsync(common, slot, cancellation);
        if (refusal is not null)
            return refusal;
        var status = await CheckoutStatus.GlanceAsync(slot.Path, refresh && !locked, cancellation);
        if (!status.IsClean)
            return new Judgement(Uncommitted(status.Entries.Count), status.Named, status.Head, status.Branch);
        if (status.Head is null)
            return new Judgement($"its branch {status.Branch} has no commit", [], null, status.Branch);
        if (status.Branch is null && status.Head != slot.Head && !await IsOnARefAsync(slot.Path, status.Head, cancellation))
            return new Judgement($"commit {status.Head} is on no branch or other ref", [], status.Head);
        if (locked)
            File.Delete(IndexLock(Registrations.FolderOf(slot)!));
        return new Judgement(null, [], status.Head, status.Branch);
    }

    /// <summary>Judges all but what is tracked: for a caller that is about to let git compare that.</summary>
    public static async Task<Judgement> GlanceAsync(string common, SlotRecord slot, CancellationToken cancellation)
    {
        if (await LookAsync(common, slot, cancellation) is { Refusal: { } refusal })
            return refusal;
        var listed = await GitCommand.RunAsync(
            slot.Path, ["ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z"], cancellation: cancellation);
        var untracked = listed.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return untracked.Length == 0
            ? new Judgement(null, [])
            : new Judgement(Uncommitted(untracked.Length), untracked[..Math.Min(untracked.Length, CheckoutStatus.MostNamed)]);
    }

    private static string Uncommitted(int count) => $"{count} uncommitted {(count == 1 ? "path" : "paths")}";

    /// <summary>What can be told before git looks at any file.</summary>
    /// <returns>A judgement that ends the matter, if any; and whether the index has stayed locked for as long as any git would take.</returns>
    private static async Task<(Judgement? Refusal, bool Locked)> LookAsync(string common, SlotRecord slot, CancellationToken cancellation)
    {
        if (Registrations.Problem(common, slot) is { } problem)
            return (new Judgement(problem.Why, []), false);
        var folder = Registrations.FolderOf(slot)!;
        if (Operation.InProgress(folder) is { } operation)
            return (await InOperationAsync(slot, operation.Name, cancellation), false);
        var locked = await IsIndexLockedAsync(folder, cancellation);
        return (await RevealAsync(slot, folder, locked, cancellation), locked);
    }

    /// <summary>True when some ref leads to a commit.</summary>
    private static async Task<bool> IsOnARefAsync(string path, string commit, CancellationToken cancellation)
    {
        var refs = await GitCommand.RunAsync(path, ["for-each-ref", "--count=1", "--format=%(refname)", "--contains", commit], cancellation: cancellation);
        return refs.Length > 0;
    }

    private static async Task<Judgement> InOperationAsync(SlotRecord slot, string operation, CancellationToken cancellation)
    {
        var status = await CheckoutStatus.GlanceAsync(slot.Path, refresh: false, cancellation);
        return new Judgement($"a {operation} is in progress", status.Named, status.Head, status.Branch);
    }

    private static string IndexLock(string folder) => Path.Combine(folder, "index.lock");

    /// <summary>True when an index stays locked for longer than any git would take over a small change.</summary>
    public static async Task<bool> IsIndexLockedAsync(string folder, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; File.Exists(IndexLock(folder)); waited += IndexLockPause)
        {
            if (waited >= IndexLockLimit)
                return true;
            await Task.Delay(IndexLockPause, cancellation);
        }

        return false;
    }

    /// <summary>Makes git look again at entries it was told to skip; a judgement only when it cannot be done.</summary>
    private static async Task<Judgement?> RevealAsync(SlotRecord slot, string folder, bool locked, CancellationToken cancellation)
    {
        var index = Path.Combine(folder, "index");
        if (!File.Exists(index))
            return null;
        var sparse = File.Exists(Path.Combine(folder, "info", "sparse-checkout"));
        var idBytes = (slot.Lease?.Base ?? slot.Head)?.Length == 64 ? 32 : 20;
        if (!IndexFlags.MayHide(await File.ReadAllBytesAsync(index, cancellation), idBytes, sparse))
            return null;
        if (locked)
            return new Judgement("its index is locked and hides paths from git status", []);

        // `h path` (any lower case letter): assumed unchanged; `S path`: skipped; NUL after each.
        var listed = await GitCommand.RunAsync(slot.Path, ["ls-files", "-v", "-z"], cancellation: cancellation);
        var entries = listed.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        await ClearAsync(slot, "--no-assume-unchanged", entries.Where(e => char.IsAsciiLetterLower(e[0])), cancellation);
        if (!sparse)
            await ClearAsync(slot, "--no-skip-worktree", entries.Where(e => e[0] is 'S' or 's'), cancellation);
        return null;
    }

    private static async Task ClearAsync(SlotRecord slot, string flag, IEnumerable<string> entries, CancellationToken cancellation)
    {
        var paths = string.Concat(entries.Select(e => e[2..] + '\0'));
        if (paths.Length > 0)
            await GitCommand.RunAsync(slot.Path, ["update-index", flag, "-z", "--stdin"], paths, cancellation: cancellation);
    }
}
