namespace Tutti.Core.Session;

/// <summary>What a conductor is to do with the session it takes up: go on, land what is finished, or give it up.</summary>
public static class TakingUp
{
    internal static void Handle(Draft draft, TakeUp x)
    {
        // Conducted before, and not brought to an end: that conductor has died, and what it had in hand is taken up by guess and probe.
        if (draft.State is { EndedAt: null, Seq: > 1 })
            Checkpoints.Before(draft, "crash", "the conductor had died; before the session was taken up again");
        draft.Record(new ConductorStarted(x.Process, x.Version));
        // Before anything is decided: a budget that was raised meanwhile must not end the session once more.
        if (x.Settings is { } settings)
            draft.Record(new SettingsChanged(settings));
        if (x.Land is { } order)
            Land(draft, x, order);
        else if (x.Resume && (draft.State.Status != SessionStatus.Active || draft.State.Interrupted))
            Resume(draft, x);
        if (x.Cancel)
            Controls.Obey(draft, new Control(ControlVerb.Cancel, [], 0, x.By));
    }

    /// <summary>True where nothing but landing is left, one that was interrupted too: otherwise taking up would start agents.</summary>
    public static bool MayLand(SessionState state) =>
        state is { EndedAt: not null, Running.Count: 0 } && state.Count(TaskPhase.Pending) == 0;

    /// <summary>True where a session came to its end and no resume opens a task of it: each is landed, called off or taken back, or waits for one that is.</summary>
    public static bool IsOver(SessionState state) =>
        state is { EndedAt: not null, Landing.IsEmpty: true, Status: not SessionStatus.Paused }
        && state.Tasks.Values.All(task => task.Phase is TaskPhase.Done or TaskPhase.Cancelled || (task.Phase == TaskPhase.Blocked && Fold.IsShut(state, task)));

    /// <summary>True where landing was ordered and has not come to its end: whoever takes the session up goes on with it.</summary>
    public static bool IsLanding(SessionState state) => state is { EndedAt: null, Landing.Ordered: true };

    private static void Resume(Draft draft, TakeUp x)
    {
        if (draft.State.Count(TaskPhase.NeedsAttention) > 0 || (x.RetryFailed && draft.State.Count(TaskPhase.Failed) > 0))
            Checkpoints.Before(draft, "resume", "before tasks that had come to an end are opened again");
        See(draft, x.Heads);
        draft.Record(new SessionResumed(x.By, x.RetryFailed) { Limits = x.Limits.Count > 0 ? x.Limits : null, KeepsWork = true });
    }

    private static void Land(Draft draft, TakeUp x, LandNow order)
    {
        // The interrupt was meant for the conductor that left before it had come to an end; whoever orders again wants it to go on.
        if (IsLanding(draft.State) && draft.State.Interrupted)
            draft.Record(new LandingOrdered(draft.State.Landing.Target, [], x.By));
        if (!MayLand(draft.State))
            return;
        Checkpoints.Before(draft, "landing", $"before the landing that {x.By} ordered");
        See(draft, x.Heads);
        draft.Record(new LandingOrdered(order.Target, Chosen(draft.State, order), x.By));
    }

    // A blocked one was integrated together with what it depends on: it lands after that, or not at all (P14).
    private static List<string> Chosen(SessionState state, LandNow order)
    {
        var chosen = new List<string>();
        foreach (var task in order.Tasks.Select(id => state.Tasks[id]).Where(t => t.Waits).OrderBy(t => state.Index.Level(t.Id)).ThenBy(t => t.Id, StringComparer.Ordinal))
        {
            if (task.Phase == TaskPhase.NeedsAttention || task.Spec.DependsOn.All(d => state.Tasks[d].Phase == TaskPhase.Done || state.Tasks[d].IsIntegrated || chosen.Contains(d)))
                chosen.Add(task.Id);
        }

        return chosen;
    }

    private static void See(Draft draft, IReadOnlyDictionary<string, string> heads)
    {
        foreach (var (id, head) in heads.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (draft[id] is { Phase: TaskPhase.NeedsAttention, Head: { } before } && before != head)
                draft.Record(new BranchSeen(id, head));
        }
    }
}
