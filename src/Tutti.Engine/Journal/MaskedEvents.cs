using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>
/// The events of one decision as the journal will have them, masked once. Nothing else can be written; and whoever folds these knows no
/// more than the journal, so that no screen, report, prompt or commit message made of it can say more.
/// </summary>
public sealed class MaskedEvents
{
    private MaskedEvents(IReadOnlyList<(Recorded Event, string Line)> lines) => Lines = lines;

    /// <summary>Each event as it will be read back, and its line without its line feed.</summary>
    public IReadOnlyList<(Recorded Event, string Line)> Lines { get; }

    /// <summary>Takes the secrets out of a decision's events; one that holds none stays the very same.</summary>
    /// <param name="journal">Where they are to be written, and whose masks count.</param>
    /// <param name="events">In their order.</param>
    public static MaskedEvents Of(JournalWriter journal, IReadOnlyList<Recorded> events) =>
        new([.. events.Select((recorded, i) => Masked(journal, recorded, more: i < events.Count - 1))]);

    private static (Recorded Event, string Line) Masked(JournalWriter journal, Recorded recorded, bool more)
    {
        // Commands and agents' variables are needed as they are; their lines are masked as every other.
        var orders = recorded.Event is SessionStarted or SettingsChanged;
        var (masked, line) = EventCodec.Encode(recorded, more, orders ? journal.MaskOrders : journal.Mask);
        return (orders ? recorded : masked, line);
    }
}
