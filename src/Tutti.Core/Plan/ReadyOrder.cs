namespace Tutti.Core.Plan;

/// <summary>
/// Which of the ready tasks starts first (SPEC 3.4): the critical path, then a score, then the order of the plan.
/// <list type="number">
/// <item>A task that others wait for goes by the length of the longest chain it starts, longest first. A task that nobody
/// waits for holds up no chain and comes after those.</item>
/// <item>score = 40 % priority (low 0 … critical 1) + 30 % complexity (1 → 0 … 10 → 1) + 30 % time (its time against the
/// longest of the plan); higher first. The long and the difficult start early because a long task started last decides
/// when everything ends (longest processing time first, R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969).</item>
/// <item>The earlier in the plan first, so that the order is total and the same in every run.</item>
/// </list>
/// </summary>
public static class ReadyOrder
{
    private const double PriorityWeight = 0.4;
    private const double ComplexityWeight = 0.3;
    private const double TimeWeight = 0.3;

    /// <summary>Rank of each task by id: 0 starts first. Ranks are compared among the ready; they say nothing of dependencies.</summary>
    public static IReadOnlyDictionary<string, int> Ranks(TaskGraph graph)
    {
        var longest = graph.Tasks.Select(TaskGraph.TimeOf).DefaultIfEmpty(TimeSpan.FromTicks(1)).Max();
        return graph.Tasks
            .OrderByDescending(task => ChainOf(graph, task))
            .ThenByDescending(task => Score(task, longest))
            .Select((task, rank) => (task.Id, rank))
            .ToDictionary(pair => pair.Id, pair => pair.rank, StringComparer.Ordinal);
    }

    /// <summary>The weighted part of the order, from 0 to 1.</summary>
    /// <param name="task">The task to score.</param>
    /// <param name="longest">The longest time of any task of the plan; more than zero.</param>
    public static double Score(TaskSpec task, TimeSpan longest)
    {
        var priority = (double)task.Priority / (double)Priority.Critical;
        var complexity = (Math.Clamp(task.Complexity, 1, 10) - 1) / 9.0;
        return (PriorityWeight * priority) + (ComplexityWeight * complexity) + (TimeWeight * (TaskGraph.TimeOf(task) / longest));
    }

    private static TimeSpan ChainOf(TaskGraph graph, TaskSpec task) =>
        graph.DependentsOf(task.Id).Count > 0 ? graph.PathLengthOf(task.Id) : TimeSpan.Zero;
}
