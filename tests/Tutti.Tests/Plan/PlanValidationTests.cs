using System.Diagnostics;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class PlanValidationTests
{
    [Fact]
    public void A_plan_that_can_be_run_has_nothing_wrong() => Assert.Empty(Check(Task("a"), Task("b", "a"), Task("c", "a", "b")));

    [Fact]
    public void An_empty_plan_is_refused() => Assert.Equal(["plan_empty"], Check().Select(failure => failure.Code));

    [Fact]
    public void An_id_that_is_there_twice_is_told_once()
    {
        var failure = Assert.Single(Check(Task("a"), Task("a"), Task("a")));
        Assert.Equal(("task_duplicate", "task id 'a' is there more than once (line of a)"), (failure.Code, failure.Message));
    }

    [Fact]
    public void An_unknown_dependency_hints_at_the_nearest_id()
    {
        var failure = Assert.Single(Check(Task("database"), Task("b", "databse")));
        Assert.Equal("task_unknown", failure.Code);
        Assert.Equal("task 'b' depends on 'databse', which is not in the plan (line of b)", failure.Message);
        Assert.Equal("did you mean 'database'?", failure.Hint);
    }

    [Fact]
    public void A_task_that_depends_on_itself_is_told_and_is_no_cycle() =>
        Assert.Equal(["task_depends_on_itself"], Check(Task("a", "a"), Task("b", "a")).Select(failure => failure.Code));

    [Fact]
    public void A_cycle_is_shown_in_the_order_of_waiting()
    {
        var failure = Assert.Single(Check(Task("x"), Task("behind", "a"), Task("a", "x", "b"), Task("b", "a")));
        Assert.Equal(("plan_cycle", "tasks wait for each other: a → b → a (line of a)"), (failure.Code, failure.Message));
    }

    [Fact]
    public void Each_of_two_cycles_is_told() =>
        Assert.Equal(
            ["tasks wait for each other: a → b → a", "tasks wait for each other: c → e → d → c"],
            Check(Task("a", "b"), Task("b", "a"), Task("c", "e"), Task("d", "c"), Task("e", "d")).Select(failure => failure.Message[..failure.Message.IndexOf(" (", StringComparison.Ordinal)]));

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Complexity_outside_1_to_10_is_refused(int complexity) =>
        Assert.Equal("task_complexity", Assert.Single(Check(Task("a") with { Complexity = complexity })).Code);

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("  ", "must not be empty")]
    [InlineData("a\nb", "must not hold control characters")]
    [InlineData(" a", "must not begin or end with a space")]
    public void An_id_that_cannot_be_one_is_refused(string id, string problem)
    {
        Assert.Equal(problem, PlanValidation.IdProblem(id));
        Assert.Equal("task_id", Assert.Single(Check(Task(id))).Code);
    }

    [Fact]
    public void An_id_may_have_200_characters_and_no_more()
    {
        Assert.Null(PlanValidation.IdProblem(new string('x', 200)));
        Assert.NotNull(PlanValidation.IdProblem(new string('x', 201)));
    }

    [Fact]
    public void Ids_with_the_same_branch_slug_are_fine() => Assert.Empty(Check(Task("Add auth"), Task("add-auth"), Task("add_auth"), Task("🎉")));

    [Fact]
    public void A_chain_of_10_000_tasks_and_its_closing_to_a_ring_take_no_recursion_and_little_time()
    {
        const int count = 10_000;
        var chain = Enumerable.Range(0, count).Select(i => i == 0 ? Task("0") : Task($"{i}", $"{i - 1}")).ToArray();
        var clock = Stopwatch.StartNew();
        Assert.Empty(Check(chain));
        chain[0] = Task("0", $"{count - 1}");
        var failure = Assert.Single(Check(chain));
        Assert.Equal("plan_cycle", failure.Code);
        Assert.Contains("… 9988 more …", failure.Message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Thousands_of_failures_are_cut_off_and_cost_little()
    {
        var clock = Stopwatch.StartNew();
        var failures = Check([.. Enumerable.Range(0, 10_000).Select(i => Task($"task-{i}", $"gone-{i}"))]);
        Assert.Equal(PlanValidation.MostFailures, failures.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    private static TaskSpec Task(string id, params string[] dependsOn) => new() { Id = id, Title = "t", DependsOn = dependsOn };

    private static IReadOnlyList<Failure> Check(params TaskSpec[] tasks) => PlanValidation.Check(new PlanSpec { Tasks = tasks }, id => $" (line of {id})");
}
