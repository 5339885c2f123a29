using System.Collections.Immutable;
using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>What an event does to a session. Pure; an event that fits no state is a defect and throws.</summary>
public static partial class Fold
{
    /// <summary>The session after an event; the first must be <see cref="SessionStarted"/>.</summary>
    public static SessionState Apply(SessionState? state, Recorded recorded)
    {
        var next = recorded.Event switch
        {
            SessionStarted started when state is null => Started(started, recorded.At),
            CheckpointCreated e when state is not null => AtCheckpoint(state, e, recorded),
            TaskEvent e when state is not null => OfTask(state, e, recorded),
            { } e when state is not null => OfSession(state, e, recorded.At),
            var e => throw new InvalidOperationException($"a journal cannot begin with {e.GetType().Name}"),
        };
        return Resting(Forecasts.Pruned(next), recorded.At) with { Seq = recorded.Seq, At = recorded.At };
    }

    private static SessionState Resting(SessionState state, DateTimeOffset at) => (state.RestsSince, state.Status) switch
    {
        (null, not SessionStatus.Active) => state with { RestsSince = at },
        ({ }, SessionStatus.Active) => state with { Rested = state.RestedUntil(at), RestsSince = null },
        _ => state,
    };

    /// <summary>The session after all of a journal.</summary>
    public static SessionState? All(IEnumerable<Recorded> journal) =>
        journal.Aggregate((SessionState?)null, Apply);

    private static SessionState Started(SessionStarted e, DateTimeOffset at)
    {
        var index = PlanIndex.Of(e.Plan);
        var state = new SessionState
        {
            Id = e.Id,
            Seed = e.Seed,
            Plan = e.Plan,
            Index = index,
            Settings = e.Settings,
            Source = e.Source,
            Mode = e.Mode,
            MaxAgents = e.Mode.Agents,
            Target = e.Target,
            Base = e.Base,
            Request = e.Request,
            Usage = e.Planning ?? new Usage(),
            StartedAt = at,
            Landing = new LandingState { Tip = e.Base, Target = e.Base, Detour = Detour(e.Settings.Land) },
        };
        var tasks = e.Plan.Tasks.Select(spec => new TaskState { Spec = spec, Unmet = spec.DependsOn.Distinct(StringComparer.Ordinal).Count(), PlannedBranch = e.Branches[spec.Id] }).ToList();
        var counts = state.Counts.SetItem((int)TaskPhase.Pending, tasks.Count);
        return state with
        {
            Tasks = tasks.ToImmutableDictionary(t => t.Id, StringComparer.Ordinal),
            Ready = [.. tasks.Where(t => t.Unmet == 0).Select(t => index.ReadyKey(t.Id))],
            Counts = counts,
        };
    }

