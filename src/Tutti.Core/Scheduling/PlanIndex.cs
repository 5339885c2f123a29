using Tutti.Core.Plan;

namespace Tutti.Core.Scheduling;

/// <summary>A ready task in the order in which ready tasks start.</summary>
public readonly record struct ReadyTask(int Rank, string Id) : IComparable<ReadyTask>
{
    public int CompareTo(ReadyTask other) =>
        Rank != other.Rank ? Rank.CompareTo(other.Rank) : string.CompareOrdinal(Id, other.Id);

    public static bool operator <(ReadyTask left, ReadyTask right) => left.CompareTo(right) < 0;

    public static bool operator >(ReadyTask left, ReadyTask right) => left.CompareTo(right) > 0;

    public static bool operator <=(ReadyTask left, ReadyTask right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ReadyTask left, ReadyTask right) => left.CompareTo(right) >= 0;
}

/// <summary>What scheduling asks of a plan again and again, computed once: order, dependents, groups, claims.</summary>
public sealed class PlanIndex
{
    private readonly Dictionary<string, Entry> _entries;

    private PlanIndex(TaskGraph graph, Dictionary<string, Entry> entries)
    {
        Graph = graph;
        _entries = entries;
    }

    /// <summary>The graph it was made from.</summary>
    public TaskGraph Graph { get; }

    /// <summary>The index of a validated plan.</summary>
    public static PlanIndex Of(PlanSpec plan)
    {
        var graph = TaskGraph.Build(plan.Tasks);
        var ranks = ReadyOrder.Ranks(graph);
        var entries = plan.Tasks.ToDictionary(
            t => t.Id,
            t => new Entry(new ReadyTask(ranks[t.Id], t.Id), graph.DependentsOf(t.Id), graph.LevelOf(t.Id), ClaimedFiles.Parse(t.Files)),
            StringComparer.Ordinal);
        return new PlanIndex(graph, entries);
    }

    /// <summary>The task's place in the order of starting.</summary>
    public ReadyTask ReadyKey(string id) => _entries[id].Key;

    /// <summary>Ids of the tasks that name this one as a dependency.</summary>
    public IReadOnlyList<string> Dependents(string id) => _entries[id].Dependents;

    /// <summary>The parallel group it is in, from 0.</summary>
    public int Level(string id) => _entries[id].Level;

    /// <summary>The paths it claims.</summary>
    public ClaimedFiles Claim(string id) => _entries[id].Claim;

    private sealed record Entry(ReadyTask Key, IReadOnlyList<string> Dependents, int Level, ClaimedFiles Claim);
}
