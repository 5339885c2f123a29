using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>Something of a session that a clean-up leaves alone.</summary>
/// <param name="What">session, branch or slot.</param>
/// <param name="Name">Its id, short name, or slot name.</param>
/// <param name="Why">In words.</param>
/// <param name="Command">What shows it; null where there is nothing to see.</param>
public sealed record CleanKept(string What, string Name, string Why, string? Command);

/// <summary>A branch that a clean-up deletes, if it still is where it was judged.</summary>
/// <param name="Judged">As it was judged.</param>
/// <param name="Forced">The rules would keep it.</param>
public sealed record CleanBranch(BranchJudgement Judged, bool Forced);

/// <summary>What cleaning a session would do; made without changing anything.</summary>
/// <param name="Folder">The session's.</param>
/// <param name="Branches">To be deleted.</param>
/// <param name="Slots">To be given back.</param>
/// <param name="Refs">Its refs, which go with its folder.</param>
/// <param name="Unreachable">Commits that nothing would hold any more.</param>
/// <param name="Kept">What stays; while anything does, refs and folder stay too.</param>
public sealed record SessionCleaningPlan(
    SessionFolder Folder,
    IReadOnlyList<CleanBranch> Branches,
    IReadOnlyList<SlotView> Slots,
    IReadOnlyList<NamedRef> Refs,
    IReadOnlyList<UnreachableWork> Unreachable,
    IReadOnlyList<CleanKept> Kept)
{
    /// <summary>Nothing of the session is left when it is carried out.</summary>
    public bool IsWhole => Kept.Count == 0;
}

/// <summary>
/// Removes what ended sessions have left: branches by what is true (SPEC 3.7), slots, refs, and at last the folder. Without
/// force no commit is lost that is nowhere else, and with it uncommitted work still is not touched.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
/// <param name="control">Where trial merges are made.</param>
/// <param name="time">The clock.</param>
public sealed class SessionCleaning(Repository repository, SlotPool pool, ControlRepository control, TimeProvider time)
{
    private const string Heads = "refs/heads/";

    private readonly BranchCleanup _branches = new(repository.CommonDirectory, control);
    private readonly SessionRefs _sessionRefs = new(repository.CommonDirectory);
    private readonly RefStore _refs = new(repository.CommonDirectory);

    /// <summary>Judges everything a session has left; changes nothing.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="state">As its journal has it; null where it was never started.</param>
    /// <param name="force">Give up what only this session holds.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    /// <exception cref="FailureException"><c>session_live</c>: agents of it still work.</exception>
    public async Task<SessionCleaningPlan> LookAsync(SessionFolder folder, SessionState? state, bool force, CancellationToken cancellation)
    {
        if (state is not null)
            RequireDead(folder, state);
        var refs = await _sessionRefs.ListAsync(folder.Id, cancellation);
        if (state is not null && IsResumable(state) && !force)
            return new SessionCleaningPlan(folder, [], [], refs, [], [new CleanKept("session", folder.Id, "it can be resumed; --force gives it up", $"tutti resume {folder.Id}")]);
        var slots = pool.Status().Slots.Where(s => s.Lease?.Owner.Session == folder.Id && s.State is SlotState.Leased or SlotState.Preserved).ToList();
        var (going, kept) = state is null ? ([], []) : await BranchesAsync(state, refs, slots, force, cancellation);
        kept.AddRange(slots.Where(s => s.State == SlotState.Preserved).Select(s => new CleanKept("slot", s.Name, s.Why ?? "it holds work", $"cd {s.Path}")));
        var unreachable = await UnreachableAsync(folder.Id, going, cancellation);
        if (unreachable.Count > 0 && !force)
            kept.Add(new CleanKept("session", folder.Id, $"{unreachable.Count} of its refs hold commits that are nowhere else; --force lets them go", null));
        return new SessionCleaningPlan(folder, going, slots, refs, unreachable, kept);
    }

