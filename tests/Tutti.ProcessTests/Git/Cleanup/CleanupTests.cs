using Tutti.Core.Landing;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Git.Work;
using Tutti.ProcessTests.Git.Landing;

namespace Tutti.ProcessTests.Git.Cleanup;

public class CleanupTests
{
    private static async Task<BranchJudgement> JudgeAsync(ScratchRepository repo, string? slot = null, bool stay = true) =>
        await (await CleanupAsync(repo)).JudgeAsync(new CleanupRequest("feature/t", repo.Head("main"), slot, AttemptAlive: false, AttemptRefsStay: stay));

    private static async Task<BranchCleanup> CleanupAsync(ScratchRepository repo) => new(repo.Common, await repo.ControlAsync());

    private static string Branch(ScratchRepository repo, string start, params (string, string?)[] files)
    {
        var head = repo.CommitOn(start, "work", files);
        repo.Git("branch", "feature/t", head);
        return head;
    }

    [Fact]
    public async Task A_merged_branch_goes()
    {
        using var repo = new ScratchRepository();
        var head = Branch(repo, repo.Commit("base", ("a", "1\n")), ("a", "2\n"));
        repo.Git("merge", "-q", "--no-ff", "-m", "m", head);
        var judged = await JudgeAsync(repo);
        Assert.Equal(MergedState.Ancestor, judged.Facts.Merged);
        Assert.Null(await (await CleanupAsync(repo)).DeleteAsync(judged));
        Assert.Null(repo.Ref("refs/heads/feature/t"));
        Assert.Null(await (await CleanupAsync(repo)).DeleteAsync(judged));
    }

    [Fact]
    public async Task A_squashed_branch_goes_while_an_attempt_ref_keeps_its_commits_and_stays_when_none_does()
    {
        using var repo = new ScratchRepository();
        var head = Branch(repo, repo.Commit("base", ("a", "1\n2\n3\n4\n5\n")), ("a", "one\n2\n3\n4\n5\n"));
        repo.Commit("squashed", ("a", "one\n2\n3\n4\n5\n"));
        repo.Commit("and more since", ("a", "one\n2\n3\n4\nfive\n"));
        Assert.Equal("only_ref", (await JudgeAsync(repo)).Decision.Why);
        repo.Git("update-ref", AttemptRef.For("s", "t", 1), head);
        Assert.Equal("only_ref", (await JudgeAsync(repo, stay: false)).Decision.Why);
        var judged = await JudgeAsync(repo);
        Assert.Equal(MergedState.ByContent, judged.Facts.Merged);
        Assert.Null(await (await CleanupAsync(repo)).DeleteAsync(judged));
        Assert.Null(repo.Ref("refs/heads/feature/t"));
        Assert.NotNull(repo.Ref(head));
    }

    [Fact]
    public async Task A_squashed_branch_is_landed_by_the_journals_word_when_the_same_lines_have_changed_since()
    {
        using var repo = new ScratchRepository();
        var head = Branch(repo, repo.Commit("base", ("a", "1\n")), ("a", "2\n"));
        var squashed = repo.Commit("squashed", ("a", "2\n"));
        repo.Commit("the same line again", ("a", "3\n"));
        var cleanup = await CleanupAsync(repo);
        Assert.Equal(MergedState.No, await cleanup.MergedAsync(head, repo.Head("main")));
        Assert.Equal(MergedState.ByContent, await cleanup.MergedAsync(head, repo.Head("main"), new LandedHead(head, squashed)));
        // Neither of a head that has moved since, nor on a target that has lost the landing.
        var more = repo.CommitOn(head, "more", ("a", "4\n"));
        Assert.Equal(MergedState.No, await cleanup.MergedAsync(more, repo.Head("main"), new LandedHead(head, squashed)));
        Assert.Equal(MergedState.No, await cleanup.MergedAsync(head, repo.CommitOn(repo.Head("main~2"), "elsewhere", ("a", "5\n")), new LandedHead(head, squashed)));
    }

    [Fact]
    public async Task An_unmerged_branch_is_preserved_and_one_that_moved_since_it_was_judged_too()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        Branch(repo, start, ("b", "1\n"));
        var judged = await JudgeAsync(repo);
        Assert.Equal("not_merged", judged.Decision.Why);
        Assert.Equal("not_to_be_deleted", (await (await CleanupAsync(repo)).DeleteAsync(judged))!.Code);

