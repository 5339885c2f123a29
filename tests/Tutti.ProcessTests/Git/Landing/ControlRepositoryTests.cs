using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

public class ControlRepositoryTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));

    private static MergeRequest Request(string onto, string head, MergeStyle style = MergeStyle.Merge) => new(onto, head, "Land it\n\nTutti-Task: a", style, At);

    [Fact]
    public async Task A_clean_merge_gives_a_commit_of_both_parents_in_the_users_object_store()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"), ("b", "1\n"));
        var head = repo.CommitOn(start, "work", ("a", "2\n"));
        var onto = repo.Commit("main", ("b", "2\n"));
        var before = repo.Git("status", "--porcelain=v2", "--branch") + repo.Git("for-each-ref");
        var merged = Assert.IsType<MergeOutcome.Merged>(await (await repo.ControlAsync()).MergeAsync(Request(onto, head)));
        Assert.Equal($"{onto} {head}", repo.Git("log", "-1", "--format=%P", merged.Commit));
        Assert.Equal("Ada Lovelace <ada@example.org> 2026-01-02T03:04:05+01:00", repo.Git("log", "-1", "--format=%an <%ae> %cI", merged.Commit));
        Assert.Equal("Land it\n\nTutti-Task: a", repo.Git("log", "-1", "--format=%B", merged.Commit).TrimEnd());
        Assert.Equal(merged.Tree, repo.Head(merged.Commit + "^{tree}"));
        Assert.Equal("2\n2", repo.Git("show", $"{merged.Commit}:a", $"{merged.Commit}:b"));
        Assert.Equal(before, repo.Git("status", "--porcelain=v2", "--branch") + repo.Git("for-each-ref"));
    }

    [Theory]
    [InlineData(MergeStyle.Merge)]
    [InlineData(MergeStyle.Squash)]
    [InlineData(MergeStyle.Rebase)]
    public async Task The_same_request_gives_the_same_commit_again(MergeStyle style)
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"), ("b", "1\n"));
        var one = repo.CommitOn(start, "work 1", ("a", "2\n"));
        var head = repo.CommitOn(one, "work 2", ("c", "2\n"));
        var onto = repo.Commit("main", ("b", "2\n"));
        var first = await (await repo.ControlAsync()).MergeAsync(Request(onto, head, style));
        var second = await (await repo.ControlAsync()).MergeAsync(Request(onto, head, style));
        Assert.IsType<MergeOutcome.Merged>(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_squash_is_one_commit_with_the_author_of_the_branch()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        repo.Git("config", "user.name", "Grace Hopper");
        var head = repo.CommitOn(start, "work", ("b", "2\n"));
        repo.Git("config", "user.name", "Ada Lovelace");
        var onto = repo.Commit("main", ("c", "2\n"));
        var outcome = await (await repo.ControlAsync()).MergeAsync(Request(onto, head, MergeStyle.Squash) with { AuthorFrom = head });
        var merged = Assert.IsType<MergeOutcome.Merged>(outcome);
        Assert.Equal($"{onto}|Grace Hopper|Ada Lovelace|{repo.Git("log", "-1", "--format=%aI", head)}", repo.Git("log", "-1", "--format=%P|%an|%cn|%aI", merged.Commit));
    }

    [Fact]
    public async Task A_rebase_keeps_each_commit_with_its_author_and_message()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n2\n3\n4\n5\n"), ("b", "1\n"));
        repo.Git("config", "user.name", "Grace Hopper");
        var one = repo.CommitOn(start, "first\n\nwith a body", ("a", "one\n2\n3\n4\n5\n"));
        var head = repo.CommitOn(one, "second", ("new", "2\n"));
        repo.Git("config", "user.name", "Ada Lovelace");
        var onto = repo.Commit("main", ("a", "1\n2\n3\n4\nfive\n"));
        var merged = Assert.IsType<MergeOutcome.Merged>(await (await repo.ControlAsync()).MergeAsync(Request(onto, head, MergeStyle.Rebase)));
        Assert.Null(merged.Note);
        Assert.Equal("second|Grace Hopper|Ada Lovelace\nfirst|Grace Hopper|Ada Lovelace", repo.Git("log", "--format=%s|%an|%cn", $"{onto}..{merged.Commit}"));
        Assert.Equal("one\n2\n3\n4\nfive", repo.Git("show", merged.Commit + ":a"));
        Assert.Equal("first\n\nwith a body", repo.Git("log", "-1", "--format=%B", merged.Commit + "~1").TrimEnd());
    }

    [Fact]
    public async Task A_rebase_onto_where_the_branch_starts_is_the_branch_itself()
    {
        using var repo = new ScratchRepository();
        var onto = repo.Commit("base", ("a", "1\n"));
        var head = repo.CommitOn(repo.CommitOn(onto, "one", ("b", "1\n")), "two", ("c", "1\n"));
        Assert.Equal(head, Assert.IsType<MergeOutcome.Merged>(await (await repo.ControlAsync()).MergeAsync(Request(onto, head, MergeStyle.Rebase))).Commit);
    }

    [Fact]
    public async Task A_rebase_whose_middle_conflicts_lands_as_one_commit_and_says_so()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var middle = repo.CommitOn(start, "tries", ("a", "branch\n"));
        var head = repo.CommitOn(middle, "takes back", ("a", "1\n"), ("b", "1\n"));
        var onto = repo.Commit("main", ("a", "main\n"));
        var merged = Assert.IsType<MergeOutcome.Merged>(await (await repo.ControlAsync()).MergeAsync(Request(onto, head, MergeStyle.Rebase)));
        Assert.Contains("conflicts by itself", merged.Note);
        Assert.Equal(onto, repo.Head(merged.Commit + "^"));
        Assert.Equal("main\n1", repo.Git("show", merged.Commit + ":a", merged.Commit + ":b"));
    }

    [Fact]
    public async Task What_is_in_already_is_said_so_as_ancestor_and_as_content()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var head = repo.CommitOn(start, "work", ("b", "2\n"));
        var onto = repo.Commit("the same work, squashed", ("b", "2\n"));
        var later = repo.Commit("more", ("c", "3\n"));
        var control = await repo.ControlAsync();
        Assert.IsType<MergeOutcome.AlreadyIn>(await control.MergeAsync(Request(onto, head)));
        Assert.IsType<MergeOutcome.AlreadyIn>(await control.MergeAsync(Request(later, head)));
        Assert.IsType<MergeOutcome.AlreadyIn>(await control.MergeAsync(Request(later, start)));
    }

    [Fact]
    public async Task Commits_that_do_not_exist_or_share_nothing_fail_as_values()
    {
        using var repo = new ScratchRepository();
        var onto = repo.Commit("base", ("a", "1\n"));
        repo.Git("checkout", "-q", "--orphan", "other");
        var other = repo.Commit("other", ("b", "1\n"));
        var control = await repo.ControlAsync();
        var missing = Assert.IsType<MergeOutcome.Failed>(await control.MergeAsync(Request(onto, new string('1', 40))));
        Assert.Equal("commit_missing", missing.Failure.Code);
        var unrelated = Assert.IsType<MergeOutcome.Failed>(await control.MergeAsync(Request(onto, other)));
        Assert.Equal("unrelated_histories", unrelated.Failure.Code);
        await Assert.ThrowsAsync<ArgumentException>(() => control.MergeAsync(Request(onto, "--upload-pack=evil")));
    }

    [Fact]
    public async Task A_trial_leaves_no_object_behind()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"), ("b", "1\n"));
        var head = repo.CommitOn(start, "work", ("a", "2\n"));
        var onto = repo.Commit("main", ("b", "2\n"));
        var control = await repo.ControlAsync();
        var before = repo.Git("count-objects", "-v");
        var merged = Assert.IsType<MergeOutcome.Merged>(await control.TryMergeAsync(onto, head));
        Assert.Equal(before, repo.Git("count-objects", "-v"));
        Assert.Null(repo.Ref(merged.Tree + "^{tree}"));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(repo.State, "control.git", "objects"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Many_can_open_it_at_once()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var head = repo.CommitOn(start, "work", ("b", "2\n"));
        var onto = repo.Commit("main", ("c", "2\n"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () => await (await repo.ControlAsync()).MergeAsync(Request(onto, head)))));
        Assert.Single(outcomes.Distinct());
        Assert.IsType<MergeOutcome.Merged>(outcomes[0]);
        Assert.Equal(["control.git"], Directory.EnumerateDirectories(repo.State).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_shallow_clone_merges_too()
    {
        using var repo = new ScratchRepository();
        repo.Commit("old", ("z", "1\n"));
        var start = repo.Commit("base", ("a", "1\n"));
        repo.Git("branch", "work", repo.CommitOn(start, "work", ("b", "2\n")));
        repo.Commit("main", ("c", "2\n"));
        var clone = Path.Combine(repo.Root, "clone");
        repo.GitIn(repo.Root, "clone", "-q", "--depth=2", "--no-single-branch", "file://" + repo.Top, clone);
        var common = Path.Combine(clone, ".git");
        var control = await ControlRepository.OpenAsync(common, Path.Combine(common, "tutti"), repo.Top);
        var outcome = await control.MergeAsync(Request(repo.Head("main"), repo.Head("work")));
        Assert.IsType<MergeOutcome.Merged>(outcome);
    }

    [Fact]
    public async Task A_sha256_repository_merges_too()
    {
        using var repo = new ScratchRepository();
        var top = Path.Combine(repo.Root, "sha256");
        repo.GitIn(repo.Root, "-c", "init.defaultBranch=main", "init", "-q", "--object-format=sha256", top);
        string Commit(string message, string file)
        {
            ScratchRepository.WriteIn(top, (file, message));
            repo.GitIn(top, "add", "-A");
            repo.GitIn(top, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", message);
            return repo.GitIn(top, "rev-parse", "HEAD");
        }

        var start = Commit("base", "a");
        var onto = Commit("main", "b");
        repo.GitIn(top, "checkout", "-q", "--detach", start);
        var head = Commit("work", "c");
        var control = await ControlRepository.OpenAsync(Path.Combine(top, ".git"), Path.Combine(top, ".git", "tutti"), repo.Top);
        Assert.Equal(64, Assert.IsType<MergeOutcome.Merged>(await control.MergeAsync(Request(onto, head))).Commit.Length);
    }
}
