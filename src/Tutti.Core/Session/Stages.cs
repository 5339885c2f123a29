using Tutti.Core.Plan;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>
/// A task's way from develop to landing: which stage follows which, and what an outcome means. Judgement of one stage's
/// result is in <see cref="Judge"/>.
/// </summary>
internal static class Stages
{
    internal static readonly Stage[] Order = [Stage.Develop, Stage.Verify, Stage.Review, Stage.Qa, Stage.E2e, Stage.Finalize];

    /// <summary>True for an attempt whose changes in the slot are the task's work; all others only look.</summary>
    public static bool Writes(AttemptState attempt) =>
        attempt.Place == Place.Slot && attempt.Stage is Stage.Develop or Stage.Correct or Stage.Finalize;

    /// <summary>The commands that must pass on a task's branch: everybody's, then its own.</summary>
    public static IReadOnlyList<string> VerifyCommands(SessionState state, TaskState task) => [.. state.Verify, .. task.Spec.Verify];

    /// <summary>Starts every stage that is due, if anything may start.</summary>
    public static void AdvanceDue(Draft draft)
    {
        if (!Starts.MayGoOn(draft.State))
            return;
        foreach (var id in draft.State.Running)
        {
            var task = draft[id];
            if (task is not { Step: Step.Due, Phase: TaskPhase.Running, Held: false } || task.NotBefore > draft.Now)
                continue;
            Landing.Forecasts.Stack(draft, id);
            if (Landing.Forecasts.WaitsFor(draft.State, draft[id]) is null && Starts.HasItsPlace(draft.State))
                Advance(draft, draft[id]);
        }
    }

    public static void OnLeased(Draft draft, SlotLeaseEnded x)
    {
        if (x.Slot is { } slot)
        {
            draft.Record(new SlotLeased(x.Task, slot));
            DropIfSettled(draft, x.Task);
        }
        else
        {
            SlotRetry(draft, x.Task, x.Failure!);
        }
    }

    public static void OnPrepared(Draft draft, SlotPrepareEnded x)
    {
        if (x.Failure is { } failure)
        {
            SlotRetry(draft, x.Task, failure);
        }
        else
        {
            draft.Record(new SlotPrepared(x.Task, x.Notes));
            if (!DropIfSettled(draft, x.Task) && draft[x.Task].Restored is { } restored)
                TakeUp(draft, x.Task, restored);
        }
    }

    // What was verified and reviewed in another session, on another base, counts for nothing here.
    private static void TakeUp(Draft draft, string id, RestoredWork restored)
    {
        draft.Record(new WorkTakenUp(id, restored.Head));
        if (restored.IsDeveloped)
            Next(draft, draft[id], Stage.Develop);
    }

    public static void OnAttemptOver(Draft draft, AttemptIsOver x)
    {
        var attempt = draft[x.Task].Live!;
        var outdated = attempt.Stage == Stage.Land && draft.State.Landing.Checks.Exists(check => check.Owner == x.Task && check.Outdated);
        draft.Record(new AttemptEnded(x.Task, x.Number, x.Outcome, x.ExitCode, x.Result, x.Failure, x.Usage, x.FailedCommand, x.Notes, x.ResetsAt, x.Refused, x.LastWords));
        if (attempt.IsAgent && x.Failure is { } failure)
            Holds.Rest(draft, attempt.Agent, failure);
        if (outdated)
            return;
        if (attempt.Stage == Stage.Land)
            Landing.Train.OnAttemptOver(draft, attempt, x);
        else if (attempt.Stage == Stage.Resolve)
            Landing.Resolver.OnAttemptOver(draft, attempt, x);
        else if (!Writes(attempt) && !DropIfSettled(draft, x.Task))
            Judge.Looked(draft, draft[x.Task], attempt, x);
    }

    /// <summary>Takes note of what a live attempt's agent has told; what it told before is not told again.</summary>
    public static void OnHeard(Draft draft, AttemptHeard x)
    {
        var (task, live) = (draft[x.Task], draft[x.Task].Live!);
        var told = new AttemptTold(
            x.Task,
            x.Number,
            x.Conversation == live.Conversation ? null : x.Conversation,
            x.Model == live.Model ? null : x.Model,
            x.Usage == live.Usage ? null : x.Usage,
            x.Context == live.Context ? null : x.Context);
        if (told is not { Conversation: null, Model: null, Usage: null, Context: null })
            draft.Record(told);
        if (x.Limit is { } limit)
            Holds.Limit(draft, Holds.ChoiceOf(draft.State, task, live), limit, x.ResetsAt);
    }

