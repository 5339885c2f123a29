using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Work;
using Tutti.ProcessTests.Git.Landing;

namespace Tutti.ProcessTests.Git.Work;

public class WorkCollectorTests
{
    /// <summary>A repository with a slot leased for task t.</summary>
    private sealed class Leased : IDisposable
    {
        public Leased(params (string, string?)[] files)
        {
            Base = Repo.Commit("base", files.Length > 0 ? files : [("a", "1\n"), ("b", "1\n"), ("dir/c", "1\n")]);
            Slot = Repo.AddSlot("wt-1", "feature/t", Base);
        }

        public ScratchRepository Repo { get; } = new();
        public string Base { get; }
        public string Slot { get; }
        public CollectRequest Request => new(Slot, "feature/t", Base, "Do the thing\n\nTutti-Task: t", AttemptRef.For("s", "t", 1));

        public Task<CollectedWork> CollectAsync() => WorkCollector.CollectAsync(Request);

        public void Write(params (string, string?)[] files) => ScratchRepository.WriteIn(Slot, files);

        public string Git(params string[] arguments) => Repo.GitIn(Slot, arguments);

        public string Commit(string message, params (string, string?)[] files)
        {
            Write(files);
            Git("add", "-A");
            Git("commit", "-q", "--allow-empty", "-m", message);
            return Git("rev-parse", "HEAD");
        }

        public async Task<Failure> FailsAsync() => (await Assert.ThrowsAsync<FailureException>(CollectAsync)).Failure;

        public void Dispose() => Repo.Dispose();
    }

    private static string Names(CollectedWork work) => string.Join(' ', work.Changes.Select(c => $"{c.Status}:{c.Path}"));

    [Fact]
    public async Task Rules_that_hide_themselves_and_what_is_new_beside_them_are_named()
    {
        using var leased = new Leased(("a", "1\n"), ("dir/c", "1\n"), (".gitignore", "build/\n"));
        leased.Write(("dir/c", "2\n"), ("dir/.gitignore", "*\n"), ("dir/new", "hidden"), ("cache/.gitignore", "*\n"), ("cache/x", "1"));
        var work = await leased.CollectAsync();
        Assert.Equal("M:dir/c", Names(work));
        Assert.Equal([new LeftOut("dir/.gitignore", LeftOutWhy.HiddenRules)], work.LeftOut);
    }

    [Fact]
    public async Task Work_that_is_hidden_altogether_is_told_from_none()
    {
        using var leased = new Leased();
        leased.Write((".gitignore", "# made by venv\n*\n"), ("src/new", "hidden"));
        var work = await leased.CollectAsync();
        Assert.True(work.Empty);
        Assert.Equal("left ignore rules that ignore themselves, and what is new beside them was not committed: .gitignore", Hygiene.Judge(work, _ => true).Single().Message);
    }

    [Fact]
    public async Task Nothing_done_is_empty_work()
    {
        using var leased = new Leased();
        var work = await leased.CollectAsync();
        Assert.True(work.Empty);
        Assert.Equal((leased.Base, leased.Base, false), (work.Head, work.Base, work.Committed));
    }

    // The guard is the user's, so nothing is committed against it; but an agent can write what it wants once it knows.
    [Theory]
    [InlineData("true", "1\n2\n", "LF would be replaced by CRLF in a")]
    [InlineData("input", "1\r\n2\r\n", "CRLF would be replaced by LF in a")]
    public async Task Line_endings_that_a_checkout_would_change_are_told_where_the_user_guards_against_it(string autocrlf, string content, string told)
    {
        using var leased = new Leased();
        leased.Git("config", "core.autocrlf", autocrlf);
        leased.Git("config", "core.safecrlf", "true");
        leased.Write(("a", content));

        var failure = await leased.FailsAsync();

        Assert.Equal(("line_endings_refused", FailureCategory.Agent), (failure.Code, failure.Category));
        Assert.EndsWith(told, failure.Message);
        Assert.Equal(leased.Base, leased.Git("rev-parse", "HEAD"));
    }

