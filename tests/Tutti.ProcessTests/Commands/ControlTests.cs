using System.Diagnostics;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Commands;

public sealed class ControlTests
{
    // Each agent waits for a file, so that the test says when it ends; beyond the limit it gives up by itself.
    private static string Waiting(CommandLab lab) => $"""
        version: 1
        tasks:
          - id: slow
            title: Take your time
            agent: shell
            run: 'echo begun; n=0; while [ ! -e "{lab.Root}/go" ] && [ $n -lt 1200 ]; do sleep 0.1; n=$((n+1)); done; echo slow >slow.txt'
          - id: later
            title: Comes later
            agent: shell
            depends_on: [slow]
            run: "echo later >later.txt"
        """;

    [Fact]
    public async Task A_running_session_is_scaled_paused_resumed_and_cancelled()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        using var run = await StartAsync(lab);

        var up = await lab.TuttiAsync("control", "scale-up", "-n", "2");
        var unknown = await lab.TuttiAsync("control", "pause", "lter");
        var paused = await lab.TuttiAsync("control", "pause");
        var held = (await lab.StatusAsync()).GetProperty("session").GetProperty("status").GetString();
        var again = await lab.TuttiAsync("control", "pause");
        var resumed = await lab.TuttiAsync("control", "resume");
        var task = await lab.TuttiAsync("control", "cancel", "later");
        var cancelled = await lab.TuttiAsync("control", "cancel");
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Waits.Patience, TestContext.Current.CancellationToken);

        Assert.Contains("may use 3 agents at once", up.Text, StringComparison.Ordinal);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("did you mean 'later'?", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("is paused: 1 task still at work", paused.Text, StringComparison.Ordinal);
        Assert.Equal("paused", held);
        Assert.Contains("is paused already", again.Text, StringComparison.Ordinal);
        Assert.Contains("goes on", resumed.Text, StringComparison.Ordinal);
        Assert.Equal("Task later is cancelled.", task.Text);
        Assert.Contains("is at its end: cancelled", cancelled.Text, StringComparison.Ordinal);
        Assert.Equal(130, run.ExitCode);
    }

    [Fact]
    public async Task A_pipe_among_the_requests_stops_no_other()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        using var run = await StartAsync(lab);
        var inbox = Directory.GetDirectories(Path.Combine(lab.Repository, ".git", "tutti", "sessions"))[0] + "/inbox";
        using (var made = Process.Start("mkfifo", [Path.Combine(inbox, "0.json")]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("is paused", (await lab.TuttiAsync("control", "pause")).Text, StringComparison.Ordinal);
        Assert.Contains("is at its end: cancelled", (await lab.TuttiAsync("control", "cancel")).Text, StringComparison.Ordinal);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Waits.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(130, run.ExitCode);
    }

    [Fact]
    public async Task A_paused_session_can_be_cancelled_too()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        using var run = await StartAsync(lab);

        await lab.TuttiAsync("control", "pause");
        var cancelled = await lab.TuttiAsync("control", "cancel");
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Waits.Patience, TestContext.Current.CancellationToken);
        var named = await lab.TuttiAsync("resume", Path.GetFileName(Directory.GetDirectories(Path.Combine(lab.Repository, ".git", "tutti", "sessions"))[0]));
        var newest = await lab.TuttiAsync("resume");

        Assert.Contains("is at its end: cancelled", cancelled.Text, StringComparison.Ordinal);
        Assert.Contains("is cancelled; there is nothing to resume", named.Error, StringComparison.Ordinal);
        Assert.Equal(130, named.ExitCode);
        Assert.Contains("there is no session to resume", newest.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", (await lab.StatusAsync()).GetProperty("session").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_stale_session_obeys_nothing_but_can_be_cancelled_with_its_agents()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        using var run = await StartAsync(lab);
        var agent = (await lab.StatusAsync()).GetProperty("tasks")[0].GetProperty("attempts")[0].GetProperty("pid").GetInt32();
        run.Kill();
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        var stale = (await lab.StatusAsync()).GetProperty("session").GetProperty("status").GetString();
        var pause = await lab.TuttiAsync("control", "pause");
        Assert.True(IsRunning(agent), "the agent outlives its conductor");
        var cancel = await lab.TuttiAsync("control", "cancel");
        var after = await lab.StatusAsync();

        Assert.Equal("stale", stale);
        Assert.Equal(2, pause.ExitCode);
        Assert.Contains("tutti resume", pause.Error, StringComparison.Ordinal);
        Assert.True(cancel.ExitCode == 0, cancel.Error);
        Assert.False(IsRunning(agent), "its agent is ended");
        Assert.Equal("cancelled", after.GetProperty("session").GetProperty("status").GetString());
        Assert.All(after.GetProperty("tasks").EnumerateArray(), task => Assert.Equal("cancelled", task.GetProperty("state").GetString()));
        Assert.Single(after.GetProperty("tasks")[0].GetProperty("attempts").EnumerateArray());
        Assert.Equal(2, (await lab.TuttiAsync("control", "cancel")).ExitCode);
    }

    [Fact]
    public async Task Logs_follow_a_task_to_its_end_and_status_watches_the_session()
    {
        using var lab = await new CommandLab().WithRepositoryAsync();
        using var run = await StartAsync(lab);

        var logs = lab.TuttiAsync("logs", "slow", "-f");
        var watch = lab.TuttiAsync("status", "--json", "--watch");
        await CommandLab.Until(async () => (await lab.StatusAsync()).GetProperty("tasks")[0].GetProperty("last_line").GetString() == "begun");
        File.WriteAllText(Path.Combine(lab.Root, "go"), "");

        Assert.Contains("begun", (await logs).Text, StringComparison.Ordinal);
        var lines = (await watch).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 1, "a line for each change");
        Assert.Contains("\"status\":\"completed\"", lines[^1], StringComparison.Ordinal);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Waits.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
    }

    private static async Task<Process> StartAsync(CommandLab lab)
    {
        var run = lab.Start("run", "--plan", lab.Plan(Waiting(lab)), "--display", "plain");
        await CommandLab.Until(async () => !run.HasExited && await HasAgentAsync(lab));
        return run;
    }

    private static async Task<bool> HasAgentAsync(CommandLab lab)
    {
        var status = await lab.StatusAsync();
        return status.GetProperty("tasks").EnumerateArray().FirstOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } task
            && task.GetProperty("attempts").EnumerateArray().Any(a => a.GetProperty("pid").ValueKind == System.Text.Json.JsonValueKind.Number);
    }

    private static bool IsRunning(int pid) => Tutti.Engine.Processes.ProcessTable.Find(pid) is not null;
}
