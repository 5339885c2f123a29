using System.Collections.ObjectModel;

namespace Tutti.Core.Plan;

/// <summary>
/// The dependencies of a plan, turned around and measured once, in time linear in tasks and dependencies and without
/// recursion. A value: it does not know what has run.
/// </summary>
public sealed class TaskGraph
{
    private readonly Dictionary<string, int> _indices;
    private readonly int[][] _dependents;
    private readonly int[] _levels;
    private readonly TimeSpan[] _pathLengths;

    private TaskGraph(IReadOnlyList<TaskSpec> tasks, Dictionary<string, int> indices, int[][] dependents)
    {
        Tasks = tasks;
        _indices = indices;
        _dependents = dependents;
        _levels = new int[tasks.Count];
        var order = Order();
        _pathLengths = PathLengths(order);
        Groups = GroupByLevel();
    }

    /// <summary>The tasks, in the order of the plan.</summary>
    public IReadOnlyList<TaskSpec> Tasks { get; }

    /// <summary>Parallel groups: all dependencies of a task lie in groups before its own. Inside, the order of the plan.</summary>
    public IReadOnlyList<IReadOnlyList<TaskSpec>> Groups { get; }

    /// <summary>Builds the graph of tasks that <c>PlanValidation</c> has accepted: unique ids, known dependencies, no cycle.</summary>
    /// <exception cref="ArgumentException">The tasks were not validated: an id is there twice or not at all, or there is a cycle.</exception>
    public static TaskGraph Build(IReadOnlyList<TaskSpec> tasks)
    {
        var indices = new Dictionary<string, int>(tasks.Count, StringComparer.Ordinal);
        for (var i = 0; i < tasks.Count; i++)
        {
            if (!indices.TryAdd(tasks[i].Id, i))
                throw new ArgumentException($"the id '{tasks[i].Id}' is there twice", nameof(tasks));
        }

        var dependents = Enumerable.Range(0, tasks.Count).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < tasks.Count; i++)
        {
            foreach (var dependency in tasks[i].DependsOn.Distinct(StringComparer.Ordinal))
            {
                if (!indices.TryGetValue(dependency, out var at))
                    throw new ArgumentException($"task '{tasks[i].Id}' depends on '{dependency}', which is not there", nameof(tasks));
                dependents[at].Add(i);
            }
        }

        return new TaskGraph(tasks, indices, [.. dependents.Select(list => list.ToArray())]);
    }

    /// <summary>The task of that id.</summary>
    public TaskSpec this[string id] => Tasks[_indices[id]];

    /// <summary>Ids of the tasks that name this one as a dependency, in the order of the plan.</summary>
    public IReadOnlyList<string> DependentsOf(string id) => [.. _dependents[_indices[id]].Select(i => Tasks[i].Id)];

    /// <summary>Number of the group the task is in, from 0.</summary>
    public int LevelOf(string id) => _levels[_indices[id]];

    /// <summary>Length of the longest chain of work that starts with this task, its own time included.</summary>
    public TimeSpan PathLengthOf(string id) => _pathLengths[_indices[id]];

    /// <summary>The time a task is taken to need: its estimate, else ten minutes for each point of complexity.</summary>
    public static TimeSpan TimeOf(TaskSpec task) =>
        task.Estimate is { } estimate && estimate > TimeSpan.Zero ? estimate : TimeSpan.FromMinutes(10) * Math.Clamp(task.Complexity, 1, 10);

    // Kahn's algorithm; a task's level is final when its last dependency has been taken.
    private List<int> Order()
    {
        var missing = new int[Tasks.Count];
        foreach (var dependent in _dependents.SelectMany(list => list))
            missing[dependent]++;
        var order = new List<int>(Enumerable.Range(0, Tasks.Count).Where(i => missing[i] == 0));
        for (var next = 0; next < order.Count; next++)
        {
            foreach (var dependent in _dependents[order[next]])
            {
                _levels[dependent] = Math.Max(_levels[dependent], _levels[order[next]] + 1);
                if (--missing[dependent] == 0)
                    order.Add(dependent);
            }
        }

        return order.Count == Tasks.Count ? order : throw new ArgumentException("the dependencies contain a cycle");
    }

    private TimeSpan[] PathLengths(List<int> order)
    {
        var lengths = new TimeSpan[Tasks.Count];
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var longest = TimeSpan.Zero;
            foreach (var dependent in _dependents[order[i]])
                longest = lengths[dependent] > longest ? lengths[dependent] : longest;
            lengths[order[i]] = longest + TimeOf(Tasks[order[i]]);
        }

        return lengths;
    }

    private ReadOnlyCollection<IReadOnlyList<TaskSpec>> GroupByLevel()
    {
        var groups = new List<List<TaskSpec>>();
        for (var i = 0; i < Tasks.Count; i++)
        {
            while (groups.Count <= _levels[i])
                groups.Add([]);
            groups[_levels[i]].Add(Tasks[i]);
        }

        return groups.ConvertAll(group => (IReadOnlyList<TaskSpec>)group).AsReadOnly();
    }
}
