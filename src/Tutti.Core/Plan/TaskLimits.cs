using Tutti.Core.Session;

namespace Tutti.Core.Plan;

/// <summary>What a person may change of a task while its session rests: what it may use, and how long an attempt of it may take.</summary>
public sealed record TaskLimits(TaskBudget? Budget, TimeSpan? Timeout)
{
    /// <summary>The limits of those tasks of a session whose plan says otherwise by now.</summary>
    /// <param name="state">The session.</param>
    /// <param name="plan">The tasks as they are in its plan now; others than the session's do not count.</param>
    public static IReadOnlyDictionary<string, TaskLimits> Changed(SessionState state, IEnumerable<TaskSpec> plan) => plan
        .Where(now => state.Tasks.GetValueOrDefault(now.Id)?.Spec is { } then && (then.Budget, then.Timeout) != (now.Budget, now.Timeout))
        .ToDictionary(now => now.Id, now => new TaskLimits(now.Budget, now.Timeout), StringComparer.Ordinal);
}
