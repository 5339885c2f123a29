using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <content>What <c>tutti pool init|status|cleanup|reset|health</c> do.</content>
public sealed partial class SlotPool
{
    /// <summary>Every slot, and whose it is. Starts no process and waits for nobody.</summary>
    public PoolStatus Status() => new(Root, _options.Limit, [.. _file.Read().Slots.Select(View)]);

    /// <summary>Whose a slot is, or whose it was last where it is nobody's; null where nobody has had it.</summary>
    public SlotLease? LastLease(string slot) => _file.Read().Find(slot) is { Lease: not null } found ? found.ToLease() : null;

    /// <summary>Makes slots ahead of time, files checked out at HEAD, until there are <paramref name="size"/> that are leased or idle.</summary>
    /// <exception cref="FailureException"><c>no_commit_yet</c>, <c>pool_busy</c>, <c>git_failed</c>.</exception>
    public async Task<PoolStatus> InitAsync(int size, CancellationToken cancellation = default)
    {
        var head = await GitCommand.TryAsync(_repository.Folder, ["rev-parse", "--verify", "-q", "HEAD^{commit}"], cancellation: cancellation);
        if (head.ExitCode != 0 && Preflight.Unowned(_repository, head.Error) is { } unowned)
            throw new FailureException(unowned);
        if (head.ExitCode != 0)
            throw FailureException.Environment("no_commit_yet", "the repository has no commit yet", "make the first one: git commit --allow-empty -m start");
        while (await AddIdleAsync(Math.Min(size, SlotRecord.MaxNumber), head.Text, cancellation) is { } added)
            await FillAsync(added, head.Text, cancellation);
        return Status();
    }

    /// <summary>
    /// Removes every slot that is nobody's and holds nothing that is not elsewhere; stale leases are first released as their owner
    /// would have. Empties the trash.
    /// </summary>
    public async Task<PoolCleanup> CleanupAsync(CancellationToken cancellation = default)
    {
        var removed = new List<string>();
        var kept = new List<KeptSlot>();
        var roots = Roots();
        foreach (var name in _file.Read().Slots.Select(s => s.Name))
        {
            if (await CleanAsync(name, cancellation) is { } stays)
                kept.Add(stays);
            else
                removed.Add(name);
        }

        await EmptyTrashAsync(roots, cancellation);
        return new PoolCleanup(removed, kept);
    }

    /// <summary>Deletes what is left of removed slots, for the room that it takes.</summary>
    public Task EmptyTrashAsync(CancellationToken cancellation = default) => EmptyTrashAsync(Roots(), cancellation);

    /// <summary>Cleans up, then makes the pool anew. What holds work stays.</summary>
    public async Task<PoolCleanup> ResetPoolAsync(int size, CancellationToken cancellation = default)
    {
        var cleaned = await CleanupAsync(cancellation);
        await InitAsync(size, cancellation);
        return cleaned;
    }

    /// <summary>Where the repository was moved and its slots stayed, tells them where it is now; a slot that was touched otherwise stays as it is.</summary>
    public async Task FollowMoveAsync(CancellationToken cancellation = default)
    {
        if (!_file.Read().Slots.Any(IsLeftBehind))
            return;
        using var hold = await _file.HoldAsync(cancellation);
        foreach (var slot in hold.Record.Slots.Where(IsLeftBehind).ToList())
            Registrations.Reconnect(hold, slot);

        bool IsLeftBehind(SlotRecord slot) => Registrations.IsLeftBehind(_repository.CommonDirectory, slot);
    }

    /// <summary>What a person should look at; empty when all is well. Changes nothing.</summary>
    public IReadOnlyList<PoolProblem> Health() => [.. _file.Read().Slots.SelectMany(Problems)];

    private static async Task EmptyTrashAsync(IEnumerable<string> roots, CancellationToken cancellation)
    {
        foreach (var root in roots)
            await Trash.EmptyAsync(root, cancellation);
    }

    private List<string> Roots() => [.. _file.Read().Slots.Select(s => s.Root).Append(Root).Distinct()];

    private IEnumerable<PoolProblem> Problems(SlotRecord slot)
    {
        if (slot.State == SlotState.Making)
        {
            // While its maker lives this is no problem; the next who takes the lock knows.
            yield break;
        }

        if (Registrations.Problem(_repository.CommonDirectory, slot) is { } problem)
        {
            var hint = problem.Code switch
            {
                "missing_folder" => slot.State == SlotState.Leased ? "it is made again when its task goes on" : "it is forgotten by: tutti pool cleanup",
                "broken_git_file" or "unregistered" => $"if the repository or the folder was moved: git worktree repair {slot.Path}",
                _ => $"look at {slot.Path}",
            };
            yield return Found(slot, problem.Code, problem.Why, hint);
            yield break;
        }

        var folder = Registrations.FolderOf(slot)!;
        if (Registrations.LockedBecause(folder) is var reason && reason != Registrations.ReasonFor(slot.Name))
            yield return Found(slot, "locked_elsewhere", reason is null ? "somebody unlocked it" : $"somebody locked it: {reason}", "clean-up leaves it alone");
        if (File.Exists(Path.Combine(folder, "index.lock")))
            yield return Found(slot, "index_locked", "git is at work in it, or was killed there", $"if nothing runs: rm {Path.Combine(folder, "index.lock")}");
        if (IsStale(slot))
        {
            var owner = slot.Lease!.Owner;
            yield return owner.IsPlan
                ? Found(slot, "stale_lease", $"leased for {owner.Session}, which no process makes any more", "the next plan that an agent is asked for gives it back")
                : Found(slot, "stale_lease", $"leased to task {owner.Task} of session {owner.Session}, which no process runs", $"tutti resume {owner.Session}, or tutti pool cleanup");
        }

        if (slot.State == SlotState.Preserved)
            yield return Found(slot, "preserved", slot.Why ?? "it holds work", Registrations.HowToFree(slot.Path));
    }

