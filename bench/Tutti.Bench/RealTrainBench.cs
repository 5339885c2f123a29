using System.Globalization;
using System.Text;

namespace Tutti.Bench;

/// <summary>
/// The same trains as <see cref="TrainBench"/>, for real: 32 branches that are finished and wait, a verify command of one second, two verify slots;
/// timed from <c>tutti merge automatic</c> to its end. Branches pass by themselves; as merged, a bad one turns red whatever it is merged with.
/// </summary>
internal static class RealTrainBench
{
    private const int Branches = 32;
    private const int Slots = 2;
    private const int Seed = 7;
    private const double SecondInMs = 1000;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        var rows = new List<Row>();
        foreach (var rate in (double[])[0, 0.05, 0.15, 0.30])
        {
            var bad = TrainBench.Bad(Seed, rate);
            using var scratch = new Scratch();
            var took = await TrainAsync(scratch, bad);
            rows.Add(new Row($"for real ({bad.Count} bad): {TrainBench.Name(rate, Slots, [bad])}", took / SecondInMs, null, double.PositiveInfinity, "v"));
        }

        return rows;
    }

    private static async Task<double> TrainAsync(Scratch scratch, IReadOnlySet<int> bad)
    {
        var folder = await scratch.RepositoryAsync("train", 400);
        var plan = new StringBuilder("version: 1\nverify: ['[ \"$TUTTI_STAGE\" != land ] || { sleep 1; ! ls bad-* 2>/dev/null; }']\ntasks:\n");
        for (var i = 0; i < Branches; i++)
            plan.Append(CultureInfo.InvariantCulture, $"  - {{id: t{i}, title: Task {i}, land: manual, run: 'echo {i} > {(bad.Contains(i) ? "bad" : "good")}-{i}.txt'}}\n");
        var file = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllTextAsync(file, plan.ToString());
        await File.WriteAllTextAsync(Path.Combine(folder, ".tutti.yaml"), $"verify_slots: {Slots}\nmin_tasks: 1\nworktrees: {{pool: 48}}\n");
        await scratch.TryAsync(folder, Scratch.Tutti, "run", "--plan", file, "-m", "4", "--display", "plain");
        return await Scratch.TimeAsync(() => scratch.TryAsync(folder, Scratch.Tutti, "merge", "automatic", "--display", "plain"));
    }
}
