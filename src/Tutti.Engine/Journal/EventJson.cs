using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>Enumerations as lower-case words with underscores.</summary>
public sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The JSON of every event, generated at build time: starting up and journaling cost no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCase<Stage>), typeof(SnakeCase<TaskPhase>), typeof(SnakeCase<SessionStatus>), typeof(SnakeCase<Step>),
        typeof(SnakeCase<AttemptOutcome>), typeof(SnakeCase<Place>), typeof(SnakeCase<Verdict>), typeof(SnakeCase<Severity>),
        typeof(SnakeCase<Priority>), typeof(SnakeCase<Role>), typeof(SnakeCase<FailureCategory>), typeof(SnakeCase<ReviewMode>),
        typeof(SnakeCase<LandMode>), typeof(SnakeCase<MergeStyle>), typeof(SnakeCase<Boundary>), typeof(SnakeCase<ControlVerb>), typeof(SnakeCase<SandboxKind>),
        typeof(SnakeCase<ForecastMode>),
    ])]
[JsonSerializable(typeof(SessionStarted))]
[JsonSerializable(typeof(ConductorStarted))]
[JsonSerializable(typeof(SessionPaused))]
[JsonSerializable(typeof(SessionResumed))]
[JsonSerializable(typeof(SessionCancelled))]
[JsonSerializable(typeof(SessionInterrupted))]
[JsonSerializable(typeof(SessionScaled))]
[JsonSerializable(typeof(SettingsChanged))]
[JsonSerializable(typeof(SettingsRejected))]
[JsonSerializable(typeof(GateClosed))]
[JsonSerializable(typeof(GateOpened))]
[JsonSerializable(typeof(AgentsHeld))]
[JsonSerializable(typeof(AgentsReleased))]
[JsonSerializable(typeof(BudgetReached))]
[JsonSerializable(typeof(EndReached))]
[JsonSerializable(typeof(SessionEnded))]
[JsonSerializable(typeof(HookRan))]
[JsonSerializable(typeof(EffectFailed))]
[JsonSerializable(typeof(TaskStarted))]
[JsonSerializable(typeof(SlotLeased))]
[JsonSerializable(typeof(PreparationStarted))]
[JsonSerializable(typeof(SlotPrepared))]
[JsonSerializable(typeof(SlotFailed))]
[JsonSerializable(typeof(AttemptStarted))]
[JsonSerializable(typeof(AttemptSpawned))]
[JsonSerializable(typeof(AttemptTold))]
[JsonSerializable(typeof(AttemptEnded))]
[JsonSerializable(typeof(CheckpointMade))]
[JsonSerializable(typeof(CheckpointCreated))]
[JsonSerializable(typeof(SessionRestored))]
[JsonSerializable(typeof(WorkTakenUp))]
[JsonSerializable(typeof(WorkCollected))]
[JsonSerializable(typeof(CollectFailed))]
[JsonSerializable(typeof(StageDue))]
[JsonSerializable(typeof(TaskFinished))]
[JsonSerializable(typeof(TaskFailed))]
[JsonSerializable(typeof(TaskBlocked))]
[JsonSerializable(typeof(TaskNeedsAttention))]
[JsonSerializable(typeof(TaskCancelled))]
[JsonSerializable(typeof(StepDropped))]
[JsonSerializable(typeof(TaskPaused))]
[JsonSerializable(typeof(TaskResumed))]
[JsonSerializable(typeof(BaseFoundGreen))]
[JsonSerializable(typeof(LandingStarted))]
[JsonSerializable(typeof(LandingMerged))]
[JsonSerializable(typeof(LandingVerified))]
[JsonSerializable(typeof(ConflictResolved))]
[JsonSerializable(typeof(LandingConflicted))]
[JsonSerializable(typeof(LandingSuspected))]
[JsonSerializable(typeof(LandingDelayed))]
[JsonSerializable(typeof(TargetMoving))]
[JsonSerializable(typeof(TaskLanded))]
[JsonSerializable(typeof(TargetDiverged))]
[JsonSerializable(typeof(TaskCleaned))]
[JsonSerializable(typeof(SourceTold))]
[JsonSerializable(typeof(TargetRefused))]
[JsonSerializable(typeof(TakingStarted))]
[JsonSerializable(typeof(IntegrationTaken))]
[JsonSerializable(typeof(BranchSeen))]
[JsonSerializable(typeof(PullRequestOpening))]
[JsonSerializable(typeof(PullRequestOpened))]
[JsonSerializable(typeof(PullRequestFailed))]
[JsonSerializable(typeof(LandingOrdered))]
[JsonSerializable(typeof(SessionUndone))]
[JsonSerializable(typeof(ForecastMade))]
[JsonSerializable(typeof(TaskStacked))]
[JsonSerializable(typeof(Control))]
public sealed partial class EventJson : JsonSerializerContext;
