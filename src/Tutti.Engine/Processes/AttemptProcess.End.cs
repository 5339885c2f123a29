using System.Diagnostics;
using System.Text.Json;

namespace Tutti.Engine.Processes;

/// <summary>What ending an attempt took.</summary>
/// <param name="Swept">Processes that did not go by themselves and were killed.</param>
/// <param name="Left">Processes that are still there after <see cref="AttemptProcess.SweepLimit"/>; more than none is a machine in trouble.</param>
public sealed record AttemptEnd(int Swept, int Left);

public static partial class AttemptProcess
{
    /// <summary>Longest time killing may take, after the grace.</summary>
    public static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(10);

    // The shim needs a few ms to write the exit down once its agent is dead; then it is killed too.
    private static readonly TimeSpan ShimLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SweepPause = TimeSpan.FromMilliseconds(2);

    // One empty look may have met a process in the middle of exec, which has no environment for an instant.
    private const int CleanLooks = 2;

    /// <summary>
    /// Ends all processes of an attempt: an interrupt, a grace, then kills until none is left that carries its mark or is in its
    /// session. An attempt that has not started will never start; one that has ended is rid of what it left behind. One in another
    /// container (see <see cref="Probe"/>) is out of reach from here.
    /// </summary>
    /// <param name="folder">The attempt's.</param>
    /// <param name="grace">Time between interrupt and kill; zero kills at once.</param>
    public static async Task<AttemptEnd> EndAsync(AttemptFolder folder, TimeSpan grace)
    {
        if (await ClaimedAsync(folder) is not { } identity)
            return new AttemptEnd(0, 0);
        if (identity.Boot != Machine.Boot || identity.Space != Machine.Space)
            return new AttemptEnd(0, 0);
        var tree = new AttemptTree(identity);
        if (grace > TimeSpan.Zero)
            await InterruptAsync(tree, grace);
        return await SweepAsync(tree);
    }

    private static async Task InterruptAsync(AttemptTree tree, TimeSpan grace)
    {
        // Each process once, also those in sessions of their own; a group signal on top would make some agents count two.
        foreach (var process in tree.Look().Where(process => !tree.IsShim(process)))
            Signal(process, Posix.Interrupt);
        var pause = TimeSpan.FromMilliseconds(5);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < grace && tree.Look().Count > 0;)
        {
            await Task.Delay(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(100, pause.TotalMilliseconds * 1.5));
        }
    }

    private static async Task<AttemptEnd> SweepAsync(AttemptTree tree)
    {
        var killed = new HashSet<(int, string)>();
        var waited = Stopwatch.StartNew();
        var left = 0;
        for (var (look, clean) = (0, 0); clean < CleanLooks && waited.Elapsed < SweepLimit; look++)
        {
            var members = tree.Look();
            left = members.Count;
            clean = left == 0 ? clean + 1 : 0;

            // The shim goes by itself once its agent is dead; at the first look nothing of its can be writing the exit yet.
            var late = waited.Elapsed > ShimLimit;
            foreach (var process in members.Where(process => late || !(tree.IsShim(process) || (look > 0 && tree.WritesExit(process)))))
            {
                if (Signal(process, Posix.Kill))
                    killed.Add((process.Pid, process.Started));
            }

            if (clean < CleanLooks)
                await Task.Delay(SweepPause);
        }

        return new AttemptEnd(killed.Count, left);
    }

    // Between the look and the signal its pid may have gone to somebody else's process.
    private static bool Signal(ProcessRow process, int signal) =>
        ProcessTable.Find(process.Pid)?.Started == process.Started && Posix.Signal(process.Pid, signal);

    // Takes the claim where nobody has it, so that a start that is still under way loses it.
    private static async Task<ProcessIdentity?> ClaimedAsync(AttemptFolder folder)
    {
        if (!File.Exists(folder.Process))
        {
            try
            {
                folder.Create();
                using var claim = new FileStream(folder.Process, FileMode.CreateNew);
                await JsonSerializer.SerializeAsync(claim, new ProcessIdentity(0, "", ""), AttemptJson.Default.ProcessIdentity);
                return null;
            }
            catch (IOException) when (File.Exists(folder.Process))
            {
                // A start was faster.
            }
        }

        var identity = await IdentityAsync(folder, CancellationToken.None);
        return identity is { Pid: > 1 } ? identity : null;
    }
}
