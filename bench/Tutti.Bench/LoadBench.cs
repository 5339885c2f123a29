using System.Globalization;

namespace Tutti.Bench;

/// <summary>
/// Many tasks and many live agents: what a task costs in a session of 10,000 against one of 100, and what a conductor needs for 200 agents
/// that live at once.
/// </summary>
internal static class LoadBench
{
    private const int Few = 100;
    private const int Many = 10_000;
    private const int Live = 200;

    // Long enough that all slots are made, and so many do live at once, before the first agent ends.
    private const int Seconds = 30;

    /// <summary>The cost of a task in a long session: 32 at once.</summary>
    public static async Task<IReadOnlyList<Row>> FlatAsync()
    {
        // Eight seconds against twenty minutes: short runs before and after the long one, or the moment would decide.
        List<double> few = [await FewAsync(), await FewAsync()];
        var (many, use) = await RunAsync(Many, 32, "");
        few.AddRange([await FewAsync(), await FewAsync()]);
        return
        [
            new Row($"one of {Many:N0} tasks, 32 at once, against one of {Few}", many.TotalMilliseconds / Many, Row.Median(few), 1.3, "ms"),
            new Row($"conductor memory, {Many:N0} tasks", use.PeakMegabytes, null, double.PositiveInfinity, "MB"),
        ];
    }

    /// <summary>What 200 live agents cost their conductor.</summary>
    public static async Task<IReadOnlyList<Row>> LiveAsync()
    {
        var (wall, use) = await RunAsync(1000, Live, string.Create(CultureInfo.InvariantCulture, $"sleep {Seconds}; "));
        return
        [
            new Row($"1,000 tasks, {Live} live agents of {Seconds} s: wall time", wall.TotalSeconds, null, double.PositiveInfinity, "s"),
            new Row("conductor memory per live agent", use.PeakMegabytes / Live, null, double.PositiveInfinity, "MB"),
            new Row("conductor CPU per task", use.Processor.TotalMilliseconds / 1000, null, double.PositiveInfinity, "ms"),
        ];
    }

    private static async Task<double> FewAsync() => (await RunAsync(Few, 32, "")).Wall.TotalMilliseconds / Few;

    private static async Task<(TimeSpan Wall, ConductorUse Use)> RunAsync(int tasks, int agents, string before)
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", 400);
        var plan = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllLinesAsync(plan, ["version: 1", "tasks:", .. Enumerable.Range(1, tasks).Select(i => $"  - {{id: t{i}, title: Task {i}, run: '{before}mkdir -p t{i % 100}; echo {i} > t{i % 100}/f{i}.txt'}}")]);
        await File.WriteAllTextAsync(Path.Combine(folder, ".tutti.yaml"), $"limits: {{memory_per_agent: 1MB}}\nworktrees: {{pool: {Math.Min(agents + 8, 200)}}}\n");
        await scratch.RunAsync(folder, Scratch.Tutti, "--version");
        var run = scratch.RunAsync(folder, Scratch.Tutti, "run", "--plan", plan, "-m", agents.ToString(CultureInfo.InvariantCulture), "--display", "plain");
        var use = new ConductorUse(folder);
        while (!run.IsCompleted)
        {
            use.Look();
            await Task.WhenAny(run, Task.Delay(500));
        }

        return (await run, use);
    }
}
