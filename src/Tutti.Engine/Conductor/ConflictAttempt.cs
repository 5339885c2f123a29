using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>A resolver's attempt: the slot with the conflict in it, what the agent is told of it, and what is taken out of it.</summary>
internal sealed class ConflictAttempt(SessionContext context)
{
    private readonly RefStore _refs = new(context.Repository.CommonDirectory);
    private readonly ConflictResolution _resolution = new(context.Control);

    /// <summary>The head that is merged: an earlier resolution, where that conflicts again.</summary>
    private static string Head(TaskState task) => task.Resolved?.Commit ?? task.Head!;

    /// <summary>Leases the slot; one that is to begin gets the conflict laid into it, on what has landed, set up as any slot is.</summary>
    /// <exception cref="FailureException">No slot, a set-up command that fails, or <c>no_conflict</c>.</exception>
    public async Task<AttemptTree> OpenAsync(AttemptPlan plan, bool begins, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        var owner = OwnSlots.ConflictOf(task.Id);
        var lease = await context.Pool.AcquireAsync(LeaseOwner.Current(state.Id, owner), OwnSlots.Branch(state.Id, owner), attempt.Commit!, cancellation);
        if (begins)
        {
            await context.Pool.ResetAsync(lease, attempt.Commit!, cancellation);
            await context.Pool.PrepareAsync(lease, state.Copy, fresh: false, cancellation);
            if (await SlotEffects.SetUpAsync(context, state, task.Id, $"{attempt.Number:00}-setup", lease.Path, lease.PortBase, cancellation) is { } failure)
                throw new FailureException(failure);
            // What set-up has changed of tracked files is no part of a resolution.
            await context.Pool.ResetAsync(lease, attempt.Commit!, cancellation);
            if (await _resolution.OpenAsync(lease.Path, attempt.Commit!, Head(task), LandingMessage.For(state, task, []), cancellation) is null)
                throw new FailureException(new Failure(FailureCategory.Conflict, "no_conflict", $"task {task.Id} does not conflict with {attempt.Commit![..10]} any more", "nothing is to be done: it is merged anew"));
        }

        return new AttemptTree(lease.Path, lease.PortBase);
    }

    /// <summary>What the resolver is told of the conflict: each path, and whose work stands on the other side.</summary>
    public async Task<ConflictBrief> BriefAsync(AttemptPlan plan, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        var views = await ConflictView.ReadAsync(context.Control, attempt.Commit!, Head(task), cancellation);
        var paths = views.Select(v => v.Path).ToHashSet(StringComparer.Ordinal);
        var landed = state.Plan.Tasks.Select(spec => state.Tasks[spec.Id]).Where(t => t.Landed is not null && t.Work?.Files.Any(paths.Contains) == true);
        return new ConflictBrief([.. views.Select(v => v.Said)], [.. landed], task);
    }

    /// <summary>
    /// Takes what the agent left as a merge, if it keeps everything of both sides or names what it drops. Its ref holds it from then on, so
    /// that a restart finds it; the slot goes back in any case.
    /// </summary>
    public async Task<AttemptIsOver> TakeAsync(AttemptPlan plan, AttemptTree tree, AttemptIsOver over, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        var name = AttemptRef.For(state.Id, task.Id, attempt.Number);
        var taken = over;
        if (await _refs.ReadAsync(name, cancellation) is { } before)
            taken = over with { Resolved = before };
        else if (over.Outcome == AttemptOutcome.Succeeded)
            taken = await CollectAsync(plan, tree, over, name, cancellation);
        await OwnSlots.ReleaseAsync(context, state, OwnSlots.ConflictOf(task.Id), cancellation);
        return taken;
    }

    /// <summary>Remembers how the conflicts of these tasks were resolved, now that the result is verified and lands.</summary>
    public async Task RecordAsync(SessionState state, IEnumerable<string> tasks, CancellationToken cancellation)
    {
        foreach (var task in tasks.Select(id => state.Tasks[id]))
        {
            if (task is not { Resolved: { } resolved, Head: { } head })
                continue;
            try
            {
                await _resolution.RecordAsync(resolved.Onto, head, resolved.Commit, Dropped.Of(task.Decisions), cancellation);
            }
            catch (Exception e) when (e is FailureException or IOException or UnauthorizedAccessException)
            {
                // One that is not remembered is resolved anew the next time; the landing, which is done, has nothing to do with it.
            }
        }
    }

    private async Task<AttemptIsOver> CollectAsync(AttemptPlan plan, AttemptTree tree, AttemptIsOver over, string name, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        var request = new CollectResolution(tree.Path, attempt.Commit!, Head(task), LandingMessage.For(state, task, []), context.Time.GetUtcNow())
        {
            Dropped = Dropped.Of(over.Result?.Decisions ?? []),
            TakeUnstaged = true,
            Exclude = path => state.Copy.Contains(path, StringComparer.Ordinal),
        };
        switch (await _resolution.CollectAsync(request, cancellation))
        {
            case CollectedResolution.Done done:
                if (await _refs.ApplyAsync([RefChange.Create(name, done.Merge.Commit)], "tutti: resolved", cancellation) is { } failure)
                    throw new FailureException(failure);
                await CloseAsync(plan, tree, done.Merge.Commit, cancellation);
                return over with
                {
                    Resolved = done.Merge.Commit,
                    Notes = [.. over.Notes ?? [], .. done.Notes, .. done.Report.Named.Select(n => $"resolving its conflict dropped {n.Loss.Said}: {n.Why}")],
                };
            case CollectedResolution.Refused { Failure: var refused }:
                return over with { Outcome = AttemptOutcome.Failed, Failure = refused };
            case var other:
                throw new InvalidOperationException($"no such outcome: {other}");
        }
    }

    // The slot's own branch goes along, so that nothing in it counts as work that is nowhere else.
    private async Task CloseAsync(AttemptPlan plan, AttemptTree tree, string resolved, CancellationToken cancellation)
    {
        var own = $"refs/heads/{OwnSlots.Branch(plan.State.Id, OwnSlots.ConflictOf(plan.Task.Id))}";
        var onto = plan.Attempt.Commit!;
        if (await _refs.ReadAsync(own, cancellation) == onto && await _refs.ApplyAsync([RefChange.Update(own, onto, resolved)], "tutti: resolved", cancellation) is null)
            await _resolution.CloseAsync(tree.Path, resolved, cancellation);
    }
}

/// <summary>A conflict as its resolver is told of it.</summary>
/// <param name="Paths">Each path with its kind and git's words.</param>
/// <param name="Landed">The tasks on the other side that touched them.</param>
/// <param name="Task">The task that is to land.</param>
internal sealed record ConflictBrief(IReadOnlyList<string> Paths, IReadOnlyList<TaskState> Landed, TaskState Task);
