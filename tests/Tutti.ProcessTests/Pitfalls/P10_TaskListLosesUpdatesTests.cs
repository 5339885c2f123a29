using System.Text.Json.Nodes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P10: updates were lost in <c>tasks.json</c>.</summary>
public class P10_TaskListLosesUpdatesTests
{
    [Fact]
    public async Task What_somebody_else_writes_while_tasks_land_stays_beside_all_their_statuses()
    {
        const string path = ".taskmaster/tasks/tasks.json";
        var tasks = new JsonArray([.. Enumerable.Range(1, 8).Select(i => (JsonNode)new JsonObject
        {
            ["id"] = i % 2 == 0 ? i : $"{i}",
            ["title"] = $"Task {i}",
            ["description"] = "",
            ["status"] = "pending",
            ["dependencies"] = new JsonArray(),
            ["extra"] = $"kept {i}",
        })]);
        var list = new JsonObject { ["master"] = new JsonObject { ["tasks"] = tasks } }.ToJsonString();
        await using var lab = new SessionLab(
            settings: "max_agents: 8\nagents: { shell: { command: \"echo $TUTTI_TASK > f$TUTTI_TASK.txt; [ $TUTTI_TASK != 3 ] || { : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; }\" } }",
            files: [(path, list)]);
        var run = lab.Start("run", "1,2,3,4,5,6,7,8", "--display", "json");
        await run.UntilAsync("one task waits, the others are done", () => File.Exists(Path.Combine(lab.Out, "here")) && Statuses(lab, path).Count(s => s == "done") == 7);
        var now = JsonNode.Parse(lab.Read(path))!;
        now["master"]!["tasks"]!.AsArray().Add(new JsonObject { ["id"] = 99, ["title"] = "By a person", ["status"] = "pending", ["dependencies"] = new JsonArray() });
        lab.Write(path, now.ToJsonString());
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);

        var after = JsonNode.Parse(lab.Read(path))!["master"]!["tasks"]!.AsArray();
        Assert.Equal([.. Enumerable.Repeat("done", 8), "pending"], Statuses(lab, path));
        Assert.Equal("By a person", (string?)after[8]!["title"]);
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"kept {i}"), after.Take(8).Select(t => (string)t!["extra"]!));
        Assert.Equal("\"1\"", after[0]!["id"]!.ToJsonString());
        Assert.Equal("2", after[1]!["id"]!.ToJsonString());
    }

    private static string[] Statuses(SessionLab lab, string path) =>
        [.. JsonNode.Parse(lab.Read(path))!["master"]!["tasks"]!.AsArray().Select(t => (string)t!["status"]!)];
}
