using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

public static partial class Fold
{
    private static SessionState AtCheckpoint(SessionState state, CheckpointCreated x, Recorded recorded) => state with
    {
        Checkpoints = state.Checkpoints.Add(new Checkpoint(x.Name, recorded.Seq, recorded.At, null, x.Why, x.Summary)),
        GroupsDone = x.Group ?? state.GroupsDone,
    };

    // What has landed was told and cleaned up by the session it landed in; this one only builds on it. It waits for a resume.
    private static SessionState Restored(SessionState state, SessionRestored x, DateTimeOffset at)
    {
        foreach (var (id, commit) in x.Landed)
        {
            state = Replace(state, state.Tasks[id] with { Phase = TaskPhase.Done, Landed = commit, EndedAt = at, Told = TaskPhase.Done, Hooked = true });
            foreach (var dependent in state.Index.Dependents(id).Select(d => state.Tasks[d]).ToList())
                state = Replace(state, dependent with { Unmet = dependent.Unmet - 1 });
        }

        foreach (var (id, work) in x.Work)
            state = Replace(state, state.Tasks[id] with { Restored = work });
        var open = Groups.LowestOpen(state);
        return state with { Status = SessionStatus.Paused, EndedAt = at, RestoredFrom = x.From, OpenGroup = open, GroupsDone = open };
    }

    private static TaskState TakenUp(TaskState task) => task with { Head = task.Restored!.Head, Work = task.Restored.Work, Restored = null };
}