    /// <summary>The same for a session whose journal cannot be read: which branches are its own, nobody knows, so they all stay.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="damage">Why it cannot be read.</param>
    /// <param name="force">Give the session up, and what only it holds.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    /// <exception cref="FailureException"><c>session_live</c>: a process of it still works.</exception>
    public async Task<SessionCleaningPlan> LookWithoutJournalAsync(SessionFolder folder, Failure damage, bool force, CancellationToken cancellation)
    {
        if (Leftovers.Find(Path.GetDirectoryName(folder.Path)!, _ => false).FirstOrDefault(left => left.Session == folder.Id) is { } left)
            throw FailureException.Input("session_live", $"process {left.Pid} of session {folder.Id} still works on task {left.Task}", $"wait for it, or: kill {left.Pid}");
        var plan = await LookAsync(folder, null, force, cancellation);
        return force ? plan : plan with { Kept = [.. plan.Kept, new CleanKept("session", folder.Id, $"{damage.Message}; --force gives it up", null)] };
    }

    /// <summary>Does what was planned. Everything is checked again by compare-and-swap, so what changed meanwhile stays.</summary>
    /// <returns>What has stayed.</returns>
    public async Task<IReadOnlyList<CleanKept>> CarryOutAsync(SessionCleaningPlan plan, CancellationToken cancellation)
    {
        var kept = plan.Kept.ToList();
        kept.AddRange(await ReleaseAsync(plan, cancellation));
        foreach (var branch in plan.Branches)
        {
            if (await DeleteAsync(branch, cancellation) is { } failure)
                kept.Add(new CleanKept("branch", Short(branch.Judged.Branch), failure.Message, null));
        }

        if (kept.Count > 0)
            return kept;
        if (await _sessionRefs.RemoveAsync(plan.Refs, cancellation) is { } moved)
            return [new CleanKept("session", plan.Folder.Id, moved.Message, null)];
        Remove(plan.Folder);
        return [];
    }

    /// <summary>Makes sure that no agent of a session works any more.</summary>
    /// <exception cref="FailureException"><c>session_live</c>.</exception>
    internal static void RequireDead(SessionFolder folder, SessionState state)
    {
        foreach (var task in state.Tasks.Values)
        {
            if (task.Live is { } live && AttemptProcess.Probe(AttemptFolder.Of(folder.Path, task.Id, live.Number, AttemptEffects.Word(live.Stage))) is AttemptLife.Alive)
                throw FailureException.Input("session_live", $"an agent of session {state.Id} still works on task {task.Id}", $"'tutti resume {state.Id}' adopts it, 'tutti control cancel --session {state.Id}' ends it");
        }
    }

    /// <summary>True for a session that a resume would go on with.</summary>
    internal static bool IsResumable(SessionState state) => state.EndedAt is null || state.Status is SessionStatus.Active or SessionStatus.Paused;

    private async Task<(List<CleanBranch> Going, List<CleanKept> Kept)> BranchesAsync(
        SessionState state, IReadOnlyList<NamedRef> refs, List<SlotView> slots, bool force, CancellationToken cancellation)
    {
        var (going, kept) = (new List<CleanBranch>(), new List<CleanKept>());
        var heads = (await _refs.ListAsync(Heads, cancellation)).ToDictionary(r => Short(r.Name), r => r.Id, StringComparer.Ordinal);
        var target = heads.GetValueOrDefault(state.Target);
        foreach (var (branch, task) in Own(state))
        {
            if (!heads.TryGetValue(branch, out var tip))
                continue;
            var slot = task is null ? null : slots.Find(s => s.Lease!.Owner.Task == task.Id);
            if (task is not null && !IsItsOwn(state, task, tip, refs))
            {
                kept.Add(new CleanKept("branch", branch, "it has moved on since this session", $"git log {branch}"));
                continue;
            }

            var judged = await _branches.JudgeAsync(new CleanupRequest(branch, target ?? state.Base, slot?.Path, AttemptAlive: false, AttemptRefsStay: false) { Landed = task is null ? null : CleanUpEffects.Landed(task) }, cancellation);
            if (judged.Decision.DeleteBranch)
                going.Add(new CleanBranch(judged, Forced: false));
            else if (force && judged.Facts is { InUse: false, Clean: true })
                going.Add(new CleanBranch(judged, Forced: true));
            else
                kept.Add(new CleanKept("branch", branch, Words(judged, state.Target), $"git log -p {state.Target}..{branch}"));
        }

        return (going, kept);
    }

    private static IEnumerable<(string Branch, TaskState? Task)> Own(SessionState state) =>
        state.Tasks.Values.Where(t => t.Branch is not null).OrderBy(t => t.Id, StringComparer.Ordinal).Select(t => (t.Branch!, (TaskState?)t)).Append((IntegrationBranch.Of(state.Id), null));

