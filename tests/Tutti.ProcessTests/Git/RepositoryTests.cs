using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Git;

public sealed class RepositoryTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    private string Common => Path.Combine(_lab.Top, ".git");

    [Fact]
    public void It_is_found_from_its_top_and_from_a_subfolder()
    {
        var expected = new Repository(_lab.Top, Common, Common, _lab.Top);

        Assert.Equal(expected, Repository.Discover(_lab.Top));
        Assert.Equal(expected, Repository.Discover(Path.Combine(_lab.Top, "src")));
        Assert.Equal(Path.Combine(Common, "tutti"), expected.StateDirectory);
    }

    [Fact]
    public void It_is_found_from_a_linked_worktree()
    {
        var linked = Path.Combine(_lab.Folder, "linked tree");
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", "-b", "linked", linked);
        Directory.CreateDirectory(Path.Combine(linked, "deep/er"));

        Assert.Equal(
            new Repository(linked, Path.Combine(Common, "worktrees/linked-tree"), Common, _lab.Top),
            Repository.Discover(Path.Combine(linked, "deep/er")));
    }

    [Fact]
    public void It_is_found_through_a_link_under_its_real_path()
    {
        var link = Path.Combine(_lab.Folder, "link");
        Directory.CreateSymbolicLink(link, "repo/src");

        Assert.Equal(_lab.Top, Repository.Discover(link).Top);
    }

    [Fact]
    public void A_bare_one_has_no_top()
    {
        var bare = Path.Combine(_lab.Folder, "bare.git");
        PoolLab.Git(_lab.Folder, "clone", "-q", "--bare", _lab.Top, bare);

        Assert.Equal(new Repository(null, bare, bare, null), Repository.Discover(Path.Combine(bare, "refs")));
        Assert.Equal(bare, Repository.Discover(bare).Home);
    }

    [Fact]
    public void A_hidden_bare_one_with_worktrees_around_it_is_found_from_each()
    {
        var project = Path.Combine(_lab.Folder, "project");
        var bare = Path.Combine(project, ".bare");
        PoolLab.Git(_lab.Folder, "clone", "-q", "--bare", _lab.Top, bare);
        File.WriteAllText(Path.Combine(project, ".git"), "gitdir: ./.bare\n");
        PoolLab.Git(project, "worktree", "add", "-q", "main");

        Assert.Equal(new Repository(null, bare, bare, null), Repository.Discover(project));
        Assert.Equal(new Repository(Path.Combine(project, "main"), Path.Combine(bare, "worktrees/main"), bare, null), Repository.Discover(Path.Combine(project, "main")));
        Assert.Equal(project, Repository.Discover(project).Home);
    }

    [Fact]
    public void A_submodule_is_a_repository_of_its_own()
    {
        var outer = Path.Combine(_lab.Folder, "outer");
        PoolLab.Git(_lab.Folder, "-c", "init.defaultBranch=main", "init", "-q", outer);
        PoolLab.Git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", _lab.Top, "libs/inner");
        var inner = Path.Combine(outer, "libs/inner");
        var git = Path.Combine(outer, ".git/modules/libs/inner");

        var found = Repository.Discover(Path.Combine(inner, "src"));

        Assert.Equal(new Repository(inner, git, git, inner), found);
        Assert.Equal(Path.Combine(_lab.Folder, "outer.libs.inner.worktrees"), Tutti.Engine.Git.Pool.PoolRoot.Of(found, new WorktreeSettings()));
    }

    [Fact]
    public void A_separate_git_folder_is_followed()
    {
        var top = Path.Combine(_lab.Folder, "separate");
        var git = Path.Combine(_lab.Folder, "elsewhere.git");
        PoolLab.Git(_lab.Folder, "init", "-q", "--separate-git-dir", git, top);

        Assert.Equal(new Repository(top, git, git, top), Repository.Discover(top));
    }

    [Fact]
    public void The_answers_are_gits_own()
    {
        var linked = Path.Combine(_lab.Folder, "linked");
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", "-b", "linked", linked);
        foreach (var folder in (string[])[_lab.Top, Path.Combine(_lab.Top, "src"), linked, Path.Combine(linked, "src")])
        {
            var found = Repository.Discover(folder);
            Assert.Equal(PoolLab.Git(folder, "rev-parse", "--show-toplevel"), found.Top);
            Assert.Equal(PoolLab.Git(folder, "rev-parse", "--absolute-git-dir"), found.GitDirectory);
            Assert.Equal(PoolLab.Git(folder, "rev-parse", "--path-format=absolute", "--git-common-dir"), found.CommonDirectory);
        }
    }

    [Fact]
    public void A_folder_in_none_is_refused_with_a_way_on()
    {
        var refused = Assert.Throws<FailureException>(() => Repository.Discover(_lab.Folder)).Failure;

        Assert.Equal(("not_a_repository", FailureCategory.Environment), (refused.Code, refused.Category));
        Assert.Contains("git init", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_git_file_that_leads_nowhere_is_refused()
    {
        var broken = Path.Combine(_lab.Folder, "broken");
        Directory.CreateDirectory(broken);
        File.WriteAllText(Path.Combine(broken, ".git"), "gitdir: ../gone/.git/worktrees/x\n");

        Assert.Equal("repository_broken", Assert.Throws<FailureException>(() => Repository.Discover(broken)).Failure.Code);
    }

    [Fact]
    public void A_git_folder_that_is_none_is_passed_over_as_git_does()
    {
        Directory.CreateDirectory(Path.Combine(_lab.Top, "src/.git"));

        Assert.Equal(_lab.Top, Repository.Discover(Path.Combine(_lab.Top, "src")).Top);
        Assert.Equal(_lab.Top, PoolLab.Git(Path.Combine(_lab.Top, "src"), "rev-parse", "--show-toplevel"));
    }
}
