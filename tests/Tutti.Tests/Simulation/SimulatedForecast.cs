using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>
/// Which tasks of a simulated world collide: the same pairs for as long as it lasts, so that a wait which only a lucky forecast would end
/// is found out.
/// </summary>
/// <param name="seed">Every seed has other pairs, about one in three.</param>
public sealed class SimulatedForecast(int seed)
{
    private static readonly IReadOnlyList<CollisionPath> Paths = [new("a.txt", "content")];

    /// <summary>All collisions of what is live now.</summary>
    public ForecastEnded Of(SessionState state)
    {
        var live = state.Tasks.Values.Where(Forecasts.IsLive).Select(t => t.Id).Order(StringComparer.Ordinal).ToList();
        var pairs = from one in live from other in live where string.CompareOrdinal(one, other) < 0 && Collide(one, other) select new Collision(one, other, Paths, 1);
        var target = live.Where(id => state.Tasks[id].StackedOn is null && state.Tasks.Values.Any(t => t.Landed is not null && Collide(id, t.Id))).Select(id => new Collision(id, null, Paths, 1));
        return new ForecastEnded([.. pairs, .. target]);
    }

    /// <summary>What must hold in any state: only what is live collides, waits end at somebody who does not wait, and nobody is put on one commit twice.</summary>
    public static void Check(SessionState state, IReadOnlyList<Recorded> journal)
    {
        if (state.Collisions.Any(c => !Forecasts.IsLive(state.Tasks[c.Task]) || (c.With is { } with && !Forecasts.IsLive(state.Tasks[with]))))
            throw new InvalidOperationException("a task that is not live collides");
        foreach (var id in state.Running)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var at = id; Forecasts.WaitsFor(state, state.Tasks[at]) is { } collision; at = collision.Other(at)!)
            {
                if (state.Settings.Forecast == ForecastMode.Warn || !seen.Add(at))
                    throw new InvalidOperationException($"{id} waits for {string.Join(", ", seen)} with forecast: {state.Settings.Forecast}");
            }
        }

        if (journal.Count > 0 && journal[^1].Event is StageDue { Stage: Stage.Correct } && journal.Count > 1 && journal[^2].Event is TaskStacked stacked
            && journal.Count(r => r.Event is TaskStacked earlier && earlier == stacked) > 1)
            throw new InvalidOperationException($"{stacked.Task} was put on {stacked.Commit} twice");
    }

    private bool Collide(string a, string b)
    {
        var (first, second) = string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
        // No hash of strings: those differ from process to process, and a seed must play the same again.
        var sum = $"{seed} {first} {second}".Aggregate(17u, (hash, c) => (hash * 31u) + c);
        return (sum >> 4) % 3 == 0;
    }
}
