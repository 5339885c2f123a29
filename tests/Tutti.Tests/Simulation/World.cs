using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>
/// A seeded world around the real decisions, as the conductor is around them: inputs are decided about, their events written, and only
/// then their effects started; outcomes come back on a virtual clock, in whatever order they end. It may die between any two effects and
/// in the middle of a write, and goes on from the journal alone. What must never happen is checked at every step.
/// </summary>
public sealed class World
{
    private static readonly ProcessRef Self = new(1, "0", "boot");
    // What a person says may be lost in a crash, a few times.
    private const int MostQuiet = 5;

    private readonly int _seed;
    private readonly Random _random;
    private readonly Weather _weather;
    private readonly Mutation _mutation;
    private readonly SimulatedForecast _forecast;
    private readonly Outside _outside;
    private readonly Outcomes _outcomes;
    private readonly People _people;
    private readonly Ledger _ledger = new();
    private readonly Story _story = new();
    private readonly List<Recorded> _journal = [];
    private readonly Dictionary<string, (Effect Effect, SessionState Since, DateTimeOffset Due)> _inFlight = new(StringComparer.Ordinal);
    private readonly HashSet<long> _ends = [];
    private readonly HashSet<string> _endings = new(StringComparer.Ordinal);
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private DateTimeOffset _decided;
    private DateTimeOffset? _diskFull;
    private long _quietSince = -1;
    private int _quiet;

    public World(int seed, PlanSpec plan, Settings settings, Weather weather, Mutation? mutation = null)
        : this(seed, new Random(seed), new Outside { Strict = settings.Verify.Count > 0 && !EditsVerify(seed) }, weather, mutation)
    {
        var begin = Begin("s", plan, settings);
        State = begin.State;
        Decided(begin);
        TakeUp(resume: false, retryFailed: false, new Dictionary<string, TaskLimits>());
    }

    private World(int seed, Random random, Outside outside, Weather weather, Mutation? mutation)
    {
        (_seed, _random, _outside, _weather, _mutation) = (seed, random, outside, weather, mutation ?? Mutation.None);
        _forecast = new SimulatedForecast(seed);
        _outcomes = new Outcomes(_random, weather, _outside);
        _people = new People(_random, EditsVerify(seed), weather.Rearranges);
        State = null!;
    }

    /// <summary>The world in which a new session goes on from a position of this one's journal, which is over (see <c>SessionRestore</c>), in the same repository.</summary>
    /// <param name="seq">The position.</param>
    public World Restored(long seq)
    {
        var at = _journal.TakeWhile(r => r.Seq <= seq).Aggregate((SessionState?)null, _mutation.Fold)!;
        _outside.BeginAnother();
        var world = new World(_seed, new Random(_seed + (int)seq), _outside, _weather, _mutation) { _now = _now };
        var landed = at.Tasks.Keys.Order(StringComparer.Ordinal)
            .Select(id => (Id: id, Commit: new[] { at.Tasks[id].Landed, State.Tasks[id].Landed }.FirstOrDefault(commit => commit is not null && _outside.Has(_outside.Target, commit))))
            .Where(task => task.Commit is not null).ToDictionary(task => task.Id, task => task.Commit!, StringComparer.Ordinal);
        var work = at.Tasks.Values.Where(t => !landed.ContainsKey(t.Id) && RestoredWork.Of(t) is not null).ToDictionary(t => t.Id, t => RestoredWork.Of(t)!, StringComparer.Ordinal);
        var begin = world.Begin($"{at.Id}+", at.Plan, at.Settings);
        world.State = begin.State;
        var restored = new Recorded(begin.State.Seq + 1, _now, new SessionRestored(at.Id, null, seq, landed, work));
        world.Decided(begin with { Events = [.. begin.Events, restored] });
        world.TakeUp(resume: true, retryFailed: false, new Dictionary<string, TaskLimits>());
        return world;
    }

