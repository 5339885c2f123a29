using System.Collections.Immutable;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>
/// Lands finished branches: merged in the object store one on top of the other, several of these merges verified at once, and the target
/// moved, by compare-and-swap, to exactly a commit that was green. What conflicts or is red is taken out with its reason; the rest goes on.
/// </summary>
internal static class Train
{
    /// <summary>How often in a row the target may be moved by somebody else while something lands.</summary>
    private const int MostDiverged = 20;

    /// <summary>How often in a row a test may find no slot.</summary>
    private const int MostDelays = 10;

    /// <summary>True while it is too late to call a task back.</summary>
    public static bool IsMoving(SessionState state, string task) => state.Landing.Moving?.Tasks.Contains(task) == true;

    /// <summary>Starts whatever may start now.</summary>
    public static void Pump(Draft draft)
    {
        if (draft.State is not { Status: SessionStatus.Active, Interrupted: false, Ending: null, EndedAt: null } || draft.State.Landing is { IsEmpty: true } or { Taking: true })
            return;
        do
            Board(draft);
        while (Settle(draft));
        Unquestioned(draft);
        Move(draft);
        Test(draft);
    }

    public static void OnMerged(Draft draft, MergeEnded x)
    {
        if (x.Actual is { } actual)
        {
            Diverged(draft, x.Task, actual);
        }
        else if (x.Failure is { Category: FailureCategory.Conflict } conflict)
        {
            draft.Record(new LandingConflicted(x.Task, x.Onto, conflict));
        }
        else if (x.Failure is { } failure)
        {
            Stages.Attention(draft, x.Task, failure);
        }
        else
        {
            // Without a commit of its own what it was merged onto holds the work already, by content.
            draft.Record(new LandingMerged(x.Task, x.Commit ?? x.Onto, x.Onto, x.By));
        }
    }

    /// <summary>A test of the landing is over. <paramref name="attempt"/> is as it was while it lived.</summary>
    public static void OnAttemptOver(Draft draft, AttemptState attempt, AttemptIsOver x)
    {
        if (x.Outcome is AttemptOutcome.Interrupted or AttemptOutcome.Superseded or AttemptOutcome.Cancelled)
            return;
        // No slot, or one that git could not bring to the merge, is no verdict.
        if (x.Failure is { Category: FailureCategory.Resource or FailureCategory.Git } none && x.FailedCommand is null)
            Delay(draft, x.Task, none, draft.State.Landing.Delays + 1, MostDelays);
        else if (attempt.Place == Place.Base)
            BaseTested(draft, attempt, x);
        else if (x.Outcome == AttemptOutcome.Succeeded)
            draft.Record(new LandingVerified(x.Task, attempt.Commit!, attempt.Along));
        else
            Red(draft, attempt, x);
    }

    public static void OnMoved(Draft draft, MoveEnded x)
    {
        var landing = draft.State.Landing;
        if (x.Failure is { } failure)
        {
            draft.Record(new TargetRefused(failure));
        }
        else if (x.Actual is not { } actual)
        {
            foreach (var step in LandingPath.Of(draft.State, landing.Moving!.Tasks).Steps)
                draft.Record(new TaskLanded(step.Task, step.Commit, Integrated: landing.Detour is not null, step.Commit == x.Commit ? null : x.Commit));
        }
        else if (landing.Integrated.Count > 0)
        {
            draft.Record(new TargetRefused(Moved(draft.State)));
        }
        else
        {
            Diverged(draft, x.Task, actual);
        }
    }

    public static void OnTaken(Draft draft, TakeEnded x)
    {
        if (!draft.State.Landing.Taking)
            return;
        if (x.Failure is { } failure)
            draft.Record(new TargetRefused(failure));
        else
            draft.Record(new IntegrationTaken(x.Commit));
    }

