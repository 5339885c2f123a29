namespace Tutti.Core.Session;

/// <summary>
/// A decision came to something that must never happen: a defect of Tutti. It is thrown before anything of the decision is journaled or
/// started, so the session stops where it stands and can be resumed once the defect is mended.
/// </summary>
/// <param name="invariant">Its name: the function that found it broken.</param>
/// <param name="message">What broke it.</param>
public sealed class InvariantException(string invariant, string message)
    : InvalidOperationException($"{invariant}: {message}; nothing of it was done, and the session can be resumed")
{
    /// <summary>The name of the function that found it broken.</summary>
    public string Invariant { get; } = invariant;
}

/// <summary>
/// What must hold of every event that is decided, whatever led to it. Each looks only at what the event concerns, so that they stay on
/// in production; the simulation of the tests checks these and more from the journal alone. A replay checks nothing: what was decided
/// is a fact.
/// </summary>
internal static class Invariants
{
    /// <summary>Throws where an event breaks one.</summary>
    /// <param name="before">The session before it.</param>
    /// <param name="e">The event.</param>
    /// <param name="after">The session after it.</param>
    /// <exception cref="InvariantException">It does.</exception>
    public static void Check(SessionState before, Event e, SessionState after)
    {
        switch (e)
        {
            case TaskStarted x:
                DependenciesHaveLanded(before, x.Task);
                if (before.Tasks[x.Task].Phase != TaskPhase.Running)
                    NeverMoreThanMaxAgents(x.Task, after.Running.Count, after.MaxAgents);
                NothingStartsWhilePaused(before, x.Task);
                break;
            case AttemptStarted x:
                NoTaskRunsTwiceAtOnce(before, x);
                if (x.Agent == AttemptState.Commands)
                    break;
                NeverMoreThanMaxAgents(x.Task, after.Running.Count(id => after.Tasks[id].Live is { IsAgent: true }), after.MaxAgents);
                NothingStartsWhilePaused(before, x.Task);
                break;
            case SlotLeased x:
                NoSlotIsLeasedTwice(before, x);
                break;
            case TargetMoving x:
                NothingLandsUnverified(before, x);
                break;
            case TaskLanded x:
                NothingLandsUnverified(before, x);
                DependenciesHaveLanded(before, x.Task);
                break;
            default:
                break;
        }
    }

    private static void NoTaskRunsTwiceAtOnce(SessionState before, AttemptStarted x)
    {
        var attempts = before.Tasks[x.Task].Attempts;
        if (x.Number != attempts.Count + 1)
            throw new InvariantException(nameof(NoTaskRunsTwiceAtOnce), $"attempt {x.Number} of {x.Task} follows {attempts.Count} attempts");
        if (attempts is [.., { Outcome: null } live])
            throw new InvariantException(nameof(NoTaskRunsTwiceAtOnce), $"attempt {x.Number} of {x.Task} starts while {live.Number} lives");
    }

    private static void NeverMoreThanMaxAgents(string task, int places, int most)
    {
        if (places > most)
            throw new InvariantException(nameof(NeverMoreThanMaxAgents), $"{task} would be number {places} of at most {most}");
    }

    private static void NothingStartsWhilePaused(SessionState before, string task)
    {
        if (before is not { Status: SessionStatus.Active, Interrupted: false, Ending: null, EndedAt: null })
            throw new InvariantException(nameof(NothingStartsWhilePaused), $"{task} starts although nothing more is to start");
    }

    private static void DependenciesHaveLanded(SessionState before, string task)
    {
        if (before.Tasks[task].Spec.DependsOn.FirstOrDefault(d => before.Tasks[d].Landed is null) is { } missing)
            throw new InvariantException(nameof(DependenciesHaveLanded), $"{task} is ahead of {missing}, which it depends on");
    }

    private static void NoSlotIsLeasedTwice(SessionState before, SlotLeased x)
    {
        // Only whoever works in it: one that is being given back may have been so before a crash, which the journal does not know yet.
        var holder = before.Running.FirstOrDefault(id => id != x.Task && before.Tasks[id] is { Slot: { } slot, Live: not { Stage: Stage.Resolve } } && slot.Name == x.Slot.Name);
        if (holder is not null)
            throw new InvariantException(nameof(NoSlotIsLeasedTwice), $"{x.Slot.Name} is leased to {x.Task} and held by {holder}");
    }

    private static void NothingLandsUnverified(SessionState before, TargetMoving x)
    {
        if (!before.GreenBases.Contains(x.Commit))
            throw new InvariantException(nameof(NothingLandsUnverified), $"the target would move to {x.Commit}, which nobody has verified");
    }

    // Either the move to a verified commit has brought it, or the tip had its work already.
    private static void NothingLandsUnverified(SessionState before, TaskLanded x)
    {
        var landing = before.Landing;
        if ((x.Within ?? x.Commit) != landing.Moving?.Commit && (x.Within is not null || x.Commit != landing.Tip))
            throw new InvariantException(nameof(NothingLandsUnverified), $"{x.Task} would have landed with {x.Within ?? x.Commit}, to which nothing was moved");
    }
}
