using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>The name of each event on disk, its version, and how its data is read and written: the one list of them.</summary>
public static class EventTypes
{
    /// <summary>One kind of event on disk.</summary>
    /// <param name="Name">For example <c>task.landed</c>.</param>
    /// <param name="Version">Of the data's shape; older ones are brought up by <see cref="Upcasts"/>.</param>
    /// <param name="Json">How the data is read and written.</param>
    public sealed record Entry(string Name, int Version, JsonTypeInfo Json);

    private static readonly Entry[] All =
    [
        new("session.started", 1, EventJson.Default.SessionStarted),
        new("conductor.started", 1, EventJson.Default.ConductorStarted),
        new("session.paused", 1, EventJson.Default.SessionPaused),
        new("session.resumed", 1, EventJson.Default.SessionResumed),
        new("session.cancelled", 1, EventJson.Default.SessionCancelled),
        new("session.interrupted", 1, EventJson.Default.SessionInterrupted),
        new("session.scaled", 1, EventJson.Default.SessionScaled),
        new("settings.changed", 1, EventJson.Default.SettingsChanged),
        new("settings.rejected", 1, EventJson.Default.SettingsRejected),
        new("gate.closed", 1, EventJson.Default.GateClosed),
        new("gate.opened", 1, EventJson.Default.GateOpened),
        new("agents.held", 1, EventJson.Default.AgentsHeld),
        new("agents.released", 1, EventJson.Default.AgentsReleased),
        new("budget.reached", 1, EventJson.Default.BudgetReached),
        new("session.end_reached", 1, EventJson.Default.EndReached),
        new("session.ended", 1, EventJson.Default.SessionEnded),
        new("hook.ran", 1, EventJson.Default.HookRan),
        new("effect.failed", 1, EventJson.Default.EffectFailed),
        new("task.started", 1, EventJson.Default.TaskStarted),
        new("slot.leased", 1, EventJson.Default.SlotLeased),
        new("slot.preparing", 1, EventJson.Default.PreparationStarted),
        new("slot.prepared", 1, EventJson.Default.SlotPrepared),
        new("slot.failed", 1, EventJson.Default.SlotFailed),
        new("attempt.started", 1, EventJson.Default.AttemptStarted),
        new("attempt.spawned", 1, EventJson.Default.AttemptSpawned),
        new("attempt.told", 1, EventJson.Default.AttemptTold),
        new("attempt.ended", 1, EventJson.Default.AttemptEnded),
        new("checkpoint.made", 1, EventJson.Default.CheckpointMade),
        new("checkpoint.created", 1, EventJson.Default.CheckpointCreated),
        new("session.restored", 1, EventJson.Default.SessionRestored),
        new("work.taken_up", 1, EventJson.Default.WorkTakenUp),
        new("work.collected", 1, EventJson.Default.WorkCollected),
        new("work.collect_failed", 1, EventJson.Default.CollectFailed),
        new("stage.due", 1, EventJson.Default.StageDue),
        new("task.finished", 1, EventJson.Default.TaskFinished),
        new("task.failed", 1, EventJson.Default.TaskFailed),
        new("task.blocked", 1, EventJson.Default.TaskBlocked),
        new("task.needs_attention", 1, EventJson.Default.TaskNeedsAttention),
        new("task.cancelled", 1, EventJson.Default.TaskCancelled),
        new("task.step_dropped", 1, EventJson.Default.StepDropped),
        new("task.paused", 1, EventJson.Default.TaskPaused),
        new("task.resumed", 1, EventJson.Default.TaskResumed),
        new("base.green", 1, EventJson.Default.BaseFoundGreen),
        new("landing.started", 1, EventJson.Default.LandingStarted),
        new("landing.merged", 1, EventJson.Default.LandingMerged),
        new("landing.verified", 1, EventJson.Default.LandingVerified),
        new("conflict.resolved", 1, EventJson.Default.ConflictResolved),
        new("landing.conflicted", 1, EventJson.Default.LandingConflicted),
        new("landing.suspected", 1, EventJson.Default.LandingSuspected),
        new("landing.delayed", 1, EventJson.Default.LandingDelayed),
        new("target.moving", 1, EventJson.Default.TargetMoving),
        new("task.landed", 1, EventJson.Default.TaskLanded),
        new("target.diverged", 1, EventJson.Default.TargetDiverged),
        new("task.cleaned", 1, EventJson.Default.TaskCleaned),
        new("source.told", 1, EventJson.Default.SourceTold),
        new("target.refused", 1, EventJson.Default.TargetRefused),
        new("integration.taking", 1, EventJson.Default.TakingStarted),
        new("integration.taken", 1, EventJson.Default.IntegrationTaken),
        new("branch.seen", 1, EventJson.Default.BranchSeen),
        new("pull_request.opening", 1, EventJson.Default.PullRequestOpening),
        new("pull_request.opened", 1, EventJson.Default.PullRequestOpened),
        new("pull_request.failed", 1, EventJson.Default.PullRequestFailed),
        new("landing.ordered", 1, EventJson.Default.LandingOrdered),
        new("session.undone", 1, EventJson.Default.SessionUndone),
        new("forecast.made", 1, EventJson.Default.ForecastMade),
        new("task.stacked", 1, EventJson.Default.TaskStacked),
    ];

    private static readonly FrozenDictionary<string, Entry> ByName = All.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, Entry> ByType = All.ToFrozenDictionary(e => e.Json.Type);

    /// <summary>All kinds, in the order of a session's life.</summary>
    public static IReadOnlyList<Entry> Catalog => All;

    /// <summary>The kind of an event.</summary>
    /// <exception cref="KeyNotFoundException">A kind that is missing in the list: a defect.</exception>
    public static Entry Of(Event e) => ByType[e.GetType()];

    /// <summary>The kind of a name, or null where this version of Tutti does not know it.</summary>
    public static Entry? Named(string name) => ByName.GetValueOrDefault(name);
}