    private Decision Begin(string id, PlanSpec plan, Settings settings)
    {
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}", StringComparer.Ordinal);
        var mode = new ModeChoice(true, "simulated", settings.MaxAgents);
        return Decide.Begin(new SessionStarted(id, "seed", plan, settings, new SourceRef("plan", Writable: _seed % 3 == 0), mode, "main", _outside.Target, branches, null), _now);
    }

    // What is verified then is not always what was verified before.
    private static bool EditsVerify(int seed) => seed % 2 == 0;

    public SessionState State { get; private set; }

    public IReadOnlyList<Recorded> Journal => _journal;

    /// <summary>How often a task was seen to wait for another that it collides with.</summary>
    public int Waited { get; private set; }

    public bool Ended => State.EndedAt is not null;

    /// <summary>Runs until the session ends; throws when an invariant breaks or nothing can happen any more.</summary>
    public void Run(int mostSteps = 20_000)
    {
        for (var step = 0; !Ended; step++)
        {
            if (step >= mostSteps)
                throw new InvariantException(nameof(JournalInvariants.EveryWaitEnds), "the session does not end");
            Befall();
            if (!Ended)
                Step();
        }
    }

    /// <summary>A person has mended what stopped the session, and resumes it.</summary>
    public void Resume(bool retryFailed = false)
    {
        _story.Tell(_journal.Count, _now, "a person mends what stopped the session, and resumes it");
        _diskFull = null;
        _inFlight.Clear();
        Decided([new SettingsRead(State.Settings with { Budget = new Budget() }, null), Measured(full: false)]);
        TakeUp(resume: true, retryFailed, People.Freed(State));
    }

    /// <summary>A person orders what is finished to land, on a target that somebody may have moved; false where that is not to be had.</summary>
    public bool Land()
    {
        if (!TakingUp.MayLand(State))
            return false;
        _story.Tell(_journal.Count, _now, "a person orders what is finished to land");
        if (Chance(0.5))
            _outside.Push();
        var waiting = State.Tasks.Values.Where(t => t.Waits).Select(t => t.Id).Order(StringComparer.Ordinal).ToList();
        var heads = waiting.Where(_ => Chance(0.3)).ToDictionary(id => id, id => _outside.Commit("h", State.Tasks[id].Head!), StringComparer.Ordinal);
        _inFlight.Clear();
        Decided([new TakeUp(Self, "test", Resume: false, RetryFailed: false, "person") { Land = new LandNow(_outside.Target, waiting), Heads = heads }]);
        Recover();
        return true;
    }

    /// <summary>What has happened, as a timeline, and where things stand.</summary>
    public string Story(int most = int.MaxValue) => $"{_story.Of(_journal, most)}\n{Standing.Of(State, _inFlight.Keys)}";

    private bool Chance(double p) => _random.NextDouble() < p;

    private static HostMeasured Measured(bool full) => new(new HostResources(long.MaxValue, full ? 0 : long.MaxValue, 0, 2));

    // What comes from outside, whatever the session is about.
    private void Befall()
    {
        if (Chance(_weather.Crashes))
            Restart("the conductor dies");
        if (Chance(_weather.Meddles))
            Feed([_people.Meddle(State)]);
        if (Chance(_weather.Forecasts))
            Feed([_forecast.Of(State)]);
        if (Chance(_weather.Floods) && Live() is { } flooder)
            Feed([.. Enumerable.Range(0, 25).Select(_ => Told(flooder))]);
        else if (Chance(_weather.Tells) && Live() is { } teller)
            Feed([Told(teller)]);
        if (_diskFull is null && Chance(_weather.DiskFills))
        {
            _diskFull = _now + TimeSpan.FromMinutes(_random.Next(1, 30));
            _story.Tell(_journal.Count, _now, "the disk is full");
            Feed([Measured(full: true)]);
        }
        else if (_diskFull < _now)
        {
            _diskFull = null;
            _story.Tell(_journal.Count, _now, "the disk has room again");
            Feed([Measured(full: false)]);
        }
    }

    // Whatever is due next: an outcome, or a time that the state waits for.
    private void Step()
    {
        var wake = _mutation.NeverWakes ? null : Core.Session.Recover.NextWake(State, _decided);
        var due = _inFlight.Count == 0 ? null : (DateTimeOffset?)_inFlight.Values.Min(job => job.Due);
        if (due is null && wake is null)
        {
            Quiet();
        }
        else if (due is null || wake < due)
        {
            Pass(wake!.Value);
            Feed([new TimePassed()]);
        }
        else
        {
            Pass(due.Value);
            Feed([.. Outcomes()]);
        }
    }

    private void Pass(DateTimeOffset until) => _now = until > _now ? until : _now;

    // Those that come in while something is written are decided about together, and written together.
    private List<Input> Outcomes()
    {
        var together = TimeSpan.FromSeconds(Chance(0.3) ? 10 : 0);
        var inputs = new List<Input>();
        foreach (var (effect, since, _) in _inFlight.Values.Where(job => job.Due <= _now + together).OrderBy(job => job.Due).ThenBy(job => job.Effect.Key, StringComparer.Ordinal).ToList())
        {
            if (effect is CleanUp cleaning)
                JournalInvariants.NothingLiveIsCleanedUp(State, cleaning);
            Pass(_inFlight[effect.Key].Due);
            _inFlight.Remove(effect.Key);
            if ((_diskFull is not null && Chance(0.1) ? _outcomes.Broken(effect, _now, "No space left on device") : _outcomes.Of(effect, since, _now)) is { } input)
                inputs.Add(input);
            // Its outcome is the attempt's, which is still to come.
            if (effect is EndAttempt)
                _endings.Add(effect.Key);
            if (effect is EndAttempt end && _inFlight.GetValueOrDefault($"attempt:{end.Task}:{end.Number}") is { Effect: RunAttempt run } job && _outside.Process(end.Task, end.Number) is { } process)
                _inFlight[run.Key] = (run, job.Since, job.Due < process.Ends ? job.Due : process.Ends);
        }

        return inputs;
    }

    // Nothing will happen by itself: that is for a person to end, who looks at it and resumes all.
    private void Quiet()
    {
        JournalInvariants.EveryWaitEnds(State, _now);
        _quiet = _quietSince == State.Seq ? _quiet + 1 : 0;
        if (_quiet > MostQuiet)
            throw new InvariantException(nameof(JournalInvariants.EveryWaitEnds), "a person has resumed all of it, and nothing goes on");
        _now += TimeSpan.FromMinutes(10);
        Feed([new Control(ControlVerb.Resume, State.Status == SessionStatus.Paused ? [] : [.. State.Tasks.Keys], 0, "person")]);
        _quietSince = State.Seq;
    }

    private RunAttempt? Live()
    {
        var live = _inFlight.Values.Select(job => job.Effect).OfType<RunAttempt>()
            .Where(run => State.Tasks[run.Task].Live is { IsAgent: true, Agent: not AgentChoice.Shell } attempt && attempt.Number == run.Number)
            .OrderBy(run => run.Key, StringComparer.Ordinal).ToList();
        return live.Count == 0 ? null : live[_random.Next(live.Count)];
    }

    private AttemptHeard Told(RunAttempt run)
    {
        var live = State.Tasks[run.Task].Live!;
        var used = live.Usage ?? new Usage();
        return new AttemptHeard(run.Task, run.Number)
        {
            Conversation = live.Conversation ?? $"conversation of {run.Task}/{run.Number}",
            Usage = used with { Input = used.Input + _random.Next(1000) },
            Context = _random.Next(60, 90),
            Limit = Chance(0.05) ? new Failure(FailureCategory.Resource, AgentFailure.RateLimited, "limited") : null,
            ResetsAt = Chance(0.5) ? _now + TimeSpan.FromMinutes(_random.Next(-1, 120)) : null,
        };
    }

    private void Feed(IReadOnlyList<Input> inputs)
    {
        var (state, decisions) = (State, new List<Decision>());
        foreach (var input in inputs)
        {
            decisions.Add(_mutation.Decide(state, input, _now));
            state = decisions[^1].State;
        }

        _decided = _now;
        Commit(decisions);
    }

    // As the conductor does it: one write for all, which may be cut off anywhere, and only then the effects, of which it may not live to start all.
    private void Commit(List<Decision> decisions)
    {
        var total = decisions.Sum(d => d.Events.Count);
        if (_mutation.StartsEarly)
            Start(decisions.SelectMany(d => d.Effects));
        if (total > 0 && (Chance(_weather.Tears) || (_diskFull is not null && Chance(0.1))))
        {
            Tear(decisions, _diskFull is null ? _random.Next(total + 1) : 0);
            return;
        }

        foreach (var decision in decisions)
            Decided(decision);
        Judge();
        var effects = decisions.SelectMany(d => d.Effects).ToList();
        if (effects.Count > 0 && Chance(_weather.Crashes))
        {
            Start(effects.Take(_random.Next(effects.Count + 1)));
            Restart("the conductor dies while it starts effects");
            return;
        }

        Start(effects);
        NothingIsForgotten();
    }

    // Of a decision that is not whole nothing counts, and a full disk leaves nothing of what was to be written.
    private void Tear(List<Decision> decisions, int events)
    {
        var left = events;
        foreach (var decision in decisions)
        {
            var whole = decision.Events.Count <= left;
            if (whole)
                Decided(decision);
            else if (_mutation.CountsTorn)
                Write(decision.Events.Take(left));
            left -= Math.Min(left, decision.Events.Count);
            if (!whole)
                break;
        }

        if (_diskFull is not null)
            _diskFull = _now;
        Restart(_diskFull is null ? $"the conductor dies while it writes: {events} of {decisions.Sum(d => d.Events.Count)} events are on disk" : "the journal cannot be written, and the conductor stops");
    }

    private void Decided(Decision decision)
    {
        Write(decision.Events);
        if (decision.Events.Count > 0)
            _ends.Add(decision.Events[^1].Seq);
    }

    private void Write(IEnumerable<Recorded> events)
    {
        foreach (var recorded in events)
        {
            if (_journal.Count > 0)
                JournalInvariants.OfEvent(_ledger, State, recorded);
            State = _journal.Count == 0 ? State : _mutation.Fold(State, recorded);
            _journal.Add(recorded);
            _ledger.Take(recorded);
            if (recorded.Event is TaskLanded landed)
                JournalInvariants.WhatLandedIsOnTheTarget(_outside, State, landed);
        }
    }

    private void Judge()
    {
        JournalInvariants.OfState(_ledger, State);
        SimulatedForecast.Check(State, _journal);
        Waited += State.Running.Count(id => Forecasts.WaitsFor(State, State.Tasks[id]) is not null);
    }

    private void Start(IEnumerable<Effect> effects)
    {
        foreach (var effect in effects.Where(e => e is not Finish && !_inFlight.ContainsKey(e.Key)))
        {
            if (effect is RunAttempt run)
                JournalInvariants.EveryProcessHasAnEntry(_ledger, run);
            var due = _outcomes.Starts(effect, State, _now);
            if (effect.Lane is { } lane && _inFlight.Values.Where(job => job.Effect.Lane == lane).Select(job => job.Due).DefaultIfEmpty().Max() is var last && last > due)
                due = last;
            _inFlight[effect.Key] = (effect, State, due);
        }
    }

    private void Restart(string why)
    {
        _story.Tell(_journal.Count, _now, $"{why}; another one takes up");
        if (_mutation.FindsNoProcess)
            _inFlight.Values.Select(job => job.Effect).OfType<RunAttempt>().ToList().ForEach(run => _outside.Forget(run.Task, run.Number));
        if (Chance(_weather.Falls))
            Fall();
        _inFlight.Clear();
        JournalInvariants.DecisionsAreWhole(_ends, _journal[^1].Seq);
        State = _journal.Aggregate((SessionState?)null, _mutation.Fold)!;
        TakeUp(resume: true, retryFailed: Chance(0.1), _people.Amended(State));
        Feed([Measured(full: _diskFull is not null)]);
    }

    private void Fall()
    {
        _story.Tell(_journal.Count, _now, "the whole machine goes down, and is started again");
        foreach (var process in _outside.Alive(_now).ToList())
            _outside.End(process.Says.Task, process.Says.Number, Fates.Lost(process.Says.Task, process.Says.Number), _now);
    }

    private void TakeUp(bool resume, bool retryFailed, IReadOnlyDictionary<string, TaskLimits> limits)
    {
        Decided([new TakeUp(Self, "test", resume, retryFailed, "person") { Limits = limits, Heads = Mended() }]);
        Recover();
    }

    // A person's commits on what waits for them.
    private Dictionary<string, string> Mended() =>
        _weather.Mends == 0 ? [] : State.Tasks.Values.OrderBy(t => t.Id, StringComparer.Ordinal).Where(t => t is { Phase: TaskPhase.NeedsAttention, Head: not null } && Chance(_weather.Mends))
            .ToDictionary(t => t.Id, t => _outside.Commit("h", t.Head!), StringComparer.Ordinal);

    // A write that nothing interrupts, and of which nothing is started by itself.
    private void Decided(IEnumerable<Input> inputs)
    {
        foreach (var input in inputs)
            Decided(_mutation.Decide(State, input, _now));
        _decided = _now;
        Judge();
    }

    private void Recover()
    {
        _endings.Clear();
        var effects = Core.Session.Recover.Effects(State);
        Start(_mutation.Recovers is null ? effects : _mutation.Recovers(effects));
        NothingIsForgotten();
    }

    private void NothingIsForgotten() => JournalInvariants.NoEffectIsForgotten(_ledger, State, _inFlight.Keys.Concat(_endings).ToHashSet(StringComparer.Ordinal));
}
