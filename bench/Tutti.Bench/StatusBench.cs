namespace Tutti.Bench;

/// <summary><c>tutti status --json</c> of a session of 100 tasks, start to exit, against a hello-world published the same way.</summary>
internal static class StatusBench
{
    private const int Rounds = 40;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", 40);
        var plan = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllLinesAsync(plan, ["version: 1", "tasks:", .. Enumerable.Range(1, 100).Select(i => $"  - {{id: t{i}, title: Task {i}, run: 'echo {i} > f{i}.txt'}}")]);
        await scratch.RunAsync(folder, Scratch.Tutti, "run", "--plan", plan, "-m", "8", "--display", "plain");
        var hello = Path.Combine(scratch.Root, "hello");
        var tutti = Binary();
        var form = File.Exists(tutti + ".dll") ? "bundled" : "native";
        await scratch.RunAsync(Scratch.Project, "dotnet", "publish", Path.Combine(Scratch.Project, "bench", "Hello"), "-c", "Release", $"-p:LauncherBuild={form}", "--artifacts-path", Path.Combine(scratch.Root, "build"), "-o", hello, "-v", "q");
        var ours = new List<double>();
        var plain = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add((await scratch.RunAsync(folder, tutti, "status", "--json")).TotalMilliseconds);
            plain.Add((await scratch.RunAsync(folder, Path.Combine(hello, "hello"))).TotalMilliseconds);
        }

        return [new Row("tutti status --json, 100 tasks", Row.Median(ours), Row.Median(plain), 2.0, "ms")];
    }

    // The launcher's first line says where the release is; its own three milliseconds are a shell's, not ours to compare.
    private static string Binary()
    {
        var state = Path.Combine(Scratch.Project, "artifacts", "launcher");
        return Path.Combine(state, File.ReadLines(Path.Combine(state, "current")).First(), "tutti");
    }
}
