using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>What comes of each effect in a simulated world, and how long it takes.</summary>
public sealed class Outcomes(Random random, Weather weather, Outside outside)
{
    private readonly Fates _fates = new(random, weather, outside);

    /// <summary>When an effect that starts now has its outcome; an attempt's process is started, or found again.</summary>
    public DateTimeOffset Starts(Effect effect, SessionState state, DateTimeOffset now)
    {
        if (effect is not RunAttempt run)
            return now + Takes(effect is EndAttempt ? 5 : 30);
        if (outside.Process(run.Task, run.Number) is { } known)
            return (known.Ends > now ? known.Ends : now) + Takes(1);
        var process = _fates.Of(run, state, now);
        outside.Start(process, now);
        return process.Ends;
    }

    /// <summary>Does an effect, and returns its outcome if it has one.</summary>
    public Input? Of(Effect effect, SessionState state, DateTimeOffset now)
    {
        if (!Chance(effect is Finish ? 0 : weather.Breaks))
            return Done(effect, state, now);
        if (effect is not RunAttempt && Chance(0.5))
            Done(effect, state, now);
        return Broken(effect, now, "it broke");
    }

    /// <summary>An effect that has thrown; with it goes the process it watched.</summary>
    public EffectBroke Broken(Effect effect, DateTimeOffset now, string why)
    {
        if (effect is RunAttempt run)
            outside.End(run.Task, run.Number, Fates.Lost(run.Task, run.Number), now);
        return new EffectBroke(effect, new Failure(FailureCategory.Internal, "effect_broke", $"{effect.Key}: {why}"));
    }

    private bool Chance(double p) => random.NextDouble() < p;

    private TimeSpan Takes(int mostSeconds) => TimeSpan.FromSeconds(random.NextDouble() * mostSeconds * (Chance(weather.Slow) ? 100 : 1));

    private Input? Done(Effect effect, SessionState state, DateTimeOffset now) => effect switch
    {
        LeaseSlot x => Chance(weather.LeaseFails)
            ? new SlotLeaseEnded(x.Task, null, Chance(0.5) ? new Failure(FailureCategory.Git, "lease", "no slot") : new Failure(FailureCategory.Resource, "pool_exhausted", "all are leased"))
            : new SlotLeaseEnded(x.Task, outside.Lease(x.Task), null),
        PrepareSlot x => new SlotPrepareEnded(x.Task, [], Chance(weather.PrepareFails) ? new Failure(FailureCategory.Environment, "setup_failed", "npm is not there") : null),
        RunAttempt x => outside.Process(x.Task, x.Number)!.Says,
        EndAttempt x => End(x, now),
        CollectWork x => Collect(x, state),
        MergeBranch x => Merge(x, state),
        MoveTarget x => Move(x, state),
        TakeIntegration x => new TakeEnded(x.To, outside.Move(x.From, x.To) ? null : new Failure(FailureCategory.Git, "target_moved", "moved")),
        OpenPullRequest x => Chance(weather.TargetRefuses)
            ? new PullRequestEnded(x.Commit, null, new Failure(FailureCategory.Environment, "gh_failed", "no network"))
            : new PullRequestEnded(x.Commit, "https://example.org/pull/1", null),
        CleanUp x => Clean(x, now),
        TellSource x => new TellEnded(x.Task, x.Phase, Untold("source_read_only")),
        RunHook x => new HookEnded(x.Hook, x.Task, Untold("hook_failed")),
        GiveBack => new GivenBack(),
        Finish => null,
        _ => throw new InvalidOperationException($"no outcome for {effect.GetType().Name}"),
    };

    private Failure? Untold(string code) =>
        weather.Untold > 0 && Chance(weather.Untold) ? new Failure(FailureCategory.Environment, code, code) : null;

    private Input? End(EndAttempt x, DateTimeOffset now)
    {
        outside.End(x.Task, x.Number, new AttemptIsOver(x.Task, x.Number, x.As), now);
        return null;
    }

    private CollectEnded Collect(CollectWork x, SessionState state)
    {
        var task = state.Tasks[x.Task];
        if (Chance(weather.NothingDone))
            return new CollectEnded(x.Task, x.Number, null, null);
        if (Chance(weather.PrepareFails))
            return new CollectEnded(x.Task, x.Number, null, new Failure(FailureCategory.Git, "collect", "index.lock is there"));
        string[] parents = task.StackedOn is { } below ? [task.Head ?? task.Base!, below] : [task.Head ?? task.Base!];
        return new CollectEnded(x.Task, x.Number, new Work(outside.Commit("w", parents), ["a.txt"], 1, [], Chance(weather.Asks) ? ["it deletes 900 files"] : []), null);
    }

    private MergeEnded Merge(MergeBranch x, SessionState state)
    {
        if (state.Landing.Detour is null && x.Onto == state.Landing.Target && outside.Target != x.Onto)
            return new MergeEnded(x.Task, x.Onto, null, null, outside.Target) { Head = x.Head };
        if (outside.Has(x.Onto, x.Head))
            return new MergeEnded(x.Task, x.Onto, null, null) { Head = x.Head };
        return Chance(weather.Conflicts)
            ? new MergeEnded(x.Task, x.Onto, null, new Failure(FailureCategory.Conflict, "conflict", "both changed it")) { Head = x.Head }
            : new MergeEnded(x.Task, x.Onto, outside.Commit("m", x.Onto, x.Head), null) { Head = x.Head };
    }

    private MoveEnded Move(MoveTarget x, SessionState state)
    {
        if (x.Integration)
        {
            outside.Integrate(x.To);
            return new MoveEnded(x.Task, x.To, null, null);
        }

        if (Chance(weather.TargetRefuses))
            return new MoveEnded(x.Task, x.To, null, new Failure(FailureCategory.Git, "overlap", "your changes are in the way"));
        if (Chance(weather.TargetMoves))
            outside.Push();
        return new MoveEnded(x.Task, x.To, outside.Move(x.From, x.To) ? null : outside.Target, null);
    }

    private CleanUpEnded Clean(CleanUp x, DateTimeOffset now)
    {
        if (outside.Alive(now).Any(alive => alive.Says.Task == x.Task && alive.Place == Place.Slot))
            throw new InvariantException(nameof(JournalInvariants.NothingLiveIsCleanedUp), $"{x.Task} is cleaned up while a process of it lives");
        var keep = x.Phase is not (TaskPhase.Done or TaskPhase.Landing) && Chance(0.3);
        outside.Release(x.Task, keep);
        return new CleanUpEnded(x.Task, x.Phase, x.Phase == TaskPhase.Done, keep ? "it has uncommitted changes" : null);
    }
}
