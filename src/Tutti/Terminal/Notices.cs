using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>
/// The events a person who watches a box should not miss: they scroll by above it, one line each. A task's end is one
/// (the seeds' "notification per task").
/// </summary>
public static class Notices
{
    /// <summary>The line of an event; null where the box itself says enough.</summary>
    public static Line? Of(Event e, SessionState state, Look look) => e switch
    {
        TaskLanded x => Task(look, state, x.Task, TaskPhase.Done, Sentences.Of(x, state) + Took(state.Tasks[x.Task], x, state)),
        TaskFailed x => Task(look, state, x.Task, TaskPhase.Failed, Sentences.Of(x, state)),
        TaskBlocked x => Task(look, state, x.Task, TaskPhase.Blocked, Sentences.Of(x, state)),
        TaskNeedsAttention x => Task(look, state, x.Task, TaskPhase.NeedsAttention, Sentences.Of(x, state)),
        TaskCancelled x => Task(look, state, x.Task, TaskPhase.Cancelled, Sentences.Of(x, state)),
        TaskCleaned { Preserved: not null } => Told(look.Dot, Tone.Dim, e, state),
        ForecastMade { Collisions.Count: > 0 } => Told("!", Tone.Warn, e, state),
        HookRan { Failure: null } => null,
        HookRan or EffectFailed or SettingsRejected or TargetRefused or PullRequestFailed or GateClosed or SourceTold { Failure: not null } =>
            Told("!", Tone.Warn, e, state),
        SessionPaused or SessionResumed or SessionCancelled or SessionInterrupted or SessionScaled or SettingsChanged or GateOpened
            or IntegrationTaken or PullRequestOpened or SessionEnded { Reason: not null } =>
            Told(look.Dot, Tone.Dim, e, state),
        _ => null,
    };

    private static Line Told(string sign, Tone tone, Event e, SessionState state) =>
        new(new Piece($"{sign} ", tone), new Piece(Sentences.Of(e, state)));

    private static Line Task(Look look, SessionState state, string id, TaskPhase phase, string sentence)
    {
        var hint = phase is TaskPhase.Failed or TaskPhase.NeedsAttention ? state.Tasks[id].Failure?.Hint : null;
        return new Line(
            new Piece(look.Glyph(phase) + " ", Look.ToneOf(phase)),
            new Piece(sentence),
            new Piece(hint is null ? "" : $" ({Printable.Line(hint)})", Tone.Dim));
    }

    private static string Took(TaskState task, TaskLanded landed, SessionState state) =>
        task.StartedAt is { } start ? $" ({Amounts.Duration((landed.Integrated ? state.At : task.EndedAt ?? state.At) - start)})" : "";
}
