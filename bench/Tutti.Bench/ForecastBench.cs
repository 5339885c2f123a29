using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Bench;

/// <summary>All pairs of 32 live branches merged on trial, from scratch and after one commit, against one merge in a warm checkout.</summary>
internal static class ForecastBench
{
    private const int Branches = 32;
    private const int Files = 10_000;
    private const int Rounds = 7;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", Files);
        var start = await GitCommand.RunAsync(folder, ["rev-parse", "HEAD"]);
        var branches = new List<LiveBranch>();
        for (var n = 0; n < Branches; n++)
            branches.Add(new LiveBranch($"t{n:00}", await CommitAsync(scratch, folder, start, n)));
        var target = await CommitAsync(scratch, folder, start, Branches);
        var control = await ControlRepository.OpenAsync(Path.Combine(folder, ".git"), Path.Combine(scratch.Root, "state"), folder);
        var (all, one, merge) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var forecasting = new Forecasting(control);
            all.Add(await Scratch.TimeAsync(async () => Expect(await forecasting.MakeAsync(branches, target), forecasting.Merged, Branches * (Branches + 1) / 2)));
            var moved = branches[round] with { Commit = await CommitAsync(scratch, folder, branches[round].Commit, 100 + round) };
            branches[round] = moved;
            one.Add(await Scratch.TimeAsync(async () => Expect(await forecasting.MakeAsync(branches, target), forecasting.Merged, Branches)));
            await scratch.RunAsync(folder, "git", "checkout", "-q", "--detach", target);
            merge.Add((await scratch.RunAsync(folder, "git", "merge", "-q", "--no-edit", branches[1].Commit)).TotalMilliseconds);
        }

        return
        [
            new Row($"forecast, all pairs of {Branches} branches, {Files} files", Row.Median(all), null, 500, "ms"),
            new Row("forecast after one commit, against one git merge", Row.Median(one), Row.Median(merge), 1, "ms"),
        ];
    }

    // Ten files of its own each, and one that every fourth branch changes in the same line: 28 pairs of 8 collide.
    private static async Task<string> CommitAsync(Scratch scratch, string folder, string from, int n)
    {
        await scratch.RunAsync(folder, "git", "checkout", "-q", "--detach", from);
        for (var i = 0; i < 10; i++)
        {
            var file = ((n * 53) + (i * 401)) % Files;
            await File.AppendAllTextAsync(Path.Combine(folder, $"d{file / 40:0000}", $"f{file}.txt"), $"branch {n}\n");
        }

        if (n % 4 == 0 && n < Branches)
            await File.WriteAllTextAsync(Path.Combine(folder, "d0000", "f39.txt"), $"branch {n}\n");
        await scratch.RunAsync(folder, "git", "commit", "-q", "-a", "-m", $"branch {n}");
        return await GitCommand.RunAsync(folder, ["rev-parse", "HEAD"]);
    }

    private static void Expect(IReadOnlyList<Core.Landing.Collision> collisions, int merged, int pairs)
    {
        if (merged != pairs || collisions.Count(c => c.With is not null && c.Paths.Any(p => p.Path == "d0000/f39.txt")) != 28)
            throw new InvalidOperationException($"{merged} of {pairs} pairs merged, {collisions.Count} collisions");
    }
}
