using Tutti.Core.Plan;
using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

public static partial class Fold
{
    private static SessionState OfTask(SessionState state, TaskEvent e, Recorded recorded)
    {
        var at = recorded.At;
        var task = state.Tasks[e.Task] with { Seq = recorded.Seq };
        return e switch
        {
            TaskStarted x => Replace(state, Begun(task, x, at)),
            SlotLeased x => Replace(state, task with { Slot = x.Slot, Step = Step.Due, Failures = 0, NotBefore = null }),
            PreparationStarted => Replace(state, task with { Step = Step.Preparing }),
            SlotPrepared x => Replace(state, task with { Step = Step.Due, Prepared = true, Fresh = false, ResetTo = null, Notes = task.Notes.AddRange(x.Notes.Except(task.Notes)) }),
            WorkTakenUp => Replace(state, TakenUp(task)),
            SlotFailed => Replace(state, task with { Step = Step.Due }),
            AttemptStarted x => Replace(state, task with
            {
                Step = Step.Attempting,
                Attempts = task.Attempts.Add(new AttemptState
                {
                    Number = x.Number,
                    Stage = x.Stage,
                    Agent = x.Agent,
                    Place = x.Place,
                    Commit = x.Commit,
                    Along = x.Along,
                    VerifySlot = x.VerifySlot,
                    Round = x.Round,
                    StartedAt = at,
                    Continues = x.Continues,
                }),
            }) is var started ? started with { Landing = Attempting(started.Landing, x) } : state,
            AttemptTold x => Told(state, task, x),
            CheckpointMade x => Replace(state, task) with { Checkpoints = state.Checkpoints.Add(new Checkpoint(x.Name, recorded.Seq, at, x.Task, x.Why, x.Summary)) },
            AttemptSpawned x => Replace(state, WithLast(task, a => a with { Process = x.Process })),
            AttemptEnded x => Ended(state, task, x, at),
            WorkCollected x => Replace(state, task with { Step = Step.Due, Work = x.Work, Head = x.Work?.Head }),
            CollectFailed => Replace(state, task with { Step = Step.Due }),
            StageDue x => Replace(state, Due(task, x)),
            TaskFinished => Finished(state, task),
            TaskFailed x => Settle(state, task with { Failure = x.Failure }, TaskPhase.Failed, at),
            TaskBlocked x => Settle(state, task with { Failure = x.Failure }, TaskPhase.Blocked, at),
            TaskNeedsAttention x => Settle(state, task with { Failure = x.Failure }, TaskPhase.NeedsAttention, at),
            TaskCancelled => Settle(state, task, TaskPhase.Cancelled, at),
            StepDropped => Replace(state, task with { Step = Step.None }),
            TaskPaused => Replace(state, task with { Held = true }),
            TaskResumed => Replace(state, task with { Held = false }),
            BranchSeen x => Replace(state, task with { Head = x.Head, Resolved = null }) with { Landing = state.Landing with { Merges = state.Landing.Merges.Remove(x.Task) } },
            TaskCleaned x => Replace(state, Cleaned(task, x)),
            SourceTold x => ToldSource(state, task, x),
            TaskStacked x => Replace(state, task with { StackedOn = x.Commit }),
            _ => OfLanding(state, task, e, at),
        };
    }

    // One that was opened again since, and stopped again, may have two to come.
    private static TaskState Cleaned(TaskState task, TaskCleaned x)
    {
        var other = task.Uncleaned == x.Phase ? null : task.Uncleaned;
        return x.Phase == task.Phase
            ? task with { CleanedAs = x.Phase, Uncleaned = other, Slot = null, Preserved = x.Preserved }
            : task with { Uncleaned = other };
    }

    private static SessionState ToldSource(SessionState state, TaskState task, SourceTold x)
    {
        task = task with { Told = x.Phase, IsUntold = x.Failure is not null };
        // Before the end it will be tried once more.
        var note = state.Ending is null || x.Failure is null ? null : $"could not be written to its task list: {x.Failure.Message}";
        return Replace(state, note is null || task.Notes.Contains(note) ? task : task with { Notes = task.Notes.Add(note) });
    }

    // Whoever has the list open may have saved half of it, or have it locked: what could not be written then is written when all is over.
    private static SessionState TellAgain(SessionState state) =>
        state.Tasks.Values.Where(task => task.IsUntold).Aggregate(state, (told, task) => Replace(told, task with { Told = null, IsUntold = false }));

    private static TaskState Begun(TaskState task, TaskStarted x, DateTimeOffset at) => task with
    {
        Phase = TaskPhase.Running,
        Step = Step.Leasing,
        Branch = x.Branch,
        Base = x.Base,
        Head = null,
        Resolved = null,
        ResetTo = task.Restored?.Head ?? task.ResetTo,
        ReachedLanding = false,
        // One that it had before may have been given back and leased to another by now, in a clean-up whose outcome a crash has lost.
        Slot = null,
        Uncleaned = null,
        StartedAt = task.StartedAt ?? at,
        Prepared = false,
        Round = 1,
    };

    private static TaskState WithLast(TaskState task, Func<AttemptState, AttemptState> change) =>
        task with { Attempts = task.Attempts.SetItem(task.Attempts.Count - 1, change(task.Attempts[^1])) };

