using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class IssuesSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SourceTasks Read(string json, string? tag = null) => new IssuesSource().Read(_folder.Write("issues.json", json), tag);

    [Fact]
    public void A_list_as_gh_prints_it_is_read_oldest_first()
    {
        var list = Read(
            """
            [
              {"body":"Depends on #12, #13 and #7.\r\n\r\nSteps","labels":[{"id":"L1","name":"priority: high","color":"f00"},{"name":"frontend"}],"milestone":{"number":1,"title":"v1"},"number":14,"state":"OPEN","title":"Add page"},
              {"body":"blocked by: https://github.com/o/2/issues/12 and see #99, other/repo#5","labels":[{"name":"P0"},{"name":"size/XL"}],"milestone":null,"number":13,"state":"OPEN","title":"b"},
              {"body":"","labels":[],"milestone":null,"number":12,"state":"CLOSED","title":"c"},
              {"number":7,"title":"d","labels":["in progress","area: docs"]}
            ]
            """);
        Assert.Equal(["7", "12", "13", "14"], list.Tasks.Select(task => task.Id));
        var task = list.Tasks[3];
        Assert.Equal(("Add page", Priority.High, "frontend", "v1"), (task.Title, task.Priority, task.WorkType, task.Milestone));
        Assert.Equal(["12", "13", "7"], task.DependsOn);
        Assert.StartsWith("Depends on #12, #13 and #7.\n\nSteps", task.Description, StringComparison.Ordinal);
        Assert.Equal(["12"], list.Tasks[2].DependsOn);
        Assert.Equal((Priority.Critical, 10), (list.Tasks[2].Priority, list.Tasks[2].Complexity));
        Assert.Equal((SourceStatus.Done, SourceStatus.InProgress, "docs"), (list.Statuses["12"], list.Statuses["7"], list.Tasks[0].WorkType));
        Assert.Equal("14", Assert.Single(Selection.Choose(list with { Tasks = [.. list.Tasks] }, new(["14", "13", "7"])).Tasks, chosen => chosen.Id == "14").Id);
    }

    [Fact]
    public void A_number_that_is_there_twice_is_refused_however_it_is_written() =>
        Assert.Equal("task_duplicate", Assert.Throws<FailureException>(() => Read("""[{"number":5,"title":"a"},{"number":"05","title":"b"}]""")).Failure.Code);

    [Theory]
    [InlineData("priority: high", Priority.High)]
    [InlineData("priority/critical", Priority.Critical)]
    [InlineData("Priority: 1", Priority.High)]
    [InlineData("P3", Priority.Low)]
    [InlineData("low priority", Priority.Low)]
    [InlineData("urgent", Priority.Critical)]
    [InlineData("2", Priority.Medium)]
    [InlineData("bug", Priority.Medium)]
    public void Labels_tell_the_priority(string label, Priority priority) =>
        Assert.Equal(priority, Read($$"""[{"number":1,"title":"x","labels":[{"name":"{{label}}"}]}]""").Tasks[0].Priority);

    [Fact]
    public void A_tag_is_a_label()
    {
        Assert.Equal(["2"], Read("""[{"number":1,"title":"x"},{"number":2,"title":"x","labels":[{"name":"Ready"}]}]""", "ready").Tasks.Select(task => task.Id));
        Assert.Equal("tag_unknown", SourceFolder.Refused(() => Read("""[{"number":1,"title":"x"}]""", "ready")).Code);
    }

    [Theory]
    [InlineData("{\"number\": 1}", "source_broken", "a list of issues is an array")]
    [InlineData("[{\"title\": \"x\"}]", "task_id_invalid", "no number")]
    [InlineData("[\n{\"number\": \"x\"}]", "task_id_invalid", "issues.json line 2")]
    [InlineData("[{\"number\":1},{\"number\":1}]", "task_duplicate", "issue 1 is there twice")]
    [InlineData("[7]", "task_id_invalid", "no number")]
    public void Wrong_lists_are_refused(string json, string code, string message)
    {
        var failure = SourceFolder.Refused(() => Read(json));
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_issue_that_waits_for_one_that_was_not_listed_says_how_to_list_it()
    {
        var failure = SourceFolder.Refused(() => Selection.Choose(Read("""[{"number":2,"title":"x","body":"requires #1"}]"""), new(["2"])));
        Assert.Equal("task_unknown", failure.Code);
        Assert.Contains("--state all", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_made_to_slow_down_a_pattern_does_not() =>
        Assert.Single(Read($$"""[{"number":2,"title":"x","body":"{{string.Concat(Enumerable.Repeat("depends on " + new string(' ', 500) + "#x ", 2000))}}"}]""").Tasks);
}
