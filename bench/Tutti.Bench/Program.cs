using Tutti.Bench;

// Every figure is a ratio against a baseline measured in the same run, because machines are shared and differ.
// Usage: bench [NAME…]; without a name all are run. docs/BENCHMARKS.md explains them.
var benchmarks = new (string Name, Func<Task<IReadOnlyList<Row>>> Run)[]
{
    ("slots", SlotBench.RunAsync),
    ("land", LandBench.RunAsync),
    ("tasks", TaskBench.RunAsync),
    ("status", StatusBench.RunAsync),
    ("replay", ReplayBench.RunAsync),
    ("decide", DecideBench.RunAsync),
    ("memory", MemoryBench.RunAsync),
    ("flood", FloodBench.RunAsync),
    ("live", LoadBench.LiveAsync),
    ("load", LoadBench.FlatAsync),
    ("agents", AgentBench.RunAsync),
    ("train", TrainBench.RunAsync),
    ("realtrain", RealTrainBench.RunAsync),
    ("forecast", ForecastBench.RunAsync),
};
var chosen = args.Length == 0 ? benchmarks : [.. benchmarks.Where(b => args.Contains(b.Name))];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"no such benchmark; known: {string.Join(", ", benchmarks.Select(b => b.Name))}");
    return 2;
}

Console.WriteLine($"{"what",-58} {"figure",10} {"baseline",12} {"ratio",8} {"at most",8}");
var missed = 0;
foreach (var (_, run) in chosen)
{
    foreach (var row in await run())
    {
        Console.WriteLine(row);
        missed += row.IsMissed ? 1 : 0;
    }
}

Console.WriteLine(missed == 0 ? "all marks met" : $"{missed} mark(s) missed");
return 0;
