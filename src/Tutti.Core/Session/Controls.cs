namespace Tutti.Core.Session;

/// <summary>What a person asks of a running session.</summary>
internal static class Controls
{
    /// <summary>Most agents a session can be scaled to.</summary>
    public const int MostAgents = 200;

    public static void Obey(Draft draft, Control control)
    {
        switch (control.Verb)
        {
            case ControlVerb.Interrupt:
                if (!draft.State.Interrupted)
                    draft.Record(new SessionInterrupted(control.By));
                break;
            case ControlVerb.Checkpoint:
                Checkpoints.Obey(draft, control);
                break;
            case ControlVerb.ScaleUp:
                Scale(draft, draft.State.MaxAgents + Math.Max(1, control.Count), control.By);
                break;
            case ControlVerb.ScaleDown:
                Scale(draft, draft.State.MaxAgents - Math.Max(1, control.Count), control.By);
                break;
            case ControlVerb.Pause when control.Tasks.Count == 0:
                if (draft.State.Status == SessionStatus.Active)
                    draft.Record(new SessionPaused(control.By));
                break;
            case ControlVerb.Resume when control.Tasks.Count == 0:
                if (draft.State.Status == SessionStatus.Paused)
                    draft.Record(new SessionResumed(control.By) { KeepsWork = true });
                break;
            case ControlVerb.Cancel when control.Tasks.Count == 0:
                draft.Record(new SessionCancelled(control.By));
                // All of them, so that nobody is told to settle what blocks a task that is given up itself.
                foreach (var id in Open(draft).Where(id => CanCancel(draft, id)))
                    draft.Record(new TaskCancelled(id, control.By));
                break;
            default:
                foreach (var task in control.Tasks.Where(draft.State.Tasks.ContainsKey))
                    ObeyForTask(draft, control, task);
                break;
        }
    }

    private static void Scale(Draft draft, int agents, string by)
    {
        var bounded = Math.Clamp(agents, 1, MostAgents);
        if (bounded != draft.State.MaxAgents)
            draft.Record(new SessionScaled(bounded, by));
    }

    private static List<string> Open(Draft draft) =>
        [.. draft.State.Tasks.Values.Where(t => !t.IsSettled).Select(t => t.Id).Order(StringComparer.Ordinal)];

    private static void ObeyForTask(Draft draft, Control control, string id)
    {
        var task = draft[id];
        switch (control.Verb)
        {
            case ControlVerb.Pause when !task.IsSettled && !task.Held:
                draft.Record(new TaskPaused(id, control.By));
                break;
            case ControlVerb.Resume when task.Held:
                draft.Record(new TaskResumed(id, control.By));
                break;
            case ControlVerb.Cancel when CanCancel(draft, id):
                draft.Record(new TaskCancelled(id, control.By));
                Stages.BlockDependents(draft, id);
                break;
            default:
                break;
        }
    }

    // A branch whose target is being moved has landed as far as anyone can tell; it is too late to call it back.
    private static bool CanCancel(Draft draft, string id) =>
        draft[id] is { IsSettled: false, IsIntegrated: false } && !Landing.Train.IsMoving(draft.State, id);
}
