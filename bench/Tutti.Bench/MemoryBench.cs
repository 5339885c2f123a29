using System.Diagnostics;
using System.Globalization;

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
        double most = 0;
        while (!run.IsCompleted)
        {
            most = Math.Max(most, Resident(folder));
            await Task.WhenAny(run, Task.Delay(500));
        }

        await run;
        return [new Row("conductor memory, 1,000 tasks, 50 live agents", most, null, 150, "MB")];
    }

    private static double Resident(string folder) =>
        Process.GetProcessesByName("tutti").Where(p => IsIn(p, folder)).Select(p => p.PeakWorkingSet64 / 1e6).DefaultIfEmpty(0).Max();

    private static bool IsIn(Process process, string folder)
    {
        try
        {
            return Directory.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/cwd"), returnFinalTarget: false)?.FullName == folder;
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
