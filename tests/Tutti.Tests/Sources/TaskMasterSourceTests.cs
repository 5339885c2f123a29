using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class TaskMasterSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();
    private readonly TaskMasterSource _source = new(TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    private SourceTasks Read(string json, string? tag = null) => _source.Read(_folder.Write(".taskmaster/tasks/tasks.json", json), tag);

    private static string Shape(IEnumerable<TaskSpec> tasks) =>
        string.Join(' ', tasks.Select(task => task.DependsOn.Count == 0 ? task.Id : $"{task.Id}<{string.Join(',', task.DependsOn)}"));

    [Fact]
    public void A_real_file_with_number_ids_is_read()
    {
        var list = Read(SourceFolder.Captured("tasks.created.json"));
        Assert.Equal("master", list.Tag);
        Assert.Equal("1 2<1 3<2", Shape(list.Tasks));
        Assert.Equal("1.1 1.2<1.1", Shape(list.Subtasks["1"]));
        Assert.Equal([Priority.High, Priority.Medium, Priority.Low], list.Tasks.Select(task => task.Priority));
        Assert.Equal("A parser for X\n\nUse recursive descent\n\nSubtasks:\n- [ ] 1.1 Tokenizer\n  Lex the input\n- [ ] 1.2 Grammar\n  Rules", list.Tasks[0].Description);
        Assert.All(list.Statuses.Values, status => Assert.Equal(SourceStatus.Pending, status));
    }

    [Fact]
    public void A_real_file_after_status_changes_and_one_with_string_ids_are_read()
    {
        var after = Read(SourceFolder.Captured("tasks.after.json"));
        Assert.Equal([SourceStatus.Done, SourceStatus.Done, SourceStatus.Pending], new[] { "1", "1.1", "1.2" }.Select(id => after.Statuses[id]));
        var strings = Read(SourceFolder.Captured("tasks.after-parse-prd.json"));
        Assert.Equal("5 6<5 7<5", Shape(strings.Tasks));
        Assert.Equal("a\n\nd\n\nTest strategy: t", strings.Tasks[0].Description);
        Assert.Empty(Read(SourceFolder.Captured("tasks.after-parse-prd.json"), "feature-a").Tasks);
    }

    [Fact]
    public void The_tag_comes_from_the_option_then_the_state_then_master()
    {
        const string json = """{"master": {"tasks": [{"id": 1, "title": "m"}]}, "x": {"tasks": [{"id": 1, "title": "x"}]}}""";
        Assert.Equal("m", Read(json).Tasks[0].Title);
        _folder.Write(".taskmaster/state.json", """{"currentTag": "x"}""");
        Assert.Equal(("x", "x"), (Read(json).Tasks[0].Title, Read(json).Tag));
        Assert.Equal("m", Read(json, "master").Tasks[0].Title);
        _folder.Write(".taskmaster/state.json", """{"currentTag": "gone"}""");
        Assert.Equal("m", Read(json).Tasks[0].Title);
        _folder.Write(".taskmaster/state.json", "{ broken");
        Assert.Equal("m", Read(json).Tasks[0].Title);
        var failure = SourceFolder.Refused(() => Read(json, "mastr"));
        Assert.Equal(("tag_unknown", "did you mean 'master'?"), (failure.Code, failure.Hint));
    }

    [Fact]
    public void Where_the_tag_has_no_tasks_the_others_that_have_are_named()
    {
        var file = _folder.Write("tasks.json", """{"master":{"tasks":[]},"login":{"tasks":[{"id":1,"title":"A","status":"pending"}]},"empty":{"tasks":[]}}""");
        var list = TaskSources.Named("taskmaster").Read(file, null);
        Assert.Equal(["login"], list.OtherTags);
        var failure = SourceFolder.Refused(() => Selection.Choose(list, new SelectionRequest([])));
        Assert.Equal(($"no task of {file} is left to run: it has no tasks of tag master", "other tags have some: --tag login"), (failure.Message, failure.Hint));
    }

    [Fact]
    public void An_old_file_without_tags_is_read()
    {
        var list = Read("""{"tasks": [{"id": "5", "title": "a", "status": "completed", "dependencies": []}], "metadata": {}}""");
        Assert.Null(list.Tag);
        Assert.Equal(SourceStatus.Done, list.Statuses["5"]);
    }

    [Fact]
    public void Every_field_finds_its_place()
    {
        _folder.Write(".taskmaster/reports/task-complexity-report.json", """{"complexityAnalysis": [{"taskId": 7, "complexityScore": 7.5}, {"taskId": 8, "complexityScore": 3}]}""");
        var list = Read(
            """
            {"master": {"tasks": [
              {"id": 7, "title": " Do\nit ", "status": "in-progress", "dependencies": ["8.1", 8, null], "priority": "HIGH",
               "relevantFiles": [{"path": "src/a.ts", "description": "the parser", "action": "modify"}, "src/b.ts", {"path": "../../etc/passwd"}, {"path": "/etc/passwd"}],
               "acceptanceCriteria": "- one\n2. two\n\n"},
              {"id": 8, "title": "b", "complexity": 9, "acceptanceCriteria": ["three"], "subtasks": [
                {"id": 1, "title": "s1"}, {"id": 2, "title": "s2", "dependencies": [1, "7"]}, {"id": "8.3", "title": "s3", "dependencies": ["2"], "status": "cancelled"}]}
            ]}}
            """);
        var task = list.Tasks[0];
        Assert.Equal("Do it", task.Title);
        Assert.Equal(["8.1", "8"], task.DependsOn);
        Assert.Equal(["src/a.ts", "src/b.ts"], task.Files);
        Assert.Equal(["one", "two"], task.AcceptanceCriteria);
        Assert.Equal((Priority.High, 8, 9), (task.Priority, task.Complexity, list.Tasks[1].Complexity));
        Assert.StartsWith("Relevant files:\n- src/a.ts (modify): the parser\n- src/b.ts\n- ../../etc/passwd", task.Description, StringComparison.Ordinal);
        Assert.Equal("8.1 8.2<8.1,7 8.3<8.2", Shape(list.Subtasks["8"]));
        Assert.Equal((SourceStatus.InProgress, SourceStatus.Cancelled), (list.Statuses["7"], list.Statuses["8.3"]));
    }

    [Fact]
    public void The_report_of_a_tag_is_its_own()
    {
        _folder.Write(".taskmaster/reports/task-complexity-report.json", """{"complexityAnalysis": [{"taskId": 1, "complexityScore": 9}]}""");
        _folder.Write(".taskmaster/reports/task-complexity-report_x.json", """{"complexityAnalysis": [{"taskId": 1, "complexityScore": 2}]}""");
        const string json = """{"x": {"tasks": [{"id": 1, "title": "x"}]}, "y": {"tasks": [{"id": 1, "title": "x"}]}}""";
        Assert.Equal((2, 5), (Read(json, "x").Tasks[0].Complexity, Read(json, "y").Tasks[0].Complexity));
        _folder.Write(".taskmaster/reports/task-complexity-report_x.json", "[");
        Assert.Equal(5, Read(json, "x").Tasks[0].Complexity);
    }

    [Theory]
    [InlineData("{\"master\": {\"tasks\": [\n{\"id\": 1,}]}}", "source_broken", "line 2 is not JSON")]
    [InlineData("", "source_broken", "line 1 is not JSON")]
    [InlineData("[]", "source_broken", "a task list of Task Master is an object with tags (")]
    [InlineData("{}", "source_broken", "there is no list of tasks (")]
    [InlineData("{\"master\": {\"tasks\": [\n\n{\"title\": \"x\"}]}}", "task_id_invalid", "a task has no id (")]
    [InlineData("{\"master\": {\"tasks\": [{\"id\": \"a\\u0000b\"}]}}", "task_id_invalid", "a task has an id that cannot be used (")]
    [InlineData("{\"master\": {\"tasks\": [{\"id\": 1},\n{\"id\": \"1\"}]}}", "task_duplicate", "the id '1' is there twice (")]
    [InlineData("{\"master\": {\"tasks\": [{\"id\": 1, \"status\": \"dnoe\"}]}}", "status_unknown", "task 1 has the unknown status 'dnoe' (")]
    [InlineData("{\"\\ud800\": 1}", "source_broken", "line 1 is not JSON")]
    public void What_is_wrong_is_said_with_its_line(string json, string code, string message)
    {
        var failure = SourceFolder.Refused(() => Read(json));
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains("tasks.json line", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_of_a_task_is_exact()
    {
        var failure = SourceFolder.Refused(() => Read("{\"master\": {\"tasks\": [\n{\"id\": 1},\n\n{\"id\": 1}]}}"));
        Assert.EndsWith("tasks.json line 4)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_content_is_read_or_refused_but_never_crashes()
    {
        var list = Read("{\"master\": {\"tasks\": [{\"id\": 1, \"title\": \"\\ud83d\", \"description\": \"--upload-pack=x\", \"dependencies\": [{}, [], true], \"subtasks\": {}, \"relevantFiles\": [1, null, {}]}]}}");
        Assert.Equal("\\ud83d", list.Tasks[0].Title);
        Assert.Equal(300, Read($"{{\"master\": {{\"tasks\": [{{\"id\": 1, \"title\": \"{new string('x', 5000)}\"}}]}}}}").Tasks[0].Title.Length);
        Assert.Equal("source_broken", SourceFolder.Refused(() => Read(new string('[', 100_000))).Code);
        Assert.Equal("source_too_large", SourceFolder.Refused(() => Read(new string(' ', 33 * 1024 * 1024))).Code);
        Assert.Equal("source_missing", SourceFolder.Refused(() => _source.Read(Path.Combine(_folder.Root, "no.json"), null)).Code);
        Assert.Contains("is a folder", SourceFolder.Refused(() => _source.Read(_folder.Root, null)).Message, StringComparison.Ordinal);
        Assert.Equal("Task 3", Read("\uFEFF{\"master\": {\"tasks\": [{\"id\": 3}]}}").Tasks[0].Title);
    }

    [Fact]
    public void Any_cut_or_garbled_file_is_a_failure_with_words()
    {
        var text = SourceFolder.Captured("tasks.after.json");
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var bent = text[..random.Next(text.Length)] + (random.Next(2) == 0 ? "" : text[random.Next(text.Length)..]);
            try
            {
                Read(bent);
            }
            catch (Core.FailureException e)
            {
                Assert.Contains("tasks.json", e.Failure.Message, StringComparison.Ordinal);
            }
        }
    }
}
