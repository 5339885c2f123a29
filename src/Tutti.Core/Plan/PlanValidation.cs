namespace Tutti.Core.Plan;

/// <summary>Says what is wrong with a plan before anything is started; linear in tasks and dependencies, without recursion.</summary>
public static class PlanValidation
{
    /// <summary>Longest id, in characters.</summary>
    public const int LongestId = 200;

    public const int LeastComplexity = 1;
    public const int MostComplexity = 10;

    /// <summary>Failures told at most; a broken generator could otherwise bury the first one under thousands.</summary>
    public const int MostFailures = 100;

    // Comparing one word with 10,000 ids takes milliseconds; that is spent only on the failures a person will read.
    private const int MostHints = 5;
    private const int LongestHinted = 64;

    // A cycle is shown whole up to this many tasks.
    private const int LongestShownCycle = 12;

    /// <summary>Everything that is wrong, in the order of the plan; empty when it can be run.</summary>
    /// <param name="plan">From any source.</param>
    /// <param name="where">Where a task stands, ready to be put behind a message (<c> (plan.yaml line 12)</c>); null where nobody knows.</param>
    /// <returns>
    /// Failures of category <see cref="FailureCategory.Input"/>: <c>plan_empty</c>, <c>task_id</c>, <c>task_duplicate</c>,
    /// <c>task_unknown</c>, <c>task_depends_on_itself</c>, <c>task_complexity</c>, <c>plan_cycle</c>.
    /// </returns>
    public static IReadOnlyList<Failure> Check(PlanSpec plan, Func<string, string?> where)
    {
        if (plan.Tasks.Count == 0)
            return [Wrong("plan_empty", "the plan has no tasks", "add at least one under 'tasks:'")];
        return [.. TaskByTask(plan.Tasks, where).Concat(Cycles(plan.Tasks, where)).Take(MostFailures)];
    }

    /// <summary>Why a text cannot be a task's id, as the end of a sentence; null when it can.</summary>
    public static string? IdProblem(string id)
    {
        if (string.IsNullOrWhiteSpace(id))
            return "must not be empty";
        if (id.Length > LongestId)
            return $"must not be longer than {LongestId} characters";
        if (id.Any(char.IsControl))
            return "must not hold control characters";
        return id.Trim().Length != id.Length ? "must not begin or end with a space" : null;
    }

    private static IEnumerable<Failure> TaskByTask(IReadOnlyList<TaskSpec> tasks, Func<string, string?> where)
    {
        var ids = tasks.Select(task => task.Id).ToHashSet();
        var seen = new HashSet<string>();
        var toldTwice = new HashSet<string>();
        var hints = MostHints;
        foreach (var task in tasks)
        {
            if (IdProblem(task.Id) is { } problem)
                yield return Wrong("task_id", $"a task's id {problem}: '{Shown(task.Id)}'{where(task.Id)}");
            if (!seen.Add(task.Id) && toldTwice.Add(task.Id))
                yield return Wrong("task_duplicate", $"task id '{Shown(task.Id)}' is there more than once{where(task.Id)}", "give each task an id of its own");
            if (task.Complexity is < LeastComplexity or > MostComplexity)
                yield return Wrong("task_complexity", $"complexity of task '{Shown(task.Id)}' must be from {LeastComplexity} to {MostComplexity}, not {task.Complexity}{where(task.Id)}");
            foreach (var dependency in task.DependsOn.Where(dependency => !ids.Contains(dependency)))
                yield return Wrong("task_unknown", $"task '{Shown(task.Id)}' depends on '{Shown(dependency)}', which is not in the plan{where(task.Id)}", hints-- > 0 ? Near(dependency, ids) : null);
            if (task.DependsOn.Contains(task.Id))
                yield return Wrong("task_depends_on_itself", $"task '{Shown(task.Id)}' depends on itself{where(task.Id)}", "remove it from its depends_on");
        }
    }

    // Kahn's algorithm takes away every task that could run; what stays lies on a cycle or behind one. Each of those has a
    // dependency that stays too, so walking along dependencies must come back to where it was.
    private static IEnumerable<Failure> Cycles(IReadOnlyList<TaskSpec> tasks, Func<string, string?> where)
    {
        var stuck = Stuck(tasks);
        var walkOf = new Dictionary<string, int>();
        var walk = 0;
        foreach (var start in tasks.Select(task => task.Id).Where(stuck.ContainsKey))
        {
            walk++;
            var path = new List<string>();
            var at = start;
            while (walkOf.TryAdd(at, walk))
            {
                path.Add(at);
                at = stuck[at];
            }

            if (walkOf[at] == walk)
            {
                var cycle = path[path.IndexOf(at)..];
                yield return Wrong("plan_cycle", $"tasks wait for each other: {Drawn(cycle)}{where(at)}", "remove one of these dependencies");
            }
        }
    }

    // Every task that can never start, with one dependency that can never be done. Tasks that depend on themselves are told apart.
    private static Dictionary<string, string> Stuck(IReadOnlyList<TaskSpec> tasks)
    {
        var waitsFor = new Dictionary<string, HashSet<string>>();
        foreach (var task in tasks)
            waitsFor.TryAdd(task.Id, [.. task.DependsOn]);
        var dependents = waitsFor.Keys.ToDictionary(id => id, _ => new List<string>());
        foreach (var (id, waits) in waitsFor)
        {
            waits.RemoveWhere(dependency => dependency == id || !waitsFor.ContainsKey(dependency));
            foreach (var dependency in waits)
                dependents[dependency].Add(id);
        }

        var free = new Queue<string>(waitsFor.Where(pair => pair.Value.Count == 0).Select(pair => pair.Key));
        while (free.TryDequeue(out var id))
        {
            foreach (var dependent in dependents[id])
            {
                if (waitsFor[dependent].Remove(id) && waitsFor[dependent].Count == 0)
                    free.Enqueue(dependent);
            }
        }

        return waitsFor.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.First());
    }

    private static string Drawn(List<string> cycle)
    {
        var shown = cycle.Count <= LongestShownCycle
            ? cycle.Select(Shown)
            : [.. cycle.Take(LongestShownCycle - 1).Select(Shown), $"… {cycle.Count - LongestShownCycle} more …", Shown(cycle[^1])];
        return string.Join(" → ", shown.Append(Shown(cycle[0])));
    }

    private static string? Near(string word, IEnumerable<string> ids) =>
        word.Length <= LongestHinted && Nearest.To(word, ids.Where(id => Math.Abs(id.Length - word.Length) <= word.Length)) is { } near
            ? $"did you mean '{Shown(near)}'?"
            : null;

    // An id that is wrong may be anything: kept to one short line.
    private static string Shown(string id) =>
        string.Concat(ShortText.Of(id, LongestHinted).Select(c => char.IsControl(c) ? '�' : c));

    private static Failure Wrong(string code, string message, string? hint = null) => new(FailureCategory.Input, code, message, hint);
}
