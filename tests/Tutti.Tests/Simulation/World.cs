using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>How unkind a simulated world is, each as a chance from 0 to 1.</summary>
public sealed record Weather(
    double AgentFails = 0.1,
    double NothingDone = 0.05,
    double VerifyFails = 0.1,
    double Rejects = 0.2,
    double Conflicts = 0.1,
    double TargetMoves = 0.1,
    double TargetRefuses = 0.03,
    double LeaseFails = 0.05,
    double Crashes = 0.05,
    double Meddles = 0.03,
    double AgentNamed = 0.15,
    double Tells = 0.2,
    double Forecasts = 0.15)
{
    /// <summary>Nothing goes wrong.</summary>
    public static Weather Kind { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>
/// A seeded world that performs the effects of the real decisions: everything has an outcome, in any order, with a crash
/// (a restart from the journal alone) between any two. What must never happen is checked at every step.
/// </summary>
public sealed class World
{
    private static readonly ProcessRef Self = new(1, "0", "boot");
    private readonly Random _random;
    private readonly Weather _weather;
    private readonly SimulatedForecast _forecast;
    private readonly List<Recorded> _journal = [];
    private readonly List<Effect> _pending = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private readonly List<(SessionState State, AttemptStarted Started)> _starts = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private string _target = "c0";
    private int _commits;

    public World(int seed, PlanSpec plan, Settings settings, Weather weather)
    {
        _random = new Random(seed);
        _forecast = new SimulatedForecast(seed);
        _weather = weather;
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}", StringComparer.Ordinal);
        var mode = new ModeChoice(true, "simulated", settings.MaxAgents);
        var begin = Decide.Begin(new SessionStarted("s", "seed", plan, settings, new SourceRef("plan"), mode, "main", "c0", branches, null), _now);
        State = begin.State;
        _journal.AddRange(begin.Events);
        Take(Decide.About(State, new TakeUp(Self, "test", false, false, "test"), _now));
        _pending.Clear();
        _pending.AddRange(Recover.Effects(State));
    }

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
                throw new InvalidOperationException("the session does not end");
            Step();
            Check();
        }
    }

    /// <summary>A person has mended what stopped the session, and resumes it.</summary>
    public void Resume()
    {
        Feed(new SettingsRead(State.Settings with { Budget = new Budget() }, null));
        Feed(new TakeUp(Self, "test", Resume: true, RetryFailed: false, "person"));
        _pending.Clear();
        _pending.AddRange(Recover.Effects(State));
    }

    /// <summary>A person orders what is finished to land, on a target that somebody may have moved; false where that is not to be had.</summary>
    public bool Land()
    {
        if (!TakingUp.MayLand(State))
            return false;
        if (Chance(0.5))
            _target = $"u{++_commits}";
        var waiting = State.Tasks.Values.Where(t => t.Waits).Select(t => t.Id).Order(StringComparer.Ordinal).ToList();
        var heads = waiting.Where(_ => Chance(0.3)).ToDictionary(id => id, _ => $"h{++_commits}", StringComparer.Ordinal);
        Feed(new TakeUp(Self, "test", Resume: false, RetryFailed: false, "person") { Land = new LandNow(_target, waiting), Heads = heads });
        return true;
    }

    /// <summary>The state in a few lines, for a failure's message.</summary>
    public string Story() =>
        $"{State.Status} gate={State.Gate} ending={State.Ending} interrupted={State.Interrupted} queue={string.Join(',', State.Landing.Queue)} train={string.Join(',', State.Landing.Train)} suspects={string.Join(';', State.Landing.Suspects.Select(g => string.Join(',', g)))} checks={string.Join(';', State.Landing.Checks)} moving={State.Landing.Moving} duties={string.Join(',', State.Duties)}\n"
        + string.Join('\n', State.Tasks.Values.Select(t => $"{t.Id} {t.Phase} {t.Step} {t.Stage} held={t.Held} unmet={t.Unmet} cleaned={t.CleanedAs} branch={t.Branch} deps={string.Join(',', t.Spec.DependsOn)}"));

    private bool Chance(double p) => _random.NextDouble() < p;

    private void Step()
    {
        if (Chance(_weather.Crashes))
            Restart();
        if (Chance(_weather.Meddles))
            Meddle();
        if (Chance(_weather.Forecasts))
            Feed(_forecast.Of(State));
        _now += TimeSpan.FromSeconds(_random.Next(0, 20));
        var effects = _pending.Where(e => e is not Finish).ToList();
        if (effects.Count == 0)
        {
            if (Recover.NextWake(State) is { } wake)
                _now = wake > _now ? wake : _now;
            else if (!Ended && State.Status == SessionStatus.Active && !State.Tasks.Values.Any(t => t.Held))
                throw new InvalidOperationException("nothing is pending and nothing will wake the session");
            else
                Feed(new Control(ControlVerb.Resume, State.Status == SessionStatus.Paused ? [] : [.. State.Tasks.Keys], 0, "person"));
            Feed(new TimePassed());
            return;
        }

        var effect = effects[_random.Next(effects.Count)];
        if (effect is RunAttempt live && Chance(_weather.Tells) && Tell(live))
            return;
        _pending.Remove(effect);
        if (Outcome(effect) is { } input)
            Feed(input);
    }

    private void Feed(Input input) => Take(Decide.About(State, input, _now));

    private void Take(Decision decision)
    {
        State = decision.State;
        _journal.AddRange(decision.Events);
        _pending.AddRange(decision.Effects);

        // Holds that one decision adds after a start are none of that start's: only those that were there before count.
        if (decision.Events.Count > 0 && decision.Events[0].Event is AttemptStarted first)
            _starts.Add((State, first));
    }

    private void Restart()
    {
        State = Fold.All(_journal)!;
        _pending.Clear();
        Feed(new TakeUp(Self, "test", Resume: true, RetryFailed: false, "restart"));
        _pending.Clear();
        _pending.AddRange(Recover.Effects(State));
    }

    private void Meddle()
    {
        var ids = State.Tasks.Keys.Order(StringComparer.Ordinal).ToList();
        var one = ids[_random.Next(ids.Count)];
        Feed(_random.Next(7) switch
        {
            0 => new Control(ControlVerb.Pause, [], 0, "person"),
            1 => new Control(ControlVerb.Resume, [], 0, "person"),
            2 => new Control(ControlVerb.Pause, [one], 0, "person"),
            3 => new Control(ControlVerb.Resume, [one], 0, "person"),
            4 => new Control(ControlVerb.ScaleUp, [], 1, "person"),
            5 => new Control(ControlVerb.Cancel, [one], 0, "person"),
            _ => new HostMeasured(new HostResources(Chance(0.5) ? 0 : long.MaxValue, long.MaxValue, 0, 2)),
        });
    }

    private Input? Outcome(Effect effect) => effect switch
    {
        LeaseSlot x => Chance(_weather.LeaseFails)
            ? new SlotLeaseEnded(x.Task, null, new Failure(FailureCategory.Git, "lease", "no slot"))
            : new SlotLeaseEnded(x.Task, new SlotHold("wt-" + x.Task, "/slots/" + x.Task, 20000), null),
        PrepareSlot x => new SlotPrepareEnded(x.Task, [], null),
        RunAttempt x => Attempt(x),
        EndAttempt x => EndOf(x),
        CollectWork x => Collect(x),
        MergeBranch x => Chance(_weather.Conflicts)
            ? new MergeEnded(x.Task, x.Onto, null, new Failure(FailureCategory.Conflict, "conflict", "both changed it"))
            : new MergeEnded(x.Task, x.Onto, $"m{++_commits}<{x.Onto}", null),
        MoveTarget x => Move(x),
        TakeIntegration x => Take(x),
        OpenPullRequest x => Chance(_weather.TargetRefuses)
            ? new PullRequestEnded(x.Commit, null, new Failure(FailureCategory.Environment, "gh_failed", "no network"))
            : new PullRequestEnded(x.Commit, "https://example.org/pull/1", null),
        CleanUp x => new CleanUpEnded(x.Task, x.Phase, true, null),
        TellSource x => new TellEnded(x.Task, x.Phase, null),
        RunHook x => new HookEnded(x.Hook, x.Task, null),
        GiveBack => new GivenBack(),
        Finish => null,
        _ => throw new InvalidOperationException($"no outcome for {effect.GetType().Name}"),
    };

    private AttemptIsOver? EndOf(EndAttempt end)
    {
        _pending.RemoveAll(e => e is RunAttempt run && run.Task == end.Task && run.Number == end.Number);
        return new AttemptIsOver(end.Task, end.Number, end.As);
    }

    private AttemptIsOver Attempt(RunAttempt run)
    {
        var attempt = State.Tasks[run.Task].Attempts[^1];
        _begun.Add($"{run.Task}/{run.Number}");
        _pending.RemoveAll(e => e is EndAttempt end && end.Task == run.Task && end.Number == run.Number);
        if (attempt.Agent == AttemptState.Commands)
            return Verify(run, attempt);
        if (attempt.Agent != AgentChoice.Shell && Chance(_weather.AgentNamed))
            return Named(run);
        if (attempt.Stage == Stage.Resolve)
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0) { Resolved = Chance(0.7) ? $"r{++_commits}" : null };
        if (Chance(_weather.AgentFails))
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(FailureCategory.Agent, "agent_failed", "it failed"));
        if (attempt.Stage is Stage.Review or Stage.Qa && Chance(_weather.Rejects))
        {
            var finding = new Correction(Severity.Major, "a.txt", 1, $"finding {_random.Next(5)}");
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0, new StageResult("n", Verdict.CorrectionsNeeded, "not yet", null, [], [finding], []));
        }

        return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0);
    }

    private static readonly string[] Codes =
    [
        AgentFailure.RateLimited, AgentFailure.RateLimited, AgentFailure.Overloaded, AgentFailure.Network, AgentFailure.Crashed, AgentFailure.ContextExhausted,
        AgentFailure.ConversationUnknown, AgentFailure.NoResult, AgentFailure.NotSignedIn, AgentFailure.PermissionRefused,
    ];

    private AttemptIsOver Named(RunAttempt run)
    {
        var code = Codes[_random.Next(Codes.Length)];
        return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(AgentFailure.Category(code), code, code))
        {
            ResetsAt = code == AgentFailure.RateLimited && Chance(0.5) ? _now + TimeSpan.FromMinutes(_random.Next(-1, 300)) : null,
        };
    }

    // A live agent says something of itself; false where this attempt is none.
    private bool Tell(RunAttempt run)
    {
        if (State.Tasks[run.Task].Live is not { IsAgent: true, Agent: not AgentChoice.Shell } live || live.Number != run.Number)
            return false;
        var used = live.Usage ?? new Usage();
        Feed(new AttemptHeard(run.Task, run.Number)
        {
            Conversation = live.Conversation ?? $"c{++_commits}",
            Usage = used with { Input = used.Input + _random.Next(1000) },
            Context = _random.Next(60, 90),
            Limit = Chance(0.05) ? new Failure(FailureCategory.Resource, AgentFailure.RateLimited, "limited") : null,
        });
        return true;
    }

    private AttemptIsOver Verify(RunAttempt run, AttemptState attempt)
    {
        if (Chance(_weather.VerifyFails))
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(FailureCategory.Verify, "verify_failed", "red"), null, 0);
        _verified.Add(attempt.Commit ?? "");
        return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0);
    }

    private CollectEnded Collect(CollectWork x) => Chance(_weather.NothingDone)
        ? new CollectEnded(x.Task, x.Number, null, null)
        : new CollectEnded(x.Task, x.Number, new Work($"w{++_commits}", ["a.txt"], 1, [], []), null);

    private MoveEnded Move(MoveTarget x)
    {
        if (x.Integration)
            return new MoveEnded(x.Task, x.To, null, null);
        if (Chance(_weather.TargetRefuses))
            return new MoveEnded(x.Task, x.To, null, new Failure(FailureCategory.Git, "overlap", "your changes are in the way"));
        if (Chance(_weather.TargetMoves))
            _target = $"u{++_commits}";
        if (_target != x.From && _target != x.To)
            return new MoveEnded(x.Task, x.To, _target, null);
        Advance(x.To);
        return new MoveEnded(x.Task, x.To, null, null);
    }

    private TakeEnded Take(TakeIntegration x)
    {
        if (_target != x.From)
            return new TakeEnded(x.To, new Failure(FailureCategory.Git, "target_moved", "moved"));
        _target = x.To;
        return new TakeEnded(x.To, null);
    }

    private void Advance(string to)
    {
        if (State.Verify.Count > 0 && !_verified.Contains(to))
            throw new InvalidOperationException($"{to} landed without having been verified");
        _target = to;
    }

    private void Check()
    {
        var live = State.Tasks.Values.Count(t => (t.Phase != TaskPhase.Landing || t.Live?.Stage == Stage.Resolve) && t.Step is not (Core.Session.Step.None or Core.Session.Step.Due) && t.Live?.Stage != Stage.Land);
        if (live > State.MaxAgents)
            throw new InvalidOperationException($"{live} agents at once, {State.MaxAgents} allowed");
        foreach (var task in State.Tasks.Values)
        {
            if (task.Phase is TaskPhase.Running && task.Spec.DependsOn.Any(d => State.Tasks[d].Landed is null))
                throw new InvalidOperationException($"{task.Id} runs before its dependencies have landed");
            if (task.Attempts.Count(a => a.Outcome is null) > 1)
                throw new InvalidOperationException($"{task.Id} has two live attempts");
        }

        if (State.Landing.Checks.Count > State.Settings.VerifySlots || State.Landing.Checks.DistinctBy(c => c.Slot).Count() != State.Landing.Checks.Count)
            throw new InvalidOperationException($"tests of the landing: {string.Join(' ', State.Landing.Checks)}");
        CheckAgents();
        SimulatedForecast.Check(State, _journal);
        Waited += State.Running.Count(id => Core.Landing.Forecasts.WaitsFor(State, State.Tasks[id]) is not null);
        if (_journal.Count != State.Seq)
            throw new InvalidOperationException("an event is missing in the journal");
    }

    private void CheckAgents()
    {
        var used = State.Tasks.Values.SelectMany(t => t.Attempts).Aggregate(new Usage(), (sum, a) => sum + (a.Usage ?? new Usage()));
        if (used != State.Usage)
            throw new InvalidOperationException($"attempts used {used}, the session {State.Usage}");
        foreach (var (state, started) in _starts)
        {
            if (state.Holds.ContainsKey(Holds.AgentKey(started.Agent)) || state.Holds.ContainsKey(Holds.ProviderKey(started.Agent)))
                throw new InvalidOperationException($"{started.Task} started {started.Agent} while it was held");
            if (state.Spent is not null && started.Agent != AttemptState.Commands)
                throw new InvalidOperationException($"{started.Task} started although the budget is spent");
        }

        _starts.Clear();
    }
}