    public static void OnCollected(Draft draft, CollectEnded x)
    {
        if (x.Failure is { } failure)
            draft.Record(new CollectFailed(x.Task, x.Number, failure));
        else
            draft.Record(new WorkCollected(x.Task, x.Number, x.Work));
        if (!DropIfSettled(draft, x.Task))
            Judge.Wrote(draft, draft[x.Task], x.Failure, x.LeftOut);
    }

    /// <summary>Makes the stage after <paramref name="done"/> due, or sends the task to landing.</summary>
    public static void Next(Draft draft, TaskState task, Stage done)
    {
        // A correction is developed work again: everything after develop follows it.
        var from = Array.IndexOf(Order, done == Stage.Correct ? Stage.Develop : done);
        foreach (var stage in Order.Skip(from + 1))
        {
            if (Happens(draft.State, task, stage))
            {
                // What verify commands and reviewers left is no work: qa must not stumble over it, nor finalize commit it.
                var reset = stage is Stage.Qa or Stage.Finalize ? task.Head : null;
                // Where nobody corrects, what is red goes back to the very start: its tries are counted over all stages, or it would never end.
                var failures = Crew.CanCorrect(draft.State.Plan, draft.State.Settings, task.Spec) ? 0 : task.Failures;
                draft.Record(new StageDue(task.Id, stage, task.Round, failures, ResetTo: reset, Fresh: stage == Stage.Qa));
                return;
            }
        }

        if (task.Work!.Asks is [var ask, ..])
            Attention(draft, task.Id, new Failure(FailureCategory.Agent, FailureCode.LookBeforeLanding, $"task {task.Id}: {ask}", $"look at the branch {task.Branch}, then 'tutti merge manual'", string.Join('\n', task.Work.Asks)));
        else
            Finish(draft, task);
    }

    // A session that moves the target by itself leaves single tasks to a person where the plan says so.
    private static void Finish(Draft draft, TaskState task)
    {
        draft.Record(new TaskFinished(task.Id));
        if (draft.State.Settings.Land == LandMode.Automatic && task.Spec.Land is { } land and not LandMode.Automatic)
            Attention(draft, task.Id, new Failure(FailureCategory.Input, LeftToPerson(land), $"task {task.Id} is finished, and its plan leaves the landing to a person (land: {land.ToString().ToLowerInvariant()})", $"'tutti merge review' shows it, 'tutti merge automatic {task.Id}' lands it"));
    }

