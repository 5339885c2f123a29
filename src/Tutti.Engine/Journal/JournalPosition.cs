using System.Globalization;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>A session at one position of its journal, and how it went on, as far as that can be read.</summary>
/// <param name="At">The session as it stood.</param>
/// <param name="Checkpoint">The checkpoint that names the position; null where only its number was given.</param>
/// <param name="Last">The session as it stands.</param>
/// <param name="Conductor">The process that took it up last; null where none has.</param>
/// <param name="Damage">Why the journal cannot be read to its end; null where it can.</param>
public sealed record JournalPosition(SessionState At, Checkpoint? Checkpoint, SessionState Last, ProcessRef? Conductor, Failure? Damage)
{
    /// <summary>Finds a position. What is damaged behind it does not matter to it.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="named">A checkpoint's name, or the number of an event; the decision it belongs to counts as a whole then.</param>
    /// <exception cref="FailureException"><c>checkpoint_unknown</c>, <c>session_empty</c>, or <c>journal_damaged</c> before the position.</exception>
    public static JournalPosition Find(SessionFolder folder, string named)
    {
        var number = long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : (long?)null;
        SessionState? numbered = null, last = null, checkpointed = null;
        ProcessRef? conductor = null;
        Failure? damage = null;
        try
        {
            var journal = new JournalReader(folder.Journal);
            foreach (var recorded in journal.Read())
            {
                last = Fold.Apply(last, recorded);
                conductor = recorded.Event is ConductorStarted started ? started.Process : conductor;
                // Nothing was ever acted on in the middle of a decision: the number of one of its events means all of it.
                numbered = number > 0 && recorded.Seq >= number && recorded.Seq == journal.Seq ? numbered ?? last : numbered;
                checkpointed = recorded.Event is CheckpointCreated or CheckpointMade && last.Checkpoints[^1].Name == named ? last : checkpointed;
            }
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.JournalDamaged && (checkpointed ?? numbered) is not null)
        {
            // What was asked for lies before the damage: that it is there is told, and that the rest is not known.
            damage = e.Failure;
        }

        if (last is null)
            throw folder.Empty();
        var at = checkpointed ?? numbered ?? throw Unknown(last, named, number);
        return new JournalPosition(at, checkpointed?.Checkpoints[^1], last, conductor, damage);
    }

    /// <summary>The failure that says that a session has no such position.</summary>
    public static FailureException Unknown(SessionState state, string named, long? number) => number is not null
        ? FailureException.Input("out_of_range", $"session {state.Id} has no event {named}", $"it has 1 to {state.Seq}")
        : FailureException.Input("checkpoint_unknown", $"session {state.Id} has no checkpoint '{named}'", state.Checkpoints.IsEmpty ? "it has none; 'tutti checkpoint create NAME' makes one" : Nearest.Hint(named, [.. state.Checkpoints.Select(c => c.Name)]));
}
