using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>Merges in the object store and moves the target, or the integration branch, to exactly what was verified.</summary>
internal sealed class LandingEffects(SessionContext context)
{
    private readonly TargetBranch _target = new(context.Repository.CommonDirectory, context.Pool.Root, context.Time);
    private readonly RefStore _refs = new(context.Repository.CommonDirectory);
    private readonly ConflictAttempt _conflicts = new(context);
    private readonly CommitGraph _graph = new(context.Repository.CommonDirectory);

    public async Task<Input> MergeAsync(MergeBranch effect, SessionState state, CancellationToken cancellation)
    {
        if (await MovedAsync(effect, state, cancellation) is { } actual)
            return new MergeEnded(effect.Task, effect.Onto, null, null, actual);
        return await MergedAsync(effect, state, cancellation) with { Head = effect.Head };
    }

    /// <summary>Merges, wherever the target is.</summary>
    internal async Task<MergeEnded> MergedAsync(MergeBranch effect, SessionState state, CancellationToken cancellation)
    {
        var task = state.Tasks[effect.Task];
        // What a resolver made of this very merge is the merge.
        if (state.Settings.MergeStyle == MergeStyle.Merge && task.Resolved is { } resolved && resolved.Onto == effect.Onto && resolved.Commit == effect.Head)
            return new MergeEnded(task.Id, effect.Onto, resolved.Commit, null);
        var at = task.Attempts.LastOrDefault(a => a.Stage != Stage.Land)?.EndedAt ?? state.At;
        var style = state.Settings.MergeStyle;
        var authors = style == MergeStyle.Squash ? await BranchAuthors.ReadAsync(context.Control, effect.Onto, effect.Head, cancellation) : BranchAuthors.None;
        var request = new MergeRequest(effect.Onto, effect.Head, LandingMessage.For(state, task, authors.CoAuthors), style, at) { AuthorFrom = authors.MainCommit };
        var merged = await context.Control.MergeAsync(request, cancellation);
        return merged switch
        {
            MergeOutcome.Merged x => new MergeEnded(task.Id, effect.Onto, x.Commit, null),
            MergeOutcome.AlreadyIn => new MergeEnded(task.Id, effect.Onto, null, null),
            MergeOutcome.Conflicted x => await ResolvedAsync(request, state, task, x, cancellation),
            MergeOutcome.Failed x => new MergeEnded(task.Id, effect.Onto, null, x.Failure),
            _ => throw new InvalidOperationException($"no such outcome: {merged}"),
        };
    }

    // What is resolved already, or a tool can resolve, needs nobody.
    private async Task<MergeEnded> ResolvedAsync(MergeRequest request, SessionState state, TaskState task, MergeOutcome.Conflicted conflict, CancellationToken cancellation) =>
        await new ConflictResolution(context.Control, state.Settings.MergeTool).TryAsync(request, conflict, cancellation) switch
        {
            ResolutionOutcome.Resolved x => new MergeEnded(task.Id, request.Onto, x.Merge.Commit, null) { By = x.By },
            ResolutionOutcome.Failed x => new MergeEnded(task.Id, request.Onto, null, x.Failure),
            ResolutionOutcome.Unresolved x => new MergeEnded(task.Id, request.Onto, null, Conflict(state, task, x.Conflict, x.Notes)),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };

    public async Task<Input> MoveAsync(MoveTarget effect, SessionState state, CancellationToken cancellation)
    {
        var moved = effect.Integration ? await MoveIntegrationAsync(effect, state, cancellation) : await MoveTargetAsync(effect, state, cancellation);
        if (moved is { Actual: null, Failure: null })
            await _graph.NoteAsync(effect.To, state.Landing.Moving?.Tasks.Count ?? 1);
        return moved;
    }

    private async Task<MoveEnded> MoveTargetAsync(MoveTarget effect, SessionState state, CancellationToken cancellation) =>
        await _target.MoveAsync(new MoveRequest(state.Target, effect.From, effect.To), cancellation) switch
        {
            MoveOutcome.Moved => await LandedAsync(effect, state, cancellation),
            MoveOutcome.MovedByOther { Actual: { } actual } when await IsRewrittenAsync(effect.From, actual, cancellation) => new MoveEnded(effect.Task, effect.To, null, Rewritten(state, effect.From, actual)),
            MoveOutcome.MovedByOther { Actual: { } actual } => new MoveEnded(effect.Task, effect.To, actual, null),
            MoveOutcome.MovedByOther => new MoveEnded(effect.Task, effect.To, null, Deleted(state)),
            MoveOutcome.Refused x => new MoveEnded(effect.Task, effect.To, null, Waiting(state, x.Failure)),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };

    public async Task<Input> TakeAsync(TakeIntegration effect, SessionState state, CancellationToken cancellation)
    {
        var taken = await TakeNowAsync(effect, state, cancellation);
        if (taken.Failure is not null)
            await BranchAsync(effect.To, state, cancellation);
        return taken;
    }

    private async Task<TakeEnded> TakeNowAsync(TakeIntegration effect, SessionState state, CancellationToken cancellation) =>
        await _target.MoveAsync(new MoveRequest(state.Target, effect.From, effect.To), cancellation) switch
        {
            MoveOutcome.Moved => await TakenAsync(effect, state, cancellation),
            MoveOutcome.MovedByOther { Actual: { } actual } when await IsRewrittenAsync(effect.From, actual, cancellation) => new TakeEnded(effect.To, Rewritten(state, effect.From, actual)),
            MoveOutcome.MovedByOther { Actual: { } actual } => new TakeEnded(effect.To, Moved(state, actual)),
            MoveOutcome.MovedByOther => new TakeEnded(effect.To, Deleted(state)),
            MoveOutcome.Refused x => new TakeEnded(effect.To, Waiting(state, x.Failure)),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };

