using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;

namespace Tutti.Bench;

/// <summary>A warm slot against a worktree that is made and removed each time. Every lease is for another commit, ten files apart.</summary>
internal static class SlotBench
{
    private const int Rounds = 9;

    public static async Task<IReadOnlyList<Row>> RunAsync() =>
    [
        await RunAsync(10_000, 0.20),
        await RunAsync(50_000, 0.12),
    ];

    private static async Task<Row> RunAsync(int files, double atMost)
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", files);
        var commits = await CommitsAsync(scratch, folder);
        var pool = SlotPool.Open(Repository.Discover(folder), new PoolOptions(new WorktreeSettings()));
        await LeaseAsync(pool, "warm-up", commits[0]);
        await LeaseAsync(pool, "warm-up-2", commits[1]);
        var ours = new List<double>();
        var plain = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var commit = commits[round % commits.Count];
            ours.Add(await Scratch.TimeAsync(() => LeaseAsync(pool, $"t{round}", commit)));
            var path = Path.Combine(scratch.Root, $"plain{round}");
            plain.Add(await Scratch.TimeAsync(async () =>
            {
                await scratch.RunAsync(folder, "git", "worktree", "add", "-q", "--no-track", "-b", $"plain{round}", path, commit);
                await scratch.RunAsync(folder, "git", "worktree", "remove", path);
            }));
        }

        return new Row($"warm slot lease + release, {files} files", Row.Median(ours), Row.Median(plain), atMost, "ms");
    }

    private static async Task LeaseAsync(SlotPool pool, string task, string commit)
    {
        var lease = await pool.AcquireAsync(LeaseOwner.Current("bench", task), $"bench-{task}", commit);
        if (await pool.ReleaseAsync(lease.Slot, "bench", task) is not ReleaseOutcome.Released)
            throw new InvalidOperationException("the slot was not released");
    }

    private static async Task<List<string>> CommitsAsync(Scratch scratch, string folder)
    {
        var commits = new List<string>();
        for (var n = 0; n < 4; n++)
        {
            for (var i = 0; i < 10; i++)
                await File.AppendAllTextAsync(Path.Combine(folder, $"d{i:0000}", $"f{i * 40}.txt"), $"change {n}\n");
            await scratch.RunAsync(folder, "git", "commit", "-q", "-a", "-m", $"change {n}");
            commits.Add(await GitCommand.RunAsync(folder, ["rev-parse", "HEAD"]));
        }

        return commits;
    }
}
