using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P27: one thing was verified, another landed.</summary>
public class P27_LandsWhatWasVerifiedTests
{
    [Fact]
    public async Task A_target_that_moves_during_verification_makes_it_merged_and_verified_anew()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            verify: ["[ $TUTTI_STAGE != land ] || { git rev-parse HEAD >> @OUT@/verified; : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; }"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """);
        await run.UntilAsync("its merge is verified", () => File.Exists(Path.Combine(lab.Out, "here")));
        lab.Write("person.txt", "person\n");
        var person = lab.Commit("by a person");
        lab.Mark("go");
        var ran = (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(2, lab.Marks("verified").Length);
        Assert.Equal(lab.Marks("verified")[1], lab.Git("rev-parse", "main"));
        Assert.Equal(person, lab.Git("rev-parse", "main^1"));
        Assert.Equal(ran.Task("a").Head, lab.Git("rev-parse", "main^2"));
    }

    [Fact]
    public async Task What_is_added_to_a_branch_after_its_verification_does_not_land()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            verify: ["[ $TUTTI_STAGE != land ] || { : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; }"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """);
        await run.UntilAsync("its merge is verified", () => File.Exists(Path.Combine(lab.Out, "here")));
        lab.Git("update-ref", "refs/heads/feature/task-a", lab.Git("commit-tree", "-p", "feature/task-a", "-m", "unverified", $"{lab.First}^{{tree}}"));
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);
        Assert.Equal("a\n", lab.Read("a.txt"));
        Assert.DoesNotContain("unverified", lab.Git("log", "--format=%s", "main"));
    }
}
