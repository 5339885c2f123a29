using Tutti.Core.Landing;

namespace Tutti.Core.Session;

public static partial class Fold
{
    // What was foreseen stays in the report of the later task, also when it came to nothing; once for each other task, because the
    // paths change with every commit.
    private static SessionState Foreseen(SessionState state, ForecastMade forecast)
    {
        foreach (var collision in forecast.Collisions)
        {
            if (collision.With is not { } with)
                continue;
            var (one, other) = (state.Tasks[collision.Task], state.Tasks[with]);
            var (first, later) = Forecasts.IsAhead(state, one, other) ? (one, other) : (other, one);
            var note = $"was foreseen to collide with {first.Id} in ";
            if (!later.Notes.Exists(n => n.StartsWith(note, StringComparison.Ordinal)))
                state = Replace(state, later with { Notes = later.Notes.Add(note + Forecasts.Where(collision)) });
        }

        return state with { Collisions = [.. forecast.Collisions] };
    }
}
