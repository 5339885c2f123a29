using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>Who is next: the best of the ready tasks whose claimed files nobody works on, while there are places.</summary>
internal static class Starts
{
    /// <summary>True where stages of running tasks may start.</summary>
    public static bool MayGoOn(SessionState state) =>
        state is { Status: SessionStatus.Active, Interrupted: false, Ending: null, EndedAt: null, Spent: null } && Budgets.Spent(state) is null;

    /// <summary>
    /// False while others have the place of a running task: there are fewer since the session was scaled down, or a resolver has that of one
    /// which waited for a landing and waits no more.
    /// </summary>
    public static bool HasItsPlace(SessionState state) =>
        state.Running.Count <= state.MaxAgents || state.Running.Count(id => state.Tasks[id].Step != Step.Due) < state.MaxAgents;

    /// <summary>Starts as many ready tasks as there are places.</summary>
    public static void Fill(Draft draft)
    {
        if (!MayGoOn(draft.State) || draft.State.Gate is not null)
            return;
        while (draft.State.Running.Count < draft.State.MaxAgents && Next(draft) is { } task)
            draft.Record(new TaskStarted(task.Id, task.PlannedBranch, draft.State.Landing.Tip));
    }

    private static TaskState? Next(Draft draft)
    {
        foreach (var ready in draft.State.Ready)
        {
            var task = draft[ready.Id];
            if (MayStart(draft.State, task))
                return task;
        }

        return null;
    }

    private static bool MayStart(SessionState state, TaskState task) =>
        !Overlaps(state, task) && Holds.For(state, task, Role.Develop) is null && IsInOpenGroup(state, task);

    private static bool Overlaps(SessionState state, TaskState task) =>
        state.Index.Claim(task.Id) is { IsEmpty: false } claim && state.Claiming.Any(id => state.Index.Claim(id).Overlaps(claim));

    /// <summary>True where a task's group may start, in a session that has one group after the other.</summary>
    public static bool IsInOpenGroup(SessionState state, TaskState task) =>
        state.Settings.Boundary != Boundary.Group
        || state.Tasks.Values.All(other => other.IsSettled || other.IsIntegrated || state.Index.Level(other.Id) >= state.Index.Level(task.Id));
}
