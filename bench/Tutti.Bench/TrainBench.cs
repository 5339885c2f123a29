using System.Globalization;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Bench;

/// <summary>
/// How long a train of 32 finished branches takes, in units of one verify, by the real decisions under a virtual clock: merges and moves take no
/// time, each run of the verify commands one unit. A branch is bad with the given chance, and a merge is red when a bad branch is in it. Beside
/// it, on the same branches: a serial queue (one branch after the other on what has landed, a red one tried once more) and a bisecting batch (all at once; a red batch
/// by halves, one run after the other, a single red one tried once more).
/// </summary>
internal static class TrainBench
{
    private const int Branches = 32;
    private const int Seeds = 200;

    public static Task<IReadOnlyList<Row>> RunAsync()
    {
        var rows = new List<Row>();
        foreach (var rate in (double[])[0, 0.05, 0.15, 0.30])
        {
            foreach (var slots in (int[])[1, 2, 4])
            {
                var seeds = Enumerable.Range(1, Seeds).Select(seed => Bad(seed, rate)).ToList();
                var ours = seeds.Average(bad => Ours(bad, slots));
                rows.Add(new Row(Name(rate, slots, seeds), ours, null, Mark(rate, slots), "v"));
            }
        }

        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    /// <summary>The mark of issue 4, where it names one.</summary>
    internal static double Mark(double rate, int slots) => (rate, slots) switch
    {
        (0.05, 4) => 6,
        (0.15, 4) => 11,
        _ => double.PositiveInfinity,
    };

    internal static string Name(double rate, int slots, IReadOnlyList<IReadOnlySet<int>> seeds) => string.Create(
        CultureInfo.InvariantCulture,
        $"train of {Branches}, {rate * 100:0} % bad, {slots} slot(s); serial {seeds.Average(Serial):0.0}, batch {seeds.Average(bad => Batch(bad, 0, Branches)):0.0}");

    internal static IReadOnlySet<int> Bad(int seed, double rate)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, Branches).Where(_ => random.NextDouble() < rate).ToHashSet();
    }

    private static double Serial(IReadOnlySet<int> bad) => Branches + bad.Count;

    private static double Batch(IReadOnlySet<int> bad, int from, int to)
    {
        if (!Enumerable.Range(from, to - from).Any(bad.Contains))
            return 1;
        if (to - from == 1)
            return 2;
        var middle = (from + to) / 2;
        return 1 + Batch(bad, from, middle) + Batch(bad, middle, to);
    }

    private static double Ours(IReadOnlySet<int> bad, int slots)
    {
        var world = new VirtualWorld(bad, slots);
        world.Run();
        return world.Units;
    }

    private sealed class VirtualWorld(IReadOnlySet<int> bad, int slots)
    {
        private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
        private readonly Queue<Effect> _now = new();
        private readonly List<(DateTimeOffset At, RunAttempt Run)> _later = [];
        private SessionState _state = null!;
        private DateTimeOffset _time = Start;
        private DateTimeOffset _landing;

        /// <summary>From the moment all branches are ready to the last landing.</summary>
        public double Units => (_time - _landing).TotalMinutes;

        public void Run()
        {
            var tasks = Enumerable.Range(0, Branches).Select(i => new TaskSpec { Id = $"t{i:00}", Title = $"Task {i}" }).ToList();
            var settings = new Settings { MaxAgents = Branches, Verify = ["check"], VerifySlots = slots, Worktrees = new WorktreeSettings(Pool: 64) };
            var branches = tasks.ToDictionary(t => t.Id, t => t.Id);
            _state = Decide.Begin(new SessionStarted("s", "seed", new PlanSpec { Tasks = tasks }, settings, new SourceRef("plan"), new ModeChoice(true, "bench", Branches), "main", "base", branches, null), _time).State;
            Feed(new TakeUp(new ProcessRef(1, "1", "b"), "bench", false, false, "bench"));
            // All develop and pass by themselves; paused before the landing, so that all are ready at once.
            while (_state.Count(TaskPhase.Landing) < Branches)
            {
                if (_state.Running.All(id => _state.Tasks[id].Stage == Stage.Verify))
                    Feed(new Control(ControlVerb.Pause, [], 0, "bench"));
                Next();
            }

            _landing = _time;
            Feed(new Control(ControlVerb.Resume, [], 0, "bench"));
            while (_state.Landing.Count > 0 || _state.Landing.Moving is not null)
                Next();
        }

        private void Next()
        {
            if (_now.TryDequeue(out var effect))
            {
                if (Outcome(effect) is { } input)
                    Feed(input);
                return;
            }

            var (at, run) = _later.MinBy(later => later.At);
            _later.RemoveAll(later => later.Run == run);
            _time = at;
            Feed(Verified(run));
        }

        private void Feed(Input input)
        {
            var decision = Decide.About(_state, input, _time);
            _state = decision.State;
            foreach (var effect in decision.Effects)
                _now.Enqueue(effect);
        }

        private Input? Outcome(Effect effect)
        {
            switch (effect)
            {
                case RunAttempt run when _state.Tasks[run.Task].Attempts[^1].Stage == Stage.Land:
                    _later.Add((_time + TimeSpan.FromMinutes(1), run));
                    return null;
                case EndAttempt end:
                    _later.RemoveAll(later => later.Run.Task == end.Task && later.Run.Number == end.Number);
                    return new AttemptIsOver(end.Task, end.Number, end.As);
                default:
                    return Effortless(effect);
            }
        }

        private static Input? Effortless(Effect effect) => effect switch
        {
            LeaseSlot x => new SlotLeaseEnded(x.Task, new SlotHold($"wt-{x.Task}", "/slot", 20000), null),
            RunAttempt x => new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Succeeded, 0),
            CollectWork x => new CollectEnded(x.Task, x.Number, new Work($"w-{x.Task}", ["a"], 1, [], []), null),
            MergeBranch x => new MergeEnded(x.Task, x.Onto, $"{x.Onto}+{x.Task}", null),
            MoveTarget x => new MoveEnded(x.Task, x.To, null, null),
            CleanUp x => new CleanUpEnded(x.Task, x.Phase, true, null),
            GiveBack => new GivenBack(),
            Finish => null,
            _ => throw new InvalidOperationException($"{effect.GetType().Name} does not happen here"),
        };

        private AttemptIsOver Verified(RunAttempt run)
        {
            var commit = _state.Tasks[run.Task].Attempts[^1].Commit!;
            var red = bad.Any(i => commit.Contains($"+t{i:00}", StringComparison.Ordinal));
            return red
                ? new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(FailureCategory.Verify, "verify_failed", "red"), null, 0)
                : new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0);
        }
    }
}
