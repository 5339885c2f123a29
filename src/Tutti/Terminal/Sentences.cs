using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>Every event as a sentence a person can read.</summary>
public static class Sentences
{
    // A line that names more is not read; 'tutti status issues' has them all.
    private const int MostForeseen = 3;

    /// <summary>The sentence of an event, on one line.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="state">The session after it, or after later events.</param>
    public static string Of(Event e, SessionState state) =>
        Printable.Line(e switch
        {
            TaskEvent about => $"{about.Task} {OfTask(about, state)}",
            ForecastMade x => Forecast(x, state),
            _ => OfSession(e),
        });

    /// <summary>A failure's message without the words "task X:", where the task has been named already.</summary>
    public static string Message(string task, string message)
    {
        var named = $"task {task}";
        var rest = message.StartsWith(named, StringComparison.Ordinal) ? message[named.Length..] : message;
        return rest.StartsWith(": ", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith(' ') ? rest[1..] : message;
    }

    private static string OfSession(Event e) => e switch
    {
        SessionStarted x => $"session {x.Id}: {Words.Count(x.Plan.Tasks.Count, "task")} for {x.Target}, {(x.Mode.Parallel ? "PARALLEL" : "SEQUENTIAL")}: {x.Mode.Reason}",
        ConductorStarted x => $"conducted by process {x.Process.Pid} (tutti {x.Version})",
        SessionPaused x => $"paused by {x.By}: what runs goes on, nothing new starts",
        SessionResumed x => $"resumed by {x.By}{(x.RetryFailed ? ", failed tasks too" : "")}",
        SessionCancelled x => $"cancelled by {x.By}",
        SessionInterrupted x => $"interrupted by {x.By}: live attempts are being ended",
        SessionScaled x => $"scaled to {Words.Count(x.MaxAgents, "agent")} by {x.By}",
        SettingsChanged => "settings read again, in force from now on",
        SettingsRejected x => $"the changed settings cannot be used, the last good ones stay: {x.Failure.Message}",
        GateClosed x => $"nothing new starts: {x.Reason}",
        GateOpened => "there is room again",
        AgentsHeld x => $"no start for {x.Key}{(x.Until is { } until ? $" until {until.UtcDateTime:HH:mm:ss} UTC" : ", until you resume")}: {x.Failure.Message}",
        AgentsReleased x => $"{x.Key} may start again",
        BudgetReached x => $"live attempts are being ended: {x.Failure.Message}",
        EndReached x => $"at its end: {Words.Of(x.Status)}{Why(x.Reason)}",
        SessionEnded x => $"session {Words.Of(x.Status)} (exit code {x.ExitCode}){Why(x.Reason)}",
        HookRan { Failure: { } failure } x => $"hook {x.Hook}{Of(x.Task)} failed: {failure.Message}",
        HookRan x => $"hook {x.Hook}{Of(x.Task)} ran",
        EffectFailed x => $"{x.Effect} broke and is not tried again: {x.Failure.Message}",
        TargetRefused x => $"the target stays where it is: {x.Failure.Message}; work gathers on the integration branch",
        TakingStarted => "taking the integration branch to the target",
        PullRequestOpening x => $"opening a pull request for {x.Branch} at {Words.Commit(x.Commit)}",
        PullRequestOpened x => $"pull request {x.Url} is open, at {Words.Commit(x.Commit)}",
        PullRequestFailed x => $"no pull request: {x.Failure.Message}",
        LandingOrdered x => $"landing what is finished, ordered by {x.By}{(x.Tasks.Count > 0 ? $": {string.Join(", ", x.Tasks)} too" : "")}",
        SessionUndone x => $"undone by {x.By}: {Words.Count(x.Tasks.Count, "task")} taken back, the target is at {Words.Commit(x.To)} again",
        CheckpointCreated x => $"checkpoint {x.Name}: {x.Why}",
        SessionRestored x => $"made of {(x.Checkpoint is { } name ? $"checkpoint {name}" : $"event {x.Seq}")} of session {x.From}: {Words.Count(x.Landed.Count, "task")} landed, work of {Words.Count(x.Work.Count, "task")} taken along",
        IntegrationTaken x => $"the target has the integration branch now ({Words.Commit(x.Commit)})",
        _ => throw new InvalidOperationException($"no sentence for {e.GetType().Name}"),
    };

    private static string OfTask(TaskEvent e, SessionState state) => e switch
    {
        TaskStarted x => $"started on {x.Branch} from {Words.Commit(x.Base)}",
        SlotLeased x => $"has slot {x.Slot.Name}",
        SlotPrepared { Notes.Count: > 0 } x => $"slot ready: {string.Join("; ", x.Notes)}",
        SlotPrepared => "slot ready",
        WorkTakenUp x => $"goes on from {Words.Commit(x.Head)}, which it had before",
        SlotFailed x => $"has no slot: {x.Failure.Message}",
        AttemptStarted x => $"{StageOf(x.Stage, x.Round)} started (attempt {x.Number}, {Who(x.Agent)}{(x.Continues is { } earlier ? $", goes on from attempt {earlier}" : "")})",
        AttemptTold x => $"attempt {x.Number}: {Told(x)}",
        CheckpointMade x => $"checkpoint {x.Name}: {x.Why}",
        AttemptSpawned x => $"attempt {x.Number} is process {x.Process.Pid}",
        AttemptEnded x => AttemptOver(x, state.Tasks[x.Task]),
        WorkCollected { Work: null } => "changed nothing",
        WorkCollected { Work: { } work } => $"changed {Words.Count(work.FileCount, "file")} ({Words.Commit(work.Head)}){Notes(work)}",
        CollectFailed x => $"what attempt {x.Number} left could not be committed: {x.Failure.Message}",
        PreparationStarted => "slot is being made ready",
        StageDue x => $"{StageOf(x.Stage, x.Round)} is next{Why(x)}",
        TaskFinished => "is ready to land",
        TaskFailed x => $"failed: {Message(x.Task, x.Failure.Message)}",
        TaskBlocked x => $"blocked by {x.By}: {Message(x.Task, x.Failure.Message)}",
        TaskNeedsAttention x => $"needs attention: {Message(x.Task, x.Failure.Message)}",
        TaskCancelled x => $"cancelled by {x.By}",
        StepDropped => "has nothing in flight any more",
        TaskPaused x => $"paused by {x.By}",
        TaskResumed x => $"resumed by {x.By}",
        BranchSeen x => $"has a branch that somebody went on with, to {Words.Commit(x.Head)}",
        BaseFoundGreen x => $"passes the verify commands at {Words.Commit(x.Commit)} without its change",
        LandingStarted x => $"is landing: {Words.Commit(x.Head)} onto {Words.Commit(x.Onto)}",
        LandingMerged x => $"merged as {Words.Commit(x.Commit)}{(x.By is null ? "" : x.By == "rerere" ? ", its conflict resolved as recorded" : ", its conflict resolved by the merge tool")}",
        ConflictResolved x => $"conflict resolved by {x.By} as {Words.Commit(x.Commit)}",
        LandingConflicted x => $"conflicts with {(x.Onto == state.Landing.Tip ? state.Target : "those ahead of it")}: {x.Failure.Message}",
        LandingVerified x => $"verified as merged ({Words.Commit(x.Commit)}){Together(x.Along)}",
        LandingSuspected x => x.Tasks.Count > 1 ? $"red as merged: one of {string.Join(", ", x.Tasks)} is to blame; they are tested apart" : $"red as merged; {x.Tasks[0]} is tested once more",
        LandingDelayed x => $"cannot land for now: {Message(x.Task, x.Failure.Message)}",
        TargetMoving x => $"goes to {(state.Landing.Detour is null ? state.Target : IntegrationBranch.Of(state))} as {Words.Commit(x.Commit)}{Together(x.Tasks.Where(id => id != x.Task))}",
        TaskLanded x => $"landed on {(x.Integrated ? IntegrationBranch.Of(state) : state.Target)} as {Words.Commit(x.Commit)}",
        TargetDiverged x => $"merged anew: somebody moved the target from {Words.Commit(x.Expected)} to {Words.Commit(x.Actual)}",
        TaskCleaned { Preserved: { } why } => $"kept: {why}",
        TaskCleaned x => x.BranchDeleted ? "cleaned up, branch deleted" : "cleaned up",
        SourceTold { Failure: { } failure } x => $"{Words.Of(x.Phase)} could not be written to its source: {failure.Message}",
        SourceTold x => $"{Words.Of(x.Phase)} told to its source",
        TaskStacked x => $"is to bring in what has landed ({Words.Commit(x.Commit)})",
        _ => throw new InvalidOperationException($"no sentence for {e.GetType().Name}"),
    };

    private static string Together(IEnumerable<string>? others) => others?.ToList() is { Count: > 0 } all ? $", together with {string.Join(", ", all)}" : "";

    private static string Forecast(ForecastMade x, SessionState state) => x.Collisions.Count == 0
        ? "no collisions are foreseen any more"
        : $"forecast: {string.Join("; ", x.Collisions.Take(MostForeseen).Select(c => CollisionView.Sentence(c, state.Target)))}{(x.Collisions.Count > MostForeseen ? $"; and {x.Collisions.Count - MostForeseen} more" : "")}";

    /// <summary>A stage with its round, from the second on: <c>review (2)</c>.</summary>
    public static string StageOf(Stage stage, int round) => round > 1 ? $"{Words.Of(stage)} ({round})" : Words.Of(stage);

    private static string AttemptOver(AttemptEnded x, TaskState task)
    {
        var attempt = task.Attempts.Find(a => a.Number == x.Number);
        var stage = attempt is null ? $"attempt {x.Number}" : StageOf(attempt.Stage, attempt.Round);
        var time = attempt is { EndedAt: { } end } ? $" after {Amounts.Duration(end - attempt.StartedAt)}" : "";
        var verdict = x.Result is { } result ? $": {Words.Of(result.Verdict)}{(result.Summary.Length > 0 ? $", {result.Summary}" : "")}" : "";
        var failure = x.Failure is { } f ? $": {Message(x.Task, f.Message)}" : x.ExitCode is { } code && code != 0 ? $" with exit code {code}" : "";
        return $"{stage} {Words.Of(x.Outcome)}{time}{(failure.Length > 0 ? failure : verdict)}";
    }

    private static string Told(AttemptTold x) => string.Join(", ", new[]
    {
        x.Model,
        x.Conversation is { } id ? $"conversation {id}" : null,
        x.Usage is { } usage ? $"{usage.Tokens} tokens{(usage.Usd is { } usd ? $", {(usage.Estimated ? "about " : "")}${usd:0.00##}" : "")}" : null,
        x.Context is { } percent ? $"context {percent} % full" : null,
    }.OfType<string>());

    private static string Who(string agent) => agent == AttemptState.Commands ? "verify commands" : agent;

    private static string Of(string? task) => task is null ? "" : $" of {task}";

    private static string Why(Failure? reason) => reason is null ? "" : $": {reason.Message}";

    private static string Why(StageDue x) => x switch
    {
        { Failures: > 0, Why: { } why } => $" (again, {x.Failures} failed: {why})",
        { Why: { } why } => $" ({why})",
        _ => "",
    };

    private static string Notes(Work work) => work.Notes.Count == 0 ? "" : $": {string.Join("; ", work.Notes)}";
}
