using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>One attempt on the timeline.</summary>
/// <param name="State">As in <see cref="AttemptView"/>.</param>
/// <param name="StartSeconds">From the session's start.</param>
/// <param name="EndSeconds">From the session's start.</param>
public sealed record TimelinePart(int Attempt, Stage Stage, string Agent, string State, double StartSeconds, double EndSeconds);

/// <summary>One task on the timeline, from the start of its first attempt to the end of its last.</summary>
/// <param name="Lane">From 1; tasks of one lane do not overlap, as if one agent had done them.</param>
/// <param name="StartSeconds">From the session's start.</param>
/// <param name="EndSeconds">From the session's start.</param>
public sealed record TimelineBar(
    string Task, TaskPhase State, int Lane, double StartSeconds, double EndSeconds, IReadOnlyList<TimelinePart> Parts);

internal static class Timeline
{
    /// <summary>The tasks that ran, by their start, each in the first lane that is free.</summary>
    public static IReadOnlyList<TimelineBar> Of(SessionState state, DateTimeOffset end)
    {
        var freeFrom = new List<double>();
        var bars = new List<TimelineBar>();
        foreach (var (task, parts) in Ran(state, end).OrderBy(ran => ran.Parts[0].StartSeconds))
        {
            var start = parts[0].StartSeconds;
            var stop = parts.Max(part => part.EndSeconds);
            var lane = freeFrom.FindIndex(free => free <= start);
            if (lane < 0)
            {
                lane = freeFrom.Count;
                freeFrom.Add(stop);
            }

            freeFrom[lane] = stop;
            bars.Add(new TimelineBar(task.Id, task.Shown, lane + 1, start, stop, parts));
        }

        return bars;
    }

    private static IEnumerable<(TaskState Task, List<TimelinePart> Parts)> Ran(SessionState state, DateTimeOffset end) =>
        from spec in state.Plan.Tasks
        let task = state.Tasks[spec.Id]
        where task.Attempts.Count > 0
        select (task, task.Attempts.Select(a => Part(a, state.StartedAt, end)).ToList());

    private static TimelinePart Part(AttemptState attempt, DateTimeOffset zero, DateTimeOffset end)
    {
        var start = Math.Max(0, (attempt.StartedAt - zero).TotalSeconds);
        var stop = ((attempt.EndedAt ?? end) - zero).TotalSeconds;
        return new TimelinePart(
            attempt.Number, attempt.Stage, attempt.Agent, Words.Of(attempt.Outcome), Math.Round(start, 3), Math.Round(Math.Max(start, stop), 3));
    }
}
