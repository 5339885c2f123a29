using System.Collections.Immutable;
using Tutti.Core.Landing;

namespace Tutti.Core.Session;

public static partial class Fold
{
    private static SessionState OfLanding(SessionState state, TaskState task, TaskEvent e, DateTimeOffset at)
    {
        state = Replace(state, task);
        var landing = state.Landing;
        return e switch
        {
            BaseFoundGreen x => state with { GreenBases = state.GreenBases.Add(x.Commit) },
            LandingStarted x => state with { Landing = landing with { Queue = landing.Queue.Remove(x.Task), Train = landing.Train.Add(x.Task) } },
            LandingMerged x => state with { Landing = Merged(landing, x.Task, x.Onto ?? landing.Tip, new MergeResult(x.Commit, null)) },
            LandingConflicted x => state with { Landing = ToTheEnd(Merged(landing, x.Task, x.Onto, new MergeResult(null, x.Failure)), x) },
            ConflictResolved x => Replace(state, task with { Resolved = new ResolvedMerge(x.Onto, x.Commit, x.By), Failures = 0 }) with { Landing = landing with { Merges = landing.Merges.Remove(x.Task) } },
            LandingVerified x => state with { Landing = Cleared(landing, [.. x.Along ?? [], x.Task]), GreenBases = state.GreenBases.Add(x.Commit) },
            LandingSuspected x => state with { Landing = Suspected(landing, [.. x.Tasks]) },
            // Whose conflict waits for its resolver waits alone; the rest goes on.
            LandingDelayed x when Resolver.IsAt(task) => Replace(state, task with { NotBefore = x.Until, Failures = task.Failures + 1 }),
            LandingDelayed x => state with { Landing = landing with { NotBefore = x.Until, Delays = landing.Delays + 1 } },
            TargetMoving x => state with { Landing = landing with { Moving = new LandingMove(x.Commit, [.. x.Tasks]) } },
            TargetDiverged x => state with
            {
                Landing = landing with { Tip = x.Actual, Target = x.Actual, Moving = null, Diverged = landing.Diverged + 1, RedBase = null },
            },
            TaskLanded x => Landed(state, task, x, at),
            _ => throw new InvalidOperationException($"no fold for {e.GetType().Name}"),
        };
    }

    private static LandingState Attempting(LandingState landing, AttemptStarted x) => x.Stage switch
    {
        Stage.Land => Testing(landing, x),
        Stage.Resolve => Without(landing, x.Task) with { Resolving = landing.Resolving.Add(x.Task), Merges = landing.Merges },
        _ => landing,
    };

    // First in the queue: what it is merged onto may have moved meanwhile, so it boards again.
    private static LandingState Queued(LandingState landing, string task, bool settled) => landing with
    {
        Resolving = landing.Resolving.Remove(task),
        Queue = settled ? landing.Queue : landing.Queue.Insert(0, task),
    };

    private static LandingState Testing(LandingState landing, AttemptStarted x) => landing with
    {
        NotBefore = null,
        Checks = landing.Checks.Add(new LandingCheck(x.Task, x.Number, x.Commit!, x.Place == Place.Base ? [] : [.. x.Along ?? [], x.Task], x.VerifySlot ?? 1)),
    };

    private static LandingState Tested(LandingState landing, AttemptState attempt, AttemptEnded x) => landing with
    {
        Checks = landing.Checks.RemoveAll(check => check.Owner == x.Task),
        RedBase = attempt.Place == Place.Base && x.Outcome == AttemptOutcome.Failed ? attempt.Commit : landing.RedBase,
        Delays = x.Outcome == AttemptOutcome.Succeeded || x.FailedCommand is not null ? 0 : landing.Delays,
    };

    private static LandingState Merged(LandingState landing, string task, string onto, MergeResult result) => landing with
    {
        Merges = landing.Merges.SetItem(task, (landing.Merges.GetValueOrDefault(task) ?? ImmutableDictionary.Create<string, MergeResult>(StringComparer.Ordinal)).SetItem(onto, result)),
    };

    // Behind those that do not conflict, so that they need not be merged anew when it is tried again.
    private static LandingState ToTheEnd(LandingState landing, LandingConflicted x) =>
        x.Onto != landing.Tip && landing.Train.Contains(x.Task) ? landing with { Train = landing.Train.Remove(x.Task).Add(x.Task) } : landing;

