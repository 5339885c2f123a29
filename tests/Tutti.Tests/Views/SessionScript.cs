using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

/// <summary>A session told event by event, for screens to be drawn from: what it says happened, happened.</summary>
public sealed class SessionScript
{
    public const string Commit = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Recorded> _journal = [];
    private DateTimeOffset _now = Start;

    public SessionScript(PlanSpec plan, Settings? settings = null, bool parallel = true, int agents = 3)
    {
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => $"feature/task-{t.Id}", StringComparer.Ordinal);
        Add(new SessionStarted("2026-01-02-001", "seed", plan, settings ?? new Settings(), new SourceRef("plan"), new ModeChoice(parallel, "for a test", agents), "main", Commit, branches, "Do it"));
    }

    public SessionState State { get; private set; } = null!;

    public IReadOnlyList<Recorded> Journal => _journal;

    public LiveInfo Live => new(_now) { ConductorAlive = true };

    /// <summary>A plan of tasks given as <c>id</c> or <c>id&lt;dependency,dependency</c>.</summary>
    public static PlanSpec Plan(params string[] tasks) => new()
    {
        Verify = ["./test.sh"],
        Tasks = [.. tasks.Select(text => text.Split('<')).Select(parts => new TaskSpec
        {
            Id = parts[0],
            Title = $"Title of {parts[0]}",
            DependsOn = parts.Length > 1 ? parts[1].Split(',') : [],
            Run = "true",
        })],
    };

    public SessionScript Add(params Event[] events)
    {
        foreach (var e in events)
        {
            var recorded = new Recorded(_journal.Count + 1, _now, e);
            _journal.Add(recorded);
            State = Fold.Apply(State, recorded);
        }

        return this;
    }

    public SessionScript Wait(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>The task has its slot and an attempt of develop that lives.</summary>
    public SessionScript Begin(string task, string agent = "claude") => Add(
        new TaskStarted(task, $"feature/task-{task}", Commit),
        new SlotLeased(task, new SlotHold($"wt-{task}", $"/repo.worktrees/wt-{task}", 5000)))
        .Attempt(task, Stage.Develop, agent);

    /// <summary>An attempt that lives.</summary>
    public SessionScript Attempt(string task, Stage stage, string agent, Place place = Place.Slot)
    {
        var number = State.Tasks[task].Attempts.Count + 1;
        return Add(
            new AttemptStarted(task, number, stage, State.Tasks[task].Round, agent, place, null),
            new AttemptSpawned(task, number, new ProcessRef(4000 + number, "1", "boot")));
    }

    /// <summary>The attempt that lives ends.</summary>
    public SessionScript End(string task, AttemptOutcome outcome = AttemptOutcome.Succeeded, int? exitCode = 0, Failure? failure = null, Usage? usage = null, StageResult? result = null)
    {
        var attempt = State.Tasks[task].Attempts[^1];
        Add(new AttemptEnded(task, attempt.Number, outcome, exitCode, result, failure, usage, null));
        return attempt is { Stage: Stage.Develop or Stage.Correct, Place: Place.Slot }
            ? Add(new WorkCollected(task, attempt.Number, new Work(Commit, ["a.cs"], 1, ["b.cs is outside the claim"], [])))
            : this;
    }

    /// <summary>From nothing to the target: develop takes so many seconds, verify one.</summary>
    public SessionScript Land(string task, double seconds = 60, bool integrated = false) => Begin(task)
        .Wait(seconds).End(task, usage: new Usage(1000, 200, 50, 0.25m))
        .Add(new StageDue(task, Stage.Verify, 1)).Attempt(task, Stage.Verify, AttemptState.Commands).Wait(1).End(task)
        .Add(new TaskFinished(task), new LandingStarted(task, Commit, Commit), new LandingMerged(task, Commit), new LandingVerified(task, Commit), new TaskLanded(task, Commit, integrated))
        .Add(new TaskCleaned(task, State.Tasks[task].Phase, BranchDeleted: true, null));

    /// <summary>A session with a task in every state a task can be in.</summary>
    public static SessionScript Everything(Settings? settings = null)
    {
        var script = new SessionScript(Plan("done", "bad", "stuck<bad", "ask", "gone", "run", "late<run", "land", "free", "held"), settings ?? new Settings(), agents: 5);
        script.Add(new ConductorStarted(new ProcessRef(1, "1", "boot"), "0.1.0")).Land("done", 120);
        script.Begin("bad", "codex").Wait(30)
            .End("bad", AttemptOutcome.Failed, 1, Broken)
            .Add(new StageDue("bad", Stage.Develop, 1, 1, Why: "again")).Attempt("bad", Stage.Develop, "codex").Wait(10)
            .End("bad", AttemptOutcome.TimedOut, null, Broken)
            .Add(new TaskFailed("bad", Broken), new TaskBlocked("stuck", "bad", new Failure(FailureCategory.Agent, "dependency_failed", "task stuck was not started: bad, which it depends on, failed", "settle bad, then 'tutti resume'")))
            .Add(new TaskCleaned("bad", TaskPhase.Failed, false, "its branch has commits that are nowhere else"));
        script.Begin("ask").Wait(5).End("ask").Add(new TaskNeedsAttention("ask", new Failure(FailureCategory.Conflict, "merge_conflict", "task ask: conflicts with what has landed in a.cs", "resolve it on feature/task-ask, then 'tutti resume'", "a.cs")));
        script.Begin("gone").Wait(5).Add(new TaskCancelled("gone", "ada"));
        script.Begin("land").Wait(5).End("land").Add(new TaskFinished("land"));
        script.Begin("run").Wait(65).End("run").Add(new StageDue("run", Stage.Review, 1)).Attempt("run", Stage.Review, "codex").Wait(30);
        return script.Add(new TaskPaused("held", "ada"));
    }

    public static Failure Broken { get; } = new(FailureCategory.Verify, "verify_failed", "task bad: `./test.sh` failed with exit code 1", "look at its output with 'tutti logs bad'", "1 failing\n2 passing");
}
