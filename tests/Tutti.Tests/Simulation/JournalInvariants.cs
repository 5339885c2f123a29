using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Simulation;

/// <summary>
/// What must never happen, one function each, from the journal and the state alone. Those that are cheap are assertions of the core
/// itself under the same name; here they are judged again, by the <see cref="Ledger"/>, which does not believe the fold.
/// </summary>
public static class JournalInvariants
{
    /// <summary>The name under which a task that runs twice at once is found by whoever finds it.</summary>
    public const string TwiceAtOnce = nameof(NoTaskRunsTwiceAtOnce);

    /// <summary>Judges one event.</summary>
    /// <param name="ledger">The journal before it.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="recorded">The event.</param>
    public static void OfEvent(Ledger ledger, SessionState before, Recorded recorded)
    {
        NoEventIsMissing(ledger, recorded);
        switch (recorded.Event)
        {
            case TaskStarted x:
                DependenciesHaveLanded(ledger, before, x.Task);
                ClaimsDoNotOverlap(before, x);
                NothingStartsWhilePaused(before, x.Task);
                break;
            case AttemptStarted x:
                NoTaskRunsTwiceAtOnce(ledger, before, x);
                if (x.Agent == AttemptState.Commands)
                    break;
                NeverMoreThanMaxAgents(ledger, before, x);
                NothingStartsWhilePaused(before, x.Task);
                NothingStartsWhileHeld(before, x);
                break;
            case TaskFinished x:
                DoneIsProved(ledger, before, x);
                break;
            case LandingVerified x:
                WhatIsVerifiedWasTested(ledger, before, x);
                break;
            case TargetMoving x:
                NothingLandsUnverified(ledger, x);
                TheTargetOnlyMovesForward(ledger, x);
                break;
            case TaskLanded x:
                NothingLandsUnverified(ledger, x);
                DependenciesHaveLanded(ledger, before, x.Task);
                break;
            default:
                break;
        }
    }

    /// <summary>Judges what a whole decision has come to.</summary>
    public static void OfState(Ledger ledger, SessionState state)
    {
        NoTaskIsLost(state);
        NoSlotIsLeasedTwice(state);
        TestsKeepToTheirSlots(state);
        UsageAddsUp(state);
        foreach (var task in state.Tasks.Values)
        {
            if ((ledger.Live(task.Id) is not null) != (task.Live is not null))
                throw Broken(nameof(NoTaskRunsTwiceAtOnce), $"the journal has {ledger.Live(task.Id)} live, the state {task.Live}");
        }
    }

    /// <summary>Events follow each other without a gap.</summary>
    public static void NoEventIsMissing(Ledger ledger, Recorded recorded)
    {
        if (recorded.Seq != ledger.Seq + 1)
            throw Broken(nameof(NoEventIsMissing), $"event {recorded.Seq} follows {ledger.Seq}");
    }

    /// <summary>Of a decision either all events are in the journal or none.</summary>
    /// <param name="ends">The last event of every decision that was made.</param>
    /// <param name="last">The last event of the journal.</param>
    public static void DecisionsAreWhole(IReadOnlySet<long> ends, long last)
    {
        if (!ends.Contains(last))
            throw Broken(nameof(DecisionsAreWhole), $"the journal goes on after event {last}, in the middle of a decision");
    }

    /// <summary>An attempt starts only when the one before it has ended, and under a number of its own.</summary>
    public static void NoTaskRunsTwiceAtOnce(Ledger ledger, SessionState before, AttemptStarted x)
    {
        if (ledger.Live(x.Task) is { } live)
            throw Broken(nameof(NoTaskRunsTwiceAtOnce), $"attempt {x.Number} of {x.Task} starts while {live.Number} lives");
        if (ledger.HasStarted(x.Task, x.Number) || before.Tasks[x.Task].Attempts.Any(a => a.Outcome is null))
            throw Broken(nameof(NoTaskRunsTwiceAtOnce), $"attempt {x.Number} of {x.Task} starts a second time");
    }

