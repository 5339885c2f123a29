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
        var state = journal.Reading.State ?? throw folder.Empty();
        Secrets.Known(state.Settings).Guard(journal);
        // One that died over it may have told the task list nothing yet: that is done even where nothing is left to take back.
        (state, _) = TellSource(journal, state, [.. state.Tasks.Values.Where(t => t.Failure?.Code == FailureCode.Undone && t.Told != t.Phase).Select(t => t.Id)], time);
        var landing = Own(state, new JournalReader(folder.Journal));
        var keptAt = AttemptRef.Of(state.Id) + "undone";
        var target = new TargetBranch(repository.CommonDirectory, slotRoot, time);
        var moved = await target.UndoAsync(new UndoRequest(state.Target, state.Landing.Target, landing.Before, keptAt), cancellation);
        if (moved is MoveOutcome.Refused { Failure: { } failure })
            throw new FailureException(failure);

        var from = state.Landing.Target;
        state = JournalNote.Append(journal, state, [Checkpoints.Of(state, "undo", $"before {by} took back what had landed", Checkpoints.Automatic), new SessionUndone(from, landing.Before, landing.Tasks, by)], time);
        (state, var notes) = TellSource(journal, state, landing.Tasks, time);
        return new UndoneSession(state.Id, state.Target, from, landing.Before, landing.Tasks, keptAt, notes);
    }

    private sealed record OwnLanding(string Before, IReadOnlyList<string> Tasks);

    /// <summary>Where the target was before the session moved it, which must be the last that happened to it.</summary>
    private static OwnLanding Own(SessionState state, JournalReader journal)
    {
        if (state.EndedAt is null)
            throw FailureException.Input("session_open", $"session {state.Id} is not at its end", $"'tutti resume {state.Id}' goes on with it, 'tutti control cancel --session {state.Id}' ends it");
        var (advances, undone) = Advances(journal.Read());
        if (advances.Count == 0)
        {
            throw FailureException.Input(
                "nothing_to_undo", $"session {state.Id} has nothing on {state.Target}{(undone ? ": it was undone before" : "")}", $"tutti report {state.Id}");
        }

        var (before, own) = (state.Landing.Target, advances.Count);
        while (own > 0 && advances[own - 1].To == before)
            before = advances[--own].From;
        return own == 0
            ? new OwnLanding(before, [.. advances.SelectMany(a => a.Tasks).Order(StringComparer.Ordinal)])
            : throw new FailureException(Between(state, advances));
    }

    private sealed record Advance(string From, string To, IReadOnlyList<string> Tasks);

    // A task whose branch somebody merged by hand has landed with their commit, which is not ours to take back: the target did not move for it.
    private static (List<Advance> All, bool Undone) Advances(IEnumerable<Recorded> events)
    {
        var (all, undone, state) = (new List<Advance>(), false, (SessionState?)null);
        foreach (var recorded in events)
        {
            var before = state;
            state = Fold.Apply(before, recorded);
            undone |= recorded.Event is SessionUndone;
            if (before is null || state.Landing.Target == before.Landing.Target)
                continue;
            switch (recorded.Event)
            {
                case TaskLanded landed:
                    all.Add(new Advance(before.Landing.Target, state.Landing.Target, [landed.Task, .. before.Landing.Integrated]));
                    break;
                case IntegrationTaken:
                    all.Add(new Advance(before.Landing.Target, state.Landing.Target, before.Landing.Integrated));
                    break;
                case SessionUndone:
                    all.Clear();
                    break;
                default:
                    break;
            }
        }

        return (all, undone);
    }

    private static Failure Between(SessionState state, List<Advance> advances) => new(
        FailureCategory.Conflict,
        "others_between",
        $"commits of somebody else lie between those of session {state.Id} on {state.Target}, so it cannot simply go back",
        "take single landings back with new commits",
        string.Join('\n', advances.Select(a => $"git revert {Range(state, a)}   # {string.Join(", ", a.Tasks)}")));

    private static string Range(SessionState state, Advance advance) => state.Settings.MergeStyle == MergeStyle.Merge
        ? $"-m 1 {advance.To[..10]}"
        : $"{advance.From[..10]}..{advance.To[..10]}";

    private static (SessionState State, List<string> Notes) TellSource(JournalWriter journal, SessionState state, IReadOnlyList<string> tasks, TimeProvider time)
    {
        var notes = new List<string>();
        foreach (var task in state.Source.Writable ? tasks : [])
        {
            var told = (TellEnded)OutsideEffects.Tell(new TellSource(task, TaskPhase.Cancelled), state);
            state = JournalNote.Append(journal, state, [new SourceTold(task, told.Phase, told.Failure)], time);
            if (told.Failure is { } failure)
                notes.Add(failure.Message);
        }

        return (state, notes);
    }
}