    private static SessionState Ended(SessionState state, TaskState task, AttemptEnded x, DateTimeOffset at)
    {
        var attempt = task.Attempts[^1];
        if (attempt.Number != x.Number || attempt.Outcome is not null)
            throw new InvalidOperationException($"attempt {x.Number} of {task.Id} ended, but {attempt.Number} is the one that lives");
        state = Used(state, task, x.Usage ?? attempt.Usage);
        var after = WithLast(state.Tasks[task.Id], a => a with
        {
            EndedAt = at,
            Outcome = x.Outcome,
            ExitCode = x.ExitCode,
            Failure = x.Failure,
            ResetsAt = x.ResetsAt,
            Refused = x.Refused,
            LastWords = x.LastWords,
        });
        after = after with
        {
            Step = Stages.Writes(attempt) ? Step.Collecting : task.Phase == TaskPhase.Landing || task.IsSettled ? Step.None : Step.Due,
            Notes = task.Notes.AddRange(x.Notes ?? []),
            // What was done is told by who did it; a reviewer's words are about what was still missing.
            Summary = (Stages.Writes(attempt) ? x.Result?.Summary : null) ?? task.Summary,
            Decisions = x.Result is { } result ? task.Decisions.AddRange(result.Decisions) : task.Decisions,
        };
        state = Fared(Replace(state, after), task, attempt, x);
        return attempt.Stage switch
        {
            Stage.Land => state with { Landing = Tested(state.Landing, attempt, x) },
            Stage.Resolve => state with { Landing = Queued(state.Landing, x.Task, task.IsSettled) },
            _ => state,
        };
    }

    private static SessionState Told(SessionState state, TaskState task, AttemptTold x)
    {
        state = x.Usage is null ? state : Used(state, task, x.Usage);
        return Replace(state, WithLast(state.Tasks[task.Id] with { Seq = task.Seq }, a => a with
        {
            Conversation = x.Conversation ?? a.Conversation,
            Model = x.Model ?? a.Model,
            Context = x.Context ?? a.Context,
        }));
    }

    // Told again and again while the attempt lives, always as the whole of it: only the difference is new.
    private static SessionState Used(SessionState state, TaskState task, Usage? usage)
    {
        var added = (usage ?? new Usage()) - (task.Attempts[^1].Usage ?? new Usage());
        return Replace(state, WithLast(task, a => a with { Usage = usage }) with { Usage = task.Usage + added }) with { Usage = state.Usage + added };
    }

    // A script's failure says something of that script, never of the next task's.
    private static SessionState Fared(SessionState state, TaskState task, AttemptState attempt, AttemptEnded x)
    {
        if (attempt.Agent is AttemptState.Commands or AgentChoice.Shell)
            return state;
        var key = Holds.AgentKey(attempt.Agent);
        var health = state.Health.GetValueOrDefault(key) ?? new AgentHealth();
        if (x.Outcome == AttemptOutcome.Succeeded)
            return WithHealth(state with { Health = state.Health.Remove(Holds.ProviderKey(state, Holds.ChoiceOf(state, task, attempt))) }, key, health.Succeeded());
        return x is { Outcome: AttemptOutcome.Failed, Failure: { } failure } && AgentPolicy.ConcernsTheAgent(failure.Code) ? WithHealth(state, key, health.Failed()) : state;
    }

    private static SessionState WithHealth(SessionState state, string key, AgentHealth health) => state with
    {
        Health = health == new AgentHealth() ? state.Health.Remove(key) : state.Health.SetItem(key, health),
    };

    private static TaskState Due(TaskState task, StageDue x) => task with
    {
        // A landing is driven by the train: its task itself has nothing due.
        Step = task.Phase == TaskPhase.Landing ? Step.None : Step.Due,
        Stage = x.Stage,
        Round = x.Round,
        Failures = x.Failures,
        NotBefore = x.NotBefore,
        ResetTo = x.ResetTo ?? task.ResetTo,
        Fresh = task.Fresh || x.Fresh,
        Prepared = task.Prepared && !x.Fresh,
        Retried = x.Retried,
        Findings = x.Findings ?? task.Findings,
    };

    /// <summary>Puts a task in place of its former self and keeps every index true: the only way a task changes.</summary>
    private static SessionState Replace(SessionState state, TaskState after)
    {
        var before = state.Tasks[after.Id];
        var counts = before.Phase == after.Phase
            ? state.Counts
            : state.Counts.SetItem((int)before.Phase, state.Count(before.Phase) - 1).SetItem((int)after.Phase, state.Count(after.Phase) + 1);
        var replaced = state with { Tasks = state.Tasks.SetItem(after.Id, after), Counts = counts };
        var isReady = after is { Phase: TaskPhase.Pending, Unmet: 0, Held: false, Uncleaned: null };
        // What verifies a landing is no agent and takes no agent's place, even when its task is cancelled meanwhile.
        // An agent that resolves a conflict does.
        var isVerifyingLanding = (after.Phase == TaskPhase.Landing && after.Live?.Stage != Stage.Resolve) || after.Live?.Stage == Stage.Land;
        var isRunning = after.Phase == TaskPhase.Running || (after.Step != Step.None && !isVerifyingLanding);
        var isClaiming = isRunning || (after.Phase == TaskPhase.Landing && after.Landed is null);
        var hasDuties = (after.IsSettled && after.Step != Step.None) || Pending.Duties(replaced, after).Any();
        var key = state.Index.ReadyKey(after.Id);
        return replaced with
        {
            Ready = isReady ? state.Ready.Add(key) : state.Ready.Remove(key),
            Running = isRunning ? state.Running.Add(after.Id) : state.Running.Remove(after.Id),
            Claiming = isClaiming ? state.Claiming.Add(after.Id) : state.Claiming.Remove(after.Id),
            Duties = hasDuties ? state.Duties.Add(after.Id) : state.Duties.Remove(after.Id),
        };
    }
}