    /// <summary>However it is scaled meanwhile, no agent starts beyond as many as are allowed then.</summary>
    public static void NeverMoreThanMaxAgents(Ledger ledger, SessionState before, AttemptStarted x)
    {
        if (ledger.LiveAgents >= before.MaxAgents)
            throw Broken(nameof(NeverMoreThanMaxAgents), $"{x.Task} starts {x.Agent} beside {ledger.LiveAgents} others, {before.MaxAgents} are allowed");
    }

    /// <summary>All of a task's dependencies have landed before it starts, and before it lands.</summary>
    public static void DependenciesHaveLanded(Ledger ledger, SessionState before, string task)
    {
        if (before.Tasks[task].Spec.DependsOn.FirstOrDefault(d => !ledger.HasLanded(d)) is { } missing)
            throw Broken(nameof(DependenciesHaveLanded), $"{task} is ahead of {missing}, which it depends on");
    }

    /// <summary>No task sets out while another one is on its way whose files overlap. One that starts again, because it had got no slot, has set out before.</summary>
    public static void ClaimsDoNotOverlap(SessionState before, TaskStarted x)
    {
        if (before.Tasks[x.Task].Phase != TaskPhase.Pending)
            return;
        var claim = before.Index.Claim(x.Task);
        var other = before.Tasks.Values.FirstOrDefault(t => t.Id != x.Task && t.Phase is TaskPhase.Running or TaskPhase.Landing && t.Landed is null && t.Id != x.Task && before.Index.Claim(t.Id).Overlaps(claim));
        if (!claim.IsEmpty && other is not null)
            throw Broken(nameof(ClaimsDoNotOverlap), $"{x.Task} starts while {other.Id} works on the same files");
    }

    /// <summary>A pause, an interrupt and an end let nothing start.</summary>
    public static void NothingStartsWhilePaused(SessionState before, string task)
    {
        if (before.Status != SessionStatus.Active || before.Interrupted || before.EndedAt is not null || before.Tasks[task].Held)
            throw Broken(nameof(NothingStartsWhilePaused), $"{task} starts although it, or the session, is paused");
    }

    /// <summary>A quota, an open breaker and a spent budget let no agent start.</summary>
    public static void NothingStartsWhileHeld(SessionState before, AttemptStarted x)
    {
        if (before.Holds.ContainsKey(Holds.AgentKey(x.Agent)) || before.Holds.ContainsKey(Holds.ProviderKey(x.Agent)))
            throw Broken(nameof(NothingStartsWhileHeld), $"{x.Task} starts {x.Agent} while it is held");
        if (before.Spent is not null || Budgets.Spent(before) is not null || Budgets.Spent(before, before.Tasks[x.Task]) is not null)
            throw Broken(nameof(NothingStartsWhileHeld), $"{x.Task} starts {x.Agent} although the budget is spent");
    }

    /// <summary>Done is proved: there is work, and the verify commands have passed on it.</summary>
    public static void DoneIsProved(Ledger ledger, SessionState before, TaskFinished x)
    {
        if (!ledger.HasWork(x.Task))
            throw Broken(nameof(DoneIsProved), $"{x.Task} is finished without work");
        if (!ledger.Edited && before.Verify.Count > 0 && !ledger.HasPassed(x.Task))
            throw Broken(nameof(DoneIsProved), $"{x.Task} is finished without having passed its commands");
    }

    /// <summary>A merge counts as verified when a test of exactly this commit has passed, or when no command is set for it.</summary>
    public static void WhatIsVerifiedWasTested(Ledger ledger, SessionState before, LandingVerified x)
    {
        string[] tasks = [.. x.Along ?? [], x.Task];
        if (!ledger.IsTested(x.Commit) && (before.Verify.Count > 0 || tasks.Any(id => before.Tasks[id].Spec.Verify.Count > 0)))
            throw Broken(nameof(WhatIsVerifiedWasTested), $"{x.Commit} counts as verified, and no test of it has passed");
    }

