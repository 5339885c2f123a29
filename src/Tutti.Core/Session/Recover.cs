using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>What a restart has to do: every effect whose outcome the journal does not hold.</summary>
public static class Recover
{
    /// <summary>The effects to start, each of which finds out by itself how far it had come.</summary>
    public static IReadOnlyList<Effect> Effects(SessionState state) => [.. Pending.Of(state)];

    /// <summary>When the state wants to be looked at again although nothing has happened; null for never.</summary>
    /// <param name="state">The session.</param>
    /// <param name="after">When it was last decided about: a time before that has been looked at already, whatever came of it.</param>
    public static DateTimeOffset? NextWake(SessionState state, DateTimeOffset after)
    {
        var due = state.Running
            .Select(id => state.Tasks[id])
            .Where(t => t.Step == Step.Due && t.NotBefore > after)
            .Min(t => t.NotBefore);
        var resolver = state.Landing.Train.Concat(state.Landing.Suspects.SelectMany(group => group))
            .Select(id => state.Tasks[id])
            .Where(t => t.NotBefore > after)
            .Min(t => t.NotBefore);
        var test = state.Landing.IsEmpty ? null : state.Landing.NotBefore;
        return new[] { due, resolver, test, state.GateSince + Gate.Patience, Holds.NextEnd(state) }.Where(wake => wake > after).Min();
    }
}
