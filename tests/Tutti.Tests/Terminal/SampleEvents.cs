using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

/// <summary>One event of every type there is, about task a.</summary>
public static class SampleEvents
{
    private const string Commit = SessionScript.Commit;
    private static readonly Failure Bad = SessionScript.Broken;
    private static readonly ProcessRef Process = new(42, "1", "boot");

    public static IReadOnlyList<Event> Of(SessionScript script) =>
    [
        script.Journal[0].Event,
        new ConductorStarted(Process, "0.1.0"),
        new SessionPaused("ada"),
        new SessionResumed("ada", RetryFailed: true),
        new SessionCancelled("ada"),
        new SessionInterrupted("ada"),
        new SessionScaled(7, "ada"),
        new SettingsChanged(new Settings()),
        new SettingsRejected(Bad),
        new GateClosed("memory is short"),
        new GateOpened(),
        new AgentsHeld("provider anthropic", DateTimeOffset.UnixEpoch, Bad),
        new AgentsReleased("provider anthropic"),
        new BudgetReached(Bad),
        new EndReached(SessionStatus.Failed, 1, Bad),
        new SessionEnded(SessionStatus.Failed, 1, Bad),
        new HookRan(HookName.TaskDone, "a", Bad),
        new EffectFailed("lease:a", "a", true, Bad),
        new TargetRefused(Bad),
        new TakingStarted(),
        new IntegrationTaken(Commit),
        new PullRequestOpening("tutti/2026-11-21-001", Commit),
        new PullRequestOpened("https://example.org/pull/1", Commit),
        new PullRequestFailed(new Failure(FailureCategory.Environment, "gh_missing", "no gh")),
        new BranchSeen("a", Commit),
        new LandingOrdered(Commit, ["a"], "person"),
        new SessionUndone(Commit, Commit, ["a"], "person"),
        new ForecastMade([new Collision("a", "b", [new CollisionPath("src/a.cs", "content")], 3), new Collision("a", null, [], 0)]),
        new TaskStacked("a", Commit),
        new TaskStarted("a", "feature/task-a", Commit),
        new SlotLeased("a", new SlotHold("wt-1", "/slots/wt-1", 5000)),
        new SlotPrepared("a", ["no .env to copy"]),
        new SlotFailed("a", Bad),
        new AttemptStarted("a", 1, Stage.Develop, 1, "claude", Place.Slot, null),
        new AttemptSpawned("a", 1, Process),
        new AttemptTold("a", 1, "c-1", "model", new Usage(1, 2, 3, 0.5m, Estimated: true), 50),
        new CheckpointMade("a", "a-1", "its context was full", "half of it is done"),
        new CheckpointCreated("before-lunch", "asked for by ada", "1 of 3 tasks done", "ada") { Group = 1 },
        new SessionRestored("2026-01-01-001", "before-lunch", 12, new Dictionary<string, string> { ["b"] = Commit }, new Dictionary<string, RestoredWork> { ["a"] = new(Commit, Commit, new Work(Commit, ["x"], 1, [], []), true) }),
        new WorkTakenUp("a", Commit),
        new AttemptEnded("a", 1, AttemptOutcome.Failed, 1, null, Bad, null, null),
        new WorkCollected("a", 1, new Work(Commit, ["x"], 1, ["y is outside the claim"], [])),
        new CollectFailed("a", 1, Bad),
        new PreparationStarted("a"),
        new StageDue("a", Stage.Develop, 2, 1, Why: "it failed"),
        new TaskFinished("a"),
        new TaskFailed("a", Bad),
        new TaskBlocked("a", "b", Bad),
        new TaskNeedsAttention("a", Bad),
        new TaskCancelled("a", "ada"),
        new StepDropped("a"),
        new TaskPaused("a", "ada"),
        new TaskResumed("a", "ada"),
        new BaseFoundGreen("a", Commit),
        new LandingStarted("a", Commit, Commit),
        new LandingMerged("a", Commit),
        new LandingVerified("a", Commit),
        new ConflictResolved("a", Commit, Commit, "claude"),
        new LandingConflicted("a", Commit, Bad),
        new LandingSuspected("a", Commit, ["a", "b"], Bad),
        new LandingDelayed("a", DateTimeOffset.UnixEpoch, Bad),
        new TargetMoving("a", Commit, ["b", "a"]),
        new TaskLanded("a", Commit, false),
        new TargetDiverged("a", Commit, Commit),
        new TaskCleaned("a", TaskPhase.Failed, false, "not merged"),
        new SourceTold("a", TaskPhase.Done, Bad),
    ];
}
