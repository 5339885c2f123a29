using System.Text.Json;

namespace Tutti.ProcessTests.Commands;

public sealed class StatusTests
{
    private const string TwoTasks = """
        version: 1
        tasks:
          - { id: one, title: Make one, agent: shell, run: "echo one >one.txt; echo made one" }
          - { id: two, title: Make two, agent: shell, depends_on: [one], run: "echo broken >&2; exit 3" }
        """;

    [Fact]
    public async Task Without_a_session_it_says_so_and_changes_nothing()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var text = await lab.TuttiAsync("status");
        var status = await lab.StatusAsync();

        Assert.Equal((0, "No session in this repository yet; 'tutti run' starts one."), (text.ExitCode, text.Text));
        Assert.Equal(JsonValueKind.Null, status.GetProperty("session").ValueKind);
        Assert.Equal(0, status.GetProperty("totals").GetProperty("done").GetInt32());
        Assert.False(Directory.Exists(lab.In(".git/tutti")));
    }

    [Fact]
    public async Task Outside_of_a_repository_it_is_no_use()
    {
        using var lab = new CommandLab();

        var status = await lab.TuttiInAsync(lab.Home, "status");

        Assert.Equal(3, status.ExitCode);
        Assert.Contains("is in no git repository", status.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sumary", "did you mean 'summary'?")]
    [InlineData("", "known: summary, detailed, resources, issues")]
    [InlineData("2001-01-01-001", "'tutti run' starts one")]
    [InlineData("--jsn", "did you mean '--json'?")]
    public async Task A_wrong_word_is_told_with_the_nearest_one(string word, string hint)
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var status = await lab.TuttiAsync("status", word);

        Assert.Equal((2, ""), (status.ExitCode, status.Text));
        Assert.Contains(hint, status.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.In(".git/tutti")));
    }

    // The parser takes the second for the value of the first, and what was to be shown only was run.
    [Theory]
    [InlineData("--tag needs a value, and the option --dry-run stands in its place", "run", "--tag", "--dry-run")]
    [InlineData("--session needs a value, and the option --debug stands in its place", "show", "a", "--session", "--debug")]
    [InlineData("there is no session '--debug'", "show", "a", "--session=--debug")]
    public async Task An_option_in_the_place_of_another_ones_value_is_told(string told, params string[] words)
    {
        using var lab = await new CommandLab().WithRepositoryAsync();

        var wrong = await lab.TuttiAsync(words);

        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Text));
        Assert.Contains(told, wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.In(".git/tutti")));
    }

    [Fact]
    public async Task A_session_is_shown_by_status_show_logs_and_report()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        var run = await lab.TuttiAsync("run", "--plan", lab.Plan(TwoTasks), "--display", "plain");
        Assert.True(run.ExitCode == 1, run.Error);

        var status = await lab.StatusAsync();
        var issues = await lab.TuttiAsync("status", "issues", "--json");
        var show = await lab.TuttiAsync("show", "one", "--json");
        var page = await lab.TuttiAsync("show", "two");
        var logs = await lab.TuttiAsync("logs", "two", "--attempt", "1");
        var last = await lab.TuttiAsync("logs", "one", "-n", "1", "--attempt", "1", "-f");
        var report = await lab.TuttiAsync("report", "--format", "json");

        // The snapshot says what the journal says; only the machine's load is of another moment.
        File.Delete(Assert.Single(Directory.EnumerateFiles(lab.In(".git/tutti/sessions"), "status.json", SearchOption.AllDirectories)));
        var unaided = await lab.StatusAsync();
        Assert.All(["session", "tasks", "totals", "eta_seconds"], name => Assert.Equal(unaided.GetProperty(name).GetRawText(), status.GetProperty(name).GetRawText()));
        Assert.Equal("failed", status.GetProperty("session").GetProperty("status").GetString());
        Assert.Equal(["done", "failed"], status.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("state").GetString()));
        Assert.Contains("\"two\"", issues.Text, StringComparison.Ordinal);
        using var shown = JsonDocument.Parse(show.Text);
        Assert.Equal("one.txt", shown.RootElement.GetProperty("changes")[0].GetProperty("path").GetString());
        Assert.Equal("Make one", shown.RootElement.GetProperty("commits")[0].GetProperty("subject").GetString());
        Assert.Contains("exit code 3", page.Text, StringComparison.Ordinal);
        Assert.Equal("broken", logs.Text);
        Assert.Equal("made one", last.Text);
        Assert.Contains("attempt 1, develop (shell), succeeded", last.Error, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(report.Text).RootElement.GetProperty("version").GetInt32());
    }
}
