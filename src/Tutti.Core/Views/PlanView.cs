using Tutti.Core.Plan;

namespace Tutti.Core.Views;

/// <summary>A task of a plan.</summary>
/// <param name="Agent">Who would develop it.</param>
/// <param name="Slot">Number of the agent it is given in the plan, from 1.</param>
/// <param name="CouldStart">It waits for nothing but an agent.</param>
public sealed record PlanTaskView(
    string Id,
    string Title,
    IReadOnlyList<string> DependsOn,
    IReadOnlyList<string> Files,
    string? Agent,
    int Slot,
    Priority Priority,
    int Complexity,
    string? WorkType,
    double ExpectedSeconds,
    bool CouldStart);

/// <summary>Tasks that do not depend on each other, in the order in which they start.</summary>
/// <param name="Number">From 1.</param>
public sealed record PlanGroupView(int Number, IReadOnlyList<PlanTaskView> Tasks);

/// <summary>A plan and how it would be run: <c>tutti plan show --json</c>, <c>--dry-run</c>, and the execution-mode box.</summary>
/// <param name="Version">Of this shape.</param>
/// <param name="Mode"><c>parallel</c> or <c>sequential</c>.</param>
/// <param name="ModeReason">Why, in one sentence with numbers.</param>
/// <param name="Agents">Most agents at once.</param>
/// <param name="TaskCount">Tasks in all groups.</param>
/// <param name="Verify">What must pass on each task's branch and on every merged state.</param>
public sealed record PlanView(
    int Version,
    string Mode,
    string ModeReason,
    int Agents,
    int TaskCount,
    string? Target,
    IReadOnlyList<string> Verify,
    IReadOnlyList<PlanGroupView> Groups)
{
    /// <summary>The version of the shape.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Ids of tasks of the list that are done already, and in no group.</summary>
    public IReadOnlyList<string> Done { get; init; } = [];

    /// <summary>A validated plan, and what was decided about running it.</summary>
    public static PlanView From(PlanSpec plan, Settings settings, ExecutionDecision decision)
    {
        var specs = plan.Tasks.ToDictionary(task => task.Id, StringComparer.Ordinal);
        return new PlanView(
            CurrentVersion,
            decision.Parallel ? "parallel" : "sequential",
            decision.Reason,
            decision.Agents,
            plan.Tasks.Count,
            plan.Target ?? settings.Target,
            plan.Verify.Count > 0 ? plan.Verify : settings.Verify,
            [.. decision.Groups.Select(group => new PlanGroupView(
                group.Number,
                [.. group.Assignments.Select(given => Task(plan, settings, specs[given.TaskId], given.Agent))]))]);
    }

    private static PlanTaskView Task(PlanSpec plan, Settings settings, TaskSpec task, int agent) => new(
        task.Id,
        task.Title,
        task.DependsOn,
        task.Files,
        Crew.For(plan, settings, task, Role.Develop)?.Agent,
        agent,
        task.Priority,
        task.Complexity,
        task.WorkType,
        TaskGraph.TimeOf(task).TotalSeconds,
        task.DependsOn.Count == 0);
}
