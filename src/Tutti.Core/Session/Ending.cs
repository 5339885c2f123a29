using Tutti.Core.Landing;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>Sees whether a session is at its end, and how. A session always reaches one, or waits for something it names.</summary>
internal static class Ending
{
    public static void Check(Draft draft)
    {
        var state = draft.State;
        if (state.EndedAt is not null)
            return;
        if (state.Ending is null && Reached(draft) is { } end)
            draft.Record(end);
    }

    /// <summary>Nothing is left to do, and nothing is held any more.</summary>
    public static void OnGivenBack(Draft draft)
    {
        if (draft.State.Ending is { } ending && Pending.OfSession(draft.State).Any(effect => effect is GiveBack))
            draft.Record(new SessionEnded(ending.Status, ending.ExitCode, ending.Reason));
    }

    private static EndReached? Reached(Draft draft)
    {
        var state = draft.State;
        if (InFlight(draft))
            return null;
        if (state.Interrupted)
            return new EndReached(SessionStatus.Paused, ExitCodes.Interrupted, null);
        if (state is { Status: SessionStatus.Paused, Cancelled: false })
            return null;
        var open = state.Running.Count + state.Count(TaskPhase.Pending) + state.Landing.Count;
        if (open > 0)
            return Stopped(draft);
        if (state.Landing.Integrated.Count > 0)
            return Integrated(draft);
        return Settled(state);
    }

    // Something will report by itself: nothing to decide until it does.
    private static bool InFlight(Draft draft) =>
        draft.State is var state
        && (state.Landing is { Taking: true } or { PullRequest.Opening: true }
        || state.Landing is { Moving: not null } or { Checks.IsEmpty: false }
        || draft.AtLarge.Any(effect => effect is MergeBranch)
        || state.Running.Any(id => state.Tasks[id].Step is not (Step.Due or Step.None)));

    // Work is left, but nothing may start: a budget or a full machine ends the session, anything else is waited for.
    private static EndReached? Stopped(Draft draft)
    {
        var state = draft.State;
        // Told once, it stays so, also when an agent's last word is that it used less than it had told before.
        if ((state.Spent ?? Budgets.Spent(state)) is { } spent)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, spent);
        if (Groups.HandOver(state) is { } boundary)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, boundary);
        if (state.Gate is { } gate && state.Running.Count == 0 && draft.Now - state.GateSince >= Gate.Patience)
            return new EndReached(SessionStatus.Paused, ExitCodes.Environment, new Failure(FailureCategory.Resource, "no_room", gate, "free some, then 'tutti resume'"));
        return Holds.ForPerson(state) is { } hold && Recover.NextWake(state, draft.Now) is null ? Kept(hold) : null;
    }

    // Something keeps everybody from an agent, and only a person can mend it: no key, no credit.
    private static EndReached Kept(AgentHold hold) =>
        new(SessionStatus.Paused, hold.Why.Category == FailureCategory.Environment ? ExitCodes.Environment : ExitCodes.PersonMustAct, hold.Why);

    private static EndReached? Integrated(Draft draft)
    {
        var landing = draft.State.Landing;
        var refused = landing.Detour!;
        if (draft.State.Settings.Land == LandMode.Pr)
            return ByPullRequest(draft);
        if (draft.State.Settings.Land != LandMode.Automatic)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, refused);
        if (draft.State.TakeTried)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, refused);
        draft.Record(new TakingStarted());
        return null;
    }

    private static EndReached? ByPullRequest(Draft draft)
    {
        if (PullRequest.End(draft.State) is { } why)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, why);
        draft.Record(new PullRequestOpening(IntegrationBranch.Of(draft.State.Id), draft.State.Landing.Tip));
        return null;
    }

    private static EndReached Settled(SessionState state)
    {
        if (state.Cancelled)
            return new EndReached(SessionStatus.Cancelled, ExitCodes.Interrupted, null);
        if (state.Count(TaskPhase.Failed) > 0)
            return new EndReached(SessionStatus.Failed, ExitCodes.SomeFailed, null);
        if (state.Count(TaskPhase.NeedsAttention) > 0 && Holds.ForPerson(state) is { } hold)
            return Kept(hold);
        if (state.Count(TaskPhase.NeedsAttention) > 0)
            return new EndReached(SessionStatus.Paused, ExitCodes.PersonMustAct, null);
        return state.Count(TaskPhase.Cancelled) + state.Count(TaskPhase.Blocked) > 0
            ? new EndReached(SessionStatus.Failed, ExitCodes.SomeFailed, null)
            : new EndReached(SessionStatus.Completed, ExitCodes.AllDone, null);
    }
}
