using System.Text;
using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class TaskMasterTellTests : IDisposable
{
    private const string Now = "2026-11-21T10:00:00.123Z";

    private readonly SourceFolder _folder = new();
    private readonly TaskMasterSource _source = new(new FixedClock());

    public void Dispose() => _folder.Dispose();

    private string Tell(string json, string id, SourceStatus status, string? tag = null)
    {
        var file = _folder.Write(".taskmaster/tasks/tasks.json", json);
        _source.Tell(file, tag, id, status);
        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!)); // no lock, nothing beside it
        return Encoding.UTF8.GetString(File.ReadAllBytes(file));
    }

    [Fact]
    public void Only_status_and_time_of_that_task_change()
    {
        var before = SourceFolder.Captured("tasks.after-parse-prd.json");
        var expected = before.Replace(
            "\"dependencies\": [\n          \"5\"\n        ],\n        \"status\": \"pending\",\n        \"subtasks\": [],\n        \"updatedAt\": \"2026-11-21T09:44:54.206Z\"",
            $"\"dependencies\": [\n          \"5\"\n        ],\n        \"status\": \"in-progress\",\n        \"subtasks\": [],\n        \"updatedAt\": \"{Now}\"");
        Assert.NotEqual(before, expected);
        Assert.Equal(expected, Tell(before, "6", SourceStatus.InProgress));
    }

    [Fact]
    public void A_missing_time_is_added_behind_the_status_in_the_style_of_the_file()
    {
        var before = SourceFolder.Captured("tasks.created.json");
        var after = Tell(before, "1.2", SourceStatus.Done);
        var at = before.IndexOf("\"status\": \"pending\"", before.IndexOf("Grammar", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(
            string.Concat(before.AsSpan(0, at), $"\"status\": \"done\",\n            \"updatedAt\": \"{Now}\"", before.AsSpan(at + "\"status\": \"pending\"".Length)),
            after);
        Assert.Equal(SourceStatus.Done, _source.Read(Path.Combine(_folder.Root, ".taskmaster/tasks/tasks.json"), null).Statuses["1.2"]);
    }

    [Theory]
    [InlineData("{\"tasks\":[{\"id\":1.0,\"status\":\"done\",\"n\":1e400},{\"id\":\"2\",\"status\":\"p\\u0065nding\",\"updatedAt\":7}]}", "{\"tasks\":[{\"id\":1.0,\"status\":\"done\",\"n\":1e400},{\"id\":\"2\",\"status\":\"review\",\"updatedAt\":\"" + Now + "\"}]}")]
    [InlineData("{\"tasks\":[{\"id\":2}]}\n\n", "{\"tasks\":[{\"id\":2,\"status\":\"review\",\"updatedAt\":\"" + Now + "\"}]}\n\n")]
    [InlineData("{\"tasks\": [ { \"id\" : 2, \"status\" : null, \"x\": \"\\u00e9 é \\ud83d\" } ] }", "{\"tasks\": [ { \"id\" : 2, \"status\" : \"review\", \"updatedAt\" : \"" + Now + "\", \"x\": \"\\u00e9 é \\ud83d\" } ] }")]
    [InlineData("\uFEFF{\r\n\t\"tasks\": [{\r\n\t\t\"status\": \"pending\",\r\n\t\t\"id\": 2\r\n\t}]\r\n}", "\uFEFF{\r\n\t\"tasks\": [{\r\n\t\t\"status\": \"review\",\r\n\t\t\"updatedAt\": \"" + Now + "\",\r\n\t\t\"id\": 2\r\n\t}]\r\n}")]
    public void Every_other_byte_stays(string before, string after) => Assert.Equal(after, Tell(before, "2", SourceStatus.Review));

    [Fact]
    public void The_tag_that_is_meant_is_changed()
    {
        Assert.Equal(Two("pending", "", "done", Now), Tell(Two("pending", "", "pending", ""), "1", SourceStatus.Done, "b"));
        Assert.Equal(Two("done", Now, "pending", ""), Tell(Two("pending", "", "pending", ""), "1", SourceStatus.Done, "a"));
    }

    private static string Two(string a, string at, string b, string bt) =>
        $$$"""{"a":{"tasks":[{"id":1,"status":"{{{a}}}","updatedAt":"{{{at}}}"}]},"b":{"tasks":[{"id":1,"status":"{{{b}}}","updatedAt":"{{{bt}}}"}]}}""";

    [Theory]
    [InlineData("{\"tasks\":[{\"id\":1,\"status\":\"done\"}]}")]
    [InlineData("{\"tasks\":[{\"id\":1,\"status\":\"completed\"}]}")]
    public void A_status_that_stands_there_already_writes_nothing(string json) => Assert.Equal(json, Tell(json, "1", SourceStatus.Done));

    // Task Master's `move` gives a task another id, and the id of the last one that was removed goes to the next that is added.
    [Theory]
    [InlineData("""{"tasks":[{"id":2,"title":"A","status":"pending"},{"id":1,"title":"B","status":"pending"}]}""", "1", "A", "2")]
    [InlineData("""{"tasks":[{"id":7,"title":" A ","status":"review"}]}""", "1", "A", "7")]
    [InlineData("""{"tasks":[{"id":1,"title":"A, edited","status":"review"}]}""", "1", "A", "1")]
    [InlineData("""{"tasks":[{"id":1,"status":"pending"}]}""", "1", "Task 1", "1")]
    [InlineData("""{"tasks":[{"id":5,"title":"P","subtasks":[{"id":1,"title":"A","status":"pending"},{"id":2,"title":"B","status":"pending"}]}]}""", "5.2", "A", "5.1")]
    [InlineData("""{"tasks":[{"id":1,"title":"B","status":"pending"}]}""", "1", "A", null)]
    [InlineData("""{"tasks":[{"id":2,"title":"A","status":"review"},{"id":3,"title":"A","status":"review"}]}""", "1", "A", null)]
    public void A_task_is_known_by_its_title_where_its_id_is_another_ones_now(string json, string id, string title, string? told)
    {
        var file = _folder.Write(".taskmaster/tasks/tasks.json", json);
        if (told is null)
            Assert.Equal("task_unknown", SourceFolder.Refused(() => _source.Tell(file, null, id, SourceStatus.Done, title)).Code);
        else
            _source.Tell(file, null, id, SourceStatus.Done, title);

        var done = _source.Read(file, null).Statuses.Where(task => task.Value == SourceStatus.Done).Select(task => task.Key);
        Assert.Equal(told is null ? [] : [told], done);
    }

    [Fact]
    public void A_task_or_tag_that_is_gone_is_a_failure_and_leaves_the_file()
    {
        const string json = """{"master":{"tasks":[{"id":1,"status":"pending"}]}}""";
        Assert.Equal("task_unknown", SourceFolder.Refused(() => Tell(json, "9", SourceStatus.Done)).Code);
        Assert.Equal("task_unknown", SourceFolder.Refused(() => Tell(json, "1.1", SourceStatus.Done)).Code);
        Assert.Equal("tag_unknown", SourceFolder.Refused(() => Tell(json, "1", SourceStatus.Done, "x")).Code);
        Assert.Equal(json, File.ReadAllText(Path.Combine(_folder.Root, ".taskmaster/tasks/tasks.json")));
        Assert.Equal("source_missing", SourceFolder.Refused(() => _source.Tell(Path.Combine(_folder.Root, "no/tasks.json"), null, "1", SourceStatus.Done)).Code);
    }

    [Fact]
    public void Mode_and_symbolic_link_are_kept()
    {
        if (OperatingSystem.IsWindows())
            return;
        var target = _folder.Write("elsewhere/real.json", """{"tasks":[{"id":1,"status":"pending"}]}""");
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var link = Path.Combine(_folder.Root, "tasks.json");
        File.CreateSymbolicLink(link, "elsewhere/real.json");
        _source.Tell(link, null, "1", SourceStatus.Done);
        Assert.Equal("elsewhere/real.json", new FileInfo(link).LinkTarget);
        Assert.Contains("\"done\"", File.ReadAllText(target), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(target));
    }

    [Fact]
    public void A_file_that_somebody_made_read_only_is_not_replaced()
    {
        if (OperatingSystem.IsWindows())
            return;
        const string json = """{"tasks":[{"id":1,"status":"pending"}]}""";
        var file = _folder.Write("tasks.json", json);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);

        var failure = SourceFolder.Refused(() => _source.Tell(file, null, "1", SourceStatus.Done));

        Assert.Equal(("source_not_written", $"{file} is read-only"), (failure.Code, failure.Message));
        Assert.Equal(json, File.ReadAllText(file));
    }

    // An editor asks for no lock; what it saved while Tutti wrote its own copy was lost.
    [Fact]
    public void What_somebody_saves_meanwhile_is_kept()
    {
        var file = _folder.Write("tasks.json", "before");
        var rounds = 0;

        SourceFile.Update(file, bytes =>
        {
            if (rounds++ == 0)
                File.WriteAllText(file, "edited");
            return [.. bytes, (byte)'!'];
        });

        Assert.Equal(("edited!", 2), (File.ReadAllText(file), rounds));
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 10, 0, 0, 123, TimeSpan.Zero);
    }
}
