using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>The parallel groups of a session: who may start where it stops after each, and when one is through.</summary>
public static class Groups
{
    /// <summary>The code of the end after a group (<c>boundary: group</c>).</summary>
    public const string BoundaryCode = "group_boundary";

    /// <summary>True where all of a group, from 0, have come to their end or wait on the integration branch.</summary>
    public static bool IsThrough(SessionState state, int group) =>
        state.Index.Graph.Groups[group].All(spec => IsThrough(state.Tasks[spec.Id]));

    /// <summary>The lowest group, from 0, that is not through; how many there are where all are.</summary>
    public static int LowestOpen(SessionState state)
    {
        var group = 0;
        while (group < state.Index.Graph.Groups.Count && IsThrough(state, group))
            group++;
        return group;
    }

    /// <summary>True where the session's boundary lets a task start.</summary>
    internal static bool IsOpen(SessionState state, string task) =>
        state.Settings.Boundary != Boundary.Group || state.Index.Level(task) <= state.OpenGroup;

    /// <summary>Why the session stops here, when all that may start is through and a later group waits; null where it goes on.</summary>
    internal static Failure? HandOver(SessionState state)
    {
        if (state.Settings.Boundary != Boundary.Group || state.Running.Count > 0 || !state.Landing.IsEmpty)
            return null;
        var pending = state.Tasks.Values.Where(t => t.Phase == TaskPhase.Pending).Select(t => state.Index.Level(t.Id)).ToList();
        if (pending.Count == 0 || pending.Min() <= state.OpenGroup)
            return null;
        return new Failure(
            FailureCategory.Input,
            BoundaryCode,
            $"group {state.OpenGroup + 1} of {state.Index.Graph.Groups.Count} is through, and the session hands over after each (boundary: group)",
            $"'tutti resume {state.Id}' goes on with group {pending.Min() + 1}");
    }

    private static bool IsThrough(TaskState task) => task.IsSettled || task.IsIntegrated;
}