        repo.Git("merge", "-q", "feature/t");
        var merged = await JudgeAsync(repo);
        var more = repo.CommitOn(repo.Head("feature/t"), "more", ("c", "1\n"));
        repo.Git("branch", "-f", "feature/t", more);
        Assert.Equal("ref_moved", (await (await CleanupAsync(repo)).DeleteAsync(merged))!.Code);
        Assert.Equal(more, repo.Ref("refs/heads/feature/t"));
    }

    [Fact]
    public async Task A_dirty_slot_is_preserved_and_litter_does_not_make_it_dirty()
    {
        using var repo = new ScratchRepository();
        var slot = repo.AddSlot("wt-1", "feature/t", repo.Commit("base", ("a", "1\n")));
        ScratchRepository.WriteIn(slot, ("TUTTI_RESULT", "{}"));
        Assert.Null((await JudgeAsync(repo, slot)).Decision.Why);
        ScratchRepository.WriteIn(slot, ("new", "x\n"));
        var judged = await JudgeAsync(repo, slot);
        Assert.Equal("merged_dirty", judged.Decision.Why);
        Assert.Equal(["new"], judged.DirtyPaths);
        Assert.True(File.Exists(Path.Combine(slot, "new")));
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_is_not_deleted()
    {
        using var repo = new ScratchRepository();
        var slot = repo.AddSlot("wt-1", "feature/t", repo.Commit("base", ("a", "1\n")));
        Assert.Equal("in_use", (await JudgeAsync(repo)).Decision.Why);
        var judged = await JudgeAsync(repo, slot);
        Assert.Equal("branch_checked_out", (await (await CleanupAsync(repo)).DeleteAsync(judged))!.Code);
        repo.GitIn(slot, "checkout", "-q", "--detach");
        Assert.Null(await (await CleanupAsync(repo)).DeleteAsync(judged));
    }

    [Fact]
    public async Task A_record_says_why_and_how_to_get_at_the_work()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var head = Branch(repo, start, ("b", "1\n"));
        var store = new PreservationStore(Path.Combine(repo.State, "sessions", "s"));
        Assert.Empty(await store.ReadAllAsync());
        var record = PreservationRecord.Of("s", "../t", await JudgeAsync(repo), slot: null, "main", DateTimeOffset.UnixEpoch);
        await store.WriteAsync(record);
        await store.WriteAsync(record);
        var read = Assert.Single(await store.ReadAllAsync());
        Assert.Equal(("../t", "not_merged", "feature/t", head), (read.Task, read.Why, read.Branch, read.Head));
        Assert.Equal(["git log -p main..feature/t", "git merge feature/t"], read.Commands);
        repo.Git("merge", "-q", "feature/t");
        File.WriteAllText(Path.Combine(repo.State, "sessions", "s", "preserved", "broken.json"), "{");
        store.Remove("../t");
        Assert.Empty(await store.ReadAllAsync());
    }

    [Fact]
    public async Task What_only_the_sessions_refs_hold_is_shown_before_they_are_removed()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var merged = repo.CommitOn(start, "merged", ("b", "1\n"));
        repo.Git("merge", "-q", merged);
        var lost = repo.CommitOn(repo.CommitOn(start, "lost 1", ("c", "1\n")), "lost 2", ("c", "2\n"));
        repo.Git("update-ref", AttemptRef.For("s", "merged", 1), merged);
        repo.Git("update-ref", AttemptRef.For("s", "lost", 1), lost);
        repo.Git("update-ref", AttemptRef.For("s2", "lost", 1), start);
        repo.Git("branch", "tutti/s", lost);
        var refs = new SessionRefs(repo.Common);
        Assert.Empty(await refs.WouldBecomeUnreachableAsync("s", []));
        var going = Assert.Single(await refs.WouldBecomeUnreachableAsync("s", ["refs/heads/tutti/s"]));
        Assert.Equal(("refs/tutti/s/lost/1", lost, 2, "lost 2"), (going.Ref, going.Head, going.Commits, going.Subject));
        Assert.Equal([lost, repo.Head($"{lost}~1")], going.Ids);

        var listed = await refs.ListAsync("s");
        Assert.Equal(2, listed.Count);
        repo.Git("update-ref", AttemptRef.For("s", "merged", 1), start);
        Assert.Equal("ref_moved", (await refs.RemoveAsync(listed))!.Code);
        Assert.Equal(2, (await refs.ListAsync("s")).Count);
        Assert.Null(await refs.RemoveAsync(await refs.ListAsync("s")));
        Assert.Empty(await refs.ListAsync("s"));
        Assert.Single(await refs.ListAsync("s2"));
    }
}
