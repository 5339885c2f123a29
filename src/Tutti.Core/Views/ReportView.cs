using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>A choice an agent made that others should know of.</summary>
public sealed record DecisionView(string Task, string Topic, string Choice, string? Why);

/// <summary>What parallel work was worth.</summary>
/// <param name="WallSeconds">From the session's start to its end, or to the time of looking.</param>
/// <param name="BusySeconds">All attempts one after the other: what one agent would have taken.</param>
/// <param name="Speedup">Busy over wall without rest; null before anything ran.</param>
/// <param name="MostAtOnce">Most attempts that ran at one moment.</param>
/// <param name="RestSeconds">Of the wall time, what the session was paused, or at an end from which it was taken up again.</param>
public sealed record SpeedView(double WallSeconds, double BusySeconds, double? Speedup, int MostAtOnce, double RestSeconds);

/// <summary>All that a session came to (SPEC 3.8): what landed, what did not and why, what is kept, time, tokens, cost.</summary>
/// <param name="Version">Of this shape.</param>
/// <param name="Tasks">In the order of the plan.</param>
/// <param name="Timeline">The tasks that ran, by their start.</param>
/// <param name="Decisions">What agents decided, in the order of the plan.</param>
public sealed record ReportView(
    int Version,
    SessionView Session,
    TotalsView Totals,
    SpeedView Speed,
    IReadOnlyList<ReportTask> Tasks,
    IReadOnlyList<TimelineBar> Timeline,
    IReadOnlyList<DecisionView> Decisions)
{
    /// <summary>The version of the shape.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The report of a session, at its end or still running.</summary>
    public static ReportView From(SessionState state, LiveInfo live)
    {
        var end = SessionView.End(state, live);
        var tasks = state.Plan.Tasks.Select(spec => state.Tasks[spec.Id]).ToList();
        return new ReportView(
            CurrentVersion,
            SessionView.From(state, live),
            TotalsView.From(state),
            SpeedOf(state, tasks, end),
            [.. tasks.Select(task => ReportTask.From(state, task, end))],
            Views.Timeline.Of(state, end),
            [.. tasks.SelectMany(task => task.Decisions.Select(d => new DecisionView(task.Id, d.Topic, d.Choice, d.Why)))]);
    }

    /// <summary>The tasks in one of these states.</summary>
    public IEnumerable<ReportTask> In(params TaskPhase[] states) => Tasks.Where(task => states.Contains(task.State));

    private static SpeedView SpeedOf(SessionState state, List<TaskState> tasks, DateTimeOffset end)
    {
        var wall = (end - state.StartedAt).TotalSeconds;
        var rest = state.RestedUntil(end).TotalSeconds;
        var busy = tasks.Sum(task => Busy.Of(task, end).TotalSeconds);
        return new SpeedView(
            Math.Max(0, Math.Round(wall, 3)),
            Math.Round(busy, 3),
            wall > rest && busy > 0 ? Math.Round(busy / (wall - rest), 2) : null,
            MostAtOnce(tasks, end),
            Math.Round(rest, 3));
    }

    private static int MostAtOnce(List<TaskState> tasks, DateTimeOffset end)
    {
        // At the same instant an end comes before a start: one attempt after another is not two at once.
        var changes = tasks.SelectMany(task => task.Attempts)
            .SelectMany(a => new[] { (At: a.StartedAt, By: 1), (At: a.EndedAt ?? end, By: -1) })
            .OrderBy(change => change.At)
            .ThenBy(change => change.By);
        var (now, most) = (0, 0);
        foreach (var (_, by) in changes)
        {
            now += by;
            most = Math.Max(most, now);
        }

        return most;
    }
}
