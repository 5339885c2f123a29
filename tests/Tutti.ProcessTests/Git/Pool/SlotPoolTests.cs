using Tutti.Core;
using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

public sealed class SlotPoolTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_lease_is_a_worktree_beside_the_repository_on_its_own_branch()
    {
        var lease = await _lab.Pool().AcquireAsync(PoolLab.Owner("auth"), "feature/task-auth", _lab.First);

        Assert.Equal("wt-1", lease.Slot);
        Assert.Equal(Path.Combine(_lab.Root, "wt-1"), lease.Path);
        Assert.Equal(20020, lease.PortBase);
        PoolLab.AssertExactly(lease, _lab.First);
        Assert.False(File.Exists(Path.Combine(lease.Path, "new.txt")));
    }

    [Fact]
    public async Task A_released_slot_is_used_again_at_another_commit_with_its_caches()
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(first.Path, "cache/big.bin", "kept");
        PoolLab.Write(first.Path, "work.txt", "work");
        var work = PoolLab.Commit(first.Path, "work");
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a"));

        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.Second);

        Assert.Equal(first.Path, second.Path);
        PoolLab.AssertExactly(second, _lab.Second);
        Assert.False(File.Exists(Path.Combine(second.Path, "work.txt")));
        Assert.True(File.Exists(Path.Combine(second.Path, "cache/big.bin")));
        Assert.Equal(work, PoolLab.Git(_lab.Top, "rev-parse", "task-a"));
    }

    [Fact]
    public async Task A_released_branch_is_checked_out_nowhere_and_can_be_deleted()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a");

        PoolLab.Git(_lab.Top, "branch", "-D", "task-a");
    }

    [Fact]
    public async Task P01_an_idle_leased_slot_is_not_given_away()
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First);

        Assert.NotEqual(first.Path, second.Path);
    }

    [Fact]
    public async Task Asking_again_gives_the_same_lease_and_leaves_its_work_alone()
    {
        var first = await _lab.Pool().AcquireAsync(PoolLab.DeadOwner("a", "s"), "task-a", _lab.First);
        PoolLab.Write(first.Path, "half.txt", "half done");

        var again = await _lab.Pool().AcquireAsync(PoolLab.Owner("a", "s"), "task-a", _lab.First);

        Assert.Equal(first with { Owner = again.Owner }, again);
        Assert.Equal(PoolLab.Owner("a", "s"), again.Owner);
        Assert.True(File.Exists(Path.Combine(again.Path, "half.txt")));
    }

    [Fact]
    public async Task Only_the_owner_releases_and_releasing_twice_is_no_error()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a", "s"), "task-a", _lab.First);

        Assert.IsType<ReleaseOutcome.NotYours>(await pool.ReleaseAsync(lease.Slot, "s", "b"));
        Assert.IsType<ReleaseOutcome.NotYours>(await pool.ReleaseAsync(lease.Slot, "other", "a"));
        Assert.IsType<ReleaseOutcome.NotYours>(await pool.ReleaseAsync("wt-9", "s", "a"));
        Assert.IsType<ReleaseOutcome.NotYours>(await pool.ReleaseAsync("../../x", "s", "a"));
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, "s", "a"));
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, "s", "a"));
    }

    [Fact]
    public async Task A_full_pool_says_so_and_a_preserved_slot_does_not_count()
    {
        var pool = _lab.Pool(size: 2);
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First);

        var full = await Assert.ThrowsAsync<FailureException>(() => pool.AcquireAsync(PoolLab.Owner("c"), "task-c", _lab.First));
        Assert.Equal(("pool_exhausted", FailureCategory.Resource), (full.Failure.Code, full.Failure.Category));

        PoolLab.Write(first.Path, "left.txt", "left");
        await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a");
        Assert.Equal("wt-3", (await pool.AcquireAsync(PoolLab.Owner("c"), "task-c", _lab.First)).Slot);
    }

    [Fact]
    public async Task P19_a_lost_folder_is_made_again_at_the_branch()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "work.txt", "work");
        var work = PoolLab.Commit(lease.Path, "work");
        Directory.Delete(lease.Path, recursive: true);

        var again = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        Assert.Equal(lease, again);
        PoolLab.AssertExactly(again, work);
    }

    [Fact]
    public async Task P19_a_lost_folder_and_branch_are_made_again_from_the_attempt()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        Directory.Delete(lease.Path, recursive: true);
        PoolLab.Git(_lab.Top, "update-ref", "-d", "refs/heads/task-a");

        var again = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.Second);

        Assert.Equal((lease.Path, lease.Base), (again.Path, again.Base));
        PoolLab.AssertExactly(again, _lab.Second);
    }

    [Fact]
    public async Task A_commit_that_only_a_lost_folder_led_to_is_kept()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Git(lease.Path, "checkout", "-q", "--detach");
        PoolLab.Write(lease.Path, "work.txt", "work");
        var work = PoolLab.Commit(lease.Path, "work");
        Directory.Delete(lease.Path, recursive: true);

        await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        Assert.Equal($"refs/tutti/kept/wt-1-{work[..10]}", PoolLab.Git(_lab.Top, "for-each-ref", "--format=%(refname)", "--contains", work));
    }

    [Fact]
    public async Task An_existing_branch_is_moved_forward_but_never_back_or_aside()
    {
        var pool = _lab.Pool();
        PoolLab.Git(_lab.Top, "branch", "behind", _lab.First);
        PoolLab.Git(_lab.Top, "branch", "ahead", _lab.Second);

        PoolLab.AssertExactly(await pool.AcquireAsync(PoolLab.Owner("a"), "behind", _lab.Second), _lab.Second);
        var refused = await Assert.ThrowsAsync<FailureException>(() => pool.AcquireAsync(PoolLab.Owner("b"), "ahead", _lab.First));

        Assert.Equal("branch_exists", refused.Failure.Code);
        Assert.Equal(_lab.Second, PoolLab.Git(_lab.Top, "rev-parse", "ahead"));
        Assert.Equal(SlotState.Idle, pool.Status().Slots[1].State);
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_elsewhere_is_refused_with_the_place()
    {
        var refused = await Assert.ThrowsAsync<FailureException>(() => _lab.Pool().AcquireAsync(PoolLab.Owner("a"), "main", _lab.Second));

        Assert.Equal("branch_in_use", refused.Failure.Code);
        Assert.Contains(_lab.Top, refused.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_commit_leaves_no_slot_behind()
    {
        var pool = _lab.Pool();
        var unknown = new string('1', 40);

        Assert.Equal("commit_unknown", (await Assert.ThrowsAsync<FailureException>(() => pool.AcquireAsync(PoolLab.Owner("a"), "x", unknown))).Failure.Code);
        Assert.Empty(pool.Status().Slots);
        await pool.InitAsync(1);
        Assert.Equal("commit_unknown", (await Assert.ThrowsAsync<FailureException>(() => pool.AcquireAsync(PoolLab.Owner("a"), "x", unknown))).Failure.Code);
        Assert.Equal(SlotState.Idle, Assert.Single(pool.Status().Slots).State);
    }

    [Theory]
    [InlineData("--upload-pack=x")]
    [InlineData("../../x")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("HEAD")]
    [InlineData("")]
    public async Task P24_hostile_branch_names_are_refused_before_anything_is_made(string branch)
    {
        var refused = await Assert.ThrowsAsync<FailureException>(() => _lab.Pool().AcquireAsync(PoolLab.Owner("a"), branch, _lab.First));

        Assert.Equal("branch_invalid", refused.Failure.Code);
        Assert.False(Directory.Exists(_lab.Root));
    }

    [Theory]
    [InlineData("stray.txt", false, true)]
    [InlineData("stray.txt", false, false)]
    [InlineData("a.txt", false, true)]
    [InlineData("a.txt", false, false)]
    [InlineData("src/b.txt", false, true)]
    [InlineData("src/b.txt", false, false)]
    [InlineData("src/b.txt", true, true)]
    [InlineData("src/b.txt", true, false)]
    [InlineData("new.txt", false, false)]
    public async Task A_slot_that_somebody_wrote_into_while_idle_is_passed_over(string path, bool staged, bool sameCommit)
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a");
        PoolLab.Write(first.Path, path, "from an orphan");
        if (staged)
            PoolLab.Git(first.Path, "add", path);
        var commit = sameCommit ? _lab.First : _lab.Second;

        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", commit);

        Assert.Equal("wt-2", second.Slot);
        PoolLab.AssertExactly(second, commit);
        Assert.Equal("from an orphan", File.ReadAllText(Path.Combine(first.Path, path)));
        var preserved = pool.Status().Slots[0];
        Assert.Equal(SlotState.Preserved, preserved.State);
        Assert.Equal([path], preserved.Paths);
    }

    [Fact]
    public async Task A_commit_somebody_made_in_an_idle_slot_is_not_lost()
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a");
        PoolLab.Write(first.Path, "stray.txt", "from an orphan");
        var stray = PoolLab.Commit(first.Path, "from an orphan");

        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.Second);

        Assert.Equal("wt-2", second.Slot);
        Assert.Equal(stray, PoolLab.Git(first.Path, "rev-parse", "HEAD"));
    }

    [Fact]
    public async Task What_one_task_ignored_is_swept_when_the_next_one_would_see_it()
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(first.Path, ".gitignore", ".env*\ncache/\nbuild/\n");
        PoolLab.Commit(first.Path, "ignore build");
        PoolLab.Write(first.Path, "build/out.bin", "out");
        PoolLab.Write(first.Path, "cache/c.bin", "cached");
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a"));

        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First);

        Assert.Equal(first.Path, second.Path);
        PoolLab.AssertExactly(second, _lab.First);
        Assert.True(File.Exists(Path.Combine(second.Path, "cache/c.bin")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_idle_slot_whose_folder_somebody_has_removed_is_in_nobodys_way(bool other)
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a");
        Directory.Delete(first.Path, recursive: true);

        var commit = other ? _lab.Second : _lab.First;
        PoolLab.AssertExactly(await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", commit), commit);
    }

    // As `python -m venv .` leaves it: all new files of the next task would have been ignored, and so never committed.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ignore_rules_that_ignore_themselves_are_not_handed_to_the_next_task(bool other)
    {
        var pool = _lab.Pool();
        var first = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(first.Path, "src/.gitignore", "*\n");
        PoolLab.Write(first.Path, "src/hidden.txt", "hidden");
        PoolLab.Write(first.Path, "cache/.gitignore", "*\n");
        PoolLab.Write(first.Path, ".tool/.gitignore", "*\n");
        PoolLab.Write(first.Path, ".tool/state", "state");
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(first.Slot, first.Owner.Session, "a"));

        var commit = other ? _lab.Second : _lab.First;
        var second = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", commit);

        Assert.Equal(first.Path, second.Path);
        PoolLab.AssertExactly(second, commit);
        Assert.False(File.Exists(Path.Combine(second.Path, "src/hidden.txt")));
        Assert.True(File.Exists(Path.Combine(second.Path, "cache/.gitignore")));
        Assert.True(File.Exists(Path.Combine(second.Path, ".tool/state")));
        PoolLab.Write(second.Path, "src/new.txt", "new");
        Assert.Equal("?? src/new.txt", PoolLab.Git(second.Path, "status", "--porcelain"));
    }

    [Fact]
    public async Task The_users_checkout_is_never_touched()
    {
        PoolLab.Write(_lab.Top, "a.txt", "changed by the user\n");
        PoolLab.Write(_lab.Top, "staged.txt", "staged\n");
        PoolLab.Git(_lab.Top, "add", "staged.txt");
        PoolLab.Write(_lab.Top, "untracked.txt", "untracked\n");
        var before = _lab.UserState();
        var pool = _lab.Pool();

        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ResetAsync(lease, _lab.Second);
        await pool.PrepareAsync(lease, [".env"], fresh: true);
        await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a");
        await pool.ResetPoolAsync(2);
        await pool.CleanupAsync();

        Assert.Equal(before, _lab.UserState());
    }

    [Fact]
    public async Task The_pool_works_in_a_bare_repository_and_with_a_name_full_of_blanks()
    {
        var bare = Path.Combine(_lab.Folder, "my bare repo.git");
        PoolLab.Git(_lab.Folder, "clone", "-q", "--bare", _lab.Top, bare);
        var pool = SlotPool.Open(Tutti.Engine.Git.Repository.Discover(bare), new PoolOptions(new WorktreeSettings()));

        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        Assert.Equal(Path.Combine(_lab.Folder, "my bare repo.worktrees", "wt-1"), lease.Path);
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task A_root_inside_the_tree_is_excluded_once()
    {
        var pool = _lab.Pool(root: ".claude/worktree pool");
        await pool.InitAsync(2);
        await _lab.Pool(root: ".claude/worktree pool").InitAsync(3);

        Assert.Equal("", PoolLab.Git(_lab.Top, "status", "--porcelain", "--untracked-files=all"));
        var lines = File.ReadAllLines(Path.Combine(_lab.Top, ".git/info/exclude"));
        Assert.Single(lines, l => l.StartsWith('/'));
        Assert.Contains(lines, l => l.StartsWith("# git ls-files", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".git/trees")]
    public void A_root_that_would_mix_with_the_repository_is_refused(string root)
    {
        Assert.Equal("worktree_root_invalid", Assert.Throws<FailureException>(() => _lab.Pool(root: root)).Failure.Code);
    }
}
