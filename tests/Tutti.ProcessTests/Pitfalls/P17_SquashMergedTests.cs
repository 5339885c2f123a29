using System.Text.Json;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P17: squash-merged branches were never cleaned up.</summary>
public class P17_SquashMergedTests
{
    // Two commits each, so that a squash is none of them; a and d start from one commit, so that one of them is replayed by a rebase.
    private const string SameLines = """
        tasks:
          - { id: a, title: A, run: "echo a > same.txt; git add -A; git commit -qm one; echo a > a.txt" }
          - { id: b, title: B, run: "echo b > same.txt; git add -A; git commit -qm one; echo b > b.txt", depends_on: [a] }
          - { id: d, title: D, run: "echo d > d.txt; git add -A; git commit -qm one; echo dd >> d.txt" }
        """;

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

    [Theory]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task Squashed_and_rebased_branches_and_slots_are_cleaned_and_every_attempts_head_stays_under_a_ref(string style)
    {
        await using var lab = new SessionLab(settings: $"merge_style: {style}");
        var ran = (await lab.RunPlanAsync(SameLines)).Exits(0).Has(TaskPhase.Done, "a", "b", "d");
        lab.AssertTidy();
        Assert.Equal("b", lab.Show("main", "same.txt"));
        Assert.All(ran.State.Tasks.Values, t => Assert.Null(t.Preserved));
        Assert.Equal("", lab.Git("rev-list", "--merges", "main"));
        foreach (var head in ran.Of("work.collected").Select(e => (string?)e["data"]!["work"]!["head"]))
            Assert.NotEqual("", lab.Git("for-each-ref", $"--contains={head}", $"refs/tutti/{ran.State.Id}"));
    }

    [Theory]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task What_a_session_squashed_counts_as_landed_when_its_lines_have_changed_since(string style)
    {
        await using var lab = new SessionLab(settings: $"merge_style: {style}\nauto_cleanup: false");
        var ran = (await lab.RunPlanAsync(SameLines)).Exits(0);
        lab.Write("same.txt", "and mine on top\n");
        lab.Write("d.txt", "and mine on top\n");
        lab.Write("a.txt", "and mine on top\n");
        lab.Commit("mine");
        var heads = ran.State.Tasks.Values.ToDictionary(t => t.Branch!, t => t.Head!);
        // Somebody went on with one of the branches: nothing has landed that.
        var more = lab.Git("commit-tree", "-p", heads["feature/task-b"], "-m", "more", $"{heads["feature/task-b"]}^{{tree}}");
        lab.Git("update-ref", "refs/heads/feature/task-b", more);

        var (looked, text) = Clean(lab, "--dry-run");
        Assert.DoesNotContain("its work is not on main", text);
        Assert.Contains("its content is on main, but nothing else holds its commits", text);
        Assert.Empty(looked.GetProperty("unreachable").EnumerateArray());
        // Rebased onto where it began, a branch is itself the landing, and is lost with nothing.
        var apart = heads.Where(pair => pair.Key != "feature/task-b").Select(pair => pair.Value).Where(head => lab.TryGit(lab.Top, "merge-base", "--is-ancestor", head, "main").ExitCode != 0).ToList();
        Assert.NotEmpty(apart);
        var lost = Clean(lab, "--dry-run", "--force").Session.GetProperty("unreachable").EnumerateArray();
        Assert.Equal(apart.Order(), lost.Select(l => l.GetProperty("head").GetString()!).Where(apart.Contains).Distinct().Order());

        var (forced, _) = Clean(lab, "--force");
        Assert.Equal(["feature/task-b", "main"], lab.Branches());
        Assert.Equal(more, lab.Git("rev-parse", "feature/task-b"));
        Assert.False(forced.GetProperty("removed").GetBoolean());
    }

    [Fact]
    public async Task What_would_become_unreachable_is_shown_before_it_does()
    {
        await using var lab = new SessionLab(settings: "merge_style: squash");
        var ran = (await lab.RunPlanAsync(SameLines)).Exits(0);
        var refs = lab.Git("for-each-ref", "--format=%(refname)", $"refs/tutti/{ran.State.Id}").Split('\n');
        var (refused, _) = Clean(lab);
        Assert.False(refused.GetProperty("removed").GetBoolean());
        var ids = refused.GetProperty("unreachable").EnumerateArray().SelectMany(u => u.GetProperty("ids").EnumerateArray().Select(i => i.GetString()!)).ToHashSet();
        Assert.Superset(ran.State.Tasks.Values.Select(t => t.Head!).ToHashSet(), ids);

        var (wouldGo, _) = Clean(lab, "--force", "--dry-run");
        Assert.Equal(refs, wouldGo.GetProperty("ref_names").EnumerateArray().Select(r => r.GetString()!));
        Assert.Equal(refs, lab.Git("for-each-ref", "--format=%(refname)", $"refs/tutti/{ran.State.Id}").Split('\n'));
        var (gone, _) = Clean(lab, "--force");
        Assert.True(gone.GetProperty("removed").GetBoolean());
        Assert.Empty(lab.Git("rev-list", "--glob=refs/*").Split('\n').Intersect(ids));
    }

    private static (JsonElement Session, string Text) Clean(SessionLab lab, params string[] options)
    {
        var ran = lab.Run(lab.Top, TuttiRun.Program, ["clean", "success", "--json", .. options]);
        Assert.True(ran.ExitCode == 0, ran.Error);
        return (JsonDocument.Parse(ran.Text).RootElement.GetProperty("sessions")[0], ran.Text);
    }
}
