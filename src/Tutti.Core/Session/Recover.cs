using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>What a restart has to do: every effect whose outcome the journal does not hold.</summary>
public static class Recover
{
    /// <summary>The effects to start, each of which finds out by itself how far it had come.</summary>
    public static IReadOnlyList<Effect> Effects(SessionState state) => [.. Pending.Of(state)];

    /// <summary>When the state wants to be looked at again although nothing has happened; null for never.</summary>
    public static DateTimeOffset? NextWake(SessionState state)
    {
        var due = state.Running
            .Select(id => state.Tasks[id])
            .Where(t => t.Step == Step.Due)
            .Min(t => t.NotBefore);
        var test = state.Landing.IsEmpty ? null : state.Landing.NotBefore;
        return new[] { due, test, state.GateSince + Gate.Patience, Holds.NextEnd(state) }.Min();
    }
}
