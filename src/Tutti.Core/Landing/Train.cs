using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>
/// Lands finished branches one after the other: merged in the object store, verified as merged, and only then moved to, by
/// compare-and-swap. What conflicts or is red is taken out with its reason, and the rest goes on.
/// </summary>
internal static class Train
{
    /// <summary>How often one branch is merged anew because somebody else keeps moving the target.</summary>
    private const int MostTries = 20;

    /// <summary>True while it is too late to call a task back.</summary>
    public static bool IsMoving(SessionState state, string task) =>
        state.Landing.Current is { Step: LandingStep.Moving } current && current.Task == task;

    /// <summary>Starts whatever may start now.</summary>
    public static void Pump(Draft draft)
    {
        if (draft.State is not { Status: SessionStatus.Active, Interrupted: false, Ending: null, EndedAt: null })
            return;
        var landing = draft.State.Landing;
        if (landing.Current is null && !landing.Taking && landing.Queue.Find(id => !draft[id].Held) is { } next)
            draft.Record(new LandingStarted(next, draft[next].Head!, landing.Tip));
        else if (landing.Current is { Step: LandingStep.Verifying } current && draft[current.Task].Step == Step.None)
            StartVerify(draft, current, current.Commit!);
    }

    public static void OnMerged(Draft draft, MergeEnded x)
    {
        if (x.Actual is { } actual)
        {
            Diverged(draft, x.Task, actual);
            return;
        }

        if (x.Failure is { } failure)
        {
            Stages.Attention(draft, x.Task, failure);
            return;
        }

        if (x.Commit is not { } commit)
        {
            // The target has it already, by content: somebody merged the branch by hand.
            Landed(draft, x.Task, draft.State.Landing.Tip);
            return;
        }

        draft.Record(new LandingMerged(x.Task, commit));
        if (Stages.VerifyCommands(draft.State, draft[x.Task]).Count == 0)
            draft.Record(new LandingVerified(x.Task, commit));
    }

    public static void OnAttemptOver(Draft draft, AttemptIsOver x)
    {
        // Cancelled while it was being verified: it is out of the queue already.
        if (draft.State.Landing.Current is not { Step: LandingStep.Verifying } current || current.Task != x.Task)
            return;
        var task = draft[x.Task];
        var ofBase = task.Attempts[^1].Commit != current.Commit;
        if (x.Outcome == AttemptOutcome.Interrupted)
            return;
        if (ofBase)
            BaseChecked(draft, task, current, x);
        else if (x.Outcome == AttemptOutcome.Succeeded)
            draft.Record(new LandingVerified(x.Task, current.Commit!));
        else if (!task.Retried)
            draft.Record(new StageDue(x.Task, Stage.Land, task.Round, Retried: true, Why: "one clean retry before anyone is blamed"));
        else if (!draft.State.GreenBases.Contains(current.Onto) && x.FailedCommand < draft.State.Verify.Count)
            StartVerify(draft, current, current.Onto);
        else
            Red(draft, task, x.Failure);
    }

    public static void OnMoved(Draft draft, MoveEnded x)
    {
        var landing = draft.State.Landing;
        if (x.Failure is { } failure)
        {
            draft.Record(new TargetRefused(failure));
        }
        else if (x.Actual is not { } actual)
        {
            Landed(draft, x.Task, x.Commit);
        }
        else if (landing.Integrated.Count > 0)
        {
            draft.Record(new TargetRefused(Moved(draft.State)));
        }
        else
        {
            Diverged(draft, x.Task, actual);
        }
    }

    private static void Diverged(Draft draft, string task, string actual)
    {
        if (draft.State.Landing.Current!.Tries + 1 >= MostTries)
            Stages.Attention(draft, task, new Failure(FailureCategory.Git, "target_restless", $"task {task}: {draft.State.Target} moved {MostTries} times while it was landing", "'tutti resume' when the target is quiet"));
        else
            draft.Record(new TargetDiverged(task, draft.State.Landing.Target, actual));
    }

    public static void OnTaken(Draft draft, TakeEnded x)
    {
        if (!draft.State.Landing.Taking)
            return;
        if (x.Failure is { } failure)
            draft.Record(new TargetRefused(failure));
        else
            draft.Record(new IntegrationTaken(x.Commit));
    }

    private static void Landed(Draft draft, string task, string commit) =>
        draft.Record(new TaskLanded(task, commit, Integrated: draft.State.Landing.Detour is not null));

    private static void StartVerify(Draft draft, LandingCandidate current, string commit)
    {
        var task = draft[current.Task];
        draft.Record(new AttemptStarted(task.Id, Stages.NextNumber(task), Stage.Land, task.Round, AttemptState.Commands, Place.Landing, commit));
    }

    private static void BaseChecked(Draft draft, TaskState task, LandingCandidate current, AttemptIsOver x)
    {
        if (x.Outcome != AttemptOutcome.Succeeded)
        {
            Stages.Attention(draft, task.Id, Judge.BaseRed(current.Onto, x.Failure));
            return;
        }

        draft.Record(new BaseFoundGreen(task.Id, current.Onto));
        var red = task.Attempts.Last(a => a.Place == Place.Landing && a.Commit == current.Commit);
        Red(draft, task, red.Failure);
    }

    private static void Red(Draft draft, TaskState task, Failure? failure) =>
        Stages.Attention(draft, task.Id, new Failure(
            FailureCategory.Verify,
            "landing_red",
            $"task {task.Id} passes by itself but not together with what has landed: {failure?.Message}",
            $"its branch is {task.Branch}; mend it there, then 'tutti resume'",
            failure?.Detail));

    private static Failure Moved(SessionState state) => new(
        FailureCategory.Git,
        "target_moved",
        $"somebody else moved {state.Target} while work waited on the integration branch tutti/{state.Id}",
        "'tutti merge automatic' merges it onto the new place");
}
