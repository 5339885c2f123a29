using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

public class MergeConflictTests
{
    private static async Task<MergeOutcome.Conflicted> ConflictAsync(
        ScratchRepository repo, (string, string?)[] start, (string, string?)[] ours, (string, string?)[] theirs)
    {
        var from = repo.Commit("base", start);
        var head = repo.CommitOn(from, "theirs", theirs);
        var onto = repo.Commit("ours", ours);
        return await ConflictAsync(repo, onto, head);
    }

    private static async Task<MergeOutcome.Conflicted> ConflictAsync(ScratchRepository repo, string onto, string head)
    {
        var outcome = await (await repo.ControlAsync()).MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch));
        return Assert.IsType<MergeOutcome.Conflicted>(outcome);
    }

    [Fact]
    public async Task Both_changed_the_same_lines()
    {
        using var repo = new ScratchRepository();
        var found = await ConflictAsync(repo, [("dir/a b", "1\n")], [("dir/a b", "ours\n")], [("dir/a b", "theirs\n")]);
        var path = Assert.Single(found.Paths);
        Assert.Equal(("dir/a b", ConflictKind.Content), (path.Path, path.Kind));
        Assert.Equal(["1", "ours", "theirs"], new[] { path.Base!, path.Ours!, path.Theirs! }.Select(id => repo.Git("cat-file", "blob", id)));
        Assert.Contains("<<<<<<<", repo.Git("show", found.Tree + ":dir/a b"));
        Assert.Contains("CONFLICT (content): Merge conflict in dir/a b", found.Messages);
    }

    [Fact]
    public async Task Both_added_the_same_path()
    {
        using var repo = new ScratchRepository();
        var found = await ConflictAsync(repo, [("a", "1\n")], [("new", "ours\n")], [("new", "theirs\n")]);
        Assert.Equal((ConflictKind.AddAdd, null), (Assert.Single(found.Paths).Kind, found.Paths[0].Base));
    }

    [Fact]
    public async Task One_deleted_what_the_other_changed()
    {
        using var repo = new ScratchRepository();
        var found = await ConflictAsync(repo, [("a", "1\n"), ("b", "1\n")], [("a", null)], [("a", "2\n")]);
        var path = Assert.Single(found.Paths);
        Assert.Equal((ConflictKind.ModifyDelete, null), (path.Kind, path.Ours));
        Assert.NotNull(path.Theirs);
    }

    [Fact]
    public async Task Both_renamed_differently()
    {
        using var repo = new ScratchRepository();
        const string text = "1\n2\n3\n4\n5\n6\n";
        var found = await ConflictAsync(repo, [("a", text)], [("a", null), ("b", text)], [("a", null), ("c", text)]);
        Assert.Equal(["a", "b", "c"], found.Paths.Select(p => p.Path));
        Assert.All(found.Paths, p => Assert.Equal(ConflictKind.Rename, p.Kind));
    }

    [Fact]
    public async Task Both_changed_a_binary_file()
    {
        using var repo = new ScratchRepository();
        var found = await ConflictAsync(repo, [("a", "1\0")], [("a", "2\0")], [("a", "3\0")]);
        Assert.Equal(ConflictKind.Binary, Assert.Single(found.Paths).Kind);
    }

    [Fact]
    public async Task A_file_on_one_side_is_a_link_on_the_other()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        repo.Git("checkout", "-q", "-b", "theirs");
        File.CreateSymbolicLink(Path.Combine(repo.Top, "new"), "a");
        var head = repo.Commit("link");
        repo.Git("checkout", "-q", "main");
        var onto = repo.Commit("file", ("new", "text\n"));
        Assert.NotEqual(start, onto);
        var found = await ConflictAsync(repo, onto, head);
        Assert.NotEmpty(found.Paths);
        Assert.All(found.Paths, p => Assert.Equal(ConflictKind.Mode, p.Kind));
    }

    [Fact]
    public async Task A_file_on_one_side_is_a_folder_on_the_other()
    {
        using var repo = new ScratchRepository();
        var found = await ConflictAsync(repo, [("a", "1\n")], [("new", "file\n")], [("new/inside", "folder\n")]);
        Assert.Contains(found.Paths, p => p.Kind == ConflictKind.FileFolder);
    }

    [Fact]
    public async Task Both_moved_a_submodule()
    {
        using var repo = new ScratchRepository();
        var (one, two, three) = (new string('1', 40), new string('2', 40), new string('3', 40));
        string CommitLink(string id)
        {
            repo.Git("update-index", "--add", "--cacheinfo", $"160000,{id},sub");
            repo.Git("commit", "-q", "-m", id[..4]);
            return repo.Head();
        }

        repo.Write(("a", "1\n"));
        repo.Git("add", "a");
        CommitLink(one);
        repo.Git("checkout", "-q", "-b", "theirs");
        var head = CommitLink(two);
        repo.Git("checkout", "-q", "main");
        var onto = CommitLink(three);
        var found = await ConflictAsync(repo, onto, head);
        Assert.Equal(("sub", ConflictKind.Submodule), (Assert.Single(found.Paths).Path, found.Paths[0].Kind));
    }

    [Fact]
    public void Awkward_paths_are_read_whole()
    {
        var id = new string('a', 40);
        var output = $"{id}\0100644 {id} 2\ttab\tand\nnewline\0100644 {id} 3\ttab\tand\nnewline\0\01\0tab\tand\nnewline\0CONFLICT (contents)\0CONFLICT (add/add): words\n\0";
        var read = MergeTreeOutput.Parse(System.Text.Encoding.UTF8.GetBytes(output));
        Assert.Equal(new ConflictedPath("tab\tand\nnewline", ConflictKind.AddAdd, null, id, id), Assert.Single(read.Paths));
        Assert.Equal(["CONFLICT (add/add): words"], read.Messages);
    }

    [Fact]
    public void A_clean_answer_and_one_cut_short_are_read_as_far_as_they_go()
    {
        var id = new string('a', 40);
        Assert.Empty(MergeTreeOutput.Parse(System.Text.Encoding.UTF8.GetBytes($"{id}\0\01\0a\0Auto-merging\0Auto-merging a\n\0")).Paths);
        var cut = MergeTreeOutput.Parse(System.Text.Encoding.UTF8.GetBytes($"{id}\0100644 {id} 1\ta\0\01\0a\0CONFLICT (con"));
        Assert.Equal(ConflictKind.Other, Assert.Single(cut.Paths).Kind);
    }

    [Fact]
    public void What_git_tells_of_in_a_merge_it_calls_clean_is_a_conflict_and_what_it_tells_of_making_a_base_is_none()
    {
        const string Tree = "804ab225b58d8813a385d3f8b35c653d747f2cca";
        var collided = MergeTreeOutput.Parse(System.Text.Encoding.UTF8.GetBytes(
            $"{Tree}\0\0" + "2\0one\0two\0CONFLICT (rename involved in collision)\0CONFLICT (rename involved in collision): rename of two -> one has content conflicts\n\0"
            + "1\0one\0Auto-merging\0Auto-merging one\n\0"));
        Assert.Equal([("one", ConflictKind.Rename), ("two", ConflictKind.Rename)], collided.Paths.Select(p => (p.Path, p.Kind)));
        Assert.Single(collided.Messages);

        var inner = MergeTreeOutput.Parse(System.Text.Encoding.UTF8.GetBytes(
            $"{Tree}\0\0" + "1\0dir/f\0CONFLICT (contents)\0  From inner merge:  CONFLICT (content): Merge conflict in dir/f\n\0"));
        Assert.Empty(inner.Paths);
        Assert.Empty(inner.Messages);
        Assert.Equal(["dir"], inner.MergedFolders);
    }
}
