using Tutti.Core.Landing;

namespace Tutti.Core.Session;

/// <summary>What a decision comes to: events to be journaled, then effects to be started.</summary>
/// <param name="State">The session after the events.</param>
public sealed record Decision(SessionState State, IReadOnlyList<Recorded> Events, IReadOnlyList<Effect> Effects);

/// <summary>A decision in the making: every event recorded is folded at once, and the effects it adds are noted.</summary>
internal sealed class Draft(SessionState state, DateTimeOffset now)
{
    private readonly List<Recorded> _events = [];
    private readonly List<Effect> _effects = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    // Both follow from the present state and are asked for several times within a decision.
    private LandingPath? _main;
    private List<Effect>? _atLarge;

    public SessionState State { get; private set; } = state;

    public DateTimeOffset Now { get; } = now;

    public TaskState this[string task] => State.Tasks[task];

    /// <summary>The train on the tip, see <see cref="Speculation.Main"/>.</summary>
    public LandingPath Main => _main ??= Speculation.Main(State);

    /// <summary>What is pending of the landing and of the session, but for what belongs to single tasks.</summary>
    public IReadOnlyList<Effect> AtLarge => _atLarge ??= [.. Pending.OfLanding(State, Main), .. Pending.OfSession(State)];

    /// <summary>Adds an event, and the effects that are pending after it and were not before.</summary>
    public void Record(Event e)
    {
        var (before, atLarge) = (State, AtLarge);
        var seq = before.Seq + 1;
        var recorded = new Recorded(seq, Now, e, Correlation(e), Cause(e));
        _events.Add(recorded);
        State = Fold.Apply(before, recorded);
        (_main, _atLarge) = (null, null);
        Invariants.Check(before, e, State);
        if (e is TaskEvent about)
            Add(Pending.OfTask(before, before.Tasks[about.Task]), Pending.OfTask(State, State.Tasks[about.Task]));
        else
            AddOfAll(before);
        Add(atLarge, AtLarge);
        if (e is TaskLanded { Integrated: false } && before.Landing.Integrated.Count > 0)
            AddOfAll(before);
    }

    /// <summary>True where an event of that kind has been recorded in this decision.</summary>
    public bool Has(Predicate<Event> kind) => _events.Exists(recorded => kind(recorded.Event));

    public Decision ToDecision() => new(State, _events, _effects);

    // A session's event may touch any task that runs or has duties, before or after it.
    private void AddOfAll(SessionState before)
    {
        foreach (var id in State.Running.Union(State.Duties).Union(State.Claiming))
            Add(Pending.OfTask(before, before.Tasks[id]), Pending.OfTask(State, State.Tasks[id]));
    }

    private void Add(IEnumerable<Effect> before, IEnumerable<Effect> after)
    {
        if (!after.Any())
            return;
        var known = before.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var effect in after)
        {
            if (!known.Contains(effect.Key) && _keys.Add(effect.Key))
                _effects.Add(effect);
        }
    }

    private string Correlation(Event e) => e switch
    {
        AttemptStarted x => $"{x.Task}/{x.Number}",
        AttemptSpawned x => $"{x.Task}/{x.Number}",
        AttemptTold x => $"{x.Task}/{x.Number}",
        AttemptEnded x => $"{x.Task}/{x.Number}",
        WorkCollected x => $"{x.Task}/{x.Number}",
        CollectFailed x => $"{x.Task}/{x.Number}",
        TaskEvent x => x.Task,
        _ => State.Id,
    };

    private long? Cause(Event e)
    {
        if (_events.Count > 0)
            return _events[^1].Seq;
        var cause = e is TaskEvent about ? State.Tasks[about.Task].Seq : State.Seq;
        return cause == 0 ? null : cause;
    }
}
