namespace Tutti.Core.Session;

/// <summary>
/// An effect that broke instead of having an outcome is a poison effect: it is recorded and taken as a failure of whatever
/// it was for, so that one defect fails one task instead of crashing the session again and again.
/// </summary>
internal static class Broken
{
    public static void Handle(Draft draft, EffectBroke broke)
    {
        var task = TaskOf(broke.Effect);
        draft.Record(new EffectFailed(broke.Effect.Key, task, broke.Effect is LeaseSlot or PrepareSlot or RunAttempt or CollectWork, broke.Failure));
        switch (broke.Effect)
        {
            case CleanUp x:
                draft.Record(new TaskCleaned(x.Task, x.Phase, BranchDeleted: false, $"clean-up broke: {broke.Failure.Message}"));
                break;
            case TellSource x:
                draft.Record(new SourceTold(x.Task, x.Phase, broke.Failure));
                break;
            case RunHook x:
                draft.Record(new HookRan(x.Hook, x.Task, broke.Failure));
                break;
            case MoveTarget x:
                MoveBroke(draft, x, broke.Failure);
                break;
            case TakeIntegration x:
                Landing.Train.OnTaken(draft, new TakeEnded(x.To, broke.Failure));
                break;
            case OpenPullRequest x:
                Decide.OnPullRequest(draft, new PullRequestEnded(x.Commit, null, broke.Failure));
                break;
            case GiveBack:
                Ending.OnGivenBack(draft);
                break;
            case EndAttempt or Finish:
                break;
            default:
                // What is on its way to the target has proved what it had to; a test of it that is still to be ended has no say any more.
                if (task is not null && !Landing.Train.IsMoving(draft.State, task))
                    Fail(draft, task, broke.Failure);
                break;
        }
    }

    // Whether the target has moved before it broke is not known, so nobody has failed: the work goes to the integration branch, and who
    // resumes looks where the target is. Beyond that branch there is nowhere to go, so what cannot be moved there has failed.
    private static void MoveBroke(Draft draft, MoveTarget move, Failure failure)
    {
        if (move.Integration)
            Fail(draft, move.Task, failure);
        else
            Landing.Train.OnMoved(draft, new MoveEnded(move.Task, move.To, Actual: null, failure));
    }

    private static void Fail(Draft draft, string task, Failure failure)
    {
        // What waits on the integration branch has landed there, and comes off it only with the branch.
        if (draft[task] is { IsSettled: true } or { IsIntegrated: true })
            return;
        draft.Record(new TaskFailed(task, failure));
        Stages.BlockDependents(draft, task);
    }

    private static string? TaskOf(Effect effect) => effect switch
    {
        LeaseSlot x => x.Task,
        PrepareSlot x => x.Task,
        RunAttempt x => x.Task,
        EndAttempt x => x.Task,
        CollectWork x => x.Task,
        MergeBranch x => x.Task,
        MoveTarget x => x.Task,
        CleanUp x => x.Task,
        TellSource x => x.Task,
        RunHook x => x.Task,
        TakeIntegration or OpenPullRequest or GiveBack or Finish => null,
        _ => throw new InvalidOperationException($"no task for {effect.GetType().Name}"),
    };
}
