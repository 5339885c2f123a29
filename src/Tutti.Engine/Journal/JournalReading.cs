using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>What a journal comes to, as far as it is whole. Its events are folded one after the other and not kept.</summary>
/// <param name="State">The session; null where nothing has happened.</param>
/// <param name="Conductor">The process that took the session up last; null where none has.</param>
/// <param name="Length">Bytes of its whole decisions; what lies behind is half-written.</param>
/// <param name="Cut">What lies behind, in words; null where nothing does.</param>
public sealed record JournalReading(SessionState? State, ProcessRef? Conductor, long Length, string? Cut)
{
    /// <summary>Reads a journal that somebody may be writing. A missing file is an empty journal.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>: a line in the middle is not as it was written.</exception>
    public static JournalReading Of(string path) => Of(new JournalReader(path));

    /// <summary>Reads all that a stream has.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>.</exception>
    public static JournalReading Of(JournalReader journal) => new JournalReading(null, null, 0, null).And(journal);

    /// <summary>This, and what the stream has had since.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>.</exception>
    public JournalReading And(JournalReader journal)
    {
        var (state, conductor) = (State, Conductor);
        foreach (var recorded in journal.Read())
        {
            try
            {
                state = Fold.Apply(state, recorded);
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or NullReferenceException)
            {
                // Whole lines, but not of one session: it tells of a task or an attempt that there is not. Nobody can go on from that.
                throw journal.CannotFollow(recorded, e);
            }

            conductor = recorded.Event is ConductorStarted started ? started.Process : conductor;
        }

        return new JournalReading(state, conductor, journal.Length, journal.Cut);
    }
}
