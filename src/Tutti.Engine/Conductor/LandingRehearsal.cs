using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Conductor;

/// <summary>What a landing would do with one task.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Lands">It would come onto the target, or is there already by content.</param>
/// <param name="Already">The target has its content without it.</param>
/// <param name="Onto">The commit it conflicts with, which may exist in the rehearsal only; null where it conflicts with none.</param>
/// <param name="Conflicts">The paths in conflict.</param>
/// <param name="Failure">Why it would not land.</param>
public sealed record RehearsedTask(string Task, bool Lands, bool Already, string? Onto, IReadOnlyList<string> Conflicts, Failure? Failure);

/// <summary>What a landing would do.</summary>
/// <param name="Target">Where the target is.</param>
/// <param name="Tasks">All that would be tried: those that land, in their order, then those that do not.</param>
/// <param name="Verify">The commands that would run on what is merged; none where all was verified as merged already.</param>
/// <param name="Move">Whether the target could be moved now.</param>
public sealed record RehearsedLanding(string Target, IReadOnlyList<RehearsedTask> Tasks, IReadOnlyList<string> Verify, MoveForecast Move)
{
    /// <summary>All of it would land.</summary>
    public bool IsWhole => Move.Refusal is null && Tasks.All(t => t.Lands);
}

/// <summary>
/// Lands without landing: the session's own decisions are played with merges that leave no trace, commands that are taken to pass and
/// a target that is only looked at. Journal, refs, index, files and objects of the user stay as they are.
/// </summary>
/// <param name="context">The session's; its journal is not written.</param>
public sealed class LandingRehearsal(SessionContext context)
{
    // A landing of a thousand tasks takes some thousand steps; more would be a circle.
    private const int MostSteps = 100_000;

    /// <summary>Plays the landing of what is integrated and of these tasks.</summary>
    /// <exception cref="FailureException"><c>target_gone</c>.</exception>
    public async Task<RehearsedLanding> RunAsync(SessionState state, IReadOnlyList<string> tasks, CancellationToken cancellation)
    {
        var seen = await SeenBranches.ReadAsync(context.Repository, state, cancellation);
        var target = seen.Target ?? throw new FailureException(new Failure(
            FailureCategory.Git, "target_gone", $"{state.Target} does not exist any more", $"git branch {state.Target} {state.Landing.Target}"));
        await using var trial = context.Control.BeginTrial();
        var takeUp = new TakeUp(new ProcessRef(0, "", ""), "", Resume: false, RetryFailed: false, "rehearsal") { Heads = seen.Mended, Land = new LandNow(target, tasks) };
        var (end, events) = await PlayAsync(state, takeUp, new LandingEffects(context with { Control = trial.Control }), cancellation);
        var order = events.Select(r => r.Event).OfType<TaskLanded>().Select(e => e.Task).ToList();
        // Those that wait on the integration branch arrive with it; on a moved target they land anew like any other.
        order.InsertRange(0, state.Landing.Integrated.Except(order));
        var all = new List<RehearsedTask>();
        var left = state.Plan.Tasks.Select(spec => spec.Id).Where(id => state.Tasks[id].IsOnItsWay);
        foreach (var id in order.Concat(left).Concat(tasks).Distinct(StringComparer.Ordinal))
            all.Add(await JudgeAsync(end.Tasks[id], events, trial, cancellation));
        var move = await new TargetBranch(context.Repository.CommonDirectory, context.Pool.Root, context.Time)
            .ForecastAsync(new MoveRequest(state.Target, target, end.Landing.Target), trial, cancellation);
        return new RehearsedLanding(target, [.. all.OrderByDescending(t => t.Lands)], Commands(end, events), move);
    }

    private async Task<(SessionState State, List<Recorded> Events)> PlayAsync(SessionState state, TakeUp takeUp, LandingEffects landing, CancellationToken cancellation)
    {
        var events = new List<Recorded>();
        var decision = Decide.About(state, takeUp, context.Time.GetUtcNow());
        events.AddRange(decision.Events);
        state = decision.State;
        var waiting = new Queue<Effect>(Recover.Effects(state));
        for (var step = 0; waiting.TryDequeue(out var effect); step++)
        {
            if (step == MostSteps)
                throw new InvalidOperationException($"the rehearsal of session {state.Id} does not end");
            if (await AnswerAsync(effect, state, landing, cancellation) is not { } outcome)
                continue;
            decision = Decide.About(state, outcome, context.Time.GetUtcNow());
            events.AddRange(decision.Events);
            state = decision.State;
            foreach (var next in decision.Effects)
                waiting.Enqueue(next);
        }

        return (state, events);
    }

    private static async Task<Input?> AnswerAsync(Effect effect, SessionState state, LandingEffects landing, CancellationToken cancellation) => effect switch
    {
        MergeBranch x => await landing.MergedAsync(x, state, cancellation),
        RunAttempt x => new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Succeeded),
        MoveTarget x => new MoveEnded(x.Task, x.To, null, null),
        TakeIntegration x => new TakeEnded(x.To, null),
        CleanUp x => new CleanUpEnded(x.Task, x.Phase, BranchDeleted: false, null),
        TellSource x => new TellEnded(x.Task, x.Phase, null),
        RunHook x => new HookEnded(x.Hook, x.Task, null),
        GiveBack => new GivenBack(),
        EndAttempt or Finish => null,
        _ => throw new InvalidOperationException($"a landing does not need {effect.GetType().Name}"),
    };

    private static async Task<RehearsedTask> JudgeAsync(TaskState task, List<Recorded> events, TrialMerges trial, CancellationToken cancellation)
    {
        if (task.Phase == TaskPhase.Done)
        {
            var already = events.Exists(r => r.Event is LandingMerged merged && merged.Task == task.Id && merged.Commit == task.Landed && merged.Onto == task.Landed);
            return new RehearsedTask(task.Id, Lands: true, already, null, [], null);
        }

        var onto = events.Select(r => r.Event).OfType<LandingConflicted>().LastOrDefault(c => c.Task == task.Id)?.Onto;
        if (onto is null || task.Failure is not { Category: FailureCategory.Conflict })
            return new RehearsedTask(task.Id, Lands: false, Already: false, null, [], task.Failure);
        var (merge, _) = await trial.Control.MergeTreesAsync(onto, task.Head!, environment: null, cancellation);
        var paths = merge is MergeOutcome.Conflicted conflicted ? conflicted.Paths.Select(p => p.Path).Distinct(StringComparer.Ordinal) : [];
        return new RehearsedTask(task.Id, Lands: false, Already: false, onto, [.. paths], task.Failure);
    }

    private static List<string> Commands(SessionState state, List<Recorded> events)
    {
        var tested = events.Select(r => r.Event).OfType<AttemptStarted>().SelectMany(a => (a.Along ?? []).Append(a.Task)).Distinct(StringComparer.Ordinal).ToList();
        return tested.Count == 0 ? [] : [.. state.Verify.Concat(tested.SelectMany(id => state.Tasks[id].Spec.Verify)).Distinct(StringComparer.Ordinal)];
    }
}
