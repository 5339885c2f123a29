using System.Collections.Immutable;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>Defects put in on purpose, each with the invariant that has to find it: a simulation that finds none of these finds nothing.</summary>
public static class Mutants
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } = [.. Guards(), .. Facts(), .. Effects(), .. Restarts()];

    // Decisions without one of their guards: they are shown a state in which it has nothing to object to.
    private static IEnumerable<Mutation> Guards() =>
    [
        new("more agents start than are allowed", nameof(JournalInvariants.NeverMoreThanMaxAgents)) { Sees = s => s with { MaxAgents = s.MaxAgents + 3 } },
        new("a merge that nobody has verified lands", nameof(JournalInvariants.NothingLandsUnverified))
        {
            Sees = s => s with { GreenBases = s.GreenBases.Union(s.Landing.Merges.Values.SelectMany(m => m.Values).Select(m => m.Commit).OfType<string>()) },
        },
        new("one landed dependency is enough", nameof(JournalInvariants.DependenciesHaveLanded)) { Sees = OneDependencyIsEnough },
        new("claimed files are not looked at", nameof(JournalInvariants.ClaimsDoNotOverlap)) { Sees = s => s with { Claiming = [] } },
        new("a quota holds nobody", nameof(JournalInvariants.NothingStartsWhileHeld)) { Sees = s => s with { Holds = s.Holds.Clear() } },
        new("a spent budget stops nothing", nameof(JournalInvariants.NothingStartsWhileHeld))
        {
            Sees = s => s with { Spent = null, Settings = s.Settings with { Budget = new Budget() } },
        },
        new("a pause is not looked at", nameof(JournalInvariants.NothingStartsWhilePaused)) { Sees = s => s with { Status = SessionStatus.Active } },
        new("a stage starts beside the one that runs", nameof(JournalInvariants.NoTaskRunsTwiceAtOnce))
        {
            Sees = s => Each(s, t => t is { Phase: TaskPhase.Running, Step: Step.Attempting } ? t with { Step = Step.Due, Attempts = t.Attempts.RemoveAt(t.Attempts.Count - 1) } : t),
        },
        new("whoever says it is done is believed", nameof(JournalInvariants.DoneIsProved))
        {
            Hears = x => x is CollectEnded { Work: null, Failure: null } c ? c with { Work = new Work("c0", [], 0, [], []) } : x,
            Writes = (_, events) => events.Select(e => e is WorkCollected { Work.Head: "c0" } c ? c with { Work = null } : e),
        },
        new("branches are finished without their commands", nameof(JournalInvariants.DoneIsProved)) { Sees = s => s with { Settings = s.Settings with { Verify = [] } } },
    ];

    // Events and states that are not what they should be.
    private static IEnumerable<Mutation> Facts() =>
    [
        new("a red test counts as green", nameof(JournalInvariants.WhatIsVerifiedWasTested))
        {
            Writes = (s, events) => events.Select(e => e is LandingSuspected x ? new LandingVerified(x.Task, x.Commit, [.. x.Tasks.Where(id => id != x.Task)]) : e),
        },
        new("the target moves to the branch instead of its merge", nameof(JournalInvariants.TheTargetOnlyMovesForward))
        {
            Writes = (s, events) => events.SelectMany<Event, Event>(e => e is TargetMoving x ? [new BaseFoundGreen(x.Task, s.Tasks[x.Task].Head!), x with { Commit = s.Tasks[x.Task].Head! }] : [e]),
        },
        new("a move that was refused counts as done", nameof(JournalInvariants.WhatLandedIsOnTheTarget))
        {
            Hears = x => x is MoveEnded m ? m with { Actual = null, Failure = null } : x,
        },
        new("a finished task does not queue for landing", nameof(JournalInvariants.NoTaskIsLost))
        {
            Folds = (s, e) => e is TaskFinished x ? s with { Landing = s.Landing with { Queue = s.Landing.Queue.Remove(x.Task) } } : s,
        },
        new("what is suspected leaves the landing", nameof(JournalInvariants.NoTaskIsLost))
        {
            Folds = (s, e) => e is LandingSuspected ? s with { Landing = s.Landing with { Suspects = [] } } : s,
        },
        new("the stage that is due next is not written down", nameof(JournalInvariants.EveryWaitEnds))
        {
            Writes = (_, events) => events.Where(e => e is not StageDue { Stage: Stage.Verify or Stage.Review }),
        },
        new("a landed dependency is counted down twice", nameof(JournalInvariants.NoTaskIsLost))
        {
            Folds = (s, e) => e is TaskLanded x ? Each(s, t => t.Spec.DependsOn.Contains(x.Task) ? t with { Unmet = t.Unmet - 1 } : t) : s,
        },
        new("what an attempt tells is added up again", nameof(JournalInvariants.UsageAddsUp))
        {
            Folds = (s, e) => e is AttemptTold { Usage: { } usage } ? s with { Usage = s.Usage + usage } : s,
        },
        new("two tests of the landing share a slot", nameof(JournalInvariants.TestsKeepToTheirSlots))
        {
            Writes = (_, events) => events.Select(e => e is AttemptStarted { VerifySlot: not null } x ? x with { VerifySlot = 1 } : e),
        },
        new("every lease is of the first slot", nameof(JournalInvariants.NoSlotIsLeasedTwice))
        {
            Hears = x => x is SlotLeaseEnded { Slot: { } slot } lease ? lease with { Slot = slot with { Name = "wt-1" } } : x,
        },
    ];

    // Effects at the wrong time, twice, or not at all.
    private static IEnumerable<Mutation> Effects() =>
    [
        new("effects start before their events are on disk", nameof(JournalInvariants.EveryProcessHasAnEntry)) { StartsEarly = true },
        new("a slot is given back while its task works", nameof(JournalInvariants.NothingLiveIsCleanedUp))
        {
            Starts = (s, effects) => effects.SelectMany<Effect, Effect>(e => e is RunAttempt x && s.Tasks[x.Task].Phase == TaskPhase.Running ? [e, new CleanUp(x.Task, TaskPhase.Running)] : [e]),
        },
        new("what an attempt left is not collected", nameof(JournalInvariants.NoEffectIsForgotten)) { Starts = (_, effects) => effects.Where(e => e is not CollectWork) },
        new("nobody sets the alarm", nameof(JournalInvariants.EveryWaitEnds)) { NeverWakes = true },
        new("the outcome of a collection is not heard", nameof(JournalInvariants.NoEffectIsForgotten)) { Hears = x => x is CollectEnded ? null : x },
    ];

    // What a restart has to find again.
    private static IEnumerable<Mutation> Restarts() =>
    [
        new("a restart forgets what attempts there are", nameof(JournalInvariants.NoEffectIsForgotten)) { Recovers = effects => effects.Where(e => e is not RunAttempt) },
        new("a restart starts a process beside the one that lives", JournalInvariants.TwiceAtOnce) { FindsNoProcess = true },
        new("half a decision counts", nameof(JournalInvariants.DecisionsAreWhole)) { CountsTorn = true },
    ];

    private static SessionState Each(SessionState state, Func<TaskState, TaskState> change) =>
        state with { Tasks = state.Tasks.SetItems(state.Tasks.Values.Select(t => KeyValuePair.Create(t.Id, change(t)))) };

    private static SessionState OneDependencyIsEnough(SessionState state)
    {
        var ready = state.Tasks.Values.Where(t => t is { Phase: TaskPhase.Pending, Held: false, Unmet: > 0 } && t.Spec.DependsOn.Any(d => state.Tasks[d].Landed is not null)).ToList();
        return state with { Ready = state.Ready.Union(ready.Select(t => state.Index.ReadyKey(t.Id))) };
    }
}
