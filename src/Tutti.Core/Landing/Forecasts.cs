using System.Collections.Immutable;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>
/// Which live branches will collide, and what follows: the later of two is told of it, waits for the first, or is put on top
/// of it once that has landed. "Later" is a total order, so nobody ever waits in a circle.
/// </summary>
public static class Forecasts
{
    /// <summary>True while a task's branch may still collide: at work, or not landed yet.</summary>
    public static bool IsLive(TaskState task) =>
        task is { Branch: not null, Landed: null } && task.Phase is TaskPhase.Running or TaskPhase.Landing;

    /// <summary>The collisions a person or an agent of this task has to reckon with: with what has landed, and with who comes before it.</summary>
    public static IEnumerable<Collision> Ahead(SessionState state, TaskState task) =>
        state.Collisions.Where(c => c.Concerns(task.Id) && (c.With is null || IsAhead(state, state.Tasks[c.Other(task.Id)!], task)));

    /// <summary>
    /// The collision for which a task's next stage waits; null where it may start. It keeps its slot and its place meanwhile: the one
    /// before it is in a place of its own, or lands, for which none is needed. Nobody waits for a task that itself waits for a person.
    /// </summary>
    public static Collision? WaitsFor(SessionState state, TaskState task)
    {
        var mayWait = state.Settings.Forecast != ForecastMode.Warn && task is { Phase: TaskPhase.Running, Step: Step.Due, Slot: not null, Held: false };
        if (!mayWait || state.Collisions.Count == 0 || Holds.ForPerson(state) is not null)
            return null;
        return state.Collisions.Find(c => c.Other(task.Id) is { } other && state.Tasks[other] is { Held: false } first && IsAhead(state, first, task));
    }

    /// <summary>True where the first of two live tasks lands before the other: it has finished earlier, else it was started earlier.</summary>
    public static bool IsAhead(SessionState state, TaskState first, TaskState other) => Place(state, first).CompareTo(Place(state, other)) < 0;

    internal static void Made(Draft draft, ForecastEnded x)
    {
        // It was begun a moment ago: who has landed or left since then is seen to here.
        var now = Pruned(draft.State, x.Collisions);
        if (!IsSame(now, draft.State.Collisions))
            draft.Record(new ForecastMade(now));
    }

    /// <summary>The same with what is no longer live taken out; a collision with a task that has landed is one with the target.</summary>
    internal static SessionState Pruned(SessionState state)
    {
        if (state.Collisions.Count == 0 || state.Collisions.All(c => IsLive(state.Tasks[c.Task]) && (c.With is not { } with || IsLive(state.Tasks[with]))))
            return state;
        return state with { Collisions = Pruned(state, state.Collisions) };
    }

    /// <summary>Puts a task on top of what has landed, where that is wanted, its branch collides with it, and it has somebody to merge the two.</summary>
    internal static void Stack(Draft draft, string id)
    {
        var (state, task) = (draft.State, draft[id]);
        if (state.Settings.Forecast != ForecastMode.Stack || task is not { Slot: not null, Head: { } head } || task.Stage == Stage.Develop || task.StackedOn == state.Landing.Tip)
            return;
        if (state.Collisions.Find(c => c.Task == id && c.With is null) is not { } collision || !Crew.CanCorrect(state.Plan, state.Settings, task.Spec))
            return;
        draft.Record(new TaskStacked(id, state.Landing.Tip));
        var merge = new Correction(Severity.Critical, collision.Paths is [var path, ..] ? path.Path : null, null, Merge(state.Landing.Tip, collision));
        IReadOnlyList<Correction> findings = task.Stage == Stage.Correct ? [.. task.Findings, merge] : [merge];
        draft.Record(new StageDue(id, Stage.Correct, task.Round, ResetTo: head, Findings: findings, Why: $"what has landed collides with it in {Where(collision)}"));
    }

    /// <summary>The paths of a collision in a few words: <c>src/a.cs (+2)</c>.</summary>
    public static string Where(Collision collision) => collision.Paths.Count == 0
        ? "what they rename"
        : collision.PathCount == 1 ? collision.Paths[0].Path : $"{collision.Paths[0].Path} (+{collision.PathCount - 1})";

    private static string Merge(string commit, Collision collision) =>
        $"Other work has landed that conflicts with yours. Bring it in with 'git merge {commit}', settle the conflicts so that both purposes are kept, and commit the merge. "
        + $"Conflicts are expected in: {string.Join(", ", collision.Paths.Select(p => $"{p.Path} ({p.Kind})"))}{(collision.PathCount > collision.Paths.Count ? $" and {collision.PathCount - collision.Paths.Count} more" : "")}";

    // What has finished lands in the order of the queue; whoever is at work lands after that. Started in one decision, the one goes first
    // that more depends on, which is how they were started.
    private static (int Working, int Queued, DateTimeOffset Started, ReadyTask Key) Place(SessionState state, TaskState task) => (
        task.Phase == TaskPhase.Landing ? 0 : 1,
        task.Phase == TaskPhase.Landing ? state.Landing.PlaceOf(task.Id) : 0,
        task.StartedAt ?? DateTimeOffset.MaxValue,
        state.Index.ReadyKey(task.Id));

    private static ImmutableList<Collision> Pruned(SessionState state, IEnumerable<Collision> collisions)
    {
        var kept = new SortedDictionary<(string Task, string With), Collision>(Comparer<(string Task, string With)>.Create(Compare));
        foreach (var collision in collisions.Select(c => Living(state, c)).OfType<Collision>())
        {
            var key = (collision.Task, collision.With ?? "");
            kept[key] = kept.TryGetValue(key, out var known) ? Both(known, collision) : collision;
        }

        return [.. kept.Values];
    }

    private static int Compare((string Task, string With) a, (string Task, string With) b) =>
        string.CompareOrdinal(a.Task, b.Task) is not 0 and var byTask ? byTask : string.CompareOrdinal(a.With, b.With);

    private static Collision? Living(SessionState state, Collision c)
    {
        var (task, with) = (state.Tasks.GetValueOrDefault(c.Task), c.With is null ? null : state.Tasks.GetValueOrDefault(c.With));
        if (task is null || (c.With is not null && with is null))
            return null;
        if (with is null || IsLive(with))
            return IsLive(task) ? c : with is not null && task.Landed is not null ? c with { Task = with.Id, With = null } : null;
        return IsLive(task) && with.Landed is not null ? c with { With = null } : null;
    }

    private static Collision Both(Collision a, Collision b)
    {
        var paths = a.Paths.Concat(b.Paths).DistinctBy(p => p.Path).ToList();
        return a with { Paths = [.. paths.Take(Collision.MostPaths)], PathCount = Math.Max(paths.Count, Math.Max(a.PathCount, b.PathCount)) };
    }

    private static bool IsSame(ImmutableList<Collision> a, ImmutableList<Collision> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => pair.First.IsSame(pair.Second));
}
