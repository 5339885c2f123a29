using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>A session whose landing was taken back.</summary>
/// <param name="Id">The session's.</param>
/// <param name="Target">The branch.</param>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is again.</param>
/// <param name="Tasks">Whose work is off it.</param>
/// <param name="KeptAt">The ref that holds what was landed.</param>
/// <param name="Notes">What could not be told to the task list.</param>
public sealed record UndoneSession(string Id, string Target, string From, string To, IReadOnlyList<string> Tasks, string KeptAt, IReadOnlyList<string> Notes);

/// <summary>Takes back what a session landed, as far as nobody has built on it, and writes that into its journal.</summary>
public static class SessionUndo
{
    /// <summary>Moves the target back over the session's own merges, and nobody else's; doing it again after a crash finishes it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The session's.</param>
    /// <param name="slotRoot">The pool's folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="by">Who asked, for the record.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    /// <exception cref="FailureException">
    /// <c>session_busy</c>, <c>session_open</c>, <c>nothing_to_undo</c>, <c>others_between</c>, or why the target cannot be moved
    /// (<c>target_moved_on</c>, <c>already_published</c>, <c>checkout_overlap</c>…); nothing was changed then.
    /// </exception>
    public static async Task<UndoneSession> RunAsync(
        Repository repository, SessionFolder folder, string slotRoot, TimeProvider time, string by, CancellationToken cancellation)
    {
        using var journal = JournalWriter.Open(folder);
        var state = Fold.All(journal.Reading.Events) ?? throw FailureException.Input("session_empty", $"session {folder.Id} was never started", "'tutti run' starts a new one");
        journal.Mask = Secrets.Known(state.Settings).Mask;
        var landing = await OwnAsync(repository, state, journal.Reading.Events, cancellation);
        var keptAt = AttemptRef.Of(state.Id) + "undone";
        var target = new TargetBranch(repository.CommonDirectory, slotRoot, time);
        var moved = await target.UndoAsync(new UndoRequest(state.Target, state.Landing.Target, landing.Before, keptAt), cancellation);
        if (moved is MoveOutcome.Refused { Failure: { } failure })
            throw new FailureException(failure);

        var from = state.Landing.Target;
        state = Append(journal, state, new SessionUndone(from, landing.Before, landing.Tasks, by), time);
        return new UndoneSession(state.Id, state.Target, from, landing.Before, landing.Tasks, keptAt, TellSource(journal, state, landing.Tasks, time));
    }

    private sealed record OwnLanding(string Before, IReadOnlyList<string> Tasks);

    /// <summary>Where the target was before the session's merges, which must be the last ones on it.</summary>
    private static async Task<OwnLanding> OwnAsync(Repository repository, SessionState state, IReadOnlyList<Recorded> events, CancellationToken cancellation)
    {
        if (state.EndedAt is null)
            throw FailureException.Input("session_open", $"session {state.Id} is not at its end", $"'tutti resume {state.Id}' goes on with it, 'tutti control cancel --session {state.Id}' ends it");
        // A task whose branch somebody merged by hand has landed with their commit, which is not ours to take back.
        var merges = events.Select(r => r.Event).OfType<LandingMerged>().Select(m => m.Commit).ToHashSet(StringComparer.Ordinal);
        var landed = state.Tasks.Values.Where(t => t is { Phase: TaskPhase.Done, Landed: { } commit } && merges.Contains(commit)).ToList();
        if (landed.Count == 0)
        {
            throw FailureException.Input(
                "nothing_to_undo", $"session {state.Id} has nothing on {state.Target}{(events.Any(r => r.Event is SessionUndone) ? ": it was undone before" : "")}", $"tutti report {state.Id}");
        }

        var chain = (await GitCommand.RunAsync(
            repository.CommonDirectory, ["rev-list", "--first-parent", $"--max-count={merges.Count + 1}", state.Landing.Target, "--"], cancellation: cancellation)).Split('\n');
        var ours = chain.TakeWhile(merges.Contains).ToList();
        if (ours.Count == chain.Length || landed.Exists(t => !ours.Contains(t.Landed!)))
            throw new FailureException(Between(state, landed));
        return new OwnLanding(chain[ours.Count], [.. landed.Select(t => t.Id).Order(StringComparer.Ordinal)]);
    }

    private static Failure Between(SessionState state, List<TaskState> landed) => new(
        FailureCategory.Conflict,
        "others_between",
        $"commits of somebody else lie between those of session {state.Id} on {state.Target}, so it cannot simply go back",
        "take single merges back with a new commit each",
        string.Join('\n', landed.Select(t => $"git revert -m 1 {t.Landed![..10]}   # {t.Id}")));

    private static List<string> TellSource(JournalWriter journal, SessionState state, IReadOnlyList<string> tasks, TimeProvider time)
    {
        var notes = new List<string>();
        foreach (var task in state.Source.Writable ? tasks : [])
        {
            var told = (TellEnded)OutsideEffects.Tell(new TellSource(task, TaskPhase.Cancelled), state);
            state = Append(journal, state, new SourceTold(task, told.Phase, told.Failure), time);
            if (told.Failure is { } failure)
                notes.Add(failure.Message);
        }

        return notes;
    }

    private static SessionState Append(JournalWriter journal, SessionState state, Event e, TimeProvider time)
    {
        var recorded = new Recorded(state.Seq + 1, time.GetUtcNow(), e, e is TaskEvent about ? about.Task : state.Id, state.Seq);
        journal.Append([[recorded]]);
        return Fold.Apply(state, recorded);
    }
}