    // A merge reads neither: the one is gone from the tree, the other is taken over by its id.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_whose_content_somebody_has_deleted_is_no_work(bool inHistoryOnly)
    {
        using var leased = new Leased();
        var head = leased.Commit("one", ("gone", "content\n"));
        var content = leased.Git("rev-parse", "HEAD:gone");
        if (inHistoryOnly)
            head = leased.Commit("two", ("gone", null), ("d", "1\n"));
        File.Delete(Path.Combine(leased.Repo.Top, ".git", "objects", content[..2], content[2..]));
        var failure = await leased.FailsAsync();
        Assert.Equal("objects_missing", failure.Code);
        Assert.Contains(content, failure.Message, StringComparison.Ordinal);
        Assert.Equal(head, leased.Git("rev-parse", "HEAD"));
    }

    [Fact]
    public async Task A_commit_without_a_difference_is_empty_work()
    {
        using var leased = new Leased();
        var head = leased.Commit("all done!");
        var work = await leased.CollectAsync();
        Assert.True(work.Empty);
        Assert.Equal(head, work.Head);
    }

    [Fact]
    public async Task A_clean_slot_gives_the_agents_own_commits_and_a_ref_that_keeps_them()
    {
        using var leased = new Leased();
        leased.Commit("one", ("a", "1\n2\n"));
        var head = leased.Commit("two", ("dir/c", null), ("d", "1\n"));
        var work = await leased.CollectAsync();
        Assert.Equal(head, work.Head);
        Assert.Equal("M:a R:d", Names(work));
        Assert.Equal("dir/c", work.Changes[1].OldPath);
        Assert.Equal((1, 0, 0), (work.AddedLines, work.DeletedLines, work.DeletedFiles));
        Assert.Equal(head, leased.Repo.Ref("refs/tutti/s/t/1"));
    }

