using Tutti.Core.Plan;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>What an attempt's outcome means for its task: on to the next stage, again, a correction, or the end.</summary>
internal static class Judge
{
    /// <summary>An attempt that may change the tree is over and what it left is collected.</summary>
    public static void Wrote(Draft draft, TaskState task, Failure? collectFailure, string? leftOut)
    {
        var attempt = task.Attempts[^1];
        var failure = attempt.Failure ?? collectFailure;
        if (Ended(draft, task, attempt))
            return;
        if (attempt.Outcome != AttemptOutcome.Succeeded || collectFailure is not null)
            AfterFailure(draft, task, attempt, failure ?? Unsaid(task, attempt));
        else if (task.Work is null)
            AfterFailure(draft, task, attempt, attempt.Refused is { } refused ? Refused(task, refused) : NothingDone(task, leftOut));
        else
            Stages.Next(draft, task, attempt.Stage);
    }

    /// <summary>An attempt that only looks is over.</summary>
    public static void Looked(Draft draft, TaskState task, AttemptState attempt, AttemptIsOver over)
    {
        if (Ended(draft, task, attempt with { Outcome = over.Outcome }))
            return;
        if (attempt.Place == Place.Base)
            BaseChecked(draft, task, over);
        else if (attempt.Agent == AttemptState.Commands)
            Verified(draft, task, attempt, over);
        else
            Reviewed(draft, task, attempt, over);
    }

    /// <summary>True where a stage may be handed over to a fresh attempt once more.</summary>
    public static bool MayHandOver(TaskState task, AttemptState attempt) =>
        attempt.Place == Place.Slot
        && task.Attempts.Count(a => a.Stage == attempt.Stage && a.Round == attempt.Round && IsHandedOver(a)) < AgentPolicy.MostHandOvers;

    private static bool IsHandedOver(AttemptState a) =>
        a.Outcome == AttemptOutcome.HandedOver || (a.Failure is { } failure && AgentPolicy.Of(failure.Code) == AgentRemedy.HandOver);

    // Ended by Tutti for a reason that is no fault of the work: the same stage is due again where it stands.
    private static bool Ended(Draft draft, TaskState task, AttemptState attempt)
    {
        switch (attempt.Outcome)
        {
            case AttemptOutcome.Interrupted:
                Again(draft, task, attempt.Stage, task.Failures, null, "interrupted");
                return true;
            case AttemptOutcome.OverBudget when Budgets.Spent(draft.State, task) is { } spent:
                Stages.Attention(draft, task.Id, spent);
                return true;
            case AttemptOutcome.OverBudget:
                Again(draft, task, attempt.Stage, task.Failures, null, "the budget is spent");
                return true;
            case AttemptOutcome.HandedOver:
                HandOver(draft, task, attempt, $"its context was {attempt.Context ?? draft.State.Settings.Limits.Context} % full");
                return true;
            default:
                return false;
        }
    }

    private static void HandOver(Draft draft, TaskState task, AttemptState attempt, string why)
    {
        var work = task.Head is { } head ? $"work so far at {head[..Math.Min(8, head.Length)]}" : "nothing committed yet";
        draft.Record(new CheckpointMade(task.Id, Checkpoints.Free(draft.State, $"{task.Id}-{attempt.Number}"), $"{Name(attempt.Stage)} handed over: {why}", $"{work}; {attempt.LastWords ?? "it said nothing"}"));
        Again(draft, draft[task.Id], attempt.Stage, task.Failures, null, $"{why}: a fresh attempt takes over");
    }

    private static void Verified(Draft draft, TaskState task, AttemptState attempt, AttemptIsOver over)
    {
        if (over.Outcome == AttemptOutcome.Succeeded)
        {
            // In qa the agent looks at the same fresh tree next.
            if (attempt.Stage != Stage.Qa)
                Stages.Next(draft, task, attempt.Stage);
        }
        else if (!task.Retried)
        {
            draft.Record(new StageDue(task.Id, attempt.Stage, task.Round, task.Failures, ResetTo: task.Head, Fresh: attempt.Stage == Stage.Qa, Retried: true, Why: "one clean retry before anyone is blamed"));
        }
        else if (over.FailedCommand < draft.State.Verify.Count && !draft.State.GreenBases.Contains(task.Base!))
        {
            LookAtBase(draft, task, attempt);
        }
        else
        {
            Blame(draft, task, over.Failure ?? Unsaid(task, attempt));
        }
    }

    // Where nothing may start now, the stage comes again when the session goes on, and asks for the base if it is still red.
    private static void LookAtBase(Draft draft, TaskState task, AttemptState attempt)
    {
        if (!task.Held && Starts.MayGoOn(draft.State))
            draft.Record(new AttemptStarted(task.Id, Stages.NextNumber(task), Stage.Verify, task.Round, AttemptState.Commands, Place.Base, task.Base));
        else
            draft.Record(new StageDue(task.Id, attempt.Stage, task.Round, task.Failures, ResetTo: task.Head, Fresh: attempt.Stage == Stage.Qa, Retried: true, Why: "the base is looked at when the session goes on"));
    }

