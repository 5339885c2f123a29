using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Bench;

/// <summary>
/// Sixty clean branches merged one on top of the other in the object store, and the target moved once in its warm checkout, against sixty
/// times <c>git merge</c> in a warm checkout of the same. Per branch, all of the sixty counted.
/// </summary>
internal static class LandBench
{
    private const int Branches = 60;
    private const int Rounds = 5;

    // The growth of what a branch costs; the sizes in between have marks of their own.
    private const double Growth = 1.5;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        var small = await RunAsync(1_000, atMost: double.PositiveInfinity);
        var middle = await RunAsync(10_000, 0.10);
        var large = await RunAsync(50_000, 0.03);
        return [small, middle, large, new Row("land one of 60 branches, 50000 files against 1000", large.Figure, small.Figure, Growth, "ms")];
    }

    private static async Task<Row> RunAsync(int files, double atMost)
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", files);
        var start = await GitCommand.RunAsync(folder, ["rev-parse", "HEAD"]);
        var heads = await BranchesAsync(folder, start, files);
        var (ours, plain) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var landed = await Scratch.TimeAsync(() => LandAsync(folder, start, heads));
            var tree = await GitCommand.RunAsync(folder, ["rev-parse", "HEAD^{tree}"]);
            await scratch.RunAsync(folder, "git", "reset", "-q", "--hard", start);
            var merged = await Scratch.TimeAsync(() => MergeAsync(scratch, folder, heads));
            if (await GitCommand.RunAsync(folder, ["rev-parse", "HEAD^{tree}"]) != tree)
                throw new InvalidOperationException("both must come to the same files");
            await scratch.RunAsync(folder, "git", "reset", "-q", "--hard", start);
            if (round == 0)
                continue; // Warm-up: caches of files, and the code compiled.
            ours.Add(landed / Branches);
            plain.Add(merged / Branches);
        }

        return new Row($"land one of {Branches} clean branches, {files} files", Row.Median(ours), Row.Median(plain), atMost, "ms");
    }

    private static async Task LandAsync(string folder, string start, IReadOnlyList<string> heads)
    {
        var common = Path.Combine(folder, ".git");
        await using var control = await ControlRepository.OpenAsync(common, Path.Combine(common, "tutti"), folder);
        var tip = start;
        foreach (var head in heads)
        {
            var outcome = await control.MergeAsync(new MergeRequest(tip, head, "Land a branch", MergeStyle.Merge, DateTimeOffset.UtcNow));
            tip = outcome is MergeOutcome.Merged merged ? merged.Commit : throw new InvalidOperationException($"not merged: {outcome}");
        }

        if (await new TargetBranch(common).MoveAsync(new MoveRequest("main", start, tip)) is not MoveOutcome.Moved)
            throw new InvalidOperationException("the target did not move");
    }

    private static async Task MergeAsync(Scratch scratch, string folder, IReadOnlyList<string> heads)
    {
        foreach (var head in heads)
            await scratch.RunAsync(folder, "git", "merge", "-q", "--no-ff", "-m", "Land a branch", head);
    }

    // Each branch changes two files of its own and adds one, made without touching the checkout.
    private static async Task<IReadOnlyList<string>> BranchesAsync(string folder, string start, int files)
    {
        var script = new System.Text.StringBuilder();
        for (var n = 0; n < Branches; n++)
        {
            var (first, second) = (n * (files / Branches), n * (files / Branches) + 1);
            script.Append($"commit refs/heads/b{n}\ncommitter Bench <bench@example.invalid> {1_700_000_000 + n} +0000\n{Data("work")}from {start}\n");
            foreach (var file in (int[])[first, second])
                script.Append($"M 100644 inline d{file / 40:0000}/f{file}.txt\n{Data($"file {file} changed\n{new string('x', 400)}\n")}");
            script.Append($"M 100644 inline new/n{n}.txt\n{Data($"new {n}\n")}\n");
        }

        await GitCommand.RunAsync(folder, ["fast-import", "--quiet"], script.ToString());
        var heads = await GitCommand.RunAsync(folder, ["for-each-ref", "--format=%(objectname)", "refs/heads/b*"]);
        return heads.Split('\n');
    }

    private static string Data(string text) => $"data {text.Length}\n{text}\n";
}
