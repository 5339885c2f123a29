using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>
/// How far work has come, in percent. A task's is the share of the stages on its way that are behind it; a correction
/// counts as the moment after develop, because everything after develop follows it again. It says nothing of time.
/// </summary>
public static class Progress
{
    /// <summary>0 before the task starts, 100 when it is done; a task that ended otherwise keeps what it had.</summary>
    public static int Of(SessionState state, TaskState task)
    {
        if (task.Phase == TaskPhase.Done)
            return 100;
        if (task.Branch is null || task.Stage == Stage.Develop)
            return 0;
        var way = Way(state, task);
        var behind = task.Stage == Stage.Correct ? 1 : way.Count(stage => stage < task.Stage);
        return 100 * behind / way.Count;
    }

    /// <summary>The stages a task goes through when nothing is to be corrected, in order.</summary>
    public static IReadOnlyList<Stage> Way(SessionState state, TaskState task) =>
        [Stage.Develop, .. Stages.Order.Skip(1).Where(stage => Stages.Happens(state, task, stage)), Stage.Land];

    /// <summary>The mean of all tasks; one that is at its end, however it ended, counts whole.</summary>
    public static int Of(SessionState state) => state.Tasks.Count == 0
        ? 100
        : (int)(state.Tasks.Values.Sum(t => t.IsSettled ? 100L : Of(state, t)) / state.Tasks.Count);
}