    private static void BaseChecked(Draft draft, TaskState task, AttemptIsOver over)
    {
        if (over.Outcome == AttemptOutcome.Succeeded)
        {
            draft.Record(new BaseFoundGreen(task.Id, task.Base!));
            var red = task.Attempts.Last(a => a is { Place: Place.Slot, Agent: AttemptState.Commands });
            Blame(draft, draft[task.Id], red.Failure ?? Unsaid(task, red));
        }
        else
        {
            Stages.Attention(draft, task.Id, BaseRed(task.Base!, over.Failure));
        }
    }

    /// <summary>The failure that says that the verify commands fail without anybody's change.</summary>
    public static Failure BaseRed(string commit, Failure? failure) => new(
        FailureCategory.Verify,
        FailureCode.BaseRed,
        $"the verify commands fail on {commit[..Math.Min(8, commit.Length)]} itself, without any task's change: {failure?.Message}",
        "mend the target branch first, then 'tutti resume'",
        failure?.Detail);

    // A red branch is corrected by whoever can correct; a plain script has no more to say than it has said, and runs again.
    private static void Blame(Draft draft, TaskState task, Failure failure)
    {
        if (Crew.CanCorrect(draft.State.Plan, draft.State.Settings, task.Spec))
            Correct(draft, task, [new Correction(Severity.Critical, null, null, $"{failure.Message}\n{failure.Detail}".TrimEnd())], failure);
        else
            AfterFailure(draft, task, task.Attempts[^1], failure);
    }

    private static void Reviewed(Draft draft, TaskState task, AttemptState attempt, AttemptIsOver over)
    {
        var result = over.Outcome is AttemptOutcome.Succeeded or AttemptOutcome.Failed ? over.Result : null;
        var blocking = result?.Corrections.Where(c => Blocks(c, draft.State.Settings.Review)).ToList() ?? [];
        if (result?.Verdict is Verdict.QaBlocked or Verdict.Blocked)
            Stages.Attention(draft, task.Id, new Failure(FailureCategory.Environment, "qa_blocked", $"task {task.Id}: {Name(attempt.Stage)} could not be done: {result.Summary}", "mend what it names, then 'tutti resume'"));
        else if (blocking.Count > 0)
            Found(draft, task, attempt, blocking);
        else if (result is { Verdict: Verdict.Rejected } or { Verdict: Verdict.CorrectionsNeeded, Corrections.Count: 0 })
            Found(draft, task, attempt, [new Correction(Severity.Major, null, null, result.Summary.Trim() is { Length: > 0 } said ? said : "it does not say what")]);
        else if (over.Outcome != AttemptOutcome.Succeeded && result is not { Verdict: Verdict.CorrectionsNeeded })
            Retried(draft, task, attempt, over.Failure ?? Unsaid(task, attempt));
        else
            Stages.Next(draft, task, attempt.Stage);
    }

    private static void Found(Draft draft, TaskState task, AttemptState attempt, List<Correction> findings)
    {
        var failure = new Failure(FailureCategory.Agent, "review_rejected", $"task {task.Id}: {Name(attempt.Stage)} found {findings.Count} {(findings.Count == 1 ? "thing" : "things")} to correct: {findings[0].Message}", "correct them on its branch, then 'tutti resume --retry-failed'", string.Join('\n', findings.Select(Line)));
        Correct(draft, task, findings, failure);
    }

    // Rounds are limited and end early when the findings no longer change (P15): then it is for a person.
    private static void Correct(Draft draft, TaskState task, IReadOnlyList<Correction> findings, Failure failure)
    {
        var limit = draft.State.Settings.Limits.ReviewRounds;
        if (Crew.For(draft.State.Plan, draft.State.Settings, task.Spec, Role.Correct) is null)
            Stages.Attention(draft, task.Id, failure with { Hint = "nobody is named to correct it (role correct)" });
        else if (task.Round > 1 && Same(task.Findings, findings))
            Stages.Attention(draft, task.Id, failure with { Code = "review_stuck", Message = $"{failure.Message} (the same findings as in the round before)", Hint = $"look at the branch {task.Branch}: what you commit there counts after 'tutti resume'" });
        else if (task.Round >= limit)
            Stages.Attention(draft, task.Id, failure with { Code = "review_rounds", Message = $"{failure.Message} (after {limit} {(limit == 1 ? "round" : "rounds")})", Hint = $"look at the branch {task.Branch}: what you commit there counts after 'tutti resume'" });
        else
            draft.Record(new StageDue(task.Id, Stage.Correct, task.Round + 1, ResetTo: task.Head, Findings: findings, Why: failure.Message));
    }

