using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class ReadyOrderTests
{
    private static TaskSpec Task(string id, params string[] dependsOn) => new() { Id = id, Title = id, DependsOn = dependsOn };

    private static string Order(params TaskSpec[] tasks) =>
        string.Join(' ', ReadyOrder.Ranks(TaskGraph.Build(tasks)).OrderBy(pair => pair.Value).Select(pair => pair.Key));

    [Fact]
    public void The_longest_chain_starts_first_even_at_low_priority() => Assert.Equal(
        "a1 b1 a2 c a3 b2",
        Order(Task("c") with { Priority = Priority.Critical }, Task("b1"), Task("b2", "b1"), Task("a1") with { Priority = Priority.Low }, Task("a2", "a1"), Task("a3", "a2") with { Priority = Priority.High }));

    [Fact]
    public void Priority_orders_tasks_that_are_otherwise_alike() => Assert.Equal(
        "critical high medium low",
        Order([.. Enum.GetValues<Priority>().Select(priority => Task(priority.ToString().ToLowerInvariant()) with { Priority = priority })]));

    [Fact]
    public void The_more_complex_and_the_longer_start_first()
    {
        Assert.Equal("hard easy", Order(Task("easy") with { Complexity = 2 }, Task("hard") with { Complexity = 8 }));
        Assert.Equal("long short", Order(Task("short") with { Estimate = TimeSpan.FromMinutes(5) }, Task("long") with { Estimate = TimeSpan.FromHours(2) }));
    }

    [Fact]
    public void Equal_tasks_keep_the_order_of_the_plan() => Assert.Equal("z a m", Order(Task("z"), Task("a"), Task("m")));

    [Fact]
    public void The_score_weighs_forty_thirty_thirty()
    {
        var hour = TimeSpan.FromHours(1);
        Assert.Equal(1.0, ReadyOrder.Score(Task("x") with { Priority = Priority.Critical, Complexity = 10, Estimate = hour }, hour), 9);
        Assert.Equal(0.4, ReadyOrder.Score(Task("x") with { Priority = Priority.Critical, Complexity = 1, Estimate = TimeSpan.FromTicks(1) }, hour), 6);
        Assert.Equal(0.3, ReadyOrder.Score(Task("x") with { Priority = Priority.Low, Complexity = 10, Estimate = TimeSpan.FromTicks(1) }, hour), 6);
        Assert.Equal(0.3, ReadyOrder.Score(Task("x") with { Priority = Priority.Low, Complexity = 1, Estimate = hour }, hour), 6);
    }
}