    /// <summary>The target moves to a verified commit.</summary>
    public static void NothingLandsUnverified(Ledger ledger, TargetMoving x)
    {
        if (!ledger.IsVerified(x.Commit))
            throw Broken(nameof(NothingLandsUnverified), $"the target moves to {x.Commit}, which nobody has verified");
    }

    /// <summary>A task lands by that move, or because the tip has its work already.</summary>
    public static void NothingLandsUnverified(Ledger ledger, TaskLanded x)
    {
        var by = x.Within ?? x.Commit;
        if (by != ledger.Moving && by != ledger.Tip)
            throw Broken(nameof(NothingLandsUnverified), $"{x.Task} landed with {by}, to which nothing was moved");
    }

    /// <summary>Where the target moves to stands, merge by merge, on where it is.</summary>
    public static void TheTargetOnlyMovesForward(Ledger ledger, TargetMoving x)
    {
        if (!ledger.StandsOn(x.Commit, ledger.Tip))
            throw Broken(nameof(TheTargetOnlyMovesForward), $"{x.Commit} does not stand on {ledger.Tip}");
    }

    /// <summary>Every task is in exactly the place where it is looked for, and whoever is to be moved on is.</summary>
    public static void NoTaskIsLost(SessionState state)
    {
        foreach (var task in state.Tasks.Values)
        {
            if (Lost(state, task) is { } how)
                throw Broken(nameof(NoTaskIsLost), $"{task.Id} is {task.Phase} at {task.Step}: {how}");
        }

        foreach (var phase in Enum.GetValues<TaskPhase>())
        {
            if (state.Count(phase) != state.Tasks.Values.Count(t => t.Phase == phase))
                throw Broken(nameof(NoTaskIsLost), $"{state.Count(phase)} tasks are counted as {phase}");
        }
    }

