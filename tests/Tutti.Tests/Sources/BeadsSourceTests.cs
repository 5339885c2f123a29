using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class BeadsSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SourceTasks Read(string text, string? tag = null) => new BeadsSource().Read(_folder.Write(".beads/issues.jsonl", text), tag);

    [Fact]
    public void An_export_is_read()
    {
        var list = Read(
            """
            {"id":"bd-1","title":"Epic","status":"open","priority":2,"issue_type":"epic"}
            {"id":"bd-2","title":"Part","description":"what","design":"how","acceptance_criteria":"- it works\n- it is fast","status":"in_progress","priority":0,"labels":["frontend"],"estimated_minutes":90,"dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1","type":"parent-child"},{"issue_id":"bd-2","depends_on_id":"bd-3","type":"blocks"},{"issue_id":"bd-2","depends_on_id":"bd-4","type":"related"}]}

            {"id":"bd-3","title":"Base","status":"closed","priority":1}
            {"id":"bd-4","title":"Odd","status":"team_word"}
            """);
        Assert.Equal(["bd-1", "bd-2", "bd-3", "bd-4"], list.Tasks.Select(task => task.Id));
        Assert.Equal(["bd-2"], list.Tasks[0].DependsOn);
        var part = list.Tasks[1];
        Assert.Equal(["bd-3"], part.DependsOn);
        Assert.Equal(("what\n\nhow", Priority.Critical, "frontend", TimeSpan.FromMinutes(90)), (part.Description, part.Priority, part.WorkType, part.Estimate));
        Assert.Equal(["it works", "it is fast"], part.AcceptanceCriteria);
        Assert.Equal([SourceStatus.Pending, SourceStatus.InProgress, SourceStatus.Done, SourceStatus.Blocked], list.Statuses.Values);
        Assert.Equal(["bd-1", "bd-2"], Selection.Choose(list, new([])).Tasks.Select(task => task.Id));
    }

    [Fact]
    public void A_time_that_nobody_means_is_none()
    {
        var list = Read(string.Join('\n', Enumerable.Range(1, 10).Select(n => $$"""{"id":"bd-{{n}}","estimated_minutes":2147483647,"dependencies":[{"depends_on_id":"{{(n > 1 ? $"bd-{n - 1}" : "")}}","type":"blocks"}]}""")));
        Assert.Equal(TimeSpan.FromMinutes(500), TaskGraph.Build(list.Tasks).PathLengthOf("bd-1"));
    }

    [Theory]
    [InlineData("{\"id\":\"a\"}\n{\"id\":", "source_broken", "issues.jsonl line 2 is not JSON")]
    [InlineData("{\"id\":\"a\"}\n\n{\"id\":\"a\"}", "task_duplicate", "issues.jsonl line 3")]
    [InlineData("[]", "task_id_invalid", "issues.jsonl line 1")]
    public void Wrong_lines_are_refused_with_their_number(string text, string code, string message)
    {
        var failure = SourceFolder.Refused(() => Read(text));
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_is_a_label() => Assert.Equal(["b"], Read("{\"id\":\"a\"}\n{\"id\":\"b\",\"labels\":[\"ui\"]}", "UI").Tasks.Select(task => task.Id));
}