    // The work may have gathered under another ref than the settings of now say: whoever is told where it waits finds it there. Where that cannot be made, it is
    // under the one of before.
    private async Task BranchAsync(string tip, SessionState state, CancellationToken cancellation)
    {
        if (await _refs.ReadAsync(Integration.RefOf(state), cancellation) is null)
            await _refs.ApplyAsync([RefChange.Create(Integration.RefOf(state), tip)], "tutti: not taken", cancellation);
    }

    // Whatever was resolved by the way is verified now, so it may be done again by itself.
    private async Task<MoveEnded> LandedAsync(MoveTarget effect, SessionState state, CancellationToken cancellation)
    {
        await _conflicts.RecordAsync(state, state.Landing.Moving?.Tasks ?? [], cancellation);
        return new MoveEnded(effect.Task, effect.To, null, null);
    }

    private async Task<TakeEnded> TakenAsync(TakeIntegration effect, SessionState state, CancellationToken cancellation)
    {
        await Integration.DropAsync(context.Repository, state, cancellation);
        return new TakeEnded(effect.To, null);
    }

    // A person may have merged by hand, or mended the target, since it was last looked at: a conflict with its old place, or a
    // red merge onto it, would send them the same task again. A target that is gone or rewritten is left to the move, which says so.
    private async Task<string?> MovedAsync(MergeBranch effect, SessionState state, CancellationToken cancellation)
    {
        if (state.Landing.Detour is not null || effect.Onto != state.Landing.Target)
            return null;
        var actual = await _refs.ReadAsync($"refs/heads/{state.Target}", cancellation);
        return actual is null || actual == effect.Onto || await IsRewrittenAsync(effect.Onto, actual, cancellation) ? null : actual;
    }

    // Branches stand on what the target was: merged onto a target that was moved back, they would bring in again what somebody took off it.
    private async Task<bool> IsRewrittenAsync(string from, string actual, CancellationToken cancellation) =>
        !await Checkouts.IsAncestorAsync(context.Repository.CommonDirectory, from, actual, cancellation);

    private async Task<MoveEnded> MoveIntegrationAsync(MoveTarget effect, SessionState state, CancellationToken cancellation)
    {
        var name = Integration.RefOf(state);
        var now = await _refs.ReadAsync(name, cancellation);
        if (now == effect.To)
            return new MoveEnded(effect.Task, effect.To, null, null);
        List<RefChange> changes = [now is null ? RefChange.Create(name, effect.To) : RefChange.Update(name, now, effect.To)];
        if (now is not null && !await Checkouts.IsAncestorAsync(context.Repository.CommonDirectory, now, effect.To, cancellation))
            changes.AddRange(await KeepingAsync(state, now, cancellation));
        return await _refs.ApplyAsync(changes, $"tutti: land {effect.Task}", cancellation) is { } failure
            ? throw new FailureException(failure)
            : new MoveEnded(effect.Task, effect.To, null, null);
    }

    // The work is merged anew on a target that has moved. What a person committed on the branch meanwhile is nowhere else; and below a tip
    // that is Tutti's own may lie what somebody has taken off the target since.
    private async Task<IEnumerable<RefChange>> KeepingAsync(SessionState state, string tip, CancellationToken cancellation)
    {
        var name = $"{AttemptRef.Of(state.Id)}integration-before-{tip[..12]}";
        return await _refs.ReadAsync(name, cancellation) is null ? [RefChange.Create(name, tip)] : [];
    }

    private static Failure Conflict(SessionState state, TaskState task, MergeOutcome.Conflicted conflict, IReadOnlyList<string> notes)
    {
        var paths = conflict.Paths.Select(p => p.Path).Distinct(StringComparer.Ordinal).ToList();
        var named = string.Join(", ", paths.Take(5)) + (paths.Count > 5 ? $" and {paths.Count - 5} more" : "");
        return new Failure(
            FailureCategory.Conflict,
            "merge_conflict",
            $"task {task.Id} conflicts with what has landed on {state.Target}, in {named}",
            $"'tutti merge review {task.Id}' shows it, 'tutti merge manual {task.Id}' opens it in a slot",
            string.Join('\n', conflict.Messages.Concat(notes)));
    }

    // Whoever moves a branch does not know the session: what was refused is said with the branch that holds the work (P18).
    private static Failure Waiting(SessionState state, Failure refused) => refused with
    {
        Message = $"{refused.Message}; the work waits on {IntegrationBranch.Of(state)}",
        Hint = $"{(refused.Hint is { } hint ? $"{hint}; then " : "")}'tutti merge automatic' takes it",
    };

    private static Failure Moved(SessionState state, string actual) => new(
        FailureCategory.Git,
        "target_moved",
        $"{state.Target} is at {actual[..8]} now; somebody else moved it while work waited on {IntegrationBranch.Of(state)}",
        "'tutti merge automatic' merges it onto the new place");

    private static Failure Rewritten(SessionState state, string from, string actual) => new(
        FailureCategory.Git,
        "target_rewritten",
        $"somebody moved {state.Target} from {from[..8]} back or aside to {actual[..8]}, which does not build on it; the work waits on {IntegrationBranch.Of(state)}",
        $"'tutti merge automatic' merges it onto the new place, together with what was taken off: git log {actual[..8]}..{from[..8]}");

    private static Failure Deleted(SessionState state) => new(
        FailureCategory.Git,
        "target_deleted",
        $"{state.Target} does not exist any more; the work is on {IntegrationBranch.Of(state)}",
        $"git branch {state.Target} {IntegrationBranch.Of(state)}");
}
