using Tutti.Core.Session;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P19: a resume lost the worktree.</summary>
public class P19_ResumeLosesWorktreeTests
{
    [Fact]
    public async Task A_worktree_that_is_gone_is_made_again_with_the_work_that_was_collected()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            roles:
              review: { agent: shell, run: ": > @OUT@/here; cat a.txt >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo TASK_APPROVED" }
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """);
        await run.UntilAsync("it is being reviewed", () => File.Exists(Path.Combine(lab.Out, "here")));
        await run.CrashAsync();
        foreach (var process in lab.Processes())
            await AttemptProcess.EndAsync(process.Folder, TimeSpan.Zero);
        Directory.Delete(lab.Slots, recursive: true);
        lab.Mark("go");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.All(lab.Marks(), line => Assert.Equal("a", line));
        Assert.Equal("a\n", lab.Read("a.txt"));
        lab.AssertTidy();
    }
}
