namespace Tutti.Core.Plan;

/// <summary>A task list with its lookups, and what becomes of dependencies when only some of its tasks are run.</summary>
internal sealed class SelectionPool
{
    private const int MaxNotes = 20;

    private readonly Dictionary<string, TaskSpec> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

    public SelectionPool(SourceTasks source)
    {
        Source = source;
        foreach (var (parent, subtasks) in source.Subtasks)
        {
            foreach (var subtask in subtasks)
            {
                _parents[subtask.Id] = parent;
                _tasks[subtask.Id] = subtask;
            }
        }

        foreach (var task in source.Tasks)
            _tasks[task.Id] = task;
    }

    public SourceTasks Source { get; }

    public TaskSpec Find(string id)
    {
        if (!_tasks.TryGetValue(id, out var task))
            throw FailureException.Input("task_unknown", $"there is no task '{id}' in {Source.File}", Known(id));
        return _parents.TryGetValue(id, out var parent) ? WithContext(task, _tasks[parent]) : task;
    }

    public string? ParentOf(string id) => _parents.GetValueOrDefault(id);

    // A subtask of a finished task is finished, whatever its own line says.
    public bool IsDone(string id) =>
        Source.Statuses.GetValueOrDefault(id) == SourceStatus.Done || (_parents.TryGetValue(id, out var parent) && Source.Statuses[parent] == SourceStatus.Done);

    public bool IsAvailable(string id) => Source.Statuses[id] is SourceStatus.Pending or SourceStatus.InProgress or SourceStatus.Review;

    public List<TaskSpec> UnfinishedSubtasks(string id) =>
        [.. Source.Subtasks.GetValueOrDefault(id, []).Where(subtask => IsOpen(subtask.Id)).Select(subtask => Find(subtask.Id))];

    /// <summary>The chosen tasks with their dependencies settled; a dependency that is neither done nor chosen is refused.</summary>
    public IReadOnlyList<TaskSpec> Require(IReadOnlyList<TaskSpec> chosen)
    {
        var ids = chosen.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        var settled = new List<TaskSpec>();
        foreach (var task in chosen)
        {
            var inside = Settle(task, ids, out var missing);
            if (missing is not null)
                throw Refused(task, missing);
            settled.Add(task with { DependsOn = inside });
        }

        return settled;
    }

    /// <summary>The chosen tasks without those that wait, directly or through others, for something that will not run now.</summary>
    public IReadOnlyList<TaskSpec> KeepRunnable(IReadOnlyList<TaskSpec> chosen, List<string> notes)
    {
        var ids = chosen.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        var waiting = chosen.SelectMany(task => Dependencies(task).Select(dependency => (dependency, task))).ToLookup(pair => pair.dependency, pair => pair.task);
        var open = new Queue<(TaskSpec Task, string Why)>();
        foreach (var task in chosen)
        {
            Settle(task, ids, out var missing);
            if (missing is not null)
                open.Enqueue((task, $"{missing}, which is {WhyMissing(missing)}"));
        }

        var left = 0;
        while (open.TryDequeue(out var next))
        {
            if (!ids.Remove(next.Task.Id))
                continue;
            if (++left <= MaxNotes)
                notes.Add($"task {next.Task.Id} waits for {next.Why}; left out");
            var names = Source.Subtasks.GetValueOrDefault(next.Task.Id, []).Select(subtask => subtask.Id).Prepend(next.Task.Id);
            foreach (var dependent in names.SelectMany(name => waiting[name]))
                open.Enqueue((dependent, $"{next.Task.Id}, which is left out"));
        }

        if (left > MaxNotes)
            notes.Add($"{left - MaxNotes} more tasks wait for tasks that are not run; left out");
        return [.. chosen.Where(task => ids.Contains(task.Id)).Select(task => task with { DependsOn = Settle(task, ids, out _) })];
    }

    /// <summary>Parents all of whose unfinished subtasks are among these tasks.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ParentsOf(IReadOnlyList<TaskSpec> tasks)
    {
        var ids = tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        return ids.Select(ParentOf).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(parent => Source.Subtasks[parent].All(subtask => ids.Contains(subtask.Id) || !IsOpen(subtask.Id)))
            .ToDictionary(
                parent => parent,
                parent => (IReadOnlyList<string>)[.. Source.Subtasks[parent].Select(subtask => subtask.Id).Where(ids.Contains)],
                StringComparer.Ordinal);
    }

    public static string Word(SourceStatus status) => status == SourceStatus.InProgress ? "in progress" : status.ToString().ToLowerInvariant();

    private bool IsOpen(string id) => !IsDone(id) && Source.Statuses[id] != SourceStatus.Cancelled;

    // What a subtask's parent waits for, the subtask waits for too.
    private IEnumerable<string> Dependencies(TaskSpec task) =>
        _parents.TryGetValue(task.Id, out var parent) ? task.DependsOn.Concat(_tasks[parent].DependsOn) : task.DependsOn;

    // The dependencies that lie among the chosen ids; the first one that is neither there nor done comes out as missing.
    private List<string> Settle(TaskSpec task, HashSet<string> ids, out string? missing)
    {
        missing = null;
        var inside = new List<string>();
        foreach (var dependency in Dependencies(task).Distinct(StringComparer.Ordinal))
        {
            if (IsDone(dependency) || dependency == ParentOf(task.Id) || ParentOf(dependency) == task.Id)
                continue;
            var standIns = StandIns(dependency, ids);
            if (standIns.Count == 0)
                missing ??= dependency;
            inside.AddRange(standIns.Where(standIn => !inside.Contains(standIn)));
        }

        return inside;
    }

    // Who runs a dependency's work: itself, the task it is part of, or all of its open parts. None when nobody does.
    private List<string> StandIns(string dependency, HashSet<string> ids)
    {
        if (ids.Contains(dependency))
            return [dependency];
        if (ParentOf(dependency) is { } parent)
            return ids.Contains(parent) ? [parent] : [];
        var parts = Source.Subtasks.GetValueOrDefault(dependency, []).Select(subtask => subtask.Id).Where(IsOpen).ToList();
        return parts.TrueForAll(ids.Contains) ? parts : [];
    }

    private FailureException Refused(TaskSpec task, string missing) => Source.Statuses.ContainsKey(missing)
        ? FailureException.Input(
            "dependency_not_selected",
            $"task {task.Id} depends on {missing}, which is {WhyMissing(missing)}",
            $"add {missing}, or finish it first")
        : FailureException.Input("task_unknown", $"task {task.Id} depends on {missing}, which is {WhyMissing(missing)}", Known(missing));

    private string WhyMissing(string id) =>
        !Source.Statuses.TryGetValue(id, out var status) ? $"not in {Source.File}"
        : IsAvailable(id) ? $"{Word(status)} and not selected"
        : Word(status);

    private static TaskSpec WithContext(TaskSpec subtask, TaskSpec parent)
    {
        var context = $"This is part of task {parent.Id}, {parent.Title}; the other parts are done separately.\n\n{parent.Description}".TrimEnd();
        return subtask with { Description = subtask.Description.Length > 0 ? $"{subtask.Description}\n\n{context}" : context };
    }

    private string Known(string id) =>
        Source.Source == "issues" ? "list the issues with '--state all --limit 1000', so that closed ones are there and count as done"
        : Nearest.To(id, _tasks.Keys) is { } near ? $"did you mean '{near}'?"
        : $"'tutti plan show --from {Source.Source}' lists the tasks";
}