    // Suspects come back ahead of the train where that throws nothing away, for then they land at once.
    private static LandingState Cleared(LandingState landing, ImmutableList<string> tasks)
    {
        var back = tasks.Where(id => landing.Suspects.Exists(group => group.Contains(id))).ToList();
        var suspects = landing.Suspects.Select(group => group.RemoveAll(back.Contains)).Where(group => !group.IsEmpty).ToImmutableList();
        var undisturbed = !landing.Checks.Exists(check => check.Tasks.Exists(landing.Train.Contains));
        var train = undisturbed ? landing.Train.InsertRange(0, back) : landing.Train.AddRange(back);
        return landing with { Train = train, Suspects = suspects, Cleared = landing.Cleared.Union(tasks.Where(train.Contains)) };
    }

    // A smaller group within a known one frees the rest of that; one of the train has cost a test for nothing, so fewer are risked next.
    private static LandingState Suspected(LandingState landing, ImmutableList<string> tasks)
    {
        var known = landing.Suspects.Find(group => tasks.TrueForAll(group.Contains));
        var suspects = landing.Suspects.Select(group => group == known ? [] : group.RemoveAll(tasks.Contains)).Where(group => !group.IsEmpty);
        return landing with
        {
            Train = landing.Train.RemoveAll(tasks.Contains).AddRange(known?.RemoveAll(tasks.Contains) ?? []),
            Suspects = [.. suspects, tasks],
            Cleared = landing.Cleared.Except(tasks),
            Window = known is null ? Math.Max(1, landing.Window / 2) : landing.Window,
        };
    }

    private static SessionState Finished(SessionState state, TaskState task)
    {
        state = Replace(state, task with { Phase = TaskPhase.Landing, Step = Step.None, Stage = Stage.Land, ReachedLanding = true, Retried = false, Failures = 0, Findings = [] });
        return state with { Landing = state.Landing with { Queue = state.Landing.Queue.Add(task.Id) } };
    }

    // A settled task leaves the landing; its slot and branch are dealt with once nothing of it lives any more.
    private static SessionState Settle(SessionState state, TaskState task, TaskPhase phase, DateTimeOffset at)
    {
        var step = task.Step is Step.Due ? Step.None : task.Step;
        state = Replace(state, task with { Phase = phase, Step = step, EndedAt = at, Held = false });
        return state with { Landing = Without(state.Landing, task.Id) };
    }

    private static LandingState Without(LandingState landing, string task) => landing with
    {
        Queue = landing.Queue.Remove(task),
        Train = landing.Train.Remove(task),
        Suspects = landing.Suspects.Exists(group => group.Contains(task)) ? [.. landing.Suspects.Select(group => group.Remove(task)).Where(group => !group.IsEmpty)] : landing.Suspects,
        Cleared = landing.Cleared.Remove(task),
        Resolving = landing.Resolving.Remove(task),
        Merges = landing.Merges.Remove(task),
        Moving = landing.Moving is { } moving && moving.Tasks.Contains(task) ? null : landing.Moving,
    };

    private static SessionState Landed(SessionState state, TaskState task, TaskLanded x, DateTimeOffset at)
    {
        var after = task with { Landed = x.Commit, Failure = null };
        state = Replace(state, x.Integrated ? after : after with { Phase = TaskPhase.Done, EndedAt = at });
        var (landing, rest) = (state.Landing, state.Landing.Moving?.Tasks.Remove(task.Id));
        state = state with
        {
            Landing = Without(landing, task.Id) with
            {
                Moving = rest is { IsEmpty: false } ? landing.Moving! with { Tasks = rest } : null,
                Window = Math.Min(LandingState.MostWindow, landing.Window + 1),
                Diverged = 0,
                Tip = x.Commit,
                Target = x.Integrated ? landing.Target : x.Commit,
                Integrated = x.Integrated ? landing.Integrated.Add(task.Id) : landing.Integrated,
            },
        };
        // The target has everything below its new place too: what waited on the integration branch has arrived with it.
        if (!x.Integrated)
            state = Arrived(state, at);
        foreach (var id in state.Index.Dependents(task.Id))
        {
            var dependent = state.Tasks[id];
            state = Replace(state, dependent with { Unmet = dependent.Unmet - 1 });
        }

        return state;
    }
}
