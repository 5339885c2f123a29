using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>How long attempts ran.</summary>
internal static class Busy
{
    /// <summary>The time of one attempt; one that lives is counted up to <paramref name="now"/>.</summary>
    public static TimeSpan Of(AttemptState attempt, DateTimeOffset now)
    {
        var time = (attempt.EndedAt ?? now) - attempt.StartedAt;
        return time > TimeSpan.Zero ? time : TimeSpan.Zero;
    }

    /// <summary>The time of all attempts of a task.</summary>
    public static TimeSpan Of(TaskState task, DateTimeOffset now) =>
        task.Attempts.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + Of(attempt, now));
}
