using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P25: a full disk, in the middle of anything.</summary>
public class P25_FullDiskTests
{
    [Fact]
    public async Task Without_room_nothing_starts_and_it_is_said_how_much_is_needed()
    {
        await using var lab = new SessionLab(limits: "min_free_disk: 900000GB");
        var result = await lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n").PlainEndAsync();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("921600000 MB", result.Error);
        Assert.Empty(lab.Sessions);
    }

    [Fact]
    public async Task Room_that_runs_short_holds_new_tasks_back_until_there_is_some_again()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: first, title: First, run: ": > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo f > f.txt" }
              - { id: second, title: Second, depends_on: [first], run: "echo s > s.txt" }
            """);
        await run.UntilAsync("the first works", () => File.Exists(Path.Combine(lab.Out, "here")));
        lab.Settings(limits: "min_free_disk: 900000GB");
        await run.UntilAsync("the gate is closed", () => lab.Journaled()!.Gate is not null);
        lab.Mark("go");
        await run.UntilAsync("the first has landed all the same", () => lab.Journaled()!.Tasks["first"].Phase == TaskPhase.Done);
        Assert.Equal(TaskPhase.Pending, lab.Journaled()!.Tasks["second"].Phase);
        lab.Settings();
        (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "first", "second");
    }
}
