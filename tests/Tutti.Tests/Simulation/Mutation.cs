using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>
/// A defect put in on purpose, at the boundary between the core and its world: what a decision sees, hears, comes to, and what becomes of
/// it. A decision that is shown a state in which a guard has nothing to object to is a decision without that guard.
/// </summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Invariant">The invariant that finds it.</param>
public sealed record Mutation(string Name, string Invariant)
{
    /// <summary>Nothing is wrong.</summary>
    public static Mutation None { get; } = new("none", "none");

    /// <summary>What a decision takes for the state.</summary>
    public Func<SessionState, SessionState>? Sees { get; init; }

    /// <summary>What it hears in place of what was said; null where it does not hear it.</summary>
    public Func<Input, Input?>? Hears { get; init; }

    /// <summary>What is journaled in place of its events.</summary>
    public Func<SessionState, IEnumerable<Event>, IEnumerable<Event>>? Writes { get; init; }

    /// <summary>What a state is after an event, in place of what it should be.</summary>
    public Func<SessionState, Event, SessionState>? Folds { get; init; }

    /// <summary>What is started in place of its effects.</summary>
    public Func<SessionState, IEnumerable<Effect>, IEnumerable<Effect>>? Starts { get; init; }

    /// <summary>What a restart does in place of everything that is pending.</summary>
    public Func<IEnumerable<Effect>, IEnumerable<Effect>>? Recovers { get; init; }

    /// <summary>Effects start before their events are on disk.</summary>
    public bool StartsEarly { get; init; }

    /// <summary>A decision of which only some events were written counts.</summary>
    public bool CountsTorn { get; init; }

    /// <summary>A restart does not find the processes that live.</summary>
    public bool FindsNoProcess { get; init; }

    /// <summary>Nobody sets the alarm.</summary>
    public bool NeverWakes { get; init; }

    /// <summary>The decision about an input, with this defect in it.</summary>
    public Decision Decide(SessionState state, Input input, DateTimeOffset now)
    {
        var heard = Hears is null ? input : Hears(input);
        if (heard is null)
            return new Decision(state, [], []);
        var decision = Core.Session.Decide.About(Sees is null ? state : Sees(state), heard, now);
        if (Writes is null && Folds is null && Sees is null && Starts is null)
            return decision;
        var events = decision.Events.Select(r => r.Event);
        var written = (Writes is null ? events : Writes(state, events)).Select((e, i) => new Recorded(state.Seq + i + 1, now, e)).ToList();
        var after = written.Aggregate(state, Fold);
        return new Decision(after, written, Starts is null ? decision.Effects : [.. Starts(after, decision.Effects)]);
    }

    /// <summary>The state after an event, with this defect in it.</summary>
    public SessionState Fold(SessionState? state, Recorded recorded)
    {
        var after = Core.Session.Fold.Apply(state, recorded);
        return Folds is null ? after : Folds(after, recorded.Event);
    }
}
