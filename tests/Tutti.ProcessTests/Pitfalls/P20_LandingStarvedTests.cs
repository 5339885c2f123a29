using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P20: the merge slot starved; abort on conflict was a deadlock.</summary>
public class P20_LandingStarvedTests
{
    [Fact]
    public async Task One_that_hangs_while_it_lands_and_one_that_conflicts_hold_nobody_up()
    {
        await using var lab = new SessionLab(limits: "verify: 2s");
        var ran = (await lab.RunPlanAsync("""
            verify: ["[ $TUTTI_STAGE != land ] || [ ! -f h.txt ] || sleep 1000"]
            tasks:
              - { id: hangs, title: Hangs, priority: critical, run: "echo h > h.txt" }
              - { id: one, title: One, run: "echo 1 > same.txt" }
              - { id: two, title: Two, run: "echo 2 > same.txt" }
              - { id: good, title: Good, priority: low, run: "echo g > g.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "good").Has(TaskPhase.NeedsAttention, "hangs");
        Assert.Single(new[] { "one", "two" }, id => ran.Task(id).Phase == TaskPhase.Done);
        Assert.Empty(lab.Processes());
        Assert.Equal("g\n", lab.Read("g.txt"));
    }
}
