using System.Globalization;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class TaskGraphTests
{
    private static TaskSpec Task(string id, params string[] dependsOn) => new() { Id = id, Title = id, DependsOn = dependsOn };

    [Fact]
    public void Groups_hold_tasks_whose_dependencies_lie_in_earlier_groups()
    {
        var graph = TaskGraph.Build([Task("d", "b", "c"), Task("a"), Task("b", "a"), Task("c", "a", "a"), Task("e")]);
        Assert.Equal(["a e", "b c", "d"], graph.Groups.Select(group => string.Join(' ', group.Select(task => task.Id))));
        Assert.Equal(["b", "c"], graph.DependentsOf("a"));
        Assert.Equal(2, graph.LevelOf("d"));
        Assert.Equal("c", graph["c"].Id);
    }

    [Fact]
    public void Path_lengths_use_the_estimate_else_the_complexity()
    {
        var graph = TaskGraph.Build(
        [
            Task("a") with { Complexity = 2 },
            Task("b", "a") with { Estimate = TimeSpan.FromHours(3) },
            Task("c", "a") with { Complexity = 9 },
        ]);
        Assert.Equal(TimeSpan.FromMinutes(200), graph.PathLengthOf("a"));
        Assert.Equal(TimeSpan.FromMinutes(90), graph.PathLengthOf("c"));
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_tasks_is_no_problem()
    {
        const int count = 100_000;
        var graph = TaskGraph.Build([.. Enumerable.Range(0, count).Select(i => i == 0 ? Task("0") : Task($"{i}", $"{i - 1}"))]);
        Assert.Equal(count, graph.Groups.Count);
        Assert.Equal(TimeSpan.FromMinutes(50) * count, graph.PathLengthOf("0"));
    }

    [Fact]
    public void An_empty_plan_has_no_groups()
    {
        var graph = TaskGraph.Build([]);
        Assert.Empty(graph.Groups);
        Assert.Empty(ReadyOrder.Ranks(graph));
    }

    [Fact]
    public void Tasks_that_were_not_validated_are_a_bug()
    {
        Assert.Throws<ArgumentException>(() => TaskGraph.Build([Task("a", "b"), Task("b", "a")]));
        Assert.Throws<ArgumentException>(() => TaskGraph.Build([Task("a", "x")]));
        Assert.Throws<ArgumentException>(() => TaskGraph.Build([Task("a"), Task("a")]));
    }

    [Fact]
    public void Levels_agree_with_a_slow_but_plain_computation()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var tasks = Enumerable.Range(0, random.Next(1, 30))
                .Select(i => Task($"{i}", [.. Enumerable.Range(0, i).Where(_ => random.Next(5) == 0).Select(j => $"{j}")])).ToList();
            var graph = TaskGraph.Build([.. tasks.OrderBy(_ => random.Next())]);
            int Level(int i) => tasks[i].DependsOn.Count == 0 ? 0 : 1 + tasks[i].DependsOn.Max(id => Level(int.Parse(id, CultureInfo.InvariantCulture)));
            Assert.All(Enumerable.Range(0, tasks.Count), i => Assert.Equal(Level(i), graph.LevelOf($"{i}")));
        }
    }
}