    /// <summary>Puts a landing off for what is no verdict on the work; with <paramref name="most"/> delays it is for a person.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="task">Whose landing.</param>
    /// <param name="why">What was in the way. A slot is waited for as long as it takes: other sessions give theirs back.</param>
    /// <param name="delays">How many there have been, this one among them; each makes the next longer.</param>
    /// <param name="most">With how many it ends.</param>
    internal static void Delay(Draft draft, string task, Failure why, int delays, int most)
    {
        if (why.Code != FailureCode.PoolExhausted && delays >= most)
            Stages.Attention(draft, task, why);
        else
            draft.Record(new LandingDelayed(task, Retry.NotBefore(draft, delays), why));
    }

    // What conflicts with what has landed is to be resolved; what the tip holds already has landed, after what it depends on: on the target, where
    // nothing waits on the integration branch, also when nothing else may go there.
    // True where somebody has left the train: another may board.
    private static bool Settle(Draft draft)
    {
        if (draft.State.Landing.Moving is not null)
            return false;
        var before = draft.State.Landing.Train;
        foreach (var id in draft.State.Landing.Train.Concat(draft.State.Landing.Suspects.SelectMany(group => group)).ToList())
        {
            var (tip, merge) = (draft.State.Landing.Tip, draft.State.Landing.Merge(id, draft.State.Landing.Tip));
            if (draft[id].IsSettled)
                continue;
            if (merge is { Failure: { } conflict })
                Resolver.Try(draft, id, conflict);
            else if (merge?.Commit == tip && draft[id].Spec.DependsOn.All(d => draft[d].Landed is not null))
                draft.Record(new TaskLanded(id, tip, Integrated: tip != draft.State.Landing.Target));
        }

        return draft.State.Landing.Train.Count < before.Count;
    }

    private static void Board(Draft draft)
    {
        while (draft.State.Landing is var landing && landing.Train.Count < landing.Window && landing.Queue.Find(id => MayBoard(draft, id)) is { } next)
            draft.Record(new LandingStarted(next, draft[next].Head!, landing.Tip));
    }

    // Never ahead of what it depends on.
    private static bool MayBoard(Draft draft, string id) =>
        !draft[id].Held && draft[id].Spec.DependsOn.All(d => draft[d].Landed is not null || draft.State.Landing.Train.Contains(d));

    // The longest green prefix lands whole. What was cleared apart lands by itself only where nothing else is under way.
    private static void Move(Draft draft)
    {
        if (draft.State.Landing.Moving is not null)
            return;
        var main = draft.Main;
        if (main.Steps.FindLastIndex(step => draft.State.GreenBases.Contains(step.Commit)) is >= 0 and var last)
            draft.Record(new TargetMoving(main.Steps[last].Task, main.Steps[last].Commit, [.. main.Tasks.Take(last + 1)]));
    }

    private static void Test(Draft draft)
    {
        if (draft.State.Landing.NotBefore > draft.Now)
            return;
        foreach (var check in Speculation.Wanted(draft.State, draft.Main).ToList())
        {
            var running = draft.State.Landing.Checks;
            if (running.Count >= Speculation.Slots(draft.State))
                return;
            var owner = draft[check.Tasks[^1]];
            // Its former test is being ended; the next decision starts this one.
            if (owner.Step == Step.None)
                Start(draft, owner, Place.Landing, check.Commit, check.Tasks.RemoveAt(check.Tasks.Count - 1));
        }
    }

    private static void Start(Draft draft, TaskState owner, Place place, string commit, ImmutableList<string>? along)
    {
        var used = draft.State.Landing.Checks.Select(c => c.Slot).ToHashSet();
        var slot = Enumerable.Range(1, used.Count + 1).First(n => !used.Contains(n));
        draft.Record(new AttemptStarted(owner.Id, Stages.NextNumber(owner), Stage.Land, owner.Round, AttemptState.Commands, place, commit) { Along = along, VerifySlot = slot });
    }

    // Merges that no command has anything to say about are as good as verified.
    private static void Unquestioned(Draft draft)
    {
        if (draft.State.Verify.Count > 0)
            return;
        var steps = draft.Main.Steps;
        var count = steps.TakeWhile(step => Speculation.NeedsNoCheck(draft.State, [step.Task])).Count();
        if (count > 0 && !draft.State.GreenBases.Contains(steps[count - 1].Commit))
            draft.Record(new LandingVerified(steps[count - 1].Task, steps[count - 1].Commit, [.. steps.Take(count - 1).Select(s => s.Task)]));
    }

