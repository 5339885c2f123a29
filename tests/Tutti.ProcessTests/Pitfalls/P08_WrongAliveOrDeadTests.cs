using Tutti.Core.Session;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P8: wrong alive or dead status.</summary>
public class P08_WrongAliveOrDeadTests
{
    private const string Plan = """
        tasks:
          - { id: a, title: A, run: "echo $TUTTI_ATTEMPT >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
        """;

    [Fact]
    public async Task An_agent_that_died_while_nobody_looked_is_found_lost_and_tried_again()
    {
        await using var lab = new SessionLab();
        var folder = await CrashedAsync(lab);
        foreach (var process in lab.Processes())
            lab.Run(lab.Folder, "sh", "-c", $"kill -9 {process.Pid} || true");
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
        lab.Mark("go");
        var ran = (await lab.ResumeAsync()).Exits(0);
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Succeeded], ran.Task("a").Attempts.Select(x => x.Outcome!.Value));
        Assert.Equal(["1", "2"], lab.Marks());
    }

    [Fact]
    public async Task A_living_process_with_the_same_pid_but_another_start_time_is_not_the_agent()
    {
        await using var lab = new SessionLab();
        var folder = await CrashedAsync(lab);
        Assert.IsType<AttemptLife.Alive>(AttemptProcess.Probe(folder));
        foreach (var process in lab.Processes())
            lab.Run(lab.Folder, "sh", "-c", $"kill -9 {process.Pid} || true");

        // The pid now is this test's own process, which must be neither adopted nor ended.
        var pid = lab.Journaled()!.Tasks["a"].Live!.Process!.Pid;
        var text = await File.ReadAllTextAsync(folder.Process);
        await File.WriteAllTextAsync(folder.Process, text.Replace($"\"pid\":{pid},", $"\"pid\":{Environment.ProcessId},"));
        lab.Mark("go");
        var ran = (await lab.ResumeAsync()).Exits(0);
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Succeeded], ran.Task("a").Attempts.Select(x => x.Outcome!.Value));
    }

    private static async Task<AttemptFolder> CrashedAsync(SessionLab lab)
    {
        var run = lab.StartPlan(Plan);
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["a"].Live?.Process is not null);
        await run.CrashAsync();
        return AttemptFolder.Of(lab.Sessions[0].Path, "a", 1, "develop");
    }
}
