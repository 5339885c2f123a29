using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P14: dependencies were treated as OR, or opened by failure.</summary>
public class P14_DependenciesAsOrTests
{
    [Fact]
    public async Task A_task_starts_only_when_all_it_depends_on_has_landed_and_never_after_a_failure()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: quick, title: Quick, run: "echo q > quick.txt" }
              - { id: slow, title: Slow, run: "sleep 0.5; echo s > slow.txt" }
              - { id: bad, title: Bad, run: "exit 1" }
              - { id: both, title: Both, depends_on: [quick, slow], run: "cat quick.txt slow.txt > both.txt" }
              - { id: never, title: Never, depends_on: [quick, bad], run: "echo never >> @OUT@/log" }
              - { id: after, title: After, depends_on: [never, both], run: "echo after >> @OUT@/log" }
            """)).Exits(1).Has(TaskPhase.Done, "quick", "slow", "both").Has(TaskPhase.Failed, "bad").Has(TaskPhase.Blocked, "never", "after");
        Assert.Equal("q\ns\n", lab.Read("both.txt"));
        Assert.Empty(lab.Marks());
        Assert.Equal("dependency_failed", ran.Failure("never").Code);
        Assert.Contains("bad", ran.Failure("never").Message);
    }
}
