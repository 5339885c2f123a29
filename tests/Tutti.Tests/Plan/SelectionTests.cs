using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class SelectionTests
{
    private static TaskSpec Task(string id, params string[] dependsOn) => new() { Id = id, Title = $"Do {id}", Description = $"About {id}", DependsOn = dependsOn };

    private static SourceTasks List(IReadOnlyList<TaskSpec> tasks, IReadOnlyDictionary<string, IReadOnlyList<TaskSpec>>? subtasks = null, params (string Id, SourceStatus Status)[] statuses)
    {
        var all = tasks.Concat(subtasks?.Values.SelectMany(list => list) ?? []).ToDictionary(task => task.Id, _ => SourceStatus.Pending);
        foreach (var (id, status) in statuses)
            all[id] = status;
        return new SourceTasks("taskmaster", "tasks.json", null, tasks, all, subtasks ?? new Dictionary<string, IReadOnlyList<TaskSpec>>());
    }

    // 5 depends on 3 and has parts 5.1, 5.2 (after 5.1) and 5.3 (cancelled).
    private static SourceTasks WithParts(params (string Id, SourceStatus Status)[] statuses) => List(
        [Task("3"), Task("5", "3"), Task("6", "5.2")],
        new Dictionary<string, IReadOnlyList<TaskSpec>> { ["5"] = [Task("5.1"), Task("5.2", "5.1"), Task("5.3")] },
        [("5.3", SourceStatus.Cancelled), .. statuses]);

    private static SelectedTasks Choose(SourceTasks source, params string[] ids) => Selection.Choose(source, new SelectionRequest(ids));

    private static string Shape(SelectedTasks selected) =>
        string.Join(' ', selected.Tasks.Select(task => task.DependsOn.Count == 0 ? task.Id : $"{task.Id}<{string.Join(',', task.DependsOn)}"));

    private static Failure Refused(Action choose) => Assert.Throws<FailureException>(choose).Failure;

    [Theory]
    [InlineData("8 9 14")]
    [InlineData("8,9,14")]
    [InlineData("8, 9,,14 8")]
    public void Ids_may_be_separated_by_blanks_or_commas(string words)
    {
        Assert.Equal(["8", "9", "14"], Selection.ParseIds([words]));
        Assert.Equal(["8", "9", "14"], Selection.ParseIds(words.Split(' ')));
        Assert.True(Selection.AreNumbers([words]));
    }

    [Theory]
    [InlineData("Add login", false)]
    [InlineData("5.2", true)]
    [InlineData("8 apples", false)]
    [InlineData("", false)]
    [InlineData(".5", false)]
    public void Numbers_are_told_from_a_request(string words, bool numbers) => Assert.Equal(numbers, Selection.AreNumbers([words]));

    [Fact]
    public void Dependencies_that_are_done_are_dropped_and_others_kept() => Assert.Equal(
        "2 3<2", Shape(Choose(List([Task("1"), Task("2", "1"), Task("3", "2", "1")], null, ("1", SourceStatus.Done)), "2", "3")));

    [Fact]
    public void A_named_task_whose_dependency_is_open_and_not_named_is_refused()
    {
        var failure = Refused(() => Choose(List([Task("5"), Task("8", "5")]), "8"));
        Assert.Equal(("dependency_not_selected", "add 5, or finish it first"), (failure.Code, failure.Hint));
        Assert.Equal("task 8 depends on 5, which is pending and not selected", failure.Message);
    }

    [Fact]
    public void An_unknown_id_is_refused_with_the_nearest()
    {
        var failure = Refused(() => Choose(List([Task("login"), Task("logout")]), "logn"));
        Assert.Equal(("task_unknown", "did you mean 'login'?"), (failure.Code, failure.Hint));
        Assert.Equal("task_unknown", Refused(() => Choose(List([Task("a", "zzzzzzzz")]), "a")).Code);
    }

    [Fact]
    public void All_available_tasks_leave_out_what_waits_for_something_that_does_not_run()
    {
        var selected = Choose(List(
            [Task("1"), Task("2", "9"), Task("3", "2"), Task("4"), Task("5"), Task("6"), Task("7", "1"), Task("8", "0"), Task("9")],
            null,
            ("9", SourceStatus.Deferred),
            ("4", SourceStatus.Done),
            ("5", SourceStatus.Cancelled),
            ("6", SourceStatus.InProgress)));
        Assert.Equal("1 6 7<1", Shape(selected));
        Assert.Equal(
            ["task 2 waits for 9, which is deferred; left out", "task 8 waits for 0, which is not in tasks.json; left out", "task 3 waits for 2, which is left out; left out"],
            selected.Notes);
    }

    [Fact]
    public void What_could_be_run_without_a_word_is_looked_at_with_what_stands_aside()
    {
        var (tasks, notes) = Selection.Runnable(List(
            [Task("1"), Task("2", "9"), Task("3", "1"), Task("4"), Task("9"), Task("10")],
            null,
            ("4", SourceStatus.Deferred),
            ("9", SourceStatus.Cancelled),
            ("10", SourceStatus.Cancelled),
            ("1", SourceStatus.Done)));
        Assert.Equal("3", Shape(new SelectedTasks(tasks, notes, new Dictionary<string, IReadOnlyList<string>>())));
        Assert.Equal(["task 2 waits for 9, which is cancelled; left out", "1 deferred, 2 cancelled; left out"], notes);
        Assert.Empty(Selection.Runnable(List([Task("1")], null, ("1", SourceStatus.Done))).Tasks);
    }

    [Fact]
    public void Priority_and_milestone_narrow_the_choice()
    {
        var list = List([Task("1") with { Priority = Priority.High }, Task("2") with { Milestone = "V1" }, Task("3", "1") with { Priority = Priority.Critical }]);
        Assert.Equal("1 3<1", Shape(Selection.Choose(list, new([], [Priority.High, Priority.Critical]))));
        Assert.Equal("2", Shape(Selection.Choose(list, new([], Milestone: "v1"))));
        var waiting = Refused(() => Selection.Choose(list, new([], [Priority.Critical])));
        Assert.Equal(("nothing_to_do", "no task of tasks.json is left to run: task 3 waits for 1, which is pending and not selected; left out"), (waiting.Code, waiting.Message));
    }

    [Fact]
    public void Nothing_left_says_what_there_is()
    {
        Assert.Equal("no task of tasks.json is left to run: 1 done, 1 blocked", Refused(() => Choose(List([Task("1"), Task("2")], null, ("1", SourceStatus.Done), ("2", SourceStatus.Blocked)))).Message);
        Assert.Equal("no task of tasks.json is left to run: it has no tasks", Refused(() => Choose(List([]))).Message);
        Assert.Equal("no task of tasks.json is left to run: task 1 is done already; left out", Refused(() => Choose(List([Task("1")], null, ("1", SourceStatus.Done)), "1")).Message);
    }

    [Fact]
    public void A_deferred_or_blocked_task_runs_when_it_is_named() => Assert.Equal("1", Shape(Choose(List([Task("1")], null, ("1", SourceStatus.Blocked)), "1")));

    [Fact]
    public void A_single_task_runs_as_its_open_subtasks_with_the_parents_description()
    {
        var selected = Choose(WithParts(("3", SourceStatus.Done)), "5");
        Assert.Equal("5.1 5.2<5.1", Shape(selected));
        Assert.Equal(["5.1", "5.2"], selected.Parents["5"]);
        Assert.Contains("About 5.1", selected.Tasks[0].Description, StringComparison.Ordinal);
        Assert.EndsWith("About 5", selected.Tasks[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_parent_waits_for_its_subtasks_wait_for()
    {
        Assert.Equal("dependency_not_selected", Refused(() => Choose(WithParts(), "5")).Code);
        Assert.Equal("dependency_not_selected", Refused(() => Choose(WithParts(("5.1", SourceStatus.Done)), "5.2")).Code);
        Assert.Equal("3 5.1<3", Shape(Choose(WithParts(), "3", "5.1")));
    }

    [Fact]
    public void A_subtask_can_be_named_and_its_parent_is_done_only_with_the_last_one()
    {
        var first = Choose(WithParts(("3", SourceStatus.Done)), "5.1");
        Assert.Equal("5.1", Shape(first));
        Assert.Empty(first.Parents);
        var last = Choose(WithParts(("3", SourceStatus.Done), ("5.1", SourceStatus.Done)), "5.2");
        Assert.Equal(["5.2"], last.Parents["5"]);
        Assert.Equal("dependency_not_selected", Refused(() => Choose(WithParts(("3", SourceStatus.Done)), "5.2")).Code);
    }

    [Fact]
    public void Several_tasks_run_whole_and_stand_in_for_their_subtasks()
    {
        var selected = Choose(WithParts(), "3", "5", "6", "5.1");
        Assert.Equal("3 5<3 6<5", Shape(selected));
        Assert.Equal(["task 5.1 is part of task 5; left out"], selected.Notes);
        Assert.Equal("3 5<3 6<5", Shape(Choose(WithParts())));
        Assert.Equal("5.1 5.2<5.1 6<5.2", Shape(Choose(WithParts(("3", SourceStatus.Done)), "5.1", "5.2", "6")));
    }

    [Fact]
    public void Ten_thousand_tasks_in_a_line_that_wait_for_a_deferred_one_are_no_problem()
    {
        var tasks = Enumerable.Range(0, 10_000).Select(i => i == 0 ? Task("0") : Task($"{i}", $"{i - 1}")).Append(Task("free")).ToList();
        var selected = Choose(List(tasks, null, ("0", SourceStatus.Deferred)));
        Assert.Equal("free", Shape(selected));
        Assert.Equal(21, selected.Notes.Count);
    }
}
