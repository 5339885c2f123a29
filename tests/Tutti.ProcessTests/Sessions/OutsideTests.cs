using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class OutsideTests
{
    [Fact]
    public async Task Task_Master_is_told_of_each_task_and_everything_else_in_its_file_stays()
    {
        const string list = """
            {
              "master": {
                "tasks": [
                  { "id": 1, "title": "One", "description": "first", "status": "pending", "dependencies": [], "priority": "high", "custom": { "kept": true } },
                  { "id": "2", "title": "Two", "description": "second", "status": "pending", "dependencies": [1] },
                  { "id": 3, "title": "Three", "description": "third", "status": "deferred", "dependencies": [] }
                ],
                "metadata": { "made": "by hand" }
              },
              "other": { "tasks": [ { "id": 1, "title": "Elsewhere", "description": "", "status": "pending", "dependencies": [] } ] }
            }
            """;
        await using var lab = new SessionLab(
            settings: "agents: { shell: { command: \"echo $TUTTI_TASK > task-$TUTTI_TASK.txt; cp @OUT@/../repo/.taskmaster/tasks/tasks.json @OUT@/while-$TUTTI_TASK.json\" } }",
            files: [(".taskmaster/tasks/tasks.json", list)]);
        var ran = (await lab.Start("run", "1", "2", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "1", "2");
        var now = JsonNode.Parse(lab.Read(".taskmaster/tasks/tasks.json"))!;
        Assert.Equal(["done", "done", "deferred"], Statuses(now["master"]!));
        Assert.Equal(["pending"], Statuses(now["other"]!));
        Assert.True((bool)now["master"]!["tasks"]![0]!["custom"]!["kept"]!);
        Assert.Equal("by hand", (string?)now["master"]!["metadata"]!["made"]);
        Assert.Equal("done", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(lab.Out, "while-2.json")))!["master"]!["tasks"]![0]!["status"]);
        Assert.Contains(ran.Of("source.told"), told => (string?)told["data"]!["phase"] == "running");
    }

    [Fact]
    public async Task Hooks_get_json_on_stdin_at_start_at_each_task_and_at_the_end_and_cannot_spoil_anything()
    {
        await using var lab = new SessionLab(settings: "hooks: { session_start: \"cat > @OUT@/start\", task_done: \"cat >> @OUT@/task; echo >> @OUT@/task; exit 1\", session_end: \"cat > @OUT@/end\" }");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
              - { id: b, title: B, run: "echo b > b.txt" }
            """)).Exits(0);
        Assert.Equal(ran.State.Id, (string?)Json("start")["session"]);
        var tasks = lab.Marks("task").Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!["task"]!).ToList();
        Assert.Equal(["a", "b"], tasks.Select(task => (string)task["id"]!).Order());
        Assert.All(tasks, task => Assert.Equal("done", (string?)task["state"]));
        Assert.Equal(("completed", 0, 2), ((string?)Json("end")["status"], (int)Json("end")["exit_code"]!, (int)Json("end")["done"]!));
        JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(lab.Out, name)))!;
    }

    [Fact]
    public async Task A_plan_with_a_cycle_is_refused_with_its_line_and_exit_code_2()
    {
        await using var lab = new SessionLab();
        var ran = await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, depends_on: [b], run: x }\n  - { id: b, title: B, depends_on: [a], run: x }\n");
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("line 2", ran.Stderr);
        Assert.False(Directory.Exists(lab.State));
    }

    [Fact]
    public async Task Outside_a_repository_and_without_an_identity_nothing_starts()
    {
        await using var lab = new SessionLab();
        lab.Git("config", "--unset", "user.email");
        lab.Git("config", "user.useConfigOnly", "true");
        var ran = await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n");
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("user.email", ran.Stderr);
        Assert.Empty(lab.Sessions);
    }

    [Fact]
    public async Task A_session_in_a_linked_worktree_lands_where_that_worktree_is()
    {
        await using var lab = new SessionLab();
        var linked = Path.Combine(lab.Folder, "linked");
        lab.Git("worktree", "add", "-q", "-b", "side", linked);
        var plan = lab.Plan("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n");
        var result = lab.Run(linked, TuttiRun.Program, "run", "--plan", plan, "--display", "json");
        Assert.True(result.ExitCode == 0, result.Error + result.Text);
        Assert.Equal("a\n", File.ReadAllText(Path.Combine(linked, "a.txt")));
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("", lab.GitIn(linked, "status", "--porcelain"));
    }

    private static string[] Statuses(JsonNode tag) => [.. tag["tasks"]!.AsArray().Select(task => (string)task!["status"]!)];
}