    [Fact]
    public async Task What_is_left_uncommitted_is_committed_path_by_path_in_the_users_name()
    {
        using var leased = new Leased();
        leased.Write(("a", "changed\n"), ("b", null), ("new dir/ü \"quoted\"\nname", "x\n"), ("--upload-pack=x", "x\n"), (":(top)magic", "x\n"), ("*", "x\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(leased.Slot, "dir/c"), (UnixFileMode)0b111_101_101);
        leased.Git("mv", "-k", "a", "a");
        var work = await leased.CollectAsync();
        Assert.True(work.Committed);
        Assert.Equal("", leased.Git("status", "--porcelain"));
        Assert.Equal("Do the thing\n\nTutti-Task: t|Ada Lovelace", leased.Git("log", "-1", "--format=%B%x7c%an").Replace("\n|", "|"));
        Assert.Equal(["*", "--upload-pack=x", ":(top)magic", "a", "b", "dir/c", "new dir/ü \"quoted\"\nname"], work.Changes.Select(c => c.Path).Order(StringComparer.Ordinal));
        Assert.Equal("100755", work.Changes.Single(c => c.Path == "dir/c").Mode);
        Assert.Equal(1, work.DeletedFiles);
        Assert.Equal(work.Head, leased.Repo.Head("feature/t"));
    }

    [Fact]
    public async Task Collecting_again_changes_nothing()
    {
        using var leased = new Leased();
        leased.Write(("a", "changed\n"));
        var first = await leased.CollectAsync();
        var second = await leased.CollectAsync();
        Assert.Equal(first.Head, second.Head);
        Assert.Equal((true, false), (first.Committed, second.Committed));
        Assert.Equal(Names(first), Names(second));
        Assert.Equal("refs/tutti/s/t/1", leased.Git("for-each-ref", "--format=%(refname)", "refs/tutti"));
    }

    [Fact]
    public async Task A_crash_between_staging_and_commit_is_made_good()
    {
        using var leased = new Leased();
        leased.Write(("a", "changed\n"), ("new", "x\n"));
        leased.Git("add", "a");
        var work = await leased.CollectAsync();
        Assert.Equal("M:a A:new", Names(work));
    }

    [Fact]
    public async Task A_file_that_became_a_folder_and_a_folder_that_became_a_file_are_committed_so()
    {
        using var leased = new Leased();
        leased.Write(("a", null), ("dir/c", null));
        Directory.Delete(Path.Combine(leased.Slot, "dir"));
        leased.Write(("a/inside", "x\n"), ("dir", "now a file\n"));
        await leased.CollectAsync();
        Assert.Equal("a/inside\nb\ndir", leased.Git("ls-tree", "-r", "--name-only", "HEAD"));
        Assert.Equal("", leased.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task Ignored_files_and_litter_stay_out_also_when_the_agent_staged_them()
    {
        using var leased = new Leased(("a", "1\n"), (".gitignore", "*.log\n"), ("nohup.out", "tracked: the project's own business\n"));
        leased.Write(("a", "2\n"), ("x.log", "x"), ("TUTTI_RESULT", "{}"), ("core.1234", "x"), ("pkg/__pycache__/m.pyc", "x"), ("secret.env", "x"), ("nohup.out", "changed\n"));
        leased.Git("add", "core.1234");
        var work = await WorkCollector.CollectAsync(leased.Request with { Exclude = path => path == "secret.env" });
        Assert.Equal("M:a M:nohup.out", Names(work));
        Assert.Equal(["TUTTI_RESULT", "core.1234", "pkg/__pycache__/m.pyc", "secret.env"], work.LeftOut.Select(l => l.Path).Order(StringComparer.Ordinal));
        Assert.All(work.LeftOut, l => Assert.Equal(LeftOutWhy.Litter, l.Why));
        Assert.True(File.Exists(Path.Combine(leased.Slot, "core.1234")));
        Assert.Equal(work.Head, (await WorkCollector.CollectAsync(leased.Request with { Exclude = path => path == "secret.env" })).Head);
    }

    [Fact]
    public async Task Only_litter_left_makes_no_commit()
    {
        using var leased = new Leased();
        leased.Write(("TUTTI_RESULT", "{}"));
        leased.Git("add", "TUTTI_RESULT");
        var work = await leased.CollectAsync();
        Assert.True(work.Empty);
        Assert.False(work.Committed);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside")]
    [InlineData("dir/../../x")]
    [InlineData(".git/config")]
    public async Task Links_out_of_the_slot_are_not_committed(string target)
    {
        using var leased = new Leased();
        File.CreateSymbolicLink(Path.Combine(leased.Slot, "link"), target);
        leased.Write(("a", "2\n"));
        var work = await leased.CollectAsync();
        Assert.Equal("M:a", Names(work));
        Assert.Equal(new LeftOut("link", LeftOutWhy.SymlinkOutside), Assert.Single(work.LeftOut));
        leased.Git("add", "link");
        leased.Git("commit", "-q", "-m", "the agent insists");
        var insisted = await leased.CollectAsync();
        Assert.Equal(new LeftOut("link", LeftOutWhy.SymlinkOutside), Assert.Single(insisted.Suspicious));
        Assert.Contains(Hygiene.Judge(insisted, _ => true), f => f is { Code: "symlink_outside", Severity: FindingSeverity.Ask });
    }

    [Fact]
    public async Task Links_inside_the_slot_are_work()
    {
        using var leased = new Leased();
        File.CreateSymbolicLink(Path.Combine(leased.Slot, "dir", "link"), "../a");
        Assert.Equal("A:dir/link", Names(await leased.CollectAsync()));
    }

    [Fact]
    public async Task Nested_repositories_and_submodules_are_told_and_not_swept()
    {
        using var leased = new Leased();
        var other = Path.Combine(leased.Repo.Root, "other");
        leased.Repo.GitIn(leased.Repo.Root, "clone", "-q", leased.Repo.Top, other);
        leased.Git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "sub");
        leased.Git("commit", "-q", "-m", "with a submodule");
        leased.Repo.GitIn(leased.Repo.Root, "clone", "-q", leased.Repo.Top, Path.Combine(leased.Slot, "nested"));
        leased.Repo.GitIn(leased.Repo.Root, "clone", "-q", leased.Repo.Top, Path.Combine(leased.Slot, "added"));
        leased.Git("-c", "advice.addEmbeddedRepo=false", "add", "added");
        var sub = Path.Combine(leased.Slot, "sub");
        leased.Repo.GitIn(sub, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "moved on");
        leased.Git("add", "sub");
        leased.Write(("a", "2\n"));
        var work = await leased.CollectAsync();
        Assert.Equal(
            [new LeftOut("added", LeftOutWhy.NestedRepository), new LeftOut("nested/", LeftOutWhy.NestedRepository), new LeftOut("sub", LeftOutWhy.Submodule)],
            work.LeftOut.OrderBy(l => l.Path, StringComparer.Ordinal));
        Assert.Equal("A:.gitmodules M:a A:sub", Names(work));
        Assert.Equal(new LeftOut("sub", LeftOutWhy.Submodule), Assert.Single(work.Suspicious));
        Assert.Equal("a", leased.Git("diff-tree", "-r", "--no-commit-id", "--name-only", "HEAD"));
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_is_told_and_left_where_it_is()
    {
        using var leased = new Leased();
        leased.Repo.TryGitIn(leased.Slot, "-c", "alias.mk=!printf x > \"$(printf 'bad\\377name')\"", "mk");
        leased.Write(("a", "2\n"));
        var work = await leased.CollectAsync();
        Assert.Equal("M:a", Names(work));
        Assert.Equal(LeftOutWhy.UnreadableName, Assert.Single(work.LeftOut).Why);
        Assert.Equal("?? \"bad\\377name\"", leased.Git("status", "--porcelain"));
        leased.Git("clean", "-q", "-f"); // .NET cannot delete such a name
    }

    [Fact]
    public async Task A_detached_head_brings_the_leased_branch_along()
    {
        using var leased = new Leased();
        leased.Git("checkout", "-q", "--detach");
        var committed = leased.Commit("detached", ("a", "2\n"));
        leased.Write(("b", "2\n"));
        var work = await leased.CollectAsync();
        Assert.Equal("refs/heads/feature/t", leased.Git("symbolic-ref", "HEAD"));
        Assert.Equal((committed, work.Head), (leased.Git("rev-parse", "HEAD^"), leased.Repo.Head("feature/t")));
        Assert.Contains("a detached HEAD", Assert.Single(work.Notes));
        Assert.Empty((await leased.CollectAsync()).Notes);
    }

    [Fact]
    public async Task A_branch_of_the_agents_own_is_kept_and_the_leased_one_brought_there_even_when_it_was_renamed()
    {
        using var leased = new Leased();
        leased.Git("branch", "-m", "feature/t", "better-name");
        var head = leased.Commit("work", ("a", "2\n"));
        var work = await leased.CollectAsync();
        Assert.Equal((head, head, head), (work.Head, leased.Repo.Head("feature/t"), leased.Repo.Head("better-name")));
        Assert.Contains("branch better-name", Assert.Single(work.Notes));
    }

    [Fact]
    public async Task A_branch_that_does_not_hold_the_leased_work_or_the_base_is_refused()
    {
        using var leased = new Leased();
        leased.Commit("on the lease", ("a", "2\n"));
        leased.Git("checkout", "-q", "-b", "other", leased.Base);
        leased.Commit("elsewhere", ("b", "2\n"));
        var leasedTip = leased.Repo.Head("feature/t");
        Assert.Equal("wrong_branch", (await leased.FailsAsync()).Code);
        Assert.Equal(leasedTip, leased.Repo.Head("feature/t"));
        leased.Git("checkout", "-q", "--orphan", "fresh");
        Assert.Equal("wrong_branch", (await leased.FailsAsync()).Code);
        leased.Commit("no base");
        Assert.Equal("wrong_branch", (await leased.FailsAsync()).Code);
        leased.Git("checkout", "-q", "-f", "feature/t");
        leased.Git("reset", "-q", "--hard", "fresh");
        Assert.Equal("base_lost", (await leased.FailsAsync()).Code);
        leased.Git("update-ref", "-d", "refs/heads/feature/t");
        Assert.Contains("somebody has deleted it", (await leased.FailsAsync()).Message);
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("rebase")]
    [InlineData("cherry-pick")]
    public async Task A_slot_in_the_middle_of_something_fails_and_keeps_it(string what)
    {
        using var leased = new Leased();
        leased.Commit("ours", ("a", "ours\n"));
        leased.Git("branch", "theirs", leased.Base);
        leased.Git("checkout", "-q", "theirs");
        leased.Commit("theirs", ("a", "theirs\n"));
        leased.Git("checkout", "-q", "feature/t");
        leased.Repo.TryGitIn(leased.Slot, what, "theirs");
        var failure = await leased.FailsAsync();
        Assert.Equal("slot_in_the_middle", failure.Code);
        Assert.Contains(what, failure.Message);
        Assert.Contains("<<<<<<<", File.ReadAllText(Path.Combine(leased.Slot, "a")));
    }

    [Fact]
    public async Task An_unresolved_conflict_without_a_merge_fails()
    {
        using var leased = new Leased();
        leased.Write(("a", "stashed\n"));
        leased.Git("stash");
        leased.Commit("ours", ("a", "ours\n"));
        leased.Repo.TryGitIn(leased.Slot, "stash", "pop");
        Assert.Equal("unmerged_paths", (await leased.FailsAsync()).Code);
    }

    [Fact]
    public async Task A_lock_that_a_killed_git_left_is_moved_aside()
    {
        using var leased = new Leased();
        leased.Write(("a", "2\n"));
        var folder = leased.Git("rev-parse", "--absolute-git-dir");
        File.WriteAllText(Path.Combine(folder, "index.lock"), "half an index");
        var work = await leased.CollectAsync();
        Assert.Equal("M:a", Names(work));
        Assert.Contains("index.lock", Assert.Single(work.Notes));
        Assert.Equal("half an index", File.ReadAllText(Path.Combine(folder, "index.lock.stale")));
    }

    [Fact]
    public async Task An_amended_head_never_makes_the_earlier_one_unreachable()
    {
        using var leased = new Leased();
        var first = leased.Commit("first", ("a", "2\n"));
        await leased.CollectAsync();
        leased.Git("commit", "-q", "--amend", "-m", "second thoughts");
        var second = leased.Git("rev-parse", "HEAD");
        await leased.CollectAsync();
        leased.Git("commit", "-q", "--amend", "-m", "third thoughts");
        var third = leased.Git("rev-parse", "HEAD");
        await leased.CollectAsync();
        Assert.Equal((third, first, second), (leased.Repo.Ref("refs/tutti/s/t/1"), leased.Repo.Ref("refs/tutti/s/t/1.2"), leased.Repo.Ref("refs/tutti/s/t/1.3")));
    }

    [Fact]
    public async Task A_change_that_is_none_for_git_makes_no_commit()
    {
        using var leased = new Leased(("a", "1\n"), (".gitattributes", "* text=auto eol=lf\n"));
        leased.Write(("a", "1\r\n"));
        var work = await leased.CollectAsync();
        Assert.True(work.Empty);
        Assert.False(work.Committed);
    }

    [Fact]
    public async Task A_slot_that_is_gone_fails_with_words()
    {
        using var leased = new Leased();
        Directory.Delete(leased.Slot, recursive: true);
        Assert.Equal("slot_missing", (await leased.FailsAsync()).Code);
    }

    [Fact]
    public async Task More_uncommitted_paths_than_anyone_writes_are_refused()
    {
        using var leased = new Leased();
        Directory.CreateDirectory(Path.Combine(leased.Slot, "generated"));
        for (var n = 0; n <= CheckoutStatus.PathLimit; n++)
            File.WriteAllBytes(Path.Combine(leased.Slot, "generated", $"{n}"), []);
        Assert.Equal("too_many_paths", (await leased.FailsAsync()).Code);
        Assert.Equal(leased.Base, leased.Repo.Head("feature/t"));
    }

    [Fact]
    public async Task A_half_deleted_tree_stops_and_asks()
    {
        using var leased = new Leased([.. Enumerable.Range(0, 50).Select(n => ($"src/{n}", (string?)$"{n}\n"))]);
        leased.Write([.. Enumerable.Range(0, 30).Select(n => ($"src/{n}", (string?)null))]);
        var work = await leased.CollectAsync();
        Assert.Equal((30, 50), (work.DeletedFiles, work.BaseFiles));
        Assert.Contains(Hygiene.Judge(work, _ => true), f => f is { Code: "mass_deletion", Severity: FindingSeverity.Ask });
    }

    [Fact]
    public async Task Conflict_markers_count_where_they_were_added_and_only_there()
    {
        const string conflict = "<<<<<<< ours\n1\n=======\n2\n>>>>>>> theirs\n";
        using var leased = new Leased(("docs", "about markers\n" + conflict), ("a", "1\n"));
        leased.Write(("docs", "more about markers\n" + conflict), ("a", "1\n" + conflict));
        var work = await leased.CollectAsync();
        Assert.All(work.ConflictMarkers, m => Assert.StartsWith("a:", m));
        Assert.NotEmpty(work.ConflictMarkers);
    }
}