    /// <summary>Which findings hold a task up, by the strictness of the session; the verdict they stand beside may say otherwise.</summary>
    public static bool Blocks(Correction correction, ReviewMode mode) => mode switch
    {
        ReviewMode.Strict => true,
        ReviewMode.Balanced => correction.Severity >= Severity.Major,
        ReviewMode.Lenient => correction.Severity == Severity.Critical,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private static bool Same(IReadOnlyList<Correction> a, IReadOnlyList<Correction> b) =>
        a.Select(Key).ToHashSet(StringComparer.Ordinal).SetEquals(b.Select(Key));

    // Lines move when other lines change: the same message about the same file is the same finding.
    private static string Key(Correction c) => $"{c.File}\n{c.Message.Trim()}";

    private static string Line(Correction c) => $"{Name(c.Severity)}: {c.File}{(c.Line is { } line ? $":{line}" : "")}{(c.File is null ? "" : " ")}{c.Message}";

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    // A failed developer or corrector starts over from where it stood; what it left is kept under the attempt's own ref.
    private static void AfterFailure(Draft draft, TaskState task, AttemptState attempt, Failure failure)
    {
        var stage = task.Stage == Stage.Correct ? Stage.Correct : task.Stage == Stage.Finalize ? Stage.Finalize : Stage.Develop;
        if (Remedied(draft, task, attempt, failure))
            return;
        var failures = task.Failures + 1;
        if (failures >= draft.State.Settings.Limits.Retries)
            Stages.Fail(draft, task.Id, failure);
        else
            draft.Record(new StageDue(task.Id, stage, task.Round, failures, Retry.NotBefore(draft, failures), Restart(task, stage), Why: failure.Message));
    }

    private static string Restart(TaskState task, Stage stage) =>
        stage == Stage.Develop ? task.Base! : task.Attempts.LastOrDefault(a => a.Stage == stage)?.Commit ?? task.Base!;

    private static void Retried(Draft draft, TaskState task, AttemptState attempt, Failure failure)
    {
        if (!Remedied(draft, task, attempt, failure))
            Counted(draft, task, attempt.Stage, failure);
    }

    private static void Counted(Draft draft, TaskState task, Stage stage, Failure failure)
    {
        var failures = task.Failures + 1;
        if (failures >= draft.State.Settings.Limits.Retries)
            Stages.Fail(draft, task.Id, failure);
        else
            Again(draft, task, stage, failures, Retry.NotBefore(draft, failures), failure.Message);
    }

    // What an agent's named failure asks for beyond trying again from the start; false where it asks for no more than that.
    private static bool Remedied(Draft draft, TaskState task, AttemptState attempt, Failure failure)
    {
        var choice = Holds.ChoiceOf(draft.State, task, attempt);
        switch (AgentPolicy.Of(failure.Code))
        {
            // A script has no provider to wait for and no conversation to hand over.
            case not AgentRemedy.Person when attempt.Agent is AttemptState.Commands or AgentChoice.Shell:
                return false;
            case AgentRemedy.GoOn:
                Counted(draft, task, attempt.Stage, failure);
                return true;
            case AgentRemedy.Wait:
                Holds.Limit(draft, choice, failure, draft[task.Id].Attempts[^1].ResetsAt);
                Again(draft, draft[task.Id], attempt.Stage, task.Failures, null, failure.Message);
                return true;
            case AgentRemedy.HandOver when MayHandOver(task, attempt):
                HandOver(draft, task, attempt, failure.Message);
                return true;
            case AgentRemedy.PersonForAll:
                Holds.UntilResumed(draft, choice, failure);
                Stages.Attention(draft, task.Id, failure);
                return true;
            case AgentRemedy.Person:
                Stages.Attention(draft, task.Id, failure);
                return true;
            default:
                return false;
        }
    }

    private static void Again(Draft draft, TaskState task, Stage stage, int failures, DateTimeOffset? notBefore, string why) =>
        draft.Record(new StageDue(task.Id, stage, task.Round, failures, notBefore, stage == Stage.Qa ? task.Head : null, Fresh: stage == Stage.Qa, Retried: task.Retried, Why: why));

    private static Failure Refused(TaskState task, string refused) => new(
        FailureCategory.Agent,
        AgentFailure.PermissionRefused,
        $"task {task.Id}: the agent changed nothing, and was refused {refused}",
        "allow the tool in the agent's 'args:', or use 'sandbox: bwrap', then 'tutti resume'");

    private static Failure NothingDone(TaskState task, string? leftOut) => new(
        FailureCategory.Agent,
        "nothing_done",
        leftOut is null
            ? $"task {task.Id}: the agent ended well but changed nothing: no commit, and no change to commit"
            : $"task {task.Id}: the agent ended well but changed nothing that is committed: it {leftOut}",
        leftOut is null
            ? "say more clearly in the task what is to change, or look at the attempt with 'tutti logs'"
            : $"look at {task.Slot?.Path}, and say more clearly in the task what is to change");

    private static Failure Unsaid(TaskState task, AttemptState attempt) => new(
        FailureCategory.Agent,
        "attempt_failed",
        $"task {task.Id}: attempt {attempt.Number} ({Name(attempt.Stage)}) ended as {attempt.Outcome} with exit code {attempt.ExitCode?.ToString() ?? "unknown"}",
        $"look at 'tutti logs {task.Id}'");
}