    // Names repeat between sessions: a branch is this one's only while it is where this one left it.
    private static bool IsItsOwn(SessionState state, TaskState task, string tip, IReadOnlyList<NamedRef> refs)
    {
        var prefix = $"{AttemptRef.Of(state.Id)}{AttemptRef.Segment(task.Id)}/";
        return tip == task.Head || tip == task.Base || refs.Any(r => r.Id == tip && r.Name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<UnreachableWork>> UnreachableAsync(string session, List<CleanBranch> going, CancellationToken cancellation)
    {
        var found = (await _sessionRefs.WouldBecomeUnreachableAsync(session, [.. going.Select(b => b.Judged.Branch)], cancellation)).ToList();
        foreach (var branch in going.Where(b => b.Forced && found.TrueForAll(f => f.Head != b.Judged.Head)))
        {
            var commits = await _sessionRefs.OnlyInAsync([branch.Judged.Head!], session, [.. going.Select(b => b.Judged.Branch)], SessionRefs.CommitsCounted, cancellation);
            if (commits.Count == 0)
                continue;
            var subject = await GitCommand.RunAsync(repository.CommonDirectory, ["log", "-1", "--no-show-signature", "--format=%s", branch.Judged.Head!, "--"], cancellation: cancellation);
            found.Add(UnreachableWork.Of(branch.Judged.Branch, branch.Judged.Head!, commits, subject));
        }

        return found;
    }

    private async Task<List<CleanKept>> ReleaseAsync(SessionCleaningPlan plan, CancellationToken cancellation)
    {
        if (plan.Slots.Count == 0)
            return [];
        var context = new SessionContext(repository, plan.Folder, pool, control, time, _ => throw new InvalidOperationException("nobody conducts a session that is cleaned away"));
        await OwnSlots.ReleaseAsync(context, plan.Folder.Id, cancellation);
        var kept = new List<CleanKept>();
        foreach (var slot in plan.Slots.Where(s => s.State == SlotState.Leased && !s.Lease!.Owner.Task.StartsWith(' ')))
        {
            if (await pool.ReleaseAsync(slot.Name, plan.Folder.Id, slot.Lease!.Owner.Task, cancellation) is ReleaseOutcome.Preserved preserved)
                kept.Add(new CleanKept("slot", slot.Name, preserved.Why, $"cd {slot.Path}"));
        }

        return kept;
    }

    private async Task<Failure?> DeleteAsync(CleanBranch branch, CancellationToken cancellation)
    {
        if (!branch.Forced)
            return await _branches.DeleteAsync(branch.Judged, cancellation);
        return CheckedOut.At(repository, branch.Judged.Branch) is { } place
            ? new Failure(FailureCategory.Git, "branch_checked_out", $"it is checked out ({place})", "let that worktree go to another branch, then clean up again")
            : await _refs.ApplyAsync([RefChange.Delete(branch.Judged.Branch, branch.Judged.Head!)], "tutti: clean --force", cancellation);
    }

    // A rename happens or does not; deleting can stop halfway, and half a session would be none.
    private void Remove(SessionFolder folder)
    {
        var trash = Path.Combine(repository.StateDirectory, "trash");
        Directory.CreateDirectory(trash);
        Directory.Move(folder.Path, Path.Combine(trash, $"{folder.Id}-{Guid.NewGuid():n}"));
        Failpoint.At("clean.moved");
        // With what a clean-up that died has left there.
        foreach (var aside in Directory.GetDirectories(trash))
        {
            try
            {
                Directory.Delete(aside, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process deletes it too, or something in it is in use or not ours. It is no session any more, and lies where nobody takes it for one.
            }
        }
    }

    private static string Words(BranchJudgement judged, string target) => judged.Facts switch
    {
        { InUse: true } => "it is checked out somewhere",
        { Clean: false } => $"its slot holds uncommitted work: {string.Join(", ", judged.DirtyPaths.Take(3))}",
        { Merged: MergedState.No } => $"its work is not on {target}; --force gives it up",
        _ => $"its content is on {target}, but nothing else holds its commits; --force lets them go",
    };

    private static string Short(string name) => name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : name;
}
