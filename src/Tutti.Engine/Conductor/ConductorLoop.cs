using System.Threading.Channels;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>What has just happened, for whoever shows it.</summary>
/// <param name="State">The session after the news.</param>
/// <param name="News">The events and the lines they are in the journal.</param>
public sealed record Moment(SessionState State, IReadOnlyList<(Recorded Event, string Line)> News);

/// <summary>
/// The loop: take inputs, decide, append the events, and only after their fsync start the effects. One writer; everything it
/// knows is in the journal, so it can be killed at any time.
/// </summary>
public sealed class ConductorLoop : IDisposable
{
    // Inputs waiting at once; each live attempt has at most a few, so this is never reached but by a defect.
    private const int MostWaiting = 10_000;

    // Decisions that share one fsync.
    private const int MostPerAppend = 512;

    private readonly JournalWriter _journal;
    private readonly TimeProvider _time;
    private readonly EffectRunner _runner;
    private readonly Action<Moment> _observe;
    private readonly Channel<Input> _inputs = Channel.CreateBounded<Input>(MostWaiting);
    private readonly ITimer _alarm;
    private SessionState? _state;
    private DateTimeOffset _decided;

    public ConductorLoop(JournalWriter journal, Func<Effect, SessionState, CancellationToken, Task<Input?>> perform, TimeProvider time, Action<Moment> observe)
    {
        _journal = journal;
        _time = time;
        _observe = observe;
        _runner = new EffectRunner(perform, TellAsync, Stop);
        _alarm = time.CreateTimer(_ => _inputs.Writer.TryWrite(new TimePassed()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _state = journal.Reading.State;
    }

    /// <summary>The session as last decided; null before <see cref="Begin"/> of a new one.</summary>
    public SessionState? State => _state;

    /// <summary>Gives the conductor something to decide about, from any thread.</summary>
    public async ValueTask TellAsync(Input input)
    {
        try
        {
            await _inputs.Writer.WriteAsync(input);
        }
        catch (ChannelClosedException)
        {
            // This conductor stops; the next one finds it out again.
        }
    }

    /// <summary>Writes a new session's first event.</summary>
    public void Begin(SessionStarted session)
    {
        if (_state is not null)
            throw new InvalidOperationException($"session {_state.Id} has begun already");
        Commit([Masked(null, Decide.Begin(session, _time.GetUtcNow()))]);
    }

    /// <summary>Conducts until the session is at its end, or until cancelled; attempts outlive both.</summary>
    /// <param name="takeUp">Who conducts.</param>
    /// <param name="cancellation">Leaves the session as it is, at once.</param>
    /// <returns>The session's exit code.</returns>
    /// <exception cref="FailureException">
    /// <c>journal_not_written</c>, <c>disk_full</c>, <c>disk_read_only</c> or <c>disk_broken</c>: what the journal holds can be resumed.
    /// </exception>
    public async Task<int> RunAsync(TakeUp takeUp, CancellationToken cancellation)
    {
        _decided = _time.GetUtcNow();
        var state = _state ?? throw new InvalidOperationException("no session has begun");
        Commit([Masked(state, Decide.About(state, takeUp, _decided))]);

        // Everything that is pending now, not only what the taking up added: the last conductor may have died in the middle.
        Start(Recover.Effects(_state), cancellation);
        while (_state.EndedAt is null)
        {
            SetAlarm();
            await _inputs.Reader.WaitToReadAsync(cancellation);
            DecideWaiting(cancellation);
        }

        return _state.ExitCode ?? ExitCodes.Bug;
    }

    /// <summary>Waits for what is still running; after the end of a session that is nothing that matters.</summary>
    public Task DrainAsync() => _runner.DrainAsync();

    public void Dispose() => _alarm.Dispose();

    private void DecideWaiting(CancellationToken cancellation)
    {
        var decisions = new List<MaskedDecision>();
        while (decisions.Count < MostPerAppend && _inputs.Reader.TryRead(out var input))
        {
            _decided = _time.GetUtcNow();
            var decision = Masked(_state!, Decide.About(_state!, input, _decided));
            _state = decision.State;
            if (decision.News.Lines.Count > 0)
                decisions.Add(decision);
        }

        Commit(decisions);
        foreach (var decision in decisions)
            Start(decision.Effects, cancellation);
    }

    private void Stop(Failure trouble) => _inputs.Writer.TryComplete(new FailureException(trouble with
    {
        Message = $"session {_state!.Id} stops: {trouble.Message}",
        Hint = "nothing is lost, and agents that work go on; make room (disk, files, processes) or mend the disk, then 'tutti resume'",
    }));

    private sealed record MaskedDecision(SessionState State, MaskedEvents News, IReadOnlyList<Effect> Effects);

    // An agent that prints a key tells it to the session; from here on nobody knows it any more.
    private MaskedDecision Masked(SessionState? before, Decision decision)
    {
        // New settings may bring keys that nobody knew before; a resume always does, because the journal has theirs masked.
        foreach (var changed in decision.Events.Select(e => e.Event).OfType<SettingsChanged>())
            _journal.Guarded?.And(changed.Settings).Guard(_journal);
        var masked = MaskedEvents.Of(_journal, decision.Events);
        var state = masked.Lines.Select(l => l.Event).SequenceEqual(decision.Events, ReferenceEqualityComparer.Instance)
            ? decision.State
            : masked.Lines.Aggregate(before, (known, line) => Fold.Apply(known, line.Event))!;
        return new MaskedDecision(state, masked, decision.Effects);
    }

    private void Commit(List<MaskedDecision> decisions)
    {
        if (decisions.Count == 0)
            return;
        _journal.Append(decisions.Select(d => d.News));
        _state = decisions[^1].State;
        _observe(new Moment(_state, [.. decisions.SelectMany(d => d.News.Lines)]));
    }

    private void Start(IEnumerable<Effect> effects, CancellationToken cancellation)
    {
        foreach (var effect in effects.Where(e => e is not Finish))
            _runner.Start(effect, _state!, cancellation);
    }

    private void SetAlarm()
    {
        // Only what lies ahead of the last decision: a time that has passed in vain would wake it again at once, for ever.
        // One that is too far ahead for a timer comes early, decides nothing, and is set again.
        var wait = Recover.NextWake(_state!, _decided) is { } wake ? TimerWait.Within(wake - _time.GetUtcNow()) : Timeout.InfiniteTimeSpan;
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
