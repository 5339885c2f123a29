namespace Tutti.Bench;

/// <summary>The conductor's largest resident set in a session of 1,000 tasks with 50 live agents that print and wait.</summary>
internal static class MemoryBench
{
    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", 400);
        var plan = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllLinesAsync(plan, ["version: 1", "tasks:", .. Enumerable.Range(1, 1000).Select(i => $"  - {{id: t{i}, title: Task {i}, run: 'n=0; while [ $n -lt 20 ]; do echo line $n; sleep 0.1; n=$((n+1)); done; echo {i} > f{i}.txt'}}")]);
        await File.WriteAllTextAsync(Path.Combine(folder, ".tutti.yaml"), "limits: {memory_per_agent: 1MB}\nworktrees: {pool: 60}\n");
        var run = scratch.RunAsync(folder, Scratch.Tutti, "run", "--plan", plan, "-m", "50", "--display", "plain");
        var use = new ConductorUse(folder);
        while (!run.IsCompleted)
        {
            use.Look();
            await Task.WhenAny(run, Task.Delay(500));
        }

        await run;
        return [new Row("conductor memory, 1,000 tasks, 50 live agents", use.PeakMegabytes, null, 150, "MB")];
    }
}
