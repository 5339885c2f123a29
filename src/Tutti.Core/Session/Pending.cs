using Tutti.Core.Landing;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>
/// The effects whose outcome a state waits for. Deciding starts those that an event adds; recovering starts them all: one
/// rule, so that nothing can be started that a restart would forget.
/// </summary>
public static class Pending
{
    /// <summary>All of a session's: what a restart has to do.</summary>
    public static IEnumerable<Effect> Of(SessionState state) =>
        state.Tasks.Values
            .Where(t => t.Step != Step.None || state.Duties.Contains(t.Id))
            .OrderBy(t => t.Id, StringComparer.Ordinal)
            .SelectMany(t => OfTask(state, t))
            .Concat(OfLanding(state))
            .Concat(OfSession(state));

    /// <summary>One task's.</summary>
    public static IEnumerable<Effect> OfTask(SessionState state, TaskState task) =>
        OfStep(state, task).Concat(Duties(state, task));

    /// <summary>What remains to be done about a task that does not run: clean up, tell its source, run its hook.</summary>
    public static IEnumerable<Effect> Duties(SessionState state, TaskState task)
    {
        var started = task.Branch is not null;
        if (task.Uncleaned is { } former)
            yield return new CleanUp(task.Id, former);
        if (IsUnclean(task))
            yield return new CleanUp(task.Id, task.Phase);
        if (state.Source.Writable && started && task.Told != task.Phase && task.Phase != TaskPhase.Pending)
            yield return new TellSource(task.Id, task.Phase);
        if (state.Settings.Hooks.TaskDone is not null && task.IsSettled && !task.Hooked)
            yield return new RunHook(HookName.TaskDone, task.Id);
    }

    /// <summary>True where a task holds a slot or a branch that its phase has no use for.</summary>
    internal static bool IsUnclean(TaskState task) =>
        task is { Branch: not null, Step: Step.None, Phase: not (TaskPhase.Pending or TaskPhase.Running) } && task.CleanedAs != task.Phase;

    /// <summary>The landing's, but for the attempts that test it, which are their tasks'.</summary>
    public static IEnumerable<Effect> OfLanding(SessionState state) => OfLanding(state, Speculation.Main(state));

    /// <summary>The same, for who knows the train's path already.</summary>
    internal static IEnumerable<Effect> OfLanding(SessionState state, LandingPath main)
    {
        var landing = state.Landing;
        foreach (var merge in Speculation.Merges(state, main))
            yield return merge;
        if (landing.Moving is { Tasks: [.., var last] } moving)
            yield return new MoveTarget(last, landing.Detour is null ? landing.Target : landing.Tip, moving.Commit, Integration: landing.Detour is not null);
        foreach (var check in landing.Checks.Where(check => Speculation.IsPointless(state, main, check)))
            yield return new EndAttempt(check.Owner, check.Number, AttemptOutcome.Superseded);
        if (landing.Taking)
            yield return new TakeIntegration(landing.Target, landing.Tip);
        if (landing.PullRequest is { Opening: true } request)
            yield return new OpenPullRequest(IntegrationBranch.Of(state.Id), request.Commit);
    }

    /// <summary>The session's own.</summary>
    public static IEnumerable<Effect> OfSession(SessionState state)
    {
        if (state.Settings.Hooks.SessionStart is not null && !state.StartHooked)
            yield return new RunHook(HookName.SessionStart, null);
        if (state is { Ending: not null, EndHooked: false, Settings.Hooks.SessionEnd: not null })
            yield return new RunHook(HookName.SessionEnd, null);
        if (IsGivenBackAtLast(state))
            yield return new GiveBack();
        if (state is { EndedAt: not null, ExitCode: { } code })
            yield return new Finish(code);
    }

    // The very last of all, but before the end is written down: a crash in between would leave slots that nobody comes back for.
    private static bool IsGivenBackAtLast(SessionState state) =>
        state is { Ending: not null, EndedAt: null, Duties.Count: 0 }
        && (state.EndHooked || state.Settings.Hooks.SessionEnd is null)
        && (state.StartHooked || state.Settings.Hooks.SessionStart is null);

    // Why a live attempt is to be ended before it ends by itself; null where it is not.
    private static AttemptOutcome? EndAs(SessionState state, TaskState task)
    {
        if (task.Phase == TaskPhase.Cancelled)
            return AttemptOutcome.Cancelled;
        if (state.Interrupted)
            return AttemptOutcome.Interrupted;
        if (task.Attempts[^1] is not { IsAgent: true } attempt)
            return null;
        if (state.Spent is not null || Budgets.Spent(state, task) is not null)
            return AttemptOutcome.OverBudget;
        return attempt.Context >= state.Settings.Limits.Context && Judge.MayHandOver(task, attempt) ? AttemptOutcome.HandedOver : null;
    }

    private static IEnumerable<Effect> OfStep(SessionState state, TaskState task)
    {
        var number = task.Attempts.Count == 0 ? 0 : task.Attempts[^1].Number;
        switch (task.Step)
        {
            case Step.None or Step.Due:
                break;
            case Step.Leasing:
                yield return new LeaseSlot(task.Id, task.Branch!, task.Base!);
                break;
            case Step.Preparing:
                yield return new PrepareSlot(task.Id, task.Slot!, task.Branch!, task.ResetTo, task.Fresh, number + 1);
                break;
            case Step.Attempting:
                yield return new RunAttempt(task.Id, number);
                if (EndAs(state, task) is { } outcome)
                    yield return new EndAttempt(task.Id, number, outcome);
                break;
            case Step.Collecting:
                yield return new CollectWork(task.Id, number);
                break;
            default:
                throw new InvalidOperationException($"no effect for {task.Step}");
        }
    }
}