    private static Failure? Detour(LandMode mode) => mode switch
    {
        LandMode.Automatic => null,
        LandMode.Review => new Failure(FailureCategory.Input, Stages.LeftToPerson(mode), "the work waits on the integration branch for a person", "'tutti merge review' shows it, 'tutti merge automatic' lands it"),
        LandMode.Pr => new Failure(FailureCategory.Input, Stages.LeftToPerson(mode), "the work waits on the integration branch for its pull request", "merge the pull request"),
        LandMode.Manual => new Failure(FailureCategory.Input, Stages.LeftToPerson(mode), "the branches are left to a person", "'tutti merge manual TASK' opens one in a slot, 'tutti merge automatic' lands them"),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private static SessionState OfSession(SessionState state, Event e, DateTimeOffset at) => e switch
    {
        ConductorStarted => state,
        SessionPaused => state with { Status = SessionStatus.Paused },
        SessionResumed resumed => Resumed(state, resumed),
        SessionCancelled => state with { Cancelled = true },
        SessionInterrupted => state with { Interrupted = true },
        SessionScaled scaled => state with { MaxAgents = scaled.MaxAgents },
        SettingsChanged changed => Changed(state, changed.Settings),
        SettingsRejected => state,
        GateClosed closed => state with { Gate = closed.Reason, GateSince = at },
        GateOpened => state with { Gate = null, GateSince = null },
        AgentsHeld held => Held(state, held),
        AgentsReleased released => Released(state, released.Key),
        BudgetReached reached => state with { Spent = reached.Failure },
        EndReached end => TellAgain(state with { Ending = end }),
        SessionEnded ended => state with { Status = ended.Status, ExitCode = ended.ExitCode, EndedAt = at },
        HookRan hook => Hooked(state, hook),
        EffectFailed { EndsStep: true, Task: { } id } => Replace(state, Unstuck(state.Tasks[id], at)) with { Landing = state.Landing with { Checks = state.Landing.Checks.RemoveAll(check => check.Owner == id), Resolving = state.Landing.Resolving.Remove(id) } },
        EffectFailed => state,
        TargetRefused refused => state with { Landing = Refused(state.Landing, refused.Failure) },
        TakingStarted => state with { TakeTried = true, Landing = state.Landing with { Taking = true } },
        IntegrationTaken taken => Taken(state, taken.Commit, at),
        PullRequestOpening or PullRequestOpened or PullRequestFailed => PullRequest.Fold(state, e),
        LandingOrdered ordered => Ordered(state, ordered),
        SessionUndone undone => Undone(state, undone, at),
        ForecastMade forecast => Foreseen(state, forecast),
        SessionRestored restored => Restored(state, restored, at),
        _ => throw new InvalidOperationException($"no fold for {e.GetType().Name}"),
    };

    private static SessionState Changed(SessionState state, Settings settings)
    {
        var scaled = state.Mode.Parallel && settings.MaxAgents != state.Settings.MaxAgents;
        var changed = state with { Settings = settings, MaxAgents = scaled ? settings.MaxAgents : state.MaxAgents };
        // Whoever asks for the boundary now means the groups to come.
        if (settings.Boundary == Boundary.Group && state.Settings.Boundary != Boundary.Group)
            changed = changed with { OpenGroup = Math.Max(state.OpenGroup, Groups.LowestOpen(state)) };
        if ((settings.Hooks.TaskDone is null) != (state.Settings.Hooks.TaskDone is null))
            changed = HookChanged(changed);
        if (!changed.Verify.SequenceEqual(state.Verify))
            changed = Unverified(changed);
        return changed with { Spent = Budgets.Spent(changed) is null ? null : changed.Spent };
    }

    // Nobody runs a hook that is gone; and one that is new is not told of what ended before it was there.
    private static SessionState HookChanged(SessionState state)
    {
        foreach (var task in state.Tasks.Values.Where(t => t is { IsSettled: true, Hooked: false }))
            state = Replace(state, task with { Hooked = state.Settings.Hooks.TaskDone is not null });
        return state;
    }

    // What passed other commands says nothing of these, and nor does what they blamed. A move that is on its way cannot be called back.
    private static SessionState Unverified(SessionState state) => state with
    {
        GreenBases = [],
        Landing = state.Landing with { Cleared = [], RedBase = null, Checks = [.. state.Landing.Checks.Select(check => check with { Outdated = true })] },
    };

    // An agent's breaker forgets what opened it; a provider's waits in a row make the next one longer.
    private static SessionState Held(SessionState state, AgentsHeld x)
    {
        var health = state.Health.GetValueOrDefault(x.Key) ?? new AgentHealth();
        return state with
        {
            Holds = state.Holds.SetItem(x.Key, new AgentHold(x.Key, x.Until, x.Failure)),
            Health = state.Health.SetItem(x.Key, new AgentHealth(Waits: health.Waits + 1)),
        };
    }

    private static SessionState Released(SessionState state, string key) => state with
    {
        Holds = state.Holds.Remove(key),
        Health = Holds.IsAgent(key) ? state.Health.SetItem(key, new AgentHealth(IsTrying: true)) : state.Health,
    };

    // A task that was opened again meanwhile will come to another end, of which its hook is told too.
    private static SessionState Hooked(SessionState state, HookRan hook)
    {
        if (hook.Task is { } task)
            return state.Tasks[task].IsSettled ? Replace(state, state.Tasks[task] with { Hooked = true }) : state;
        return hook.Hook == HookName.SessionStart ? state with { StartHooked = true } : state with { EndHooked = true };
    }

    private static TaskState Unstuck(TaskState task, DateTimeOffset at)
    {
        var ended = task.Live is null ? task : WithLast(task, a => a with { EndedAt = at, Outcome = AttemptOutcome.Lost });
        return ended with { Step = Step.None };
    }

    private static LandingState Refused(LandingState landing, Failure failure)
    {
        // A refused move leaves its candidate verified: it goes to the integration branch instead.
        return landing with { Detour = failure, Taking = false };
    }

    private static SessionState Taken(SessionState state, string commit, DateTimeOffset at)
    {
        state = Arrived(state, at);
        return state with { Landing = state.Landing with { Target = commit, Taking = false, Detour = Detour(state.Settings.Land) } };
    }

    private static SessionState Arrived(SessionState state, DateTimeOffset at)
    {
        foreach (var id in state.Landing.Integrated)
            state = Replace(state, state.Tasks[id] with { Phase = TaskPhase.Done, EndedAt = at });
        return state with { Landing = state.Landing with { Integrated = [] } };
    }

    // Like called off: no resume does it again by itself, and the source is told that it is to be done.
    private static SessionState Undone(SessionState state, SessionUndone undone, DateTimeOffset at)
    {
        var why = new Failure(FailureCategory.Input, FailureCode.Undone, $"taken back by {undone.By}: {state.Target} is at {undone.To[..Math.Min(8, undone.To.Length)]} again", $"git log refs/tutti/{state.Id}/undone");
        foreach (var id in undone.Tasks)
            state = Missed(Replace(state, state.Tasks[id] with { Phase = TaskPhase.Cancelled, CleanedAs = TaskPhase.Cancelled, Landed = null, Failure = why }), id);
        // What waits on the integration branch stands on what was taken back: it is merged anew.
        state = Shut(state.Landing.Integrated.IsEmpty ? state : Unlanded(state, undone.To), undone, at);
        return state with
        {
            Status = SessionStatus.Cancelled,
            Ending = new EndReached(SessionStatus.Cancelled, state.ExitCode ?? ExitCodes.AllDone, why),
            Landing = state.Landing with { Tip = undone.To, Target = undone.To },
        };
    }

    // Dependencies fail closed (P14), also those that had landed: what needed them cannot go on without them.
    private static SessionState Shut(SessionState state, SessionUndone undone, DateTimeOffset at)
    {
        var open = new Queue<string>(undone.Tasks);
        while (open.TryDequeue(out var by))
        {
            foreach (var dependent in state.Index.Dependents(by).Where(id => !state.Tasks[id].IsSettled))
            {
                var why = new Failure(FailureCategory.Input, "dependency_undone", $"task {dependent} cannot go on: {by}, which it depends on, was taken back by {undone.By}", "'tutti run' starts them anew");
                state = Settle(state, state.Tasks[dependent] with { Failure = why }, TaskPhase.Blocked, at);
                open.Enqueue(dependent);
            }
        }

        return state;
    }

    // A resume looks again at what was left to a person; failed tasks only when asked, because their failure was final.
    private static SessionState Resumed(SessionState state, SessionResumed resumed)
    {
        state = Woken(state);
        foreach (var (id, limits) in resumed.Limits ?? new Dictionary<string, TaskLimits>())
            state = Replace(state, state.Tasks[id] with { Spec = state.Tasks[id].Spec with { Budget = limits.Budget, Timeout = limits.Timeout } });
        foreach (var task in state.Tasks.Values.Where(t => t.Phase is TaskPhase.NeedsAttention or TaskPhase.Failed).OrderBy(t => state.Index.Level(t.Id)).ThenBy(t => t.Id, StringComparer.Ordinal).ToList())
        {
            var again = task.Phase switch
            {
                // A resume is no word about a landing that the plan leaves to a person.
                TaskPhase.NeedsAttention => !(task.Spec.Land is { } land and not LandMode.Automatic && task.Failure?.Code == Stages.LeftToPerson(land)),
                TaskPhase.Failed => resumed.RetryFailed,
                _ => false,
            };
            // What it depends on may have been taken back meanwhile: then it stays as it is.
            if (again && !IsShut(state, task))
                state = Reopened(state, resumed.KeepsWork ? WithWork(task) : task);
        }

        // Only what is blocked by nothing any more opens again.
        foreach (var task in state.Tasks.Values.Where(t => t.Phase == TaskPhase.Blocked).OrderBy(t => state.Index.Level(t.Id)).ThenBy(t => t.Id, StringComparer.Ordinal).ToList())
        {
            if (!IsShut(state, task))
                state = Unblocked(state, task);
        }

        return state with { OpenGroup = Math.Max(state.OpenGroup, Groups.LowestOpen(state)) };
    }

    // One whose work was integrated, and whose dependency then did not land on a moved target, has it still.
    private static SessionState Unblocked(SessionState state, TaskState task) => task is { Head: not null, ReachedLanding: true }
        ? ToLanding(state, Open(task) with { Told = null })
        : Replace(state, Open(task) with { Phase = TaskPhase.Pending, Told = null });

    private static SessionState Woken(SessionState state) => state with
    {
        Status = SessionStatus.Active,
        Interrupted = false,
        Cancelled = false,
        Ending = null,
        TakeTried = false,
        Spent = null,
        // What only a person could mend is taken to be mended; a limit with a time lasts as long as it lasts.
        Holds = state.Holds.RemoveRange(state.Holds.Values.Where(hold => hold.Until is null).Select(hold => hold.Key)),
        Health = state.Health.Clear(),
        EndHooked = false,
        EndedAt = null,
        Landing = state.Landing with { Detour = Detour(state.Settings.Land), Taking = false, Ordered = false, PullRequest = PullRequest.Woken(state.Landing.PullRequest) },
    };

    // The person's word stands above how the session was to land; what else needs attention or is blocked stays so.
    private static SessionState Ordered(SessionState state, LandingOrdered ordered)
    {
        state = Woken(state with { Settings = state.Settings with { Land = LandMode.Automatic } });
        if (ordered.Target != state.Landing.Target)
            state = Unlanded(state, ordered.Target);
        state = state with { Landing = state.Landing with { Ordered = true } };
        foreach (var id in ordered.Tasks)
            state = ToLanding(state, Open(state.Tasks[id]));
        return state;
    }

    // What was verified on the old place must be merged and verified on the new one, in the same order.
    private static SessionState Unlanded(SessionState state, string target)
    {
        var integrated = state.Landing.Integrated;
        foreach (var id in integrated)
        {
            state = Missed(Replace(state, state.Tasks[id] with { Landed = null, Retried = false }), id);
        }

        // What an interrupt has left in the train may depend on what comes back, so it boards anew behind that.
        var landing = state.Landing;
        var queue = landing.Queue.InsertRange(0, [.. integrated, .. landing.Train, .. landing.Suspects.SelectMany(group => group)]);
        return state with { Landing = landing with { Tip = target, Target = target, Integrated = [], Queue = queue, Train = [], Suspects = [], Cleared = [] } };
    }

    // What has landed is off again: whoever depends on it has to wait for it anew.
    private static SessionState Missed(SessionState state, string id)
    {
        foreach (var dependent in state.Index.Dependents(id).Select(d => state.Tasks[d]).ToList())
            state = Replace(state, dependent with { Unmet = dependent.Unmet + 1 });
        return state;
    }

    private static TaskState Open(TaskState task) => task with
    {
        Failure = null,
        EndedAt = null,
        Hooked = false,
        Uncleaned = Pending.IsUnclean(task) ? task.Phase : null,
        CleanedAs = null,
        Preserved = null,
        Failures = 0,
        Retried = false,
    };

    private static SessionState ToLanding(SessionState state, TaskState task)
    {
        state = Replace(state, task with { Phase = TaskPhase.Landing, Stage = Stage.Land, Landed = null, ReachedLanding = true });
        return state with { Landing = state.Landing with { Queue = state.Landing.Queue.Add(task.Id) } };
    }

    private static SessionState Reopened(SessionState state, TaskState task) => task is { Head: not null, ReachedLanding: true }
        ? ToLanding(state, Open(task))
        : Replace(state, Open(task) with { Phase = TaskPhase.Pending, Step = Step.None, Stage = Stage.Develop, Round = 0, NotBefore = null, Findings = [] });

    // Nobody is to do again what is done, and a person may have gone on with it; what had failed is tried anew. Where the base was red, another one is
    // wanted, and where the work itself was in question, other work, unless a person has been there.
    private static TaskState WithWork(TaskState task)
    {
        if (task is not { Phase: TaskPhase.NeedsAttention, Base: { } from, Head: { } head, Work: { } work } || task.Failure?.Code == FailureCode.BaseRed)
            return task;
        var seen = head != work.Head;
        if (task.Failure?.Code == FailureCode.LookBeforeLanding && !seen)
            return task;
        var kept = work with { Head = head, Asks = seen ? [] : work.Asks };
        return task with { Restored = new RestoredWork(from, head, kept, IsDeveloped: task.Stage != Stage.Develop || seen) };
    }

    internal static bool IsShut(SessionState state, TaskState task)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(task.Spec.DependsOn);
        while (open.TryPop(out var id))
        {
            if (!seen.Add(id))
                continue;
            var dependency = state.Tasks[id];
            if (dependency.Phase is TaskPhase.Failed or TaskPhase.Cancelled or TaskPhase.NeedsAttention)
                return true;
            foreach (var further in dependency.Spec.DependsOn)
                open.Push(further);
        }

        return false;
    }
}
