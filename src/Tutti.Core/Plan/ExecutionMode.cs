namespace Tutti.Core.Plan;

/// <summary>Who does what: "Agent 1: auth Add authentication src/auth/**".</summary>
/// <param name="Agent">Number of the agent, from 1 through all groups, since each task gets an agent of its own.</param>
/// <param name="TaskId">The task's id.</param>
/// <param name="Title">The task's title.</param>
/// <param name="Files">The task's claimed files; may be empty.</param>
public sealed record Assignment(int Agent, string TaskId, string Title, IReadOnlyList<string> Files);

/// <summary>Tasks that do not depend on each other, in the order they are started.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Assignments">One for each task.</param>
public sealed record ExecutionGroup(int Number, IReadOnlyList<Assignment> Assignments);

/// <summary>How a plan will be run, and why; always told to the user.</summary>
/// <param name="Parallel">False runs one task after the other.</param>
/// <param name="Reason">One sentence with numbers.</param>
/// <param name="Agents">Most agents at once.</param>
/// <param name="Groups">Who does what, group after group.</param>
public sealed record ExecutionDecision(bool Parallel, string Reason, int Agents, IReadOnlyList<ExecutionGroup> Groups);

/// <summary>Decides whether a plan is run in parallel (SPEC 3.3).</summary>
public static class ExecutionMode
{
    /// <summary>Decides from the plan's shape, the settings and what the machine has to spare.</summary>
    public static ExecutionDecision Decide(PlanSpec plan, TaskGraph graph, Settings settings, HostResources resources)
    {
        var groups = Groups(graph);
        if (WhyNotParallel(plan, graph, settings, resources) is { } reason)
            return new ExecutionDecision(Parallel: false, reason, 1, groups);
        var width = Independent(graph, settings.MaxAgents);
        var memory = AgentsThatFit(settings, resources);
        var agents = (int)Math.Min(Math.Min(width, settings.MaxAgents), memory);
        var limit = agents == width && width < settings.MaxAgents ? $"{width} tasks can run at once"
            : agents == settings.MaxAgents ? $"limited by max_agents {settings.MaxAgents}"
            : $"limited by free memory, {Bytes(resources.FreeMemory)} at {Bytes(settings.Limits.MemoryPerAgent)} an agent";
        return new ExecutionDecision(
            Parallel: true, $"{Count(plan.Tasks.Count, "task")} in {Count(groups.Count, "group")}; {agents} agents at once ({limit})", agents, groups);
    }

    private static string? WhyNotParallel(PlanSpec plan, TaskGraph graph, Settings settings, HostResources resources)
    {
        var widest = graph.Groups.Select(group => group.Count).DefaultIfEmpty(0).Max();
        var independent = Independent(graph, Math.Max(settings.MinTasks, 2));
        return
            !settings.Parallel ? "parallel work is switched off (parallel: false)"
            : settings.MaxAgents < 2 ? "only one agent is allowed (max_agents: 1)"
            : plan.Tasks.Count < 2 ? "there is only one task"
            : widest < 2 ? $"all {plan.Tasks.Count} tasks depend on one another in a line"
            : independent < 2 ? "the claimed files of the tasks overlap, so that no two can run at once"
            : independent < settings.MinTasks ? $"only {independent} independent tasks, and at least {settings.MinTasks} make it worth while (min_tasks)"
            : AgentsThatFit(settings, resources) < 2 ? $"too little free memory: {Bytes(resources.FreeMemory)}, and two agents need {Bytes(2 * settings.Limits.MemoryPerAgent)} (limits.memory_per_agent)"
            : resources.FreeDisk < settings.Limits.MinFreeDisk ? $"too little free disk: {Bytes(resources.FreeDisk)}, and {Bytes(settings.Limits.MinFreeDisk)} must stay free (limits.min_free_disk)"
            : null;
    }

    // The most tasks of one group whose claims leave each other alone, counted greedily and no further than needed.
    private static int Independent(TaskGraph graph, int enough)
    {
        var best = 0;
        foreach (var group in graph.Groups)
        {
            var taken = new List<ClaimedFiles>();
            foreach (var task in group)
            {
                var claim = ClaimedFiles.Parse(task.Files);
                if (!taken.Exists(claim.Overlaps))
                    taken.Add(claim);
                if (taken.Count >= enough)
                    return enough;
            }

            best = Math.Max(best, taken.Count);
        }

        return best;
    }

    private static long AgentsThatFit(Settings settings, HostResources resources) =>
        settings.Limits.MemoryPerAgent <= 0 ? int.MaxValue : resources.FreeMemory / settings.Limits.MemoryPerAgent;

    private static List<ExecutionGroup> Groups(TaskGraph graph)
    {
        var ranks = ReadyOrder.Ranks(graph);
        var agent = 0;
        return
        [
            .. graph.Groups.Select((group, index) => new ExecutionGroup(
                index + 1,
                [.. group.OrderBy(task => ranks[task.Id]).Select(task => new Assignment(++agent, task.Id, task.Title, task.Files))])),
        ];
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.#} GB",
        _ => $"{bytes / (double)(1L << 20):0} MB",
    };
}
