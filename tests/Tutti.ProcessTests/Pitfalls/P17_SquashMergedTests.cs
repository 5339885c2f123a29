using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P17: squash-merged branches were never cleaned up.</summary>
public class P17_SquashMergedTests
{
    [Fact]
    public async Task A_branch_that_a_person_squashed_onto_the_target_is_done_and_its_branch_goes()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, run: "echo a > same.txt" }
              - { id: b, title: B, run: "echo b > same.txt; echo more > more.txt" }
            """)).Exits(4);
        var lost = ran.State.Tasks.Values.Single(t => t.Phase == TaskPhase.NeedsAttention);
        lab.Git("checkout", "-q", lost.Branch!, "--", ".");
        lab.Git("commit", "-q", "-m", "squashed by hand");
        var squashed = lab.Git("rev-parse", "main");
        Assert.NotEqual(0, lab.TryGit(lab.Top, "merge-base", "--is-ancestor", lost.Head!, "main").ExitCode);
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(squashed, lab.Git("rev-parse", "main"));
        lab.AssertTidy();
    }
}
