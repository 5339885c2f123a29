using System.Diagnostics;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Processes;

public sealed class AttemptEndTests : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("a plain child", "sleep 200 & echo $! >pids; echo up >ready; wait")]
    [InlineData("a child in a session of its own", "setsid sleep 200 & echo $! >pids; echo up >ready; wait")]
    [InlineData("a reparented grandchild", "(sleep 200 & echo $! >pids); echo up >ready; sleep 200")]
    [InlineData("a reparented one in a session of its own", "(setsid sleep 200 & echo $! >pids); echo up >ready; sleep 200")]
    [InlineData("one that ignores what can be ignored", "(trap '' INT TERM HUP; while :; do sleep 0.1; done) & echo $! >pids; echo up >ready; wait")]
    [InlineData("one that dropped its environment", "env -i sleep 200 & echo $! >pids; echo up >ready; wait")]
    [InlineData("one that keeps forking", "(trap '' INT; while :; do setsid sleep 0.05 & sleep 0.01; done) & echo $! >pids; echo up >ready; wait")]
    public async Task P09_ending_leaves_none(string kind, string script)
    {
        var folder = _lab.Folder();
        var identity = await AttemptProcess.StartAsync(folder, _lab.Shell(folder, script));
        await AttemptLab.UntilWritten(Path.Combine(_lab.Slot, "ready"));
        var child = int.Parse(File.ReadAllText(Path.Combine(_lab.Slot, "pids")));
        Assert.True(AttemptLab.IsRunning(child), kind);
        var end = await AttemptProcess.EndAsync(folder, Grace);
        Assert.Equal(0, end.Left);
        Assert.False(AttemptLab.IsRunning(child), kind);
        Assert.False(AttemptLab.IsRunning(identity.Pid));
        Assert.DoesNotContain(ProcessTable.All(), row => ProcessTable.Carries(row.Pid, $"{AttemptMarks.Nonce}={identity.Nonce}"));
    }

    [Fact]
    public async Task One_that_obeys_the_interrupt_is_not_killed_and_its_exit_is_known()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "trap 'echo bye; exit 9' INT; echo up >ready; while :; do sleep 0.05; done"));
        await AttemptLab.UntilWritten(Path.Combine(_lab.Slot, "ready"));
        var end = await AttemptProcess.EndAsync(folder, Waits.Patience);
        Assert.Equal(new AttemptEnd(0, 0), end);
        Assert.Equal("bye\n", File.ReadAllText(folder.Stdout));
        Assert.Equal(9, (await AttemptLab.Watch(folder)).Code);
    }

    [Fact]
    public async Task One_that_ignores_it_is_killed_after_the_grace_and_its_exit_says_so()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Agent(folder, "ignore INT TERM HUP", "write ready up", "hang"));
        await AttemptLab.UntilWritten(Path.Combine(_lab.Slot, "ready"));
        var waited = Stopwatch.StartNew();
        var end = await AttemptProcess.EndAsync(folder, Grace);

        // The agent for certain; under load a helper that the shim runs to write the exit may be seen as well.
        Assert.True(end is { Swept: >= 1, Left: 0 }, $"{end}");
        Assert.True(waited.Elapsed >= Grace);
        Assert.Equal((137, 9), ((await AttemptLab.Watch(folder)) is var exit ? (exit.Code!.Value, exit.Signal!.Value) : default));
    }

    [Fact]
    public async Task An_attempt_ended_before_its_start_never_starts()
    {
        var folder = _lab.Folder();
        await AttemptProcess.EndAsync(folder, Grace);
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "touch ran"));
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Slot));
    }

    [Fact]
    public async Task A_start_and_an_end_at_once_leave_nothing_running()
    {
        for (var i = 1; i <= 10; i++)
        {
            var folder = _lab.Folder(number: i);
            var start = Task.Run(() => AttemptProcess.StartAsync(folder, _lab.Shell(folder, "sleep 100")));
            await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
            var identity = await start;
            Assert.False(AttemptLab.IsRunning(identity.Pid));
        }
    }

    [Fact]
    public async Task Two_attempts_side_by_side_do_not_end_each_other()
    {
        var (one, two) = (_lab.Folder(number: 1), _lab.Folder(number: 2));
        await AttemptProcess.StartAsync(one, _lab.Shell(one, "setsid sleep 100 & wait"));
        await AttemptProcess.StartAsync(two, _lab.Shell(two, "setsid sleep 100 & wait"));
        await AttemptProcess.EndAsync(one, TimeSpan.Zero);
        Assert.IsType<AttemptLife.Alive>(AttemptProcess.Probe(two));
    }

    [Fact]
    public async Task The_doctor_finds_what_an_attempt_left_and_what_nobody_conducts()
    {
        var sessions = Path.Combine(_lab.Root, "session");
        var (over, alone) = (_lab.Folder("over"), _lab.Folder("alone"));
        await AttemptProcess.StartAsync(over, _lab.Agent(over, "orphan 100"));
        await AttemptLab.Watch(over);
        await AttemptProcess.StartAsync(alone, _lab.Shell(alone, "sleep 100"));
        var left = Leftovers.Find(sessions, _ => true);
        Assert.Equal([over.Path], left.Select(found => found.Folder.Path).Distinct());
        Assert.Contains(left, found => found.Command.StartsWith("sleep 100") && found.Session == "2026-01-01-001");
        Assert.Contains(Leftovers.Find(sessions, _ => false), found => found.Folder.Path == alone.Path);
        Assert.Empty(Leftovers.Find(Path.Combine(_lab.Root, "sess"), _ => false));
        await AttemptProcess.EndAsync(over, TimeSpan.Zero);
        Assert.Empty(Leftovers.Find(sessions, _ => true));
    }
}
