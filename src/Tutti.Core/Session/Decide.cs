using Tutti.Core.Landing;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>
/// What happens next, as a function of what is and what has come in. The order is always the same: take in the input, move
/// on the tasks it concerns, land what may land, start what may start, and see whether the session is at its end.
/// </summary>
public static class Decide
{
    /// <summary>The decision that begins a session.</summary>
    public static Decision Begin(SessionStarted session, DateTimeOffset now)
    {
        var first = new Recorded(1, now, session, session.Id);
        var state = Fold.Apply(null, first);
        return new Decision(state, [first], [.. Pending.OfSession(state)]);
    }

    /// <summary>The decision about one input. An outcome that the state no longer waits for decides nothing.</summary>
    public static Decision About(SessionState state, Input input, DateTimeOffset now)
    {
        var draft = new Draft(state, now);
        TakeIn(draft, input);
        Budgets.Check(draft);
        Holds.Expire(draft);
        Stages.AdvanceDue(draft);
        Train.Pump(draft);
        Starts.Fill(draft);
        Checkpoints.AtGroupEnd(draft);
        Ending.Check(draft);
        return draft.ToDecision();
    }

    private static void TakeIn(Draft draft, Input input)
    {
        switch (input)
        {
            case TimePassed:
                break;
            case TakeUp x:
                TakingUp.Handle(draft, x);
                break;
            case HostMeasured x:
                Gate.Measure(draft, x.Resources);
                break;
            case SettingsRead { Settings: { } settings }:
                draft.Record(new SettingsChanged(settings));
                break;
            case SettingsRead { Failure: { } failure }:
                draft.Record(new SettingsRejected(failure));
                break;
            case Control x:
                Controls.Obey(draft, x);
                break;
            case HookEnded x:
                draft.Record(new HookRan(x.Hook, x.Task, x.Failure));
                break;
            case TakeEnded x:
                Train.OnTaken(draft, x);
                break;
            case ForecastEnded x:
                Forecasts.Made(draft, x);
                break;
            case PullRequestEnded x:
                OnPullRequest(draft, x);
                break;
            case GivenBack:
                Ending.OnGivenBack(draft);
                break;
            case EffectBroke x:
                Broken.Handle(draft, x);
                break;
            default:
                TakeInOutcome(draft, input);
                break;
        }
    }

    internal static void OnPullRequest(Draft draft, PullRequestEnded x)
    {
        if (draft.State.Landing.PullRequest is not { Opening: true } request || request.Commit != x.Commit)
            return;
        draft.Record(x.Url is { } url ? new PullRequestOpened(url, x.Commit) : new PullRequestFailed(x.Failure!));
    }

    private static void TakeInOutcome(Draft draft, Input input)
    {
        switch (input)
        {
            case SlotLeaseEnded x when draft[x.Task].Step == Step.Leasing:
                Stages.OnLeased(draft, x);
                break;
            case SlotPrepareEnded x when draft[x.Task].Step == Step.Preparing:
                Stages.OnPrepared(draft, x);
                break;
            case AttemptIsAlive x when draft[x.Task].Live is { Process: null } live && live.Number == x.Number:
                draft.Record(new AttemptSpawned(x.Task, x.Number, x.Process));
                break;
            case AttemptHeard x when draft[x.Task].Live?.Number == x.Number:
                Stages.OnHeard(draft, x);
                break;
            case AttemptIsOver x when draft[x.Task].Live?.Number == x.Number:
                Stages.OnAttemptOver(draft, x);
                break;
            case CollectEnded x when draft[x.Task] is { Step: Step.Collecting } task && task.Attempts[^1].Number == x.Number:
                Stages.OnCollected(draft, x);
                break;
            case MergeEnded x when draft.AtLarge.OfType<MergeBranch>().Any(merge => merge.Task == x.Task && merge.Onto == x.Onto && merge.Head == (x.Head ?? merge.Head)):
                Train.OnMerged(draft, x);
                break;
            case MoveEnded x when draft.State.Landing.Moving is { } moving && moving.Commit == x.Commit:
                Train.OnMoved(draft, x);
                break;
            case CleanUpEnded x:
                draft.Record(new TaskCleaned(x.Task, x.Phase, x.BranchDeleted, x.Preserved));
                break;
            case TellEnded x:
                draft.Record(new SourceTold(x.Task, x.Phase, x.Failure));
                break;
            case SlotLeaseEnded or SlotPrepareEnded or AttemptIsAlive or AttemptHeard or AttemptIsOver or CollectEnded or MergeEnded or MoveEnded:
                break;
            default:
                throw new InvalidOperationException($"no decision about {input.GetType().Name}");
        }
    }
}
