using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>
/// How long a session will still take. What plans say of time is only good for comparing tasks, so it is scaled by what the
/// finished ones took; before the first has finished nobody knows. The answer is the larger of two bounds that no
/// schedule beats: the longest chain of open work, and all open work shared out among the agents.
/// </summary>
public static class Eta
{
    /// <summary>An agent over its time is taken to need at least this share of it still.</summary>
    private const double LeastLeft = 0.1;

    /// <summary>Null when unknown: nothing has finished yet, nothing may start, or nothing is open.</summary>
    public static TimeSpan? Of(SessionState state, LiveInfo live)
    {
        var goesOn = state is { EndedAt: null, Status: SessionStatus.Active, Interrupted: false, Gate: null } && live.ConductorAlive != false;
        if (!goesOn || Scale(state) is not { } scale)
            return null;
        var chains = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var (longest, all) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var spec in state.Index.Graph.Groups.Reverse().SelectMany(group => group))
        {
            var left = Left(state.Tasks[spec.Id], scale, live.Now);
            var after = state.Index.Dependents(spec.Id).Select(id => chains[id]).DefaultIfEmpty(TimeSpan.Zero).Max();
            chains[spec.Id] = left + after;
            longest = left + after > longest ? left + after : longest;
            all += left;
        }

        var shared = all / Math.Max(1, state.MaxAgents);
        return all == TimeSpan.Zero ? null : shared > longest ? shared : longest;
    }

    private static double? Scale(SessionState state)
    {
        var (took, planned) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var task in state.Tasks.Values.Where(t => t is { Phase: TaskPhase.Done, Attempts.Count: > 0 }))
        {
            took += Busy.Of(task, state.At);
            planned += TaskGraph.TimeOf(task.Spec);
        }

        return planned == TimeSpan.Zero ? null : took / planned;
    }

    private static TimeSpan Left(TaskState task, double scale, DateTimeOffset now)
    {
        if (task.IsSettled || task.IsIntegrated)
            return TimeSpan.Zero;
        var expected = TaskGraph.TimeOf(task.Spec) * scale;
        var left = expected - Busy.Of(task, now);
        return left > expected * LeastLeft ? left : expected * LeastLeft;
    }
}
