using System.Diagnostics;
using Tutti.Core;
using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>
/// A second process with a pool: this test program again, running only <see cref="Leases_what_its_environment_says"/>, so that
/// locks and crashes are tested between real processes.
/// </summary>
public sealed class PoolChild : IDisposable
{
    private const string Top = "TUTTI_TEST_TOP";
    private const string Tasks = "TUTTI_TEST_TASKS";
    private const string Rounds = "TUTTI_TEST_ROUNDS";
    private const string Commit = "TUTTI_TEST_COMMIT";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process? _process;

    public PoolChild()
    {
        // For xunit, which makes one to run the explicit test below.
    }

    private PoolChild(Process process) => _process = process;

    /// <summary>Starts a process that leases a slot for each task at once, writes a file into it, commits and releases, some times over.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="tasks">Task ids.</param>
    /// <param name="rounds">How often each task leases; 0 leases once and keeps it.</param>
    /// <param name="path">A folder to look for git in first; null for none.</param>
    internal static PoolChild Start(PoolLab lab, IEnumerable<string> tasks, int rounds, string? path = null)
    {
        var info = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tutti.ProcessTests"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(PoolChild).FullName}.{nameof(Leases_what_its_environment_says)}" },
        };
        info.Environment[Top] = lab.Top;
        info.Environment[Tasks] = string.Join(',', tasks);
        info.Environment[Rounds] = $"{rounds}";
        info.Environment[Commit] = lab.First;
        if (path is not null)
            info.Environment["PATH"] = $"{path}:{info.Environment["PATH"]}";
        return new PoolChild(Process.Start(info)!);
    }

    /// <summary>Waits for the end, and fails the test when the child's own assertions failed.</summary>
    internal async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var output = await _process!.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        Assert.True(_process.ExitCode == 0, output);
    }

    /// <summary><c>kill -9</c>, of the process alone.</summary>
    internal void Kill()
    {
        _process!.Kill();
        Assert.True(_process.WaitForExit(Limit));
    }

    public void Dispose() => _process?.Dispose();

    [Fact(Explicit = true)]
    public async Task Leases_what_its_environment_says()
    {
        var top = Environment.GetEnvironmentVariable(Top)!;
        var commit = Environment.GetEnvironmentVariable(Commit)!;
        var rounds = int.Parse(Environment.GetEnvironmentVariable(Rounds)!);
        var pool = SlotPool.Open(Tutti.Engine.Git.Repository.Discover(top), new PoolOptions(new WorktreeSettings(), 64));
        await Task.WhenAll(Environment.GetEnvironmentVariable(Tasks)!.Split(',').Select(async task =>
        {
            if (rounds == 0)
                await pool.AcquireAsync(PoolLab.Owner(task), $"task-{task}", commit);
            for (var round = 0; round < rounds; round++)
                await RoundAsync(pool, $"{task}-{round}", commit);
        }));
    }

    /// <summary>Leases, checks that the slot is nobody else's, commits, releases.</summary>
    internal static async Task RoundAsync(SlotPool pool, string task, string commit)
    {
        var lease = await pool.AcquireAsync(PoolLab.Owner(task), $"task-{task}", commit);
        PoolLab.AssertExactly(lease, commit);
        var mark = Path.Combine(lease.Path, "mine.txt");
        // Creating it fails when another task holds the same slot, or left something in it.
        using (var file = new FileStream(mark, FileMode.CreateNew))
            file.Write("mine"u8);
        PoolLab.Commit(lease.Path, task);
        Assert.IsType<ReleaseOutcome.Released>(await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, task));
    }
}
