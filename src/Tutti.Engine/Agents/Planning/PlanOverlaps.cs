using Tutti.Core.Plan;

namespace Tutti.Engine.Agents.Planning;

/// <summary>Tasks of a plan that could run at the same time, but for the files they both claim.</summary>
internal static class PlanOverlaps
{
    private const int MostTold = 5;

    /// <summary>A line for each such pair, a few at most; the plan's dependencies must be known to have no cycle.</summary>
    public static IReadOnlyList<string> Of(PlanSpec plan)
    {
        var waits = Waits(plan);
        var claims = plan.Tasks.ToDictionary(task => task.Id, task => ClaimedFiles.Parse(task.Files), StringComparer.Ordinal);
        var pairs =
            from pair in plan.Tasks.SelectMany((first, at) => plan.Tasks.Skip(at + 1).Select(second => (First: first.Id, Second: second.Id)))
            where !waits[pair.First].Contains(pair.Second) && !waits[pair.Second].Contains(pair.First)
            where claims[pair.First].Overlaps(claims[pair.Second])
            select $"{pair.First} and {pair.Second} claim the same files without depending on each other, so they will not run at once";
        return [.. pairs.Take(MostTold)];
    }

    // Everything a task waits for, directly or not.
    private static Dictionary<string, HashSet<string>> Waits(PlanSpec plan)
    {
        var direct = plan.Tasks.ToDictionary(task => task.Id, task => task.DependsOn, StringComparer.Ordinal);
        var all = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var task in plan.Tasks)
        {
            var seen = all[task.Id] = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>(task.DependsOn);
            while (open.TryPop(out var next))
            {
                if (!seen.Add(next))
                    continue;
                foreach (var further in direct[next])
                    open.Push(further);
            }
        }

        return all;
    }
}
