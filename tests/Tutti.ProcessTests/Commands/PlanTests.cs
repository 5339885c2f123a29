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

    [Theory]
    [InlineData("nothing.yaml", "there is no file nothing.yaml")]
    [InlineData("README", "README")]
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
