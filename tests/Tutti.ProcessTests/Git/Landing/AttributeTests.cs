using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>Which <c>.gitattributes</c> count in a merge: those of the commit merged onto; and which drivers: git's own.</summary>
public class AttributeTests
{
    private const string Lines = "1\n2\n3\n";

    /// <summary>Both sides change the last line of each of these files; git would conflict without attributes.</summary>
    private static (string Onto, string Head) Both(ScratchRepository repo, string[] files, params (string Path, string? Content)[] attributes)
    {
        var start = repo.Commit("base", [.. files.Select(f => (f, (string?)Lines)), .. attributes]);
        var head = repo.CommitOn(start, "work", [.. files.Select(f => (f, (string?)"1\n2\ntheirs\n"))]);
        var onto = repo.Commit("main", [.. files.Select(f => (f, (string?)"1\n2\nours\n"))]);
        return (onto, head);
    }

    private static async Task<MergeOutcome> MergeAsync(ScratchRepository repo, string onto, string head) =>
        await (await repo.ControlAsync()).MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch));

    private static string Union(ScratchRepository repo, MergeOutcome outcome, string path) =>
        repo.Git("show", $"{Assert.IsType<MergeOutcome.Merged>(outcome).Commit}:{path}");

    [Theory]
    [InlineData("*.log merge=union\n", null)]
    [InlineData("[attr]both merge=union\n*.log both\n", null)]
    [InlineData("*.log -merge\n", "*.log merge=union\n")]
    [InlineData(null, "a.log merge=union\n")]
    public async Task The_targets_attributes_choose_gits_own_drivers_also_from_folders_below(string? top, string? below)
    {
        using var repo = new ScratchRepository();
        var (onto, head) = Both(repo, ["sub/a.log"], (".gitattributes", top), ("sub/.gitattributes", below));
        Assert.Equal("1\n2\nours\ntheirs", Union(repo, await MergeAsync(repo, onto, head), "sub/a.log"));
        repo.Git("merge", "-q", "-m", "m", head);
        Assert.Equal("1\n2\nours\ntheirs", repo.Git("show", "HEAD:sub/a.log"));
    }

    [Fact]
    public async Task A_file_that_must_not_be_merged_conflicts_though_its_lines_would_merge()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a.lock", Lines), (".gitattributes", "*.lock -merge\n"));
        var head = repo.CommitOn(start, "work", ("a.lock", "one\n2\n3\n"));
        var onto = repo.Commit("main", ("a.lock", "1\n2\nthree\n"));
        var path = Assert.Single(Assert.IsType<MergeOutcome.Conflicted>(await MergeAsync(repo, onto, head)).Paths);
        Assert.Equal(("a.lock", ConflictKind.Binary), (path.Path, path.Kind));
        Assert.NotEqual(0, repo.TryGitIn(repo.Top, "merge", "-q", "-m", "m", head).Code);
    }

    [Fact]
    public async Task Attributes_that_only_the_branch_has_do_not_count()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a.log", Lines));
        var head = repo.CommitOn(start, "work", ("a.log", "1\n2\ntheirs\n"), (".gitattributes", "*.log merge=union\n"));
        var onto = repo.Commit("main", ("a.log", "1\n2\nours\n"));
        Assert.IsType<MergeOutcome.Conflicted>(await MergeAsync(repo, onto, head));
    }

    [Fact]
    public async Task Attributes_behind_a_link_or_a_name_that_leads_out_do_not_count_and_write_nothing()
    {
        using var repo = new ScratchRepository();
        repo.Write(("a.log", Lines), ("rules", "*.log merge=union\n"));
        File.CreateSymbolicLink(Path.Combine(repo.Top, ".gitattributes"), "rules");
        var (onto, head) = Both(repo, ["a.log"]);
        Assert.IsType<MergeOutcome.Conflicted>(await MergeAsync(repo, onto, head));

        var left = Directory.EnumerateFileSystemEntries(repo.State, "*", SearchOption.AllDirectories).Count();
        var (outOnto, outHead) = (Nested(repo, "ours"), Nested(repo, "theirs"));
        Assert.IsType<MergeOutcome.Conflicted>(await MergeAsync(repo, outOnto, outHead));
        Assert.Equal(left, Directory.EnumerateFileSystemEntries(repo.State, "*", SearchOption.AllDirectories).Count());
    }

    // A commit that no git would make: its tree has a folder named "..".
    private static string Nested(ScratchRepository repo, string line)
    {
        repo.Write(("in", $"1\n2\n{line}\n"), ("attributes", "* merge=union\n"));
        var (file, rules) = (repo.Git("hash-object", "-w", "in"), repo.Git("hash-object", "-w", "attributes"));
        string Tree(params (string Kind, string Id, string Name)[] entries)
        {
            var bytes = entries.SelectMany(e => (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"{e.Kind} {e.Name}\0"), .. Convert.FromHexString(e.Id)]).ToArray();
            File.WriteAllBytes(Path.Combine(repo.Root, "tree"), bytes);
            return repo.Git("hash-object", "-w", "-t", "tree", "--literally", Path.Combine(repo.Root, "tree"));
        }

        var inner = Tree(("100644", rules, ".gitattributes"), ("100644", file, "a.txt"));
        var start = repo.Git("rev-list", "--max-parents=0", "HEAD");
        return repo.Git("commit-tree", "-p", start, "-m", line, Tree(("40000", inner, "..")));
    }

    [Fact]
    public async Task In_merges_criss_cross_the_attributes_count_for_the_base_made_of_several_too()
    {
        using var repo = new ScratchRepository();
        var nine = string.Concat(Enumerable.Range(1, 9).Select(n => $"{n}\n"));
        var start = repo.Commit("base", ("f", nine), (".gitattributes", "f -merge\n"));
        var one = repo.CommitOn(start, "one", ("f", nine.Replace("1", "A")));
        var other = repo.CommitOn(start, "other", ("f", nine.Replace("9", "B")));
        string Merge(string first, string second, string content)
        {
            repo.Write(("f", content));
            repo.Git("add", "f");
            return repo.Git("commit-tree", "-p", first, "-p", second, "-m", "crossed", repo.Git("write-tree"));
        }

        // Ours is just what merging the lines of both would give: to a merge by lines, only theirs has changed anything.
        var merged = nine.Replace("1", "A").Replace("9", "B");
        var (onto, head) = (Merge(one, other, merged), Merge(other, one, merged.Replace("5", "M")));
        repo.Git("reset", "-q", "--hard", onto);
        Assert.NotEqual(0, repo.TryGitIn(repo.Top, "merge", "-q", "-m", "m", head).Code);
        Assert.Equal("f", Assert.Single(Assert.IsType<MergeOutcome.Conflicted>(await MergeAsync(repo, onto, head)).Paths).Path);
    }
}
