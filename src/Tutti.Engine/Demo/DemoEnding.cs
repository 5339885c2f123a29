using Tutti.Core.Session;

namespace Tutti.Engine.Demo;

/// <summary>How the demo's plan is meant to end: some of it badly, to show what becomes of the rest.</summary>
public static class DemoEnding
{
    // Both change the same line, and which of them finishes first is a matter of milliseconds.
    private static readonly string[] Rivals = ["invoice", "currency"];

    private static readonly Dictionary<string, TaskPhase> Others = new(StringComparer.Ordinal)
    {
        ["discounts"] = TaskPhase.Done,
        ["coupons"] = TaskPhase.Done,
        ["rounding"] = TaskPhase.Done,
        ["payments"] = TaskPhase.Failed,
        ["receipts"] = TaskPhase.Blocked,
    };

    /// <summary>Ids of the tasks that did not end as they were meant to; empty when all did.</summary>
    public static IReadOnlyList<string> Surprises(SessionState state)
    {
        var wrong = Others.Where(expected => state.Tasks.GetValueOrDefault(expected.Key)?.Phase != expected.Value).Select(expected => expected.Key);
        var rivals = Rivals.Select(id => state.Tasks.GetValueOrDefault(id)?.Phase).ToList();
        var asMeant = rivals.Contains(TaskPhase.Done) && rivals.Contains(TaskPhase.NeedsAttention);
        return [.. wrong, .. asMeant ? [] : Rivals];
    }

    /// <summary>The task whose landing conflicts with one that came before it; null when none did.</summary>
    public static TaskState? Conflicting(SessionState state) =>
        Rivals.Select(state.Tasks.GetValueOrDefault).FirstOrDefault(task => task?.Phase == TaskPhase.NeedsAttention);
}
