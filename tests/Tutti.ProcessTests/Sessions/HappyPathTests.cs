using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class HappyPathTests
{
    private const string Diamond = """
        version: 1
        verify: ["test -f readme.md"]
        tasks:
          - { id: db, title: Make the tables, run: "echo tables > db.txt" }
          - { id: api, title: Make the interface, depends_on: [db], run: "cat db.txt > api.txt" }
          - { id: ui, title: Make the screens, depends_on: [db], run: "cat db.txt > ui.txt" }
          - { id: docs, title: Write it down, depends_on: [api, ui], run: "cat api.txt ui.txt > docs.txt" }
        """;

    [Fact]
    public async Task Tasks_with_dependencies_land_in_their_order_and_nothing_is_left_behind()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync(Diamond)).Exits(0).Has(TaskPhase.Done, "db", "api", "ui", "docs");
        Assert.Equal("tables\ntables\n", lab.Read("docs.txt"));
        Assert.Equal(SessionStatus.Completed, ran.State.Status);
        Assert.Equal(lab.First, lab.Git("rev-parse", $"refs/tutti/{ran.State.Id}/target-before"));
        Assert.Equal(["db", "docs"], [Landed(ran)[0], Landed(ran)[^1]]);
        lab.AssertTidy();
    }

    [Fact]
    public async Task Work_left_uncommitted_is_committed_with_the_task_s_title_and_committed_work_stays_as_it_is()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: left, title: Leave it, run: "echo a > a.txt" }
              - { id: own, title: Commit it, run: "echo b > b.txt && git add b.txt && git commit -qm 'by the agent'" }
            """)).Exits(0);
        Assert.Equal("Leave it", lab.Git("log", "-1", "--format=%s", ran.Task("left").Head!));
        Assert.Equal("by the agent", lab.Git("log", "-1", "--format=%s", ran.Task("own").Head!));
        Assert.Equal("Test <test@example.com>", lab.Git("log", "-1", "--format=%an <%ae>", ran.Task("left").Head!));
        lab.AssertTidy();
    }

    [Fact]
    public async Task The_json_display_prints_the_journal_s_lines_and_ends_with_the_session_s_end()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync(Diamond)).Exits(0);
        var journal = await File.ReadAllLinesAsync(lab.Sessions[0].Journal);
        Assert.Equal(journal, ran.Result.Text.Split('\n'));
        Assert.Equal("session.ended", (string?)ran.Events[^1]["type"]);
        Assert.Equal("completed", (string?)ran.Events[^1]["data"]!["status"]);
        Assert.Equal(0, (int?)ran.Events[^1]["data"]!["exit_code"]);
    }

    [Fact]
    public async Task The_plain_display_tells_the_story_on_stderr_and_the_report_on_stdout()
    {
        await using var lab = new SessionLab();
        var plan = lab.Plan(Diamond);
        var ran = (await lab.Start("run", "--plan", plan, "--display", "plain").EndAsync()).Exits(0);
        Assert.Contains("db", ran.Stderr);
        Assert.Contains("Make the tables", ran.Result.Text);
        Assert.DoesNotContain("\u001b", ran.Stderr + ran.Result.Text);
        Assert.True(File.Exists(lab.Sessions[0].File("report.md")));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_at_all()
    {
        await using var lab = new SessionLab();
        var before = lab.Git("for-each-ref");
        var ran = await lab.StartPlan(Diamond, "--dry-run").EndAsync();
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("docs", ran.Stderr);
        Assert.Empty(lab.Sessions);
        Assert.Equal(before, lab.Git("for-each-ref"));
        Assert.False(Directory.Exists(lab.Slots));
        Assert.False(Directory.Exists(lab.State));
    }

    [Fact]
    public async Task The_agent_gets_the_variables_and_the_folder_it_was_promised()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - id: env
                title: Look around
                run: env > @OUT@/env; pwd > @OUT@/pwd; cat "$TUTTI_PROMPT" > @OUT@/prompt; git rev-parse HEAD > @OUT@/head; echo x > x.txt
            """)).Exits(0);
        var variables = lab.Marks("env").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(["env", "develop", "1", ran.State.Id, lab.First], [variables["TUTTI_TASK"], variables["TUTTI_STAGE"], variables["TUTTI_ATTEMPT"], variables["TUTTI_SESSION"], variables["TUTTI_BASE"]]);
        Assert.True(int.Parse(variables["TUTTI_PORT_BASE"]) > 1024);
        Assert.DoesNotContain(variables.Keys, name => name.StartsWith("GIT_", StringComparison.Ordinal));
        Assert.StartsWith(lab.Slots, lab.Marks("pwd")[0]);
        Assert.Equal(lab.First, lab.Marks("head")[0]);
        Assert.Contains(lab.Marks("prompt"), line => line.Contains("Look around"));
    }

    private static List<string> Landed(Ran ran) => [.. ran.Of("task.landed").Select(e => (string)e["data"]!["task"]!)];
}
