using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>Several processes at one pool, and processes that die in the middle.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PoolCrashTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly PoolLab _lab = new();
    private readonly List<int> _left = [];

    public void Dispose()
    {
        foreach (var pid in _left)
            PoolLab.End(pid);
        _lab.Dispose();
    }

    [Fact]
    public async Task P21_thirty_two_leases_at_once_in_one_process_are_thirty_two_slots()
    {
        var pool = SlotPool.Open(Tutti.Engine.Git.Repository.Discover(_lab.Top), new PoolOptions(new Tutti.Core.WorktreeSettings(), 32));

        var leases = await Task.WhenAll(Enumerable.Range(1, 32).Select(n => Task.Run(() => pool.AcquireAsync(PoolLab.Owner($"t{n}"), $"task-{n}", _lab.First))));

        Assert.Equal(32, leases.Select(l => l.Path).Distinct().Count());
        Assert.Equal(32, leases.Select(l => l.PortBase).Distinct().Count());
        Assert.All(leases, lease => PoolLab.AssertExactly(lease, _lab.First));
    }

    [Fact]
    public async Task P21_thirty_two_tasks_of_four_processes_share_the_pool_for_three_rounds()
    {
        var children = Enumerable.Range(0, 4).Select(c => PoolChild.Start(_lab, Enumerable.Range(0, 8).Select(t => $"{c}-{t}"), rounds: 3)).ToList();

        foreach (var child in children)
        {
            await child.EndAsync();
            child.Dispose();
        }

        var status = _lab.Pool().Status();
        Assert.All(status.Slots, s => Assert.Equal(SlotState.Idle, s.State));
        Assert.InRange(status.Slots.Count, 1, 32);
        Assert.Empty(_lab.Pool().Health());
        Assert.Equal(96 + 1, PoolLab.Git(_lab.Top, "for-each-ref", "--format=%(refname)", "refs/heads").Split('\n').Length);
    }

    [Fact]
    public async Task P03_cleanups_while_slots_are_leased_and_released_take_none_that_is_in_use()
    {
        using var done = new CancellationTokenSource();
        var cleaner = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await _lab.Pool().CleanupAsync();
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(async () =>
        {
            for (var round = 0; round < 6; round++)
                await PoolChild.RoundAsync(_lab.Pool(), $"{t}-{round}", round % 2 == 0 ? _lab.First : _lab.Second);
        })));
        await done.CancelAsync();
        await cleaner.WaitAsync(Limit);

        Assert.Empty(_lab.Pool().Health());
    }

    /// <summary>The killed process was about to add, had half added, or had added and not recorded it; or was checking files out.</summary>
    [Theory]
    [InlineData("worktree add", "")]
    [InlineData("worktree add", "\"$real\" \"$@\"; rm \"$(dirname \"$(find '{root}' -name .git)\")/.git\"")]
    [InlineData("worktree add", "\"$real\" \"$@\"")]
    [InlineData(" checkout -", "")]
    [InlineData(" checkout -", "\"$real\" \"$@\"")]
    public async Task A_process_killed_while_it_makes_a_slot_leaves_nothing_in_the_way(string command, string before)
    {
        using var child = PoolChild.Start(_lab, ["a"], rounds: 0, path: StallingGit(command, before.Replace("{root}", _lab.Root)));
        await WaitForAsync(Path.Combine(_lab.Folder, "stalled"));
        child.Kill();
        _left.Add(int.Parse(File.ReadAllText(Path.Combine(_lab.Folder, "stalled"))));
        var pool = _lab.Pool();

        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First).WaitAsync(Limit);
        var other = await pool.AcquireAsync(PoolLab.Owner("b"), "task-b", _lab.First).WaitAsync(Limit);

        PoolLab.AssertExactly(lease, _lab.First);
        PoolLab.AssertExactly(other, _lab.First);
        Assert.Equal(["wt-1", "wt-2"], new[] { lease.Slot, other.Slot });
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_lab.Top, ".git/worktrees")).Length);
        Assert.Empty(pool.Health());
    }

    [Fact]
    public async Task A_first_checkout_broken_off_with_its_lock_left_costs_a_slot_and_nothing_else()
    {
        var index = Path.Combine(_lab.Top, ".git/worktrees/wt-1/index.lock");
        using var child = PoolChild.Start(_lab, ["a"], rounds: 0, path: StallingGit(" checkout -", $"touch '{index}'"));
        await WaitForAsync(Path.Combine(_lab.Folder, "stalled"));
        child.Kill();
        _left.Add(int.Parse(File.ReadAllText(Path.Combine(_lab.Folder, "stalled"))));
        var pool = _lab.Pool();

        var lease = await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First).WaitAsync(Limit);

        Assert.Equal("wt-2", lease.Slot);
        PoolLab.AssertExactly(lease, _lab.First);
        Assert.Equal(["wt-1"], (await pool.CleanupAsync()).Removed);
    }

    [Fact]
    public async Task A_warm_lease_killed_in_the_middle_is_had_again()
    {
        await _lab.Pool().InitAsync(1);
        using var child = PoolChild.Start(_lab, ["a"], rounds: 0, path: StallingGit(" checkout -", "\"$real\" \"$@\""));
        await WaitForAsync(Path.Combine(_lab.Folder, "stalled"));
        child.Kill();
        _left.Add(int.Parse(File.ReadAllText(Path.Combine(_lab.Folder, "stalled"))));

        var lease = await _lab.Pool().AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First).WaitAsync(Limit);

        Assert.Equal("wt-1", lease.Slot);
        PoolLab.AssertExactly(lease, _lab.First);
    }

    [Fact]
    public async Task A_killed_process_leaves_a_stale_lease_that_only_its_session_or_a_cleanup_takes()
    {
        using (var child = PoolChild.Start(_lab, ["a"], rounds: 0))
            await child.EndAsync();
        var pool = _lab.Pool();

        Assert.True(Assert.Single(pool.Status().Slots).Stale);
        Assert.Equal("stale_lease", Assert.Single(pool.Health()).Failure.Code);
        Assert.Equal("wt-2", (await pool.AcquireAsync(PoolLab.Owner("b", "another"), "task-b", _lab.First)).Slot);
        Assert.Equal("wt-1", (await pool.AcquireAsync(PoolLab.Owner("a"), "task-a", _lab.First)).Slot);
        Assert.False(pool.Status().Slots[0].Stale);
    }

    /// <summary>A git that does something and then hangs when its arguments hold a command, and writes its pid when it hangs.</summary>
    private string StallingGit(string command, string before)
    {
        var folder = Path.Combine(_lab.Folder, "bin");
        Directory.CreateDirectory(folder);
        var stalled = Path.Combine(_lab.Folder, "stalled");
        File.WriteAllText(Path.Combine(folder, "git"), $"""
            #!/bin/sh
            real='{PoolLab.RealGit}'
            case "$*" in
            *"{command}"*) {(before.Length == 0 ? ":" : before)}
                echo $$ > '{stalled}.new'; mv '{stalled}.new' '{stalled}'
                exec sleep 600 ;;
            esac
            exec "$real" "$@"
            """);
        File.SetUnixFileMode(Path.Combine(folder, "git"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    private static async Task WaitForAsync(string file)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!File.Exists(file))
            await Task.Delay(20, limit.Token);
    }
}