    // Whoever was green before, or has landed, is not to blame; nor is a group of which a part is known to be red.
    private static void Red(Draft draft, AttemptState attempt, AttemptIsOver x)
    {
        var landing = draft.State.Landing;
        List<string> tested = [.. attempt.Along ?? [], x.Task];
        var there = tested.Where(id => landing.Train.Contains(id) || landing.Suspects.Exists(g => g.Contains(id))).Where(id => !IsMoving(draft.State, id)).ToList();
        var doubted = there.Where(id => !landing.Cleared.Contains(id)).ToList();
        var group = (doubted.Count > 0 ? doubted : there).ToImmutableList();
        if (group.IsEmpty)
            return;
        if (group.Count == 1 && landing.IsLastChance(group[0]))
            RedTwice(draft, attempt, x, group[0]);
        else if (!landing.Suspects.Exists(known => known.All(group.Contains)))
            draft.Record(new LandingSuspected(x.Task, attempt.Commit!, group, x.Failure));
    }

    // Before it is blamed, what it was merged onto must be green without it.
    private static void RedTwice(Draft draft, AttemptState attempt, AttemptIsOver x, string task)
    {
        var onto = draft.State.Landing.Merges.GetValueOrDefault(task)?.FirstOrDefault(m => m.Value.Commit == attempt.Commit).Key ?? draft.State.Landing.Tip;
        var ofAll = draft.State.Verify.Count > 0 && (x.FailedCommand is not { } failed || failed < draft.State.Verify.Count);
        if (!ofAll || draft.State.GreenBases.Contains(onto))
            Blame(draft, draft[task], x.Failure);
        else if (draft.State.Landing.Tip != onto)
            return; // Something green has landed since: it is tested on that.
        else if (draft.State.Landing.RedBase == onto)
            Stages.Attention(draft, task, Judge.BaseRed(onto, x.Failure));
        else
            Start(draft, draft[x.Task], Place.Base, onto, along: null);
    }

    private static void BaseTested(Draft draft, AttemptState attempt, AttemptIsOver x)
    {
        var task = draft[x.Task];
        if (!draft.State.Landing.IsLastChance(x.Task))
            return; // A test that had it in was green meanwhile, and it has landed, or a person has taken it out.
        if (x.Outcome == AttemptOutcome.Succeeded)
        {
            draft.Record(new BaseFoundGreen(task.Id, attempt.Commit!));
            Blame(draft, draft[x.Task], task.Attempts.Last(a => a.Place == Place.Landing).Failure);
        }
        else if (task.Attempts.Count(a => a.Stage == Stage.Land && a.Place == Place.Base && a.Commit == attempt.Commit) > 1)
        {
            Stages.Attention(draft, task.Id, Judge.BaseRed(attempt.Commit!, x.Failure));
        }
        else
        {
            Start(draft, task, Place.Base, attempt.Commit!, along: null);
        }
    }

    private static void Blame(Draft draft, TaskState task, Failure? failure) =>
        Stages.Attention(draft, task.Id, new Failure(
            FailureCategory.Verify,
            "landing_red",
            $"task {task.Id} passes by itself but not together with what has landed: {failure?.Message}",
            $"its branch is {task.Branch}; mend it there, then 'tutti resume'",
            failure?.Detail));

    private static void Diverged(Draft draft, string task, string actual)
    {
        if (draft.State.Landing.Diverged + 1 >= MostDiverged)
            Stages.Attention(draft, task, new Failure(FailureCategory.Git, "target_restless", $"task {task}: {draft.State.Target} moved {MostDiverged} times while it was landing", "'tutti resume' when the target is quiet"));
        else
            draft.Record(new TargetDiverged(task, draft.State.Landing.Target, actual));
    }

    private static Failure Moved(SessionState state) => new(
        FailureCategory.Git,
        "target_moved",
        $"somebody else moved {state.Target} while work waited on the integration branch {IntegrationBranch.Of(state)}",
        "'tutti merge automatic' merges it onto the new place");
}
