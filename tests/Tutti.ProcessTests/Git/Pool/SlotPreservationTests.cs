using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>P2: whatever state an agent leaves a slot in, releasing it loses nothing.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SlotPreservationTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    /// <summary>Each is done in a slot that has one commit of its own, <c>work.txt</c>.</summary>
    public static readonly TheoryData<string, string> States = new()
    {
        { "untracked", "1 uncommitted path" },
        { "modified", "1 uncommitted path" },
        { "staged", "1 uncommitted path" },
        { "deleted", "1 uncommitted path" },
        { "mode", "1 uncommitted path" },
        { "assumed unchanged", "1 uncommitted path" },
        { "skipped", "1 uncommitted path" },
        { "conflicted merge", "a merge is in progress" },
        { "clean merge", "a merge is in progress" },
        { "rebase", "a rebase is in progress" },
        { "cherry-pick", "a cherry-pick is in progress" },
        { "revert", "a revert is in progress" },
        { "bisect", "a bisect is in progress" },
        { "detached commit", "is on no branch or other ref" },
        { "orphan", "has no commit" },
        { "nested repository", "1 uncommitted path" },
        { "moved .git file", "its .git file is not as git wrote it" },
        { "planted .git folder", "its .git file is not as git wrote it" },
        { "linked .git file", "its .git file is not as git wrote it" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task P02_a_state_with_work_in_it_is_preserved_as_it_is(string state, string why)
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "work.txt", "work\n");
        PoolLab.Commit(lease.Path, "work");
        Leave(lease.Path, state);
        var before = Snapshot(lease.Path);

        var outcome = Assert.IsType<ReleaseOutcome.Preserved>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a"));
        var next = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.Second);
        var cleaned = await pool.CleanupAsync();

        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
        Assert.Equal("wt-2", next.Slot);
        Assert.Contains(cleaned.Kept, k => k.Slot == "wt-1");
        Assert.Equal(before, Snapshot(lease.Path));
    }

    [Fact]
    public async Task A_preserved_slot_can_be_released_once_its_work_is_committed()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "left.txt", "left");
        var preserved = Assert.IsType<ReleaseOutcome.Preserved>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a"));
        Assert.Equal(["left.txt"], preserved.Paths);

        PoolLab.Commit(lease.Path, "collected");

        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a"));
        Assert.Equal("wt-1", (await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First)).Slot);
    }

    [Fact]
    public async Task A_detached_head_on_another_ref_is_no_reason_to_keep_a_slot()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        Leave(lease.Path, "detached commit");
        PoolLab.Git(lease.Path, "update-ref", "refs/tutti/s/a/1", "HEAD");

        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a"));
    }

    [Fact]
    public async Task A_lock_that_a_killed_git_left_in_a_clean_slot_is_taken_away()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        File.WriteAllText(Path.Combine(PoolLab.Git(lease.Path, "rev-parse", "--git-dir"), "index.lock"), "");

        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a"));
        PoolLab.AssertExactly(await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.Second), _lab.Second);
    }

    [Fact]
    public async Task P23_hooks_and_fsmonitor_an_agent_planted_do_not_run()
    {
        var marker = Path.Combine(_lab.Folder, "planted-ran");
        var script = Path.Combine(_lab.Folder, "planted.sh");
        File.WriteAllText(script, $"#!/bin/sh\ntouch '{marker}'\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        Directory.CreateDirectory(Path.Combine(_lab.Top, ".git/hooks"));
        foreach (var hook in (string[])["post-checkout", "reference-transaction", "post-index-change", "pre-commit"])
            File.Copy(script, Path.Combine(_lab.Top, ".git/hooks", hook), overwrite: true);
        PoolLab.Git(_lab.Top, "config", "core.fsmonitor", script);

        await pool.ResetAsync(lease, _lab.Second);
        await pool.PrepareAsync(lease, [], fresh: true);
        await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a");
        await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First);
        await pool.AcquireAsync(PoolLab.Owner("c"), "task-c", _lab.First);
        await pool.CleanupAsync();

        Assert.False(File.Exists(marker));
    }

    private void Leave(string slot, string state)
    {
        switch (state)
        {
            case "untracked":
                PoolLab.Write(slot, "left over.txt", "left");
                break;
            case "modified":
                PoolLab.Write(slot, "a.txt", "changed");
                break;
            case "staged":
                PoolLab.Write(slot, "a.txt", "changed");
                PoolLab.Git(slot, "add", "a.txt");
                break;
            case "deleted":
                File.Delete(Path.Combine(slot, "a.txt"));
                break;
            case "mode":
                File.SetUnixFileMode(Path.Combine(slot, "a.txt"), (UnixFileMode)0b111_101_101);
                break;
            case "assumed unchanged" or "skipped":
                PoolLab.Git(slot, "update-index", state == "skipped" ? "--skip-worktree" : "--assume-unchanged", "src/b.txt");
                PoolLab.Write(slot, "src/b.txt", "hidden change");
                break;
            case "conflicted merge":
                Diverge(slot);
                Assert.NotEqual(0, PoolLab.TryGit(slot, "merge", "theirs").Code);
                break;
            case "clean merge":
                PoolLab.Git(slot, "merge", "-q", "--no-commit", "--no-ff", _lab.Second);
                break;
            case "rebase":
                Diverge(slot);
                Assert.NotEqual(0, PoolLab.TryGit(slot, "rebase", "theirs").Code);
                break;
            case "cherry-pick":
                Diverge(slot);
                Assert.NotEqual(0, PoolLab.TryGit(slot, "cherry-pick", "theirs").Code);
                break;
            case "revert":
                PoolLab.Git(slot, "revert", "--no-commit", "HEAD");
                break;
            case "bisect":
                PoolLab.Git(slot, "bisect", "start");
                break;
            case "detached commit":
                PoolLab.Git(slot, "checkout", "-q", "--detach");
                PoolLab.Write(slot, "more.txt", "more");
                PoolLab.Commit(slot, "more");
                break;
            case "orphan":
                PoolLab.Git(slot, "checkout", "-q", "--orphan", "empty");
                PoolLab.Git(slot, "rm", "-q", "-r", "-f", ".");
                break;
            case "nested repository":
                PoolLab.Git(_lab.Folder, "clone", "-q", _lab.Top, Path.Combine(slot, "nested"));
                break;
            default:
                Break(slot, state);
                break;
        }
    }

    private void Break(string slot, string state)
    {
        var file = Path.Combine(slot, ".git");
        var text = File.ReadAllText(file);
        File.Delete(file);
        switch (state)
        {
            case "moved .git file":
                File.WriteAllText(file, text + "\n");
                break;
            case "planted .git folder":
                PoolLab.Git(_lab.Folder, "clone", "-q", "--bare", _lab.Top, file);
                break;
            case "linked .git file":
                var elsewhere = Path.Combine(_lab.Folder, "elsewhere");
                File.WriteAllText(elsewhere, text);
                File.CreateSymbolicLink(file, elsewhere);
                break;
            default:
                throw new InvalidOperationException(state);
        }
    }

    private void Diverge(string slot)
    {
        PoolLab.Git(slot, "branch", "-q", "theirs", _lab.First);
        var other = Path.Combine(_lab.Folder, "other");
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", other, "theirs");
        PoolLab.Write(other, "a.txt", "theirs\n");
        PoolLab.Commit(other, "theirs");
        PoolLab.Write(slot, "a.txt", "ours\n");
        PoolLab.Commit(slot, "ours");
    }

    // Files, not git's view of them: the state must still be there byte for byte.
    private static string Snapshot(string slot) =>
        string.Join('\n', Directory.EnumerateFiles(slot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{f}: {File.ReadAllText(f)}"));
}
