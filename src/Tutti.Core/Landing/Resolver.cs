using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>
/// A conflict with what has landed that git and recorded resolutions leave open: an agent tries it in a slot of its own, and what it comes to
/// is verified like any merge. A person decides where there is no such agent, or where it could not.
/// </summary>
internal static class Resolver
{
    /// <summary>How often an agent may try one task's conflicts.</summary>
    private const int MostTries = 2;

    /// <summary>Starts an attempt at the conflict, as soon as an agent's place is free; else leaves it to a person.</summary>
    public static void Try(Draft draft, string id, Failure conflict)
    {
        var (state, task) = (draft.State, draft[id]);
        if (state.Landing.Ordered || Crew.For(state.Plan, state.Settings, task.Spec, Role.Resolve) is not { Agent: { } agent } choice || Tries(task) >= MostTries)
            Stages.Attention(draft, id, Left(task, conflict));
        else if (Budgets.Spent(state, task) is { } spent)
            Stages.Attention(draft, id, spent);
        else if (!task.Held && Starts.MayGoOn(state) && !(task.NotBefore > draft.Now) && HasPlace(state) && task.Step == Step.None && Holds.For(state, choice) is null)
            Start(draft, task, agent);
    }

    // Whatever it comes to lands as work of both sides: the position before it is worth a name.
    private static void Start(Draft draft, TaskState task, string agent)
    {
        Checkpoints.Before(draft, $"resolve-{task.Id}", $"before {agent} resolves the conflict of {task.Id}");
        draft.Record(new AttemptStarted(task.Id, Stages.NextNumber(task), Stage.Resolve, task.Round, agent, Place.Conflict, draft.State.Landing.Tip));
    }

    /// <summary>An attempt is over; <paramref name="attempt"/> is as it was while it lived. Where nothing came of it, the next look at the train tries again.</summary>
    public static void OnAttemptOver(Draft draft, AttemptState attempt, AttemptIsOver x)
    {
        if (draft[x.Task].IsSettled)
            return;
        if (x is { Outcome: AttemptOutcome.Succeeded, Resolved: { } commit })
        {
            draft.Record(new ConflictResolved(x.Task, attempt.Commit!, commit, attempt.Agent));
            return;
        }

        if (FoundNoSlot(attempt, x.Failure) || IsOutage(x.Failure))
        {
            // As often as any stage is tried again.
            Train.Delay(draft, x.Task, x.Failure!, draft[x.Task].Failures + 1, draft.State.Settings.Limits.Retries);
            return;
        }

        var choice = Holds.ChoiceOf(draft.State, draft[x.Task], attempt);
        switch (x.Failure is { } failure && attempt.Agent != AgentChoice.Shell ? AgentPolicy.Of(failure.Code) : AgentRemedy.Retry)
        {
            case AgentRemedy.Wait:
                Holds.Limit(draft, choice, x.Failure!, x.ResetsAt);
                break;
            case AgentRemedy.PersonForAll:
                Holds.UntilResumed(draft, choice, x.Failure!);
                Stages.Attention(draft, x.Task, x.Failure!);
                break;
            case AgentRemedy.Person:
                Stages.Attention(draft, x.Task, x.Failure!);
                break;
            default:
                break;
        }
    }

    /// <summary>True where an agent was the last to look at a task, for the conflict it has.</summary>
    public static bool IsAt(TaskState task) => task.Attempts is [.., { Stage: Stage.Resolve }];

    // Who waits for another to land must not keep it from landing: its place is free for as long as it waits.
    private static bool HasPlace(SessionState state) =>
        state.Running.Count(id => Forecasts.WaitsFor(state, state.Tasks[id]) is null) < state.MaxAgents;

    // What was no fault of the attempt's counts for nothing: after a limit, or once a person has signed in, it is tried as if for the first time.
    private static int Tries(TaskState task) => task.Attempts.Count(a =>
        a is { Stage: Stage.Resolve, Outcome: AttemptOutcome.Succeeded or AttemptOutcome.Failed or AttemptOutcome.TimedOut or AttemptOutcome.Stalled or AttemptOutcome.Lost }
        && !FoundNoSlot(a, a.Failure) && !IsOutage(a.Failure)
        && !(a.Failure is { } failure && a.Agent != AgentChoice.Shell && AgentPolicy.Of(failure.Code) is AgentRemedy.Wait or AgentRemedy.Person or AgentRemedy.PersonForAll));

    private static bool FoundNoSlot(AttemptState attempt, Failure? failure) => attempt.Process is null && failure is { Category: FailureCategory.Resource };

    // The provider's trouble, or the line's: it passes, and is waited for as everywhere.
    private static bool IsOutage(Failure? failure) => failure is { Category: FailureCategory.Network };

    private static Failure Left(TaskState task, Failure conflict) => task.Attempts.LastOrDefault(a => a.Stage == Stage.Resolve) is { } last
        ? conflict with { Message = $"{conflict.Message}; {last.Agent} could not resolve it{(last.Failure is { } why ? $": {why.Message}" : "")}" }
        : conflict with { Hint = $"{conflict.Hint}; a role 'resolve' would have tried it first" };
}
