using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Landing;

/// <summary>
/// A session whose tasks are all developed, driven by hand from there: merges, moves and slots are to be had at once, and the test says how
/// each run of the verify commands ends. A merged commit is named by what is in it: <c>c0+a+b</c>.
/// </summary>
internal sealed class TrainLab
{
    private readonly Queue<Effect> _effects = new();
    private readonly Func<string, string, bool> _conflicts;
    private readonly string? _there;

    /// <param name="tasks">Ids, in the order in which they are ready.</param>
    /// <param name="slots">Verify slots.</param>
    /// <param name="conflicts">True where a task conflicts with a commit.</param>
    /// <param name="verify">The session's verify commands.</param>
    /// <param name="resolver">The agent that resolves conflicts.</param>
    /// <param name="land">How the session lands.</param>
    /// <param name="there">A task whose work somebody else has brought to the target already.</param>
    public TrainLab(string tasks, int slots = 2, Func<string, string, bool>? conflicts = null, string[]? verify = null, string? resolver = null, LandMode land = LandMode.Automatic, string? there = null)
    {
        _there = there;
        _conflicts = conflicts ?? ((_, _) => false);
        var ids = tasks.Split(' ');
        var settings = new Settings { MaxAgents = ids.Length, Verify = verify ?? ["check"], VerifySlots = slots, Land = land, Worktrees = new WorktreeSettings(Pool: 64), Roles = resolver is null ? [] : new Dictionary<Role, AgentChoice> { [Role.Resolve] = new(resolver) } };
        var plan = new PlanSpec { Tasks = [.. ids.Select(id => new TaskSpec { Id = id, Title = id, Agents = new Dictionary<Role, AgentChoice>() })] };
        State = Decide.Begin(new SessionStarted("s", "seed", plan, settings, new SourceRef("plan"), new ModeChoice(true, "lab", ids.Length), "main", "c0", ids.ToDictionary(i => i, i => i), null), Now).State;
        Feed(new TakeUp(new ProcessRef(1, "1", "b"), "lab", false, false, "test"));
        Settle();
        Feed(new Control(ControlVerb.Pause, [], 0, "test"));
        foreach (var id in ids.Where(id => State.Tasks[id].Live is { Stage: Stage.Verify }))
            Feed(new AttemptIsOver(id, State.Tasks[id].Live!.Number, AttemptOutcome.Succeeded, 0));
        Feed(new Control(ControlVerb.Resume, [], 0, "test"));
        Settle();
    }

    public static DateTimeOffset Now => DateTimeOffset.UnixEpoch;

    public SessionState State { get; private set; }

    public List<Recorded> Journal { get; } = [];

    /// <summary>Where the target is, step by step.</summary>
    public List<string> Target { get; } = [];

    /// <summary>The commits under test.</summary>
    public IEnumerable<string> Tested => State.Landing.Checks.Select(c => c.Commit).Order(StringComparer.Ordinal);

    public string Phase(string task) => $"{State.Tasks[task].Phase}{(State.Tasks[task].Failure is { } failure ? $" {failure.Code}" : "")}";

    public TrainLab Green(string commit) => End(commit, AttemptOutcome.Succeeded);

    public TrainLab Red(string commit) => End(commit, AttemptOutcome.Failed);

    /// <summary>The resolver of a task's conflict ends, with a merge or without.</summary>
    public TrainLab Resolve(string task, string? commit, Failure? why = null)
    {
        var failure = why ?? (commit is null ? new Failure(FailureCategory.Conflict, "unresolved", "markers are left") : null);
        Feed(new AttemptIsOver(task, State.Tasks[task].Live!.Number, commit is null ? AttemptOutcome.Failed : AttemptOutcome.Succeeded, 0, Failure: failure) { Resolved = commit });
        Settle();
        return this;
    }

    /// <summary>Ctrl-C: the session ends, with whatever was landing left as it is.</summary>
    public TrainLab Interrupt()
    {
        Feed(new Control(ControlVerb.Interrupt, [], 0, "test"));
        Settle();
        return this;
    }

    /// <summary>A person orders what is finished to land on the target, wherever that is.</summary>
    public TrainLab Land(string target)
    {
        Feed(new TakeUp(new ProcessRef(2, "1", "b"), "lab", false, false, "test") { Land = new LandNow(target, []) });
        Settle();
        return this;
    }

    /// <summary>The conductor is killed and another takes up, to land where it is ordered to: nothing but the journal is left.</summary>
    public TrainLab Restart(LandNow? land = null)
    {
        State = Fold.All(Journal)!;
        Feed(new TakeUp(new ProcessRef(2, "1", "b"), "lab", land is null, false, "test") { Land = land });
        _effects.Clear();
        foreach (var effect in Recover.Effects(State))
            _effects.Enqueue(effect);
        Settle();
        return this;
    }

    public void Feed(Input input)
    {
        if (Journal.Count == 0)
            Journal.AddRange(Decide.Begin(new SessionStarted(State.Id, State.Seed, State.Plan, State.Settings, State.Source, State.Mode, State.Target, State.Base, State.Plan.Tasks.ToDictionary(t => t.Id, t => t.Id), null), Now).Events);
        var decision = Decide.About(State, input, Now);
        State = decision.State;
        Journal.AddRange(decision.Events);
        foreach (var effect in decision.Effects)
        {
            // At once, so that a test need not settle what it has fed.
            if (effect is GiveBack)
                Feed(new GivenBack());
            else
                _effects.Enqueue(effect);
        }
    }

    private TrainLab End(string commit, AttemptOutcome outcome)
    {
        var check = State.Landing.Checks.Find(c => c.Commit == commit) ?? throw new InvalidOperationException($"{commit} is not under test; {string.Join(' ', Tested)} are");
        var failure = outcome == AttemptOutcome.Failed ? new Failure(FailureCategory.Verify, "verify_failed", "red") : null;
        Feed(new AttemptIsOver(check.Owner, check.Number, outcome, 1, null, failure, null, failure is null ? null : 0));
        Settle();
        return this;
    }

    private void Settle()
    {
        while (_effects.TryDequeue(out var effect))
        {
            if (Outcome(effect) is { } input)
                Feed(input);
        }
    }

    private Input? Outcome(Effect effect)
    {
        switch (effect)
        {
            case LeaseSlot x:
                return new SlotLeaseEnded(x.Task, new SlotHold($"wt-{x.Task}", $"/wt-{x.Task}", 1), null);
            case RunAttempt x when State.Tasks[x.Task].Live is { Stage: Stage.Develop }:
                return new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Succeeded, 0);
            case RunAttempt:
                return null;
            case EndAttempt x:
                return new AttemptIsOver(x.Task, x.Number, x.As);
            case CollectWork x:
                return new CollectEnded(x.Task, x.Number, new Work($"head-{x.Task}", ["a"], 1, [], []), null);
            case MergeBranch x when _conflicts(x.Task, x.Onto):
                return new MergeEnded(x.Task, x.Onto, null, new Failure(FailureCategory.Conflict, "merge_conflict", "both changed it"));
            case MergeBranch x:
                return new MergeEnded(x.Task, x.Onto, x.Task == _there ? null : $"{x.Onto}+{x.Task}", null);
            case MoveTarget x:
                Target.Add(x.To);
                return new MoveEnded(x.Task, x.To, null, null);
            case CleanUp x:
                return new CleanUpEnded(x.Task, x.Phase, true, null);
            default:
                return null;
        }
    }
}
