using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P2: clean-up deleted dirty or unpushed trees and unmerged branches.</summary>
public class P02_CleanUpLosesWorkTests
{
    [Fact]
    public async Task An_unmerged_branch_is_kept_with_a_record_that_says_why_and_how_to_get_at_it()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, run: "echo a > same.txt" }
              - { id: b, title: B, run: "echo b > same.txt" }
            """)).Exits(4);
        var lost = ran.State.Tasks.Values.Single(t => t.Phase == TaskPhase.NeedsAttention);
        Assert.Equal(lost.Head, lab.Git("rev-parse", lost.Branch!));
        var record = Assert.Single(Directory.EnumerateFiles(lab.Sessions[0].Preserved));
        Assert.Contains(lost.Branch!, File.ReadAllText(record));
        Assert.Contains("git merge", File.ReadAllText(record));
    }

    [Fact]
    public async Task What_a_failed_agent_left_uncommitted_stays_reachable()
    {
        await using var lab = new SessionLab(limits: "retries: 2");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: bad, title: Bad, run: "echo half$TUTTI_ATTEMPT > half.txt; exit 1" }
            """)).Exits(1);
        Assert.Equal("half1", lab.Show($"refs/tutti/{ran.State.Id}/bad/1", "half.txt"));
        Assert.Equal("half2", lab.Show($"refs/tutti/{ran.State.Id}/bad/2", "half.txt"));
    }

    [Fact]
    public async Task A_commit_that_somebody_adds_to_a_branch_that_is_landing_keeps_the_branch()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            verify: ["[ $TUTTI_STAGE != land ] || { : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; }"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """);
        await run.UntilAsync("its merge is verified", () => File.Exists(Path.Combine(lab.Out, "here")));
        var added = lab.Git("commit-tree", "-p", "feature/task-a", "-m", "one more", "feature/task-a^{tree}");
        lab.Git("update-ref", "refs/heads/feature/task-a", added);
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);
        Assert.NotEqual(0, lab.TryGit(lab.Top, "merge-base", "--is-ancestor", added, "main").ExitCode);
        Assert.Equal(added, lab.Git("rev-parse", "feature/task-a"));
    }

    [Fact]
    public async Task What_a_person_committed_on_a_branch_that_is_then_squashed_stays_under_a_ref()
    {
        await using var lab = new SessionLab(settings: "merge_style: squash");
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, land: review, run: "echo a > a.txt" }
            """)).Exits(4);
        lab.Git("switch", "-q", "feature/task-a");
        lab.Write("a.txt", "mended\n");
        var mended = lab.Commit("mended by hand");
        lab.Git("switch", "-q", "main");
        (await lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a");
        lab.AssertTidy();
        Assert.Equal("mended", lab.Show("main", "a.txt"));
        Assert.Equal(mended, lab.Git("rev-parse", $"refs/tutti/{ran.State.Id}/a/landed"));
    }
}
