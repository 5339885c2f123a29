using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>The words that task lists use for statuses and priorities.</summary>
internal static class SourceWords
{
    /// <summary>A status as Task Master, Beads, GitHub and people write it, in any case, with <c>-</c>, <c>_</c> or blanks; null when unknown.</summary>
    public static SourceStatus? Status(string word) => Plain(word) switch
    {
        "pending" or "open" or "todo" or "" => SourceStatus.Pending,
        "in-progress" or "hooked" => SourceStatus.InProgress,
        "review" or "in-review" => SourceStatus.Review,
        "done" or "completed" or "closed" => SourceStatus.Done,
        "deferred" or "on-hold" => SourceStatus.Deferred,
        "cancelled" or "canceled" or "tombstone" => SourceStatus.Cancelled,
        "blocked" => SourceStatus.Blocked,
        _ => null,
    };

    /// <summary>A priority: a word, or 0 (most urgent) to 4, or P0 to P4; null when unknown.</summary>
    public static Priority? Priority(string word) => Plain(word) switch
    {
        "critical" or "urgent" or "highest" or "blocker" or "p0" or "0" => Core.Plan.Priority.Critical,
        "high" or "p1" or "1" => Core.Plan.Priority.High,
        "medium" or "normal" or "moderate" or "p2" or "2" => Core.Plan.Priority.Medium,
        "low" or "lowest" or "minor" or "p3" or "3" or "p4" or "4" => Core.Plan.Priority.Low,
        _ => null,
    };

    /// <summary>Lower case, with one kind of separator.</summary>
    public static string Plain(string word) => word.Trim().ToLowerInvariant().Replace('_', '-').Replace(' ', '-');
}