    /// <summary>The code of the failure that says that a landing is left to a person.</summary>
    public static string LeftToPerson(LandMode mode) => mode switch
    {
        LandMode.Review => "land_review",
        LandMode.Manual => "land_manual",
        LandMode.Pr => "land_pr",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    /// <summary>The task fails for good, and with it all that depend on it.</summary>
    public static void Fail(Draft draft, string id, Failure failure)
    {
        draft.Record(new TaskFailed(id, failure));
        BlockDependents(draft, id);
    }

    /// <summary>A person must decide; what depends on the task waits for that.</summary>
    public static void Attention(Draft draft, string id, Failure failure)
    {
        draft.Record(new TaskNeedsAttention(id, failure));
        BlockDependents(draft, id);
    }

    /// <summary>Dependencies fail closed (P14): nothing that needs <paramref name="id"/>, however far, ever starts.</summary>
    public static void BlockDependents(Draft draft, string id)
    {
        var open = new Queue<string>([id]);
        while (open.TryDequeue(out var by))
        {
            foreach (var dependent in draft.State.Index.Dependents(by))
            {
                if (draft[dependent].IsSettled)
                    continue;
                draft.Record(new TaskBlocked(dependent, by, Blocked(draft, dependent, by)));
                open.Enqueue(dependent);
            }
        }
    }

    private static Failure Blocked(Draft draft, string dependent, string by)
    {
        var why = draft[by].Phase switch
        {
            TaskPhase.NeedsAttention => "needs attention",
            TaskPhase.Cancelled => "was cancelled",
            TaskPhase.Blocked => "is blocked itself",
            _ => "failed",
        };
        return new Failure(FailureCategory.Agent, "dependency_failed", $"task {dependent} was not started: {by}, which it depends on, {why}", $"settle {by}, then 'tutti resume'");
    }

    internal static bool Happens(SessionState state, TaskState task, Stage stage) => stage switch
    {
        Stage.Verify => VerifyCommands(state, task).Count > 0,
        Stage.Review => Agent(state, task, Role.Review) is not null,
        Stage.Qa => Agent(state, task, Role.Qa) is not null,
        Stage.E2e => string.Equals(task.Spec.WorkType, "frontend", StringComparison.OrdinalIgnoreCase) && Agent(state, task, Role.E2e) is not null,
        Stage.Finalize => Agent(state, task, Role.Finalize) is not null,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    private static AgentChoice? Agent(SessionState state, TaskState task, Role role) =>
        Crew.For(state.Plan, state.Settings, task.Spec, role);

    private static void Advance(Draft draft, TaskState task)
    {
        var state = draft.State;
        if (task.Slot is null)
            draft.Record(new TaskStarted(task.Id, task.Branch!, task.Restored?.Base ?? state.Landing.Tip));
        else if (task.ResetTo is not null || task.Fresh || (!task.Prepared && state.Setup.Count + state.Copy.Count > 0))
            draft.Record(new PreparationStarted(task.Id));
        else
            StartAttempt(draft, task);
    }

    private static void StartAttempt(Draft draft, TaskState task)
    {
        var role = Crew.RoleOf(task.Stage);
        var commands = task.Stage == Stage.Verify || (task.Stage == Stage.Qa && VerifyCommands(draft.State, task).Count > 0 && !CommandsPassed(task));
        if (commands)
            draft.Record(new AttemptStarted(task.Id, NextNumber(task), task.Stage, task.Round, AttemptState.Commands, Place.Slot, task.Head));
        else if (Budgets.Spent(draft.State, task) is { } spent)
            Attention(draft, task.Id, spent);
        else if (Agent(draft.State, task, role) is not { } choice)
            StartAgent(draft, task, AgentChoice.Shell);
        else if (Holds.For(draft.State, choice) is null)
            StartAgent(draft, task, choice.Agent!);
    }

    private static void StartAgent(Draft draft, TaskState task, string agent)
    {
        var earlier = Conversations.ToContinue(task, task.Stage, agent, draft.State.Settings.Limits.Context);
        draft.Record(new AttemptStarted(task.Id, NextNumber(task), task.Stage, task.Round, agent, Place.Slot, task.Head, earlier?.Number));
    }

    /// <summary>The number of the next attempt; numbers are never reused.</summary>
    public static int NextNumber(TaskState task) => task.Attempts.Count + 1;

    // In qa the commands run first, in the fresh tree, then the agent looks.
    private static bool CommandsPassed(TaskState task) =>
        task.Attempts is [.., { Stage: Stage.Qa, Agent: AttemptState.Commands, Outcome: AttemptOutcome.Succeeded }];

    // A task that was cancelled meanwhile goes no further, whatever the outcome.
    private static bool DropIfSettled(Draft draft, string id)
    {
        var task = draft[id];
        if (!task.IsSettled)
            return false;
        draft.Record(new StepDropped(id));
        return true;
    }

    private static void SlotRetry(Draft draft, string id, Failure failure)
    {
        draft.Record(new SlotFailed(id, failure));
        if (DropIfSettled(draft, id))
            return;
        var task = draft[id];
        // A full pool is no fault of the task's: other sessions give slots back.
        var failures = failure.Category == FailureCategory.Resource ? task.Failures : task.Failures + 1;
        if (failures >= draft.State.Settings.Limits.Retries)
            Fail(draft, id, failure);
        else
            draft.Record(new StageDue(id, task.Stage, task.Round, failures, Retry.NotBefore(draft, failures), Retried: task.Retried, Why: failure.Message));
    }
}