    private static PoolProblem Found(SlotRecord slot, string code, string why, string hint) =>
        new(slot.Name, slot.Path, new Failure(FailureCategory.Git, code, $"{slot.Name}: {why}", hint));

    private SlotView View(SlotRecord slot) =>
        new(slot.Name, slot.Path, slot.State, slot.State == SlotState.Idle || slot.Lease is null ? null : slot.ToLease(), IsStale(slot), slot.Why, slot.Paths);

    private bool IsStale(SlotRecord slot) =>
        slot is { State: SlotState.Leased, Lease.Owner: { IsManual: false } owner } && !OwnerProcess.IsAlive(owner) && !_options.SessionIsLive(owner.Session);

    private async Task<SlotRecord?> AddIdleAsync(int size, string commit, CancellationToken cancellation)
    {
        using var hold = await _file.HoldAsync(cancellation);
        SlotMaker.UndoHalfMade(hold, _repository);
        var unfilled = hold.Record.Slots.FirstOrDefault(s => s is { State: SlotState.Idle, Fresh: true } && s.Root == Root && Directory.Exists(s.Path));
        if (unfilled is not null)
            return unfilled;
        var count = hold.Record.Slots.Count(s => s.State == SlotState.Leased || (s.State == SlotState.Idle && s.Root == Root));
        return count >= size ? null : hold.Save(await SlotMaker.AddAsync(hold, _repository, Unused(hold), commit, cancellation));
    }

    /// <summary>Checks files out in a slot that has none, unless somebody took it meanwhile.</summary>
    private async Task FillAsync(SlotRecord added, string commit, CancellationToken cancellation)
    {
        using var mine = await _file.HoldSlotAsync(added.Name, cancellation);
        if (_file.Read().Find(added.Name) is not { Fresh: true, State: SlotState.Idle } slot)
            return;
        await GitCommand.RunAsync(slot.Path, ["checkout", "-q", "-f", "--no-recurse-submodules", "--detach", commit], cancellation: cancellation);
        using var hold = await _file.HoldAsync(cancellation);
        // It may have been leased while files were checked out; its lease then finds them there.
        if (hold.Record.Find(slot.Name) is { } now)
            hold.Save(now with { Fresh = false, Head = commit });
    }

    /// <summary>Removes one slot, or says why it stays.</summary>
    private async Task<KeptSlot?> CleanAsync(string name, CancellationToken cancellation)
    {
        using var mine = await _file.HoldSlotAsync(name, cancellation);
        if (_file.Read().Find(name) is not { } slot)
            return null;
        if (slot.State == SlotState.Leased && !IsStale(slot))
            return Kept(slot, $"leased to task {slot.Lease!.Owner.Task} of session {slot.Lease.Owner.Session}", []);
        if (slot.State == SlotState.Making)
            return await UndoAsync(name, cancellation);
        return await FreeAsync(slot, cancellation) is ReleaseOutcome.Preserved preserved
            ? Kept(slot, preserved.Why, preserved.Paths)
            : await RemoveAsync(name, cancellation);
    }

    private async Task<KeptSlot?> RemoveAsync(string name, CancellationToken cancellation)
    {
        using var hold = await _file.HoldAsync(cancellation);
        if (hold.Record.Find(name) is not { } slot)
            return null;
        if (slot.State != SlotState.Idle)
            return Kept(slot, "it was leased meanwhile", []);
        var folder = Registrations.FolderOf(slot)!;
        if (Registrations.LockedBecause(folder) is var reason && reason != Registrations.ReasonFor(name))
            return Kept(slot, reason is null ? "somebody unlocked it" : $"somebody locked it: {reason}", []);
        // Repositories of submodules live in the registration, and may hold commits that were never pushed.
        if (Directory.Exists(Path.Combine(folder, "modules")))
            return Kept(slot, $"submodules were checked out in it; to remove it: git worktree remove -f -f {slot.Path}", []);
        SlotMaker.Remove(hold, _repository, slot);
        return null;
    }

    private async Task<KeptSlot?> UndoAsync(string name, CancellationToken cancellation)
    {
        using var hold = await _file.HoldAsync(cancellation);
        SlotMaker.UndoHalfMade(hold, _repository);
        return hold.Record.Find(name) is { } slot ? Kept(slot, $"leased to task {slot.Lease?.Owner.Task}", []) : null;
    }

    private static KeptSlot Kept(SlotRecord slot, string why, IReadOnlyList<string> paths) => new(slot.Name, slot.Path, why, paths);
}
