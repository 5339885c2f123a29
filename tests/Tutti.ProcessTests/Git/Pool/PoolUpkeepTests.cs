using Tutti.Core;
using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>Init, clean-up, reset and health.</summary>
public sealed class PoolUpkeepTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Init_makes_slots_up_to_a_size_and_counts_those_there()
    {
        var pool = _lab.Pool();
        await pool.InitAsync(2);
        await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        var status = await pool.InitAsync(3);

        Assert.Equal([SlotState.Leased, SlotState.Idle, SlotState.Idle], status.Slots.Select(s => s.State));
        Assert.All(status.Slots, s => Assert.True(File.Exists(Path.Combine(s.Path, "a.txt"))));
        Assert.All(status.Slots.Skip(1), s => Assert.Null(s.Lease));
    }

    [Fact]
    public async Task Init_without_a_commit_says_so()
    {
        var empty = Path.Combine(_lab.Folder, "empty");
        PoolLab.Git(_lab.Folder, "init", "-q", empty);
        var pool = SlotPool.Open(Tutti.Engine.Git.Repository.Discover(empty), new PoolOptions(new WorktreeSettings()));

        Assert.Equal("no_commit_yet", (await Assert.ThrowsAsync<FailureException>(() => pool.InitAsync(1))).Failure.Code);
    }

    [Fact]
    public async Task Cleanup_removes_what_is_free_and_stale_and_leaves_what_is_leased_or_holds_work()
    {
        var pool = _lab.Pool(live: session => session == "resuming");
        await pool.AcquireAsync(PoolLab.Owner("live"), "live", _lab.First);
        await pool.AcquireAsync(PoolLab.DeadOwner("stale"), "stale", _lab.First);
        var dirty = await pool.AcquireAsync(PoolLab.DeadOwner("dirty"), "dirty", _lab.First);
        await pool.AcquireAsync(PoolLab.DeadOwner("resumed", "resuming"), "resumed", _lab.First);
        PoolLab.Write(dirty.Path, "left.txt", "left");
        await pool.InitAsync(5);

        var cleaned = await pool.CleanupAsync();

        Assert.Equal(["wt-2", "wt-5"], cleaned.Removed);
        Assert.Equal(["wt-1", "wt-3", "wt-4"], cleaned.Kept.Select(k => k.Slot));
        Assert.Equal(["left.txt"], cleaned.Kept[1].Paths);
        Assert.False(Directory.Exists(Path.Combine(_lab.Root, "wt-2")));
        Assert.Equal(0, Trash.Count(_lab.Root));
        Assert.Equal(["wt-1", "wt-3", "wt-4"], Directory.GetDirectories(Path.Combine(_lab.Top, ".git/worktrees")).Select(Path.GetFileName).Order());
        PoolLab.Git(_lab.Top, "rev-parse", "stale");
    }

    [Fact]
    public async Task Reset_makes_the_pool_anew()
    {
        var pool = _lab.Pool();
        await pool.InitAsync(3);
        PoolLab.Write(Path.Combine(_lab.Root, "wt-2"), "stray.txt", "stray");

        var cleaned = await pool.ResetPoolAsync(2);

        Assert.Equal("wt-2", Assert.Single(cleaned.Kept).Slot);
        Assert.Equal(["wt-1", "wt-2", "wt-3"], pool.Status().Slots.Select(s => s.Name));
        Assert.True(File.Exists(Path.Combine(_lab.Root, "wt-2", "stray.txt")));
    }

    [Fact]
    public async Task P03_others_worktrees_and_folders_are_never_touched()
    {
        var foreign = Path.Combine(_lab.Root, "wt-1");
        Directory.CreateDirectory(_lab.Root);
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", "-b", "theirs", foreign);
        PoolLab.Write(_lab.Root, "wt-2/notes.txt", "not ours");
        var away = Path.Combine(_lab.Folder, "away");
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", "-b", "away", away);
        Directory.Move(away, away + "-unplugged");
        var pool = _lab.Pool();

        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a");
        await pool.ResetPoolAsync(1);
        await pool.CleanupAsync();

        Assert.Equal("wt-3", lease.Slot);
        Assert.Equal("", PoolLab.Git(foreign, "status", "--porcelain"));
        Assert.True(File.Exists(Path.Combine(_lab.Root, "wt-2/notes.txt")));
        Directory.Move(away + "-unplugged", away);
        Assert.Equal("", PoolLab.Git(away, "status", "--porcelain"));
        Assert.Equal(3, PoolLab.Git(_lab.Top, "worktree", "list").Split('\n').Length);
    }

    [Fact]
    public async Task P03_a_slot_that_became_a_link_is_not_removed_through()
    {
        var pool = _lab.Pool();
        await pool.InitAsync(1);
        var elsewhere = Path.Combine(_lab.Folder, "elsewhere");
        Directory.Move(Path.Combine(_lab.Root, "wt-1"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(_lab.Root, "wt-1"), elsewhere);

        Assert.Equal("slot_is_link", Assert.Single(pool.Health()).Failure.Code);
        Assert.Contains("link", Assert.Single((await pool.CleanupAsync()).Kept).Why, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(elsewhere, "a.txt")));
        Assert.Equal("wt-2", (await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First)).Slot);
    }

    [Fact]
    public async Task P03_links_inside_a_slot_are_removed_and_not_followed()
    {
        var outside = Path.Combine(_lab.Folder, "outside");
        PoolLab.Write(outside, "precious.txt", "precious");
        var pool = _lab.Pool();
        await pool.InitAsync(1);
        Directory.CreateDirectory(Path.Combine(_lab.Root, "wt-1", "cache"));
        Directory.CreateSymbolicLink(Path.Combine(_lab.Root, "wt-1", "cache", "link"), outside);

        Assert.Equal(["wt-1"], (await pool.CleanupAsync()).Removed);

        Assert.Equal(0, Trash.Count(_lab.Root));
        Assert.True(File.Exists(Path.Combine(outside, "precious.txt")));
    }

    [Fact]
    public async Task A_slot_that_a_person_locked_stays()
    {
        var pool = _lab.Pool();
        await pool.InitAsync(1);
        PoolLab.Git(_lab.Top, "worktree", "unlock", Path.Combine(_lab.Root, "wt-1"));
        PoolLab.Git(_lab.Top, "worktree", "lock", "--reason", "I look at this", Path.Combine(_lab.Root, "wt-1"));

        Assert.Equal("locked_elsewhere", Assert.Single(pool.Health()).Failure.Code);
        Assert.Contains("I look at this", Assert.Single((await pool.CleanupAsync()).Kept).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Slots_of_a_repository_that_was_moved_go_on_in_their_work(bool repaired)
    {
        var lease = await _lab.Pool().AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "left.txt", "left");
        var away = Path.Combine(_lab.Folder, "away");
        Directory.Move(_lab.Top, away);
        var pool = SlotPool.Open(Tutti.Engine.Git.Repository.Discover(away), new PoolOptions(new WorktreeSettings { Root = _lab.Root }));
        Assert.Equal("broken_git_file", Assert.Single(pool.Health()).Failure.Code);

        if (repaired)
            PoolLab.Git(away, "worktree", "repair");
        else
            await pool.FollowMoveAsync();
        Assert.Empty(pool.Health());
        Assert.Equal(lease.Path, (await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First)).Path);
        Assert.Equal(("?? left.txt", "task-a"), (PoolLab.Git(lease.Path, "status", "--porcelain"), PoolLab.Git(lease.Path, "branch", "--show-current")));
    }

    // A slot whose file leads elsewhere is not the repository's move, and is looked at by a person.
    [Theory]
    [InlineData("gitdir: /nowhere/.git/worktrees/wt-2\n")]
    [InlineData("gitdir: ../elsewhere\n")]
    [InlineData("")]
    public async Task Nothing_but_a_move_is_followed(string text)
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        File.WriteAllText(Path.Combine(lease.Path, ".git"), text);
        await pool.FollowMoveAsync();
        Assert.Equal(text, File.ReadAllText(Path.Combine(lease.Path, ".git")));
        Assert.Equal("broken_git_file", Assert.Single(pool.Health()).Failure.Code);
    }

    [Fact]
    public async Task A_prune_by_the_user_takes_no_slot_with_it()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        var moved = lease.Path + "-away";
        Directory.Move(lease.Path, moved);
        PoolLab.Git(_lab.Top, "worktree", "prune", "--expire=now");
        Directory.Move(moved, lease.Path);

        Assert.Equal("", PoolLab.Git(lease.Path, "status", "--porcelain"));
    }

    [Theory]
    [InlineData("missing_folder")]
    [InlineData("unregistered")]
    [InlineData("broken_git_file")]
    [InlineData("broken_registration")]
    [InlineData("config_changed")]
    [InlineData("index_locked")]
    public async Task Health_names_what_is_wrong(string code)
    {
        var pool = _lab.Pool();
        await pool.InitAsync(2);
        Assert.Empty(pool.Health());
        var slot = Path.Combine(_lab.Root, "wt-1");
        var registration = Path.Combine(_lab.Top, ".git/worktrees/wt-1");
        Action spoil = code switch
        {
            "missing_folder" => () => Directory.Delete(slot, recursive: true),
            "unregistered" => () => Directory.Delete(registration, recursive: true),
            "broken_git_file" => () => File.WriteAllText(Path.Combine(slot, ".git"), "gitdir: /elsewhere\n"),
            "broken_registration" => () => File.WriteAllText(Path.Combine(registration, "commondir"), _lab.Folder + "\n"),
            "config_changed" => () => File.WriteAllText(Path.Combine(registration, "config.worktree"), "[core]\n\tworktree = /\n"),
            _ => () => File.WriteAllText(Path.Combine(registration, "index.lock"), ""),
        };
        spoil();

        var problem = Assert.Single(pool.Health());
        Assert.Equal(("wt-1", code), (problem.Slot, problem.Failure.Code));
        PoolLab.AssertExactly(await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.Second), _lab.Second);
    }

    [Fact]
    public async Task A_missing_idle_folder_is_forgotten_by_a_cleanup()
    {
        var pool = _lab.Pool();
        await pool.InitAsync(1);
        Directory.Delete(Path.Combine(_lab.Root, "wt-1"), recursive: true);

        Assert.Equal(["wt-1"], (await pool.CleanupAsync()).Removed);
        Assert.Empty(pool.Status().Slots);
        Assert.False(Directory.Exists(Path.Combine(_lab.Top, ".git/worktrees/wt-1")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ torn")]
    [InlineData("""{"version":1,"slots":[{"name":"../../x","root":"/","state":"idle"}]}""")]
    [InlineData(null)]
    public async Task A_lost_or_torn_record_is_made_again_and_gives_nothing_away(string? content)
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "half.txt", "half done");
        var record = Path.Combine(_lab.Top, ".git/tutti/pool.json");
        File.Delete(record);
        if (content is not null)
            File.WriteAllText(record, content);

        Assert.Equal((lease.Path, SlotState.Preserved), pool.Status().Slots.Select(s => (s.Path, s.State)).Single());
        Assert.Equal("wt-2", (await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First)).Slot);
        Assert.Contains((await pool.CleanupAsync()).Kept, k => k.Slot == "wt-1");
        Assert.True(File.Exists(Path.Combine(lease.Path, "half.txt")));
    }

    [Fact]
    public async Task A_moved_root_leaves_the_old_slots_to_a_cleanup()
    {
        await _lab.Pool().InitAsync(1);
        var moved = _lab.Pool(root: "../other place");

        var lease = await moved.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        Assert.Equal(Path.Combine(_lab.Folder, "other place", "wt-2"), lease.Path);
        Assert.Equal(["wt-1"], (await moved.CleanupAsync()).Removed);
        Assert.False(Directory.Exists(Path.Combine(_lab.Root, "wt-1")));
    }
}
