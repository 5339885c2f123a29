using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>What a command writes into the journal of a session that nobody conducts: facts, to which no effect belongs.</summary>
public static class JournalNote
{
    /// <summary>Appends events that count only together.</summary>
    /// <param name="journal">Held by the caller.</param>
    /// <param name="state">As the journal has it.</param>
    /// <param name="events">In their order.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The session after them.</returns>
    public static SessionState Append(JournalWriter journal, SessionState state, IReadOnlyList<Event> events, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var recorded = events.Select((e, i) => new Recorded(state.Seq + 1 + i, now, e, e is TaskEvent about ? about.Task : state.Id, state.Seq + i)).ToList();
        var masked = MaskedEvents.Of(journal, recorded);
        var after = masked.Lines.Aggregate(state, (before, line) => Fold.Apply(before, line.Event));
        journal.Append([masked]);
        return after;
    }

    /// <summary>Gives the position at which a session rests a name.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="control">The request, as a conductor would have got it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FailureException"><c>session_busy</c>, <c>session_empty</c>, <c>journal_damaged</c>.</exception>
    public static SessionState Checkpoint(SessionFolder folder, Control control, TimeProvider time)
    {
        using var journal = JournalWriter.Open(folder);
        var state = journal.Reading.State ?? throw folder.Empty();
        Secrets.Known(state.Settings).Guard(journal);
        return Checkpoints.Named(state, control.Name!) is not null ? state : Append(journal, state, [Checkpoints.AskedFor(state, control)], time);
    }
}
