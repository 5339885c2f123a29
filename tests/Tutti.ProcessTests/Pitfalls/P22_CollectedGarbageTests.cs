using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P22: gc during work corrupted the repository.</summary>
public class P22_CollectedGarbageTests
{
    [Fact]
    public async Task A_user_s_gc_in_the_middle_takes_nothing_that_any_attempt_made()
    {
        await using var lab = new SessionLab();
        lab.Git("config", "gc.auto", "1");
        var run = lab.StartPlan("""
            tasks:
              - { id: tries, title: Tries, run: "echo $TUTTI_ATTEMPT > tries.txt; [ $TUTTI_ATTEMPT = 3 ]" }
              - { id: waits, title: Waits, run: "echo w > w.txt; git add w.txt; git commit -qm w; : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo more >> w.txt" }
            """);
        await run.UntilAsync("one has tried three times, one is at work", () => File.Exists(Path.Combine(lab.Out, "here")) && lab.Journaled()!.Tasks["tries"].Landed is not null);
        lab.Git("reflog", "expire", "--expire=now", "--all");
        lab.Git("gc", "-q", "--prune=now");
        lab.Mark("go");
        var ran = (await run.EndAsync()).Exits(0);
        foreach (var n in new[] { 1, 2, 3 })
            Assert.Equal($"{n}", lab.Show($"refs/tutti/{ran.State.Id}/tries/{n}", "tries.txt"));
        Assert.Equal("w\nmore\n", lab.Read("w.txt"));
        lab.Git("fsck", "--full");
        lab.AssertTidy();
    }
}