    /// <summary>In every slot at most one task works. One that is being given back may have been so before a crash, which the journal does not know.</summary>
    public static void NoSlotIsLeasedTwice(SessionState state)
    {
        var held = state.Tasks.Values.Where(t => t.Slot is not null && (t.Phase == TaskPhase.Running || t is { Step: not Step.None, Live: null or { Place: Place.Slot } })).GroupBy(t => t.Slot!.Name, StringComparer.Ordinal);
        if (held.FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Broken(nameof(NoSlotIsLeasedTwice), $"{twice.Key} is held by {string.Join(" and ", twice.Select(t => t.Id))}");
    }

    /// <summary>Every test of the landing has a verify slot of its own.</summary>
    public static void TestsKeepToTheirSlots(SessionState state)
    {
        if (state.Landing.Checks.DistinctBy(check => check.Slot).Count() != state.Landing.Checks.Count)
            throw Broken(nameof(TestsKeepToTheirSlots), $"tests of the landing: {string.Join(' ', state.Landing.Checks)}");
    }

    /// <summary>A session has used what its attempts have used.</summary>
    public static void UsageAddsUp(SessionState state)
    {
        var used = state.Tasks.Values.SelectMany(t => t.Attempts).Aggregate(new Usage(), (sum, a) => sum + (a.Usage ?? new Usage()));
        if (used != state.Usage)
            throw Broken(nameof(UsageAddsUp), $"attempts used {used}, the session {state.Usage}");
    }

    /// <summary>What the state waits for is being done: nothing that is decided is ever forgotten.</summary>
    public static void NoEffectIsForgotten(Ledger ledger, SessionState state, IReadOnlySet<string> inFlight)
    {
        if (Recover.Effects(state).FirstOrDefault(e => e is not Finish && !inFlight.Contains(e.Key) && !ledger.IsQuarantined(e.Key)) is { } forgotten)
            throw Broken(nameof(NoEffectIsForgotten), $"{forgotten.Key} is waited for, and nobody does it");
    }

    /// <summary>Every process can be found again by the journal.</summary>
    public static void EveryProcessHasAnEntry(Ledger ledger, RunAttempt run)
    {
        if (!ledger.HasStarted(run.Task, run.Number))
            throw Broken(nameof(EveryProcessHasAnEntry), $"{run.Key} starts, and the journal does not know of it");
    }

    /// <summary>What is said to be on the target is there.</summary>
    public static void WhatLandedIsOnTheTarget(Outside outside, SessionState state, TaskLanded x)
    {
        var branch = x.Integrated ? outside.Integration ?? state.Base : outside.Target;
        if (!outside.Has(branch, x.Commit))
            throw Broken(nameof(WhatLandedIsOnTheTarget), $"{x.Task} landed as {x.Commit}, and {branch} does not have it");
    }

    /// <summary>A slot is given back only when nothing of its task lives in it; what is tested as merged is in a slot of the session's.</summary>
    public static void NothingLiveIsCleanedUp(SessionState state, CleanUp x)
    {
        if (state.Tasks[x.Task] is { Live.Place: Place.Slot, Phase: not TaskPhase.Landing } or { Phase: TaskPhase.Running })
            throw Broken(nameof(NothingLiveIsCleanedUp), $"{x.Task} is cleaned up while it works");
    }

    /// <summary>A session that nothing wakes by itself has ended, or says of every open task what it waits for, and that is a person's to end.</summary>
    public static void EveryWaitEnds(SessionState state, DateTimeOffset now)
    {
        if (state.Status != SessionStatus.Paused && !state.Tasks.Values.Any(t => t is { Held: true, IsSettled: false }))
            throw Broken(nameof(EveryWaitEnds), "nothing is pending, and nothing will wake the session");
        if (state.Status == SessionStatus.Paused)
            return;
        foreach (var task in StatusView.From(state, new LiveInfo(now) { ConductorAlive = true }).Tasks.Where(t => t.Waiting is null && !state.Tasks[t.Id].IsSettled))
            throw Broken(nameof(EveryWaitEnds), $"{task.Id} does not say what it waits for");
    }

    private static string? Lost(SessionState state, TaskState task)
    {
        var landing = state.Landing;
        var unmet = task.Spec.DependsOn.Distinct(StringComparer.Ordinal).Count(d => state.Tasks[d].Landed is null);
        var places = landing.Queue.Count(id => id == task.Id) + landing.Train.Count(id => id == task.Id) + landing.Suspects.Sum(g => g.Count(id => id == task.Id)) + (landing.Resolving.Contains(task.Id) ? 1 : 0);
        return task switch
        {
            _ when task.Unmet != unmet => $"{task.Unmet} dependencies are counted as missing, and {unmet} are",
            { Phase: TaskPhase.Pending } when state.Ready.Contains(state.Index.ReadyKey(task.Id)) != (unmet == 0 && task is { Held: false, Uncleaned: null }) => "ready tasks are not what they should be",
            { Phase: TaskPhase.Running } when !state.Running.Contains(task.Id) || task.Step == Step.None => "nobody moves it on",
            { Phase: TaskPhase.Landing, Landed: null } when places != 1 => $"it has {places} places in the landing",
            { Phase: TaskPhase.Landing, Landed: not null } when !landing.Integrated.Contains(task.Id) => "it is not among the integrated",
            { Phase: TaskPhase.Done, Landed: null } => "it has not landed",
            { IsSettled: true } when places > 0 => "it is settled, and still in the landing",
            { IsSettled: true, Step: not Step.None } when !state.Duties.Contains(task.Id) => "what of it lives is forgotten",
            _ => null,
        };
    }

    private static InvariantException Broken(string invariant, string message) => new(invariant, message);
}
