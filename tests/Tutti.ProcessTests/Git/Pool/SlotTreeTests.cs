using Tutti.Core;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>Preparing and resetting a leased slot.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SlotTreeTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task P16_listed_ignored_files_are_copied_for_the_owner_only()
    {
        PoolLab.Write(_lab.Top, ".env", "KEY=secret");
        PoolLab.Write(_lab.Top, ".env.local", "KEY=local");
        PoolLab.Write(_lab.Top, "cache/deep/x.bin", "x");
        File.SetUnixFileMode(Path.Combine(_lab.Top, ".env"), (UnixFileMode)0b110_100_100);
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        var prepared = await pool.PrepareAsync(lease, [".env*", "cache"], fresh: false);

        Assert.Equal([".env", ".env.local", "cache/deep/x.bin"], prepared.Copied);
        Assert.Empty(prepared.Notes);
        Assert.Equal("KEY=secret", File.ReadAllText(Path.Combine(lease.Path, ".env")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(lease.Path, ".env")));
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task P16_a_pipe_on_the_list_is_noted_and_not_waited_for()
    {
        PoolLab.Write(_lab.Top, "cache/x.bin", "x");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_lab.Top, ".env"), Path.Combine(_lab.Top, "cache", "pipe")]))
            await made.WaitForExitAsync();
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        var prepared = await pool.PrepareAsync(lease, [".env", "cache"], fresh: false).WaitAsync(Waits.Patience);

        Assert.Equal(["cache/x.bin"], prepared.Copied);
        Assert.Equal([".env was not copied: it is a pipe or a device", "cache/pipe was not copied: it is a pipe or a device"], prepared.Notes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task P16_what_must_not_be_copied_is_noted()
    {
        PoolLab.Write(_lab.Folder, "outside/secret", "secret");
        File.CreateSymbolicLink(Path.Combine(_lab.Top, ".env"), Path.Combine(_lab.Folder, "outside/secret"));
        Directory.CreateSymbolicLink(Path.Combine(_lab.Top, "cache"), Path.Combine(_lab.Folder, "outside"));
        PoolLab.Write(_lab.Top, "not-ignored.txt", "x");
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);

        var prepared = await pool.PrepareAsync(
            lease, [".env", "cache/secret", "not-ignored.txt", "a.txt", ".env.missing", "../outside/secret", "/etc/passwd", ".git/config", "x/../../outside/secret"], fresh: false);

        Assert.Empty(prepared.Copied);
        Assert.Equal(9, prepared.Notes.Count);
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task P16_a_link_an_agent_planted_in_the_slot_is_not_written_through()
    {
        PoolLab.Write(_lab.Top, ".env", "KEY=secret");
        PoolLab.Write(_lab.Top, "cache/x.bin", "x");
        var victim = Path.Combine(_lab.Folder, "victim");
        File.WriteAllText(victim, "untouched");
        Directory.CreateDirectory(Path.Combine(_lab.Folder, "elsewhere"));
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        File.CreateSymbolicLink(Path.Combine(lease.Path, ".env"), victim);
        Directory.CreateSymbolicLink(Path.Combine(lease.Path, "cache"), Path.Combine(_lab.Folder, "elsewhere"));

        var prepared = await pool.PrepareAsync(lease, [".env", "cache"], fresh: false);

        Assert.Equal(2, prepared.Notes.Count);
        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_lab.Folder, "elsewhere")));
    }

    [Fact]
    public async Task A_fresh_tree_has_no_ignored_file_but_those_copied()
    {
        PoolLab.Write(_lab.Top, ".env", "KEY=secret");
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "cache/old.bin", "old");
        PoolLab.Git(_lab.Folder, "clone", "-q", _lab.Top, Path.Combine(lease.Path, "cache/nested"));

        await pool.PrepareAsync(lease, [".env"], fresh: true);

        Assert.False(Directory.Exists(Path.Combine(lease.Path, "cache")));
        Assert.True(File.Exists(Path.Combine(lease.Path, ".env")));
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task A_fresh_tree_is_refused_while_something_is_uncommitted()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "left.txt", "left");

        var refused = await Assert.ThrowsAsync<FailureException>(() => pool.PrepareAsync(lease, [], fresh: true));

        Assert.Equal(("uncommitted_work", "left.txt"), (refused.Failure.Code, refused.Failure.Detail));
        Assert.True(File.Exists(Path.Combine(lease.Path, "left.txt")));
    }

    [Fact]
    public async Task A_lease_that_ended_prepares_and_resets_nothing()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, "a");
        await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First);

        Assert.Equal("lease_lost", (await Assert.ThrowsAsync<FailureException>(() => pool.PrepareAsync(lease, [], fresh: true))).Failure.Code);
        Assert.Equal("lease_lost", (await Assert.ThrowsAsync<FailureException>(() => pool.ResetAsync(lease, _lab.First))).Failure.Code);
    }

    [Theory]
    [InlineData("untracked")]
    [InlineData("conflicted merge")]
    [InlineData("rebase")]
    [InlineData("detached")]
    [InlineData("branch deleted")]
    public async Task A_reset_leads_out_of_any_state_and_loses_nothing(string state)
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "cache/kept.bin", "kept");
        PoolLab.Write(lease.Path, "a.txt", "ours\n");
        var work = PoolLab.Commit(lease.Path, "work");
        switch (state)
        {
            case "untracked":
                PoolLab.Write(lease.Path, "left.txt", "left");
                break;
            case "conflicted merge":
                Assert.NotEqual(0, PoolLab.TryGit(lease.Path, "merge", _lab.Second).Code);
                break;
            case "rebase":
                Assert.NotEqual(0, PoolLab.TryGit(lease.Path, "rebase", _lab.Second).Code);
                break;
            case "detached":
                PoolLab.Git(lease.Path, "checkout", "-q", "--detach");
                break;
            case "branch deleted":
                PoolLab.Git(lease.Path, "checkout", "-q", "--detach");
                PoolLab.Git(lease.Path, "branch", "-q", "-D", "task-a");
                break;
            default:
                throw new InvalidOperationException(state);
        }

        var kept = await pool.ResetAsync(lease, _lab.First);

        PoolLab.AssertExactly(lease, _lab.First);
        Assert.True(File.Exists(Path.Combine(lease.Path, "cache/kept.bin")));
        Assert.NotEmpty(kept);
        Assert.NotEqual("", PoolLab.Git(_lab.Top, "for-each-ref", "--contains", work, "refs/tutti/2026-01-31-001/a"));
        if (state == "untracked")
            Assert.Equal("left", PoolLab.Git(_lab.Top, "show", $"{kept[0]}:left.txt"));
        if (state == "conflicted merge")
            Assert.Contains("<<<<<<<", PoolLab.Git(_lab.Top, "show", $"{kept[0]}:a.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_removes_ignore_rules_that_ignore_themselves()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Write(lease.Path, "src/.gitignore", "*\n");
        PoolLab.Write(lease.Path, "src/hidden.txt", "hidden");

        await pool.ResetAsync(lease, _lab.First);

        Assert.False(File.Exists(Path.Combine(lease.Path, "src/.gitignore")));
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task A_reset_forward_or_of_work_that_has_a_ref_keeps_nothing_extra()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        Assert.Empty(await pool.ResetAsync(lease, _lab.Second));
        PoolLab.Write(lease.Path, "work.txt", "work\n");
        PoolLab.Commit(lease.Path, "work");
        PoolLab.Git(lease.Path, "update-ref", "refs/tutti/2026-01-31-001/a/1", "HEAD");

        Assert.Empty(await pool.ResetAsync(lease, _lab.First));
        PoolLab.AssertExactly(lease, _lab.First);
    }

    // core.safecrlf guards the user's commits; a reset that it refused to begin would leave the task without a slot.
    [Fact]
    public async Task Work_that_the_users_guard_of_line_endings_refuses_is_kept_all_the_same()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Git(_lab.Top, "config", "core.autocrlf", "true");
        PoolLab.Git(_lab.Top, "config", "core.safecrlf", "true");
        PoolLab.Write(lease.Path, "left.txt", "left\n");

        var kept = await pool.ResetAsync(lease, _lab.First);

        Assert.Equal("left", PoolLab.Git(_lab.Top, "show", $"{Assert.Single(kept)}:left.txt"));
    }

    // Git's last words are "the remote end hung up unexpectedly", and no remote is meant.
    [Fact]
    public async Task A_filter_that_is_not_installed_is_named_where_a_slot_cannot_be_checked_out()
    {
        PoolLab.Write(_lab.Top, ".gitattributes", "*.bin filter=big\n");
        PoolLab.Write(_lab.Top, "a.bin", "a\n");
        var commit = PoolLab.Commit(_lab.Top, "big");
        PoolLab.Git(_lab.Top, "config", "filter.big.process", "git-nothing-of-that-name filter-process");
        PoolLab.Git(_lab.Top, "config", "filter.big.required", "true");

        var failed = await Assert.ThrowsAsync<FailureException>(() => _lab.Pool().AcquireAsync(PoolLab.Owner("a"), "task-a", commit));

        Assert.Equal("git_program_missing", failed.Failure.Code);
        Assert.EndsWith("its configuration names 'git-nothing-of-that-name', which is not installed here", failed.Failure.Message);
    }

    [Fact]
    public async Task A_nested_repository_makes_a_reset_fail_instead_of_vanishing()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Git(_lab.Folder, "clone", "-q", _lab.Top, Path.Combine(lease.Path, "nested"));

        var failed = await Assert.ThrowsAsync<FailureException>(() => pool.ResetAsync(lease, _lab.First));

        Assert.Equal("reset_incomplete", failed.Failure.Code);
        Assert.True(File.Exists(Path.Combine(lease.Path, "nested/a.txt")));
    }

    // Git cannot even add one: "does not have a commit checked out".
    [Fact]
    public async Task A_nested_repository_without_a_commit_is_named_and_what_lies_beside_it_stays()
    {
        var pool = _lab.Pool();
        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First);
        PoolLab.Git(lease.Path, "init", "-q", "new/nested");
        PoolLab.Write(lease.Path, "new/mine.txt", "mine");

        var failed = await Assert.ThrowsAsync<FailureException>(() => pool.ResetAsync(lease, _lab.First));

        Assert.Equal("reset_incomplete", failed.Failure.Code);
        Assert.Contains("new/nested/ in it is a git repository", failed.Failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(lease.Path, "new/mine.txt")));
        Directory.Move(Path.Combine(lease.Path, "new/nested"), Path.Combine(_lab.Folder, "nested"));
        Assert.Single(await pool.ResetAsync(lease, _lab.First));
    }
}
