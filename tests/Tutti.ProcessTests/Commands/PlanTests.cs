using System.Text.Json;

namespace Tutti.ProcessTests.Commands;

public sealed class PlanTests
{
    [Fact]
    public async Task A_plan_of_a_request_can_be_written_shown_and_dry_run()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var printed = await lab.TuttiAsync("plan", "Add login,", "fix payment bugs", "and update the docs", "-a", "none");
        var written = await lab.TuttiAsync("plan", "Add login, fix payment bugs and update the docs", "-a", "none", "-o", "plan.yaml");
        var again = await lab.TuttiAsync("plan", "Something else", "-a", "none", "-o", "plan.yaml");
        var shown = await lab.TuttiAsync("plan", "show", "--json");
        var drawn = await lab.TuttiAsync("plan", "show", "plan.yaml");
        var forced = await lab.TuttiAsync("plan", "Something else", "-a", "none", "-o", "plan.yaml", "--force");
        Directory.CreateDirectory(Path.Combine(lab.Repository, "docs"));
        var overFolder = await lab.TuttiAsync("plan", "Something else", "-a", "none", "-o", "docs", "--force");

        Assert.Equal((0, ""), (written.ExitCode, written.Text));
        Assert.Contains("tutti run --plan plan.yaml", written.Error, StringComparison.Ordinal);
        Assert.Equal(printed.Text, await LoginPlanAsync(lab));
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        using var plan = JsonDocument.Parse(shown.Text);
        Assert.Equal(3, plan.RootElement.GetProperty("task_count").GetInt32());
        Assert.Contains("could start now: login, payment-bugs", drawn.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", drawn.Text, StringComparison.Ordinal);
        Assert.Equal(0, forced.ExitCode);
        Assert.Equal(3, overFolder.ExitCode);
        Assert.Equal(["README", "plan.yaml"], Directory.EnumerateFiles(lab.Repository).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("", "  ", "--plan", "tutti-plan.yaml")]
    public async Task An_empty_request_runs_nothing(params string[] words)
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        await lab.TuttiAsync("plan", "Add login", "-a", "none", "-o", "tutti-plan.yaml");

        var ran = await lab.TuttiAsync(["run", .. words, "--dry-run", "-a", "shell"]);

        Assert.Equal((2, ""), (ran.ExitCode, ran.Text));
        Assert.Contains("the request is empty", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_list_shows_what_is_done_and_what_could_start()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        File.WriteAllText(lab.In("tasks.md"), """
            - [x] Lay the ground
            - [ ] Build the walls
            """);

        var shown = await lab.TuttiAsync("plan", "show", "tasks.md");
        var json = await lab.TuttiAsync("plan", "show", "tasks.md", "--json");

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("1 task to do, 1 done already", shown.Text, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(json.Text).RootElement.GetProperty("done").GetArrayLength());
    }

    [Fact]
    public async Task What_waits_for_something_cancelled_is_left_out_as_it_is_of_a_run()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        File.WriteAllText(lab.In("tasks.md"), """
            - [-] Buy the land (id: land)
            - [ ] Build the walls (id: walls) (depends: land)
            - [ ] Paint them (depends: walls)
            - [ ] Plant a tree (id: tree)
            """);

        var shown = await lab.TuttiAsync("plan", "show", "tasks.md", "--json");

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Equal(["tree"], JsonDocument.Parse(shown.Text).RootElement.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("tasks").EnumerateArray()).Select(task => task.GetProperty("id").GetString()));
        Assert.Contains("task walls waits for land, which is cancelled; left out", shown.Error, StringComparison.Ordinal);
        Assert.Contains("task 3 waits for walls, which is left out; left out", shown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Build a wall, then paint it", 0, "split without an agent")]
    [InlineData("a b", 2, "there is no task 'b'", "--plan", "plan.yaml")]
    [InlineData("wall", 0, "Order: wall ")]
    [InlineData("7", 2, "there is no task '7'")]
    [InlineData("wall", 2, "is a plan, whose tasks have no tags", "--tag", "x")]
    [InlineData("!?", 2, "the request says nothing that could be done")]
    public async Task Words_are_ids_of_the_plan_that_is_found_only_where_it_has_every_one(string words, int code, string said, params string[] options)
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        File.WriteAllText(lab.In("plan.yaml"), "tasks:\n  - { id: wall, title: Raise the wall, run: \"true\" }\n  - { id: a, title: Another, run: \"true\", depends_on: [wall] }\n");

        var ran = await lab.TuttiAsync(["run", words, "--dry-run", "-a", "shell", .. options]);

        Assert.True(ran.ExitCode == code, ran.Error);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.yaml", "there is no file nothing.yaml")]
    [InlineData("README", "README")]
    [InlineData(".git", ".git is a folder, and no file")]
    public async Task What_is_no_plan_is_refused_with_its_place(string file, string message)
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var shown = await lab.TuttiAsync("plan", "show", file);

        Assert.Equal((2, ""), (shown.ExitCode, shown.Text));
        Assert.Contains(message, shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_is_written_once_and_is_valid()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var first = await lab.TuttiAsync("init");
        var second = await lab.TuttiAsync("init");
        var plan = await lab.TuttiAsync("run", "Do a thing", "--dry-run", "-a", "shell");

        Assert.Equal(0, first.ExitCode);
        Assert.Equal(2, second.ExitCode);
        Assert.DoesNotContain(".tutti.yaml", plan.Error, StringComparison.Ordinal);
        Assert.Equal([".tutti.yaml", "README"], Directory.EnumerateFiles(lab.Repository).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    private static async Task<string> LoginPlanAsync(CommandLab lab)
    {
        var plan = await lab.TuttiAsync("plan", "Add login, fix payment bugs and update the docs", "-a", "none");
        return plan.Text;
    }
}
