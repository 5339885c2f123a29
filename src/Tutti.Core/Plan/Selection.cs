using System.Buffers;

namespace Tutti.Core.Plan;

/// <summary>What the user wants of a task list.</summary>
/// <param name="Ids">Named tasks; none takes all that are available.</param>
/// <param name="Priorities">Only tasks of one of these; none takes any.</param>
/// <param name="Milestone">Only tasks of this milestone, case aside; null takes any.</param>
public sealed record SelectionRequest(IReadOnlyList<string> Ids, IReadOnlyList<Priority>? Priorities = null, string? Milestone = null);

/// <summary>The tasks to run, ready for a plan.</summary>
/// <param name="Tasks">In the order of the list; dependencies that are done already are gone, the others lie inside.</param>
/// <param name="Notes">One line for each thing left out that the user may wonder about.</param>
/// <param name="Parents">Tasks that are to be told done when all the named subtasks, which run in their place, have landed.</param>
public sealed record SelectedTasks(
    IReadOnlyList<TaskSpec> Tasks,
    IReadOnlyList<string> Notes,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parents);

/// <summary>Chooses tasks of a list (SPEC 2): named ones, or all that are available, narrowed by priority and milestone.</summary>
public static class Selection
{
    private const int MostTagsNamed = 5;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789.");

    /// <summary>Splits <c>8 9 14</c>, <c>8,9,14</c> and any mixture; each id once.</summary>
    public static IReadOnlyList<string> ParseIds(IEnumerable<string> words) =>
    [
        .. words.SelectMany(word => word.Split([',', ' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>True for words that are plainly ids and no request: only numbers such as <c>8</c> or <c>5.2</c>.</summary>
    public static bool AreNumbers(IEnumerable<string> words) =>
        ParseIds(words) is { Count: > 0 } ids && ids.All(id => char.IsAsciiDigit(id[0]) && id.AsSpan().IndexOfAnyExcept(IdCharacters) < 0);

    /// <summary>Chooses the tasks, or says why that cannot be.</summary>
    /// <exception cref="FailureException">
    /// <c>task_unknown</c>: an id is not in the list; <c>dependency_not_selected</c>: a named task waits for one that is neither
    /// done nor named; <c>nothing_to_do</c>: no task is left.
    /// </exception>
    public static SelectedTasks Choose(SourceTasks source, SelectionRequest request)
    {
        var pool = new SelectionPool(source);
        var notes = new List<string>();
        var tasks = request.Ids.Count > 0 ? pool.Require(Named(pool, request, notes)) : pool.KeepRunnable(Available(pool, request), notes);
        if (tasks.Count == 0)
            throw NothingToDo(source, notes);
        return new SelectedTasks(tasks, notes, pool.ParentsOf(tasks));
    }

    /// <summary>What <see cref="Choose"/> takes where nothing is named, perhaps no task; the notes also say how many stand aside by their status.</summary>
    public static (IReadOnlyList<TaskSpec> Tasks, IReadOnlyList<string> Notes) Runnable(SourceTasks source)
    {
        var pool = new SelectionPool(source);
        List<string> notes = [];
        var tasks = pool.KeepRunnable(Available(pool, new SelectionRequest([])), notes);
        var aside = source.Tasks.Where(task => !pool.IsDone(task.Id) && !pool.IsAvailable(task.Id)).ToList();
        if (aside.Count > 0)
            notes.Add($"{string.Join(", ", Counts(source, aside))}; left out");
        return (tasks, notes);
    }

    // "Subtasks can be run as tasks when a single task is given" (SPEC 3.2).
    private static List<TaskSpec> Named(SelectionPool pool, SelectionRequest request, List<string> notes)
    {
        var named = request.Ids.Select(pool.Find).ToList();
        if (named is [var only] && pool.UnfinishedSubtasks(only.Id) is { Count: > 0 } subtasks && !pool.IsDone(only.Id))
        {
            notes.Add($"task {only.Id} is run as its {subtasks.Count} unfinished subtasks");
            return subtasks;
        }

        var ids = named.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        return [.. named.Where(task => Explain(task, WhyNot(pool, request, ids, task), notes))];
    }

    private static string? WhyNot(SelectionPool pool, SelectionRequest request, HashSet<string> ids, TaskSpec task) =>
        pool.IsDone(task.Id) ? "is done already"
        : pool.ParentOf(task.Id) is { } parent && ids.Contains(parent) ? $"is part of task {parent}"
        : !Fits(request, task) ? "is not of the priority or milestone asked for"
        : null;

    private static bool Explain(TaskSpec task, string? reason, List<string> notes)
    {
        if (reason is not null)
            notes.Add($"task {task.Id} {reason}; left out");
        return reason is null;
    }

    private static List<TaskSpec> Available(SelectionPool pool, SelectionRequest request) =>
        [.. pool.Source.Tasks.Where(task => pool.IsAvailable(task.Id) && Fits(request, task))];

    private static bool Fits(SelectionRequest request, TaskSpec task) =>
        (request.Priorities is not { Count: > 0 } priorities || priorities.Contains(task.Priority))
        && (request.Milestone is null || string.Equals(request.Milestone, task.Milestone, StringComparison.OrdinalIgnoreCase));

    private static FailureException NothingToDo(SourceTasks source, List<string> notes)
    {
        var why = notes.Count > 0 ? notes[0] : source.Tasks.Count == 0 ? "it has no tasks" : string.Join(", ", Counts(source, source.Tasks));
        var elsewhere = source is { Tag: not null, Tasks.Count: 0, OtherTags.Count: > 0 };
        return FailureException.Input(
            "nothing_to_do",
            $"no task of {source.File} is left to run: {why}{(elsewhere ? $" of tag {source.Tag}" : "")}",
            elsewhere ? $"other tags have some: --tag {string.Join(", --tag ", source.OtherTags.Take(MostTagsNamed))}" : "set a task back to pending there, or name other tasks");
    }

    private static IEnumerable<string> Counts(SourceTasks source, IReadOnlyList<TaskSpec> tasks) => tasks
        .GroupBy(task => source.Statuses[task.Id])
        .OrderBy(group => group.Key)
        .Select(group => $"{group.Count()} {SelectionPool.Word(group.Key)}");
}
