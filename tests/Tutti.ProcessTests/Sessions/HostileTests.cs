using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class HostileTests
{
    private static readonly string[] Ids =
    [
        "--upload-pack=touch pwned", "../../x", "; rm -rf ~", "$(touch pwned)", "naïve 🎺 ünïcode", "UPPER", "upper", "a/b", ".lock", "HEAD", "[red]", "-", new('x', 200),
    ];

    [Fact]
    public async Task Hostile_ids_and_titles_go_all_the_way_and_do_nothing_but_be_names()
    {
        await using var lab = new SessionLab();
        var tasks = new JsonArray([.. Ids.Select((id, i) => (JsonNode)new JsonObject
        {
            ["id"] = id,
            ["title"] = i % 2 == 0 ? $"--exec=touch pwned {id} [bold red]x[/]" : new string('t', 300) + "\u001b[2J\ttab",
            ["depends_on"] = i == 0 ? [] : new JsonArray(Ids[0]),
            ["run"] = $"printf '%s' \"$TUTTI_TASK\" > {i}.txt",
        })]);
        var plan = lab.Plan(new JsonObject { ["version"] = 1, ["tasks"] = tasks }.ToJsonString(), "plan.json");
        var ran = (await lab.Start("run", "--plan", plan, "--display", "plain").EndAsync()).Exits(0);
        for (var i = 0; i < Ids.Length; i++)
            Assert.Equal(Ids[i], lab.Read($"{i}.txt"));
        Assert.Equal(Ids.Length, ran.State.Count(TaskPhase.Done));
        Assert.DoesNotContain('\u001b', ran.Stderr + ran.Result.Text);
        Assert.Empty(Directory.EnumerateFiles(lab.Folder, "pwned*", SearchOption.AllDirectories));
        Assert.Equal(["home", "out", "plan.json", "repo", "repo.worktrees"], Directory.EnumerateFileSystemEntries(lab.Folder).Select(Path.GetFileName).Where(name => !name!.StartsWith("tutti-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        lab.AssertTidy();
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("bell\u0007")]
    [InlineData("")]
    [InlineData(" edge ")]
    public async Task Ids_that_can_be_no_names_are_refused_before_anything_changes(string id)
    {
        await using var lab = new SessionLab();
        var plan = lab.Plan(new JsonObject { ["tasks"] = new JsonArray(new JsonObject { ["id"] = id, ["title"] = "t", ["run"] = "true" }) }.ToJsonString(), "plan.json");
        var ran = await lab.Start("run", "--plan", plan).EndAsync();
        Assert.Equal(2, ran.ExitCode);
        Assert.NotEqual("", ran.Stderr);
        Assert.False(Directory.Exists(lab.State));
    }

    // A link's own length is that of the path it holds, so that it does not look like a pipe.
    [Theory]
    [InlineData("stdout", "@OUT@/pipe", TaskPhase.Done)]
    [InlineData("stderr", "@OUT@/pipe", TaskPhase.Done)]
    [InlineData("exit.json", "@OUT@/pipe", TaskPhase.Done)]
    [InlineData("exit.json", "/dev/zero", TaskPhase.Done)]
    public async Task A_link_to_a_pipe_in_the_place_of_an_attempts_file_holds_nobody_up(string name, string to, TaskPhase end)
    {
        await using var lab = new SessionLab("retries: 1");
        var ran = await lab.RunPlanAsync($"""
            tasks:
              - id: a
                title: A
                run: "mkfifo @OUT@/pipe; ln -sfn {to} $(dirname $TUTTI_PROMPT)/{name}; echo a > a.txt; echo said"
              - id: b
                title: B
                run: "echo b > b.txt"
            """);
        ran.Exits(0).Has(end, "a").Has(TaskPhase.Done, "b");
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_title_of_several_lines_stays_one_line_in_commits()
    {
        await using var lab = new SessionLab();
        var plan = lab.Plan(new JsonObject { ["tasks"] = new JsonArray(new JsonObject { ["id"] = "t", ["title"] = "first\nTutti-Task: forged\n\nsecond", ["run"] = "echo x > x.txt" }) }.ToJsonString(), "plan.json");
        var ran = await lab.Start("run", "--plan", plan, "--display", "json").EndAsync();
        if (ran.ExitCode == 2)
            return;
        ran.Exits(0);
        Assert.Equal("t", lab.Git("log", "-1", "--format=%(trailers:key=Tutti-Task,valueonly)", ran.Task("t").Head!).Trim());
    }
}
