using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Processes;

public sealed class AttemptWatchTests : IAsyncDisposable
{
    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_ended_and_timed_out()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "while :; do echo busy; sleep 0.05; done"));
        var exit = await AttemptLab.Watch(folder, AttemptLab.Limits(attempt: TimeSpan.FromMilliseconds(600)));
        Assert.Equal(ExitCause.TimedOut, exit.Cause);
        Assert.False(exit.Succeeded);
        Assert.IsType<AttemptLife.Exited>(AttemptProcess.Probe(folder));
    }

    [Fact]
    public async Task An_attempt_that_prints_nothing_is_ended_and_stalled()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Agent(folder, "print begin", "hang"));
        var exit = await AttemptLab.Watch(folder, AttemptLab.Limits(stall: TimeSpan.FromMilliseconds(800)));
        Assert.Equal(ExitCause.Stalled, exit.Cause);
    }

    [Fact]
    public async Task One_that_keeps_printing_does_not_stall()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "for i in 1 2 3 4 5 6 7 8; do echo $i >&2; sleep 0.25; done"));
        var exit = await AttemptLab.Watch(folder, AttemptLab.Limits(stall: TimeSpan.FromSeconds(1)));
        Assert.Equal(ExitCause.Exited, exit.Cause);
    }

    [Fact]
    public async Task An_adopted_attempt_gets_no_second_hour()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "sleep 100"));
        var limits = new WatchLimits(DateTimeOffset.UtcNow.AddMinutes(-59), TimeSpan.FromMinutes(59), Waits.Patience) { Grace = TimeSpan.Zero };
        Assert.Equal(ExitCause.TimedOut, (await AttemptLab.Watch(folder, limits)).Cause);
    }

    [Fact]
    public async Task Cancelling_the_watch_leaves_the_attempt_alone()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "sleep 100"));
        using var stop = new CancellationTokenSource();
        var watch = AttemptProcess.WatchAsync(folder, AttemptLab.Limits(), TimeProvider.System, null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.WaitAsync(Waits.Patience));
        Assert.IsType<AttemptLife.Alive>(AttemptProcess.Probe(folder));
    }

    [Fact]
    public async Task The_heartbeat_tells_how_much_was_printed()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Agent(folder, "print hello", "wait go"));
        var beat = new TaskCompletionSource<Heartbeat>();
        var watch = AttemptProcess.WatchAsync(folder, AttemptLab.Limits(), TimeProvider.System, new Told(beat));
        var heard = await beat.Task.WaitAsync(Waits.Patience);
        Assert.Equal(6, heard.Bytes);
        Assert.InRange(heard.LastOutput, DateTimeOffset.UtcNow - Waits.Patience, DateTimeOffset.UtcNow);
        File.WriteAllText(Path.Combine(_lab.Slot, "go"), "");
        await watch.WaitAsync(Waits.Patience);
    }

    [Fact]
    public async Task A_grandchild_that_holds_stdout_is_not_waited_for()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Agent(folder, "orphan 100", "print done"));
        Assert.Equal(0, (await AttemptLab.Watch(folder)).Code);
        Assert.Equal(1, (await AttemptProcess.EndAsync(folder, TimeSpan.Zero)).Swept);
    }

    [Fact]
    public async Task A_machine_that_slept_does_not_time_its_attempts_out()
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "while ! [ -e go ]; do sleep 0.02; done"));
        var clock = new JumpingClock();
        var limits = new WatchLimits(clock.GetUtcNow(), TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));
        var watch = AttemptProcess.WatchAsync(folder, limits, clock);
        await AttemptLab.Until(() => clock.Asked > 2);
        clock.Jump(TimeSpan.FromHours(9));
        var asked = clock.Asked;
        await AttemptLab.Until(() => clock.Asked > asked + 2);
        File.WriteAllText(Path.Combine(_lab.Slot, "go"), "");
        Assert.Equal(ExitCause.Exited, (await watch.WaitAsync(Waits.Patience)).Cause);
    }

    private sealed class Told(TaskCompletionSource<Heartbeat> told) : IProgress<Heartbeat>
    {
        public void Report(Heartbeat value) => told.TrySetResult(value);
    }

    private sealed class JumpingClock : TimeProvider
    {
        private TimeSpan _ahead;
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public void Jump(TimeSpan by) => _ahead += by;

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref _asked);
            return base.GetUtcNow() + _ahead;
        }
    }
}
