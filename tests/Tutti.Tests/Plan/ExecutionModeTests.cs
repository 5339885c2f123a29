using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class ExecutionModeTests
{
    private const long Gigabyte = 1L << 30;
    private static readonly HostResources Plenty = new(64 * Gigabyte, 100 * Gigabyte, 0.5, 8);

    private static TaskSpec Task(string id, params string[] dependsOn) => new() { Id = id, Title = $"Do {id}", DependsOn = dependsOn };

    private static ExecutionDecision Decide(IReadOnlyList<TaskSpec> tasks, Settings? settings = null, HostResources? resources = null) =>
        ExecutionMode.Decide(new PlanSpec { Tasks = tasks }, TaskGraph.Build(tasks), settings ?? new Settings(), resources ?? Plenty);

    private static TaskSpec[] Three => [Task("a"), Task("b"), Task("c")];

    [Fact]
    public void Enough_independent_tasks_run_in_parallel()
    {
        var decision = Decide([.. Three, Task("d", "a", "b") with { Files = ["src/d"] }]);
        Assert.True(decision.Parallel);
        Assert.Equal(3, decision.Agents);
        Assert.Equal("4 tasks in 2 groups; 3 agents at once (3 tasks can run at once)", decision.Reason);
        Assert.Equal([1, 2], decision.Groups.Select(group => group.Number));
        Assert.Equal(new Assignment(4, "d", "Do d", decision.Groups[1].Assignments[0].Files), decision.Groups[1].Assignments[0]);
        Assert.Equal(["src/d"], decision.Groups[1].Assignments[0].Files);
        Assert.Equal([1, 2, 3], decision.Groups[0].Assignments.Select(assignment => assignment.Agent));
    }

    [Fact]
    public void Agents_are_limited_by_the_settings_and_by_memory()
    {
        var tasks = Enumerable.Range(0, 20).Select(i => Task($"t{i}")).ToArray();
        Assert.Equal("20 tasks in 1 group; 5 agents at once (limited by max_agents 5)", Decide(tasks).Reason);
        var tight = Decide(tasks, resources: Plenty with { FreeMemory = Gigabyte + (Gigabyte / 2) });
        Assert.Equal(3, tight.Agents);
        Assert.Equal("20 tasks in 1 group; 3 agents at once (limited by free memory, 1.5 GB at 512 MB an agent)", tight.Reason);
    }

    public static TheoryData<string, TaskSpec[], Settings, HostResources> Reasons => new()
    {
        { "only 2 independent tasks, and at least 3 make it worth while (min_tasks)", [Task("a"), Task("b"), Task("c", "a")], new(), Plenty },
        { "all 3 tasks depend on one another in a line", [Task("a"), Task("b", "a"), Task("c", "b")], new() { MinTasks = 1 }, Plenty },
        { "there is only one task", [Task("a")], new() { MinTasks = 1 }, Plenty },
        { "parallel work is switched off (parallel: false)", Three, new() { Parallel = false }, Plenty },
        { "only one agent is allowed (max_agents: 1)", Three, new() { MaxAgents = 1 }, Plenty },
        { "too little free memory: 900 MB, and two agents need 1 GB (limits.memory_per_agent)", Three, new(), Plenty with { FreeMemory = 900L << 20 } },
        { "too little free disk: 100 MB, and 1 GB must stay free (limits.min_free_disk)", Three, new(), Plenty with { FreeDisk = 100L << 20 } },
        { "the claimed files of the tasks overlap, so that no two can run at once", [.. Three.Select(task => task with { Files = ["src/**"] })], new(), Plenty },
    };

    [Theory]
    [MemberData(nameof(Reasons), DisableDiscoveryEnumeration = true)]
    public void Everything_else_runs_in_sequence_and_says_why(string reason, TaskSpec[] tasks, Settings settings, HostResources resources)
    {
        var decision = Decide(tasks, settings, resources);
        Assert.Equal((false, reason, 1), (decision.Parallel, decision.Reason, decision.Agents));
        Assert.Equal(tasks.Length, decision.Groups.Sum(group => group.Assignments.Count));
    }

    [Fact]
    public void Groups_list_their_tasks_in_starting_order() => Assert.Equal(
        ["c", "a", "b"],
        Decide([Task("a"), Task("b") with { Priority = Priority.Low }, Task("c") with { Priority = Priority.Critical }]).Groups[0].Assignments.Select(a => a.TaskId));
}
