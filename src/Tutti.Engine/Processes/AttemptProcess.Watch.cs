using System.Diagnostics;

namespace Tutti.Engine.Processes;

/// <summary>How long an attempt may take.</summary>
/// <param name="StartedAt">When it was started, as the journal has it: an adopted attempt gets no second hour.</param>
/// <param name="Attempt">Longest time in all.</param>
/// <param name="Stall">Longest time without output.</param>
public sealed record WatchLimits(DateTimeOffset StartedAt, TimeSpan Attempt, TimeSpan Stall)
{
    /// <summary>Time between interrupt and kill when a limit is reached.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A sign of life: the output has grown.</summary>
/// <param name="Bytes">Size of stdout and stderr together.</param>
/// <param name="LastOutput">When the last of it was written.</param>
public readonly record struct Heartbeat(long Bytes, DateTimeOffset LastOutput);

public static partial class AttemptProcess
{
    // Sizes and limits are looked at this often; the end of the process itself is told by the system.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // Where the system tells nothing (no handle on the process), the folder is looked at this often.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // A pause between two looks that is longer than this was not ours: the machine slept, and the agent with it.
    private static readonly TimeSpan Sleep = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waits for the end of an attempt, of one's own child or of one adopted from a conductor that died, and ends it at its
    /// limits. Processes that an attempt leaves behind are not waited for: <see cref="EndAsync"/> sweeps them.
    /// </summary>
    /// <param name="folder">The attempt's.</param>
    /// <param name="limits">When to end it.</param>
    /// <param name="time">The clock of limits and beats.</param>
    /// <param name="progress">Told when output has grown, at most once a second.</param>
    /// <param name="cancellation">Stops watching; the attempt itself goes on.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<AttemptExit> WatchAsync(
        AttemptFolder folder, WatchLimits limits, TimeProvider time, IProgress<Heartbeat>? progress = null, CancellationToken cancellation = default) =>
        WatchAsync(folder, () => limits, time, progress, cancellation);

    /// <summary>The same, with limits that may change meanwhile: they are asked for at each look.</summary>
    public static async Task<AttemptExit> WatchAsync(
        AttemptFolder folder, Func<WatchLimits> limits, TimeProvider time, IProgress<Heartbeat>? progress = null, CancellationToken cancellation = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pulse = new Pulse(folder, limits, time);
        Task? end = null;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var life = Probe(folder);
                if (life is AttemptLife.Exited exited)
                    return exited.Exit;
                if (life is AttemptLife.Dead or AttemptLife.NotStarted)
                    return new AttemptExit(null, null, time.GetUtcNow(), ExitCause.Lost);
                if (pulse.Take(progress) is { } cause)
                    return await EndAtLimitAsync(folder, limits(), life, cause, time);
                if (life is AttemptLife.Alive alive)
                    end ??= EndOf(alive.Identity.Pid, over.Token);
                await PauseAsync(end, pulse, time, over.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private static async Task PauseAsync(Task? end, Pulse pulse, TimeProvider time, CancellationToken cancellation)
    {
        // A finished task that did not lead to an exit has nothing more to tell.
        if (end is null or { IsCompleted: true })
            await Task.Delay(pulse.Next(Poll), time, cancellation);
        else
            await Task.WhenAny(end, Task.Delay(pulse.Next(Beat), time, cancellation));
    }

    // One's own child is reported by SIGCHLD; another's process is looked at by .NET every 100 ms.
    private static Task EndOf(int pid, CancellationToken cancellation)
    {
        try
        {
            return WaitAndDispose(Process.GetProcessById(pid), cancellation);
        }
        catch (ArgumentException)
        {
            // Gone already; the next look finds out how.
            return Task.CompletedTask;
        }

        static async Task WaitAndDispose(Process process, CancellationToken cancellation)
        {
            using (process)
                await process.WaitForExitAsync(cancellation);
        }
    }

    private static async Task<AttemptExit> EndAtLimitAsync(AttemptFolder folder, WatchLimits limits, AttemptLife life, ExitCause cause, TimeProvider time)
    {
        // What cannot be seen from here cannot be ended from here either.
        if (life is AttemptLife.Unknown)
            return new AttemptExit(null, null, time.GetUtcNow(), ExitCause.Lost);
        await EndAsync(folder, limits.Grace);
        var exit = ExitNote.Read(folder);
        return new AttemptExit(exit?.Code, exit?.Signal, exit?.At ?? time.GetUtcNow(), cause);
    }

    /// <summary>What the watcher remembers from one look at the output to the next.</summary>
    private sealed class Pulse(AttemptFolder folder, Func<WatchLimits> limits, TimeProvider time)
    {
        private long _bytes = -1;
        private TimeSpan _asleep;
        private DateTimeOffset _awakeSince = limits().StartedAt;
        private DateTimeOffset _looked = time.GetUtcNow();
        private DateTimeOffset _told = DateTimeOffset.MinValue;

        /// <summary>Looks at the output, tells about it, and returns the limit that has been reached, if one has.</summary>
        public ExitCause? Take(IProgress<Heartbeat>? progress)
        {
            var now = time.GetUtcNow();
            if (now - _looked > Sleep)
            {
                _asleep += now - _looked;
                _awakeSince = now;
            }

            _looked = now;
            var last = Tell(progress, now);
            var within = limits();
            if (now - within.StartedAt - _asleep >= within.Attempt)
                return ExitCause.TimedOut;
            return now - Later(last, _awakeSince) >= within.Stall ? ExitCause.Stalled : null;
        }

        /// <summary>Time to the next look: a beat, or less where a limit is nearer.</summary>
        public TimeSpan Next(TimeSpan beat)
        {
            var within = limits();
            var left = within.StartedAt + _asleep + within.Attempt - _looked;
            var soonest = TimeSpan.FromTicks(Math.Min(Math.Min(beat.Ticks, left.Ticks), within.Stall.Ticks / 2));
            return soonest > TimeSpan.FromMilliseconds(1) ? soonest : TimeSpan.FromMilliseconds(1);
        }

        private DateTimeOffset Tell(IProgress<Heartbeat>? progress, DateTimeOffset now)
        {
            var (stdout, stderr) = (new FileInfo(folder.Stdout), new FileInfo(folder.Stderr));
            var bytes = Length(stdout) + Length(stderr);
            var last = Later(Written(stdout), Written(stderr));
            if (bytes != _bytes && bytes > 0 && now - _told >= Beat)
            {
                (_bytes, _told) = (bytes, now);
                progress?.Report(new Heartbeat(bytes, last));
            }

            return last;
        }

        private static long Length(FileInfo file) => file.Exists ? file.Length : 0;

        private static DateTimeOffset Written(FileInfo file) => file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) : DateTimeOffset.MinValue;

        private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
    }
}
