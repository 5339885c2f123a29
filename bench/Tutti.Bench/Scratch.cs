using System.Diagnostics;
using Tutti.Engine.Processes;

namespace Tutti.Bench;

/// <summary>A temporary folder with repositories of a given size, and programs run in it with an environment of their own.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch() => Directory.CreateDirectory(Root);

    /// <summary>The folder; gone with this object.</summary>
    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"tutti-bench-{Guid.NewGuid():n}");

    private Dictionary<string, string> Env => new(StringComparer.Ordinal)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
        ["HOME"] = Root,
        ["LANG"] = "C.UTF-8",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "",
    };

    /// <summary>Runs a program to its end; throws when it fails.</summary>
    /// <returns>Wall time.</returns>
    public async Task<TimeSpan> RunAsync(string folder, string program, params string[] arguments)
    {
        var result = await CommandRunner.RunAsync(new Command(program, arguments, folder) { Environment = Env.Where(e => e.Value.Length > 0).ToDictionary(), Limit = TimeSpan.FromMinutes(20) });
        return result.ExitCode == 0
            ? result.Duration
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Error}\n{result.Text}");
    }

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    public Task TryAsync(string folder, string program, params string[] arguments) => TryAsync(folder, program, new Dictionary<string, string>(), arguments);

    /// <summary>The same, with further variables.</summary>
    public Task TryAsync(string folder, string program, IReadOnlyDictionary<string, string> further, params string[] arguments) =>
        CommandRunner.RunAsync(new Command(program, arguments, folder)
        {
            Environment = Env.Where(e => e.Value.Length > 0 && !further.ContainsKey(e.Key)).Concat(further).ToDictionary(),
            Limit = TimeSpan.FromMinutes(20),
        });

    /// <summary>A repository of so many files, forty to a folder, with one commit.</summary>
    public async Task<string> RepositoryAsync(string name, int files)
    {
        var folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        await RunAsync(folder, "git", "init", "-q", "-b", "main");
        await RunAsync(folder, "git", "config", "user.name", "Bench");
        await RunAsync(folder, "git", "config", "user.email", "bench@example.invalid");
        for (var i = 0; i < files; i++)
        {
            var place = Path.Combine(folder, $"d{i / 40:0000}");
            if (i % 40 == 0)
                Directory.CreateDirectory(place);
            await File.WriteAllTextAsync(Path.Combine(place, $"f{i}.txt"), $"file {i}\n{new string('x', 400)}\n");
        }

        await RunAsync(folder, "git", "add", "-A");
        await RunAsync(folder, "git", "commit", "-q", "-m", "start");
        return folder;
    }

    /// <summary>Wall time of an action in milliseconds.</summary>
    public static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The project's own top folder.</summary>
    public static string Project
    {
        get
        {
            var at = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(at, "Tutti.slnx")))
                at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("the benchmarks must be run from a checkout of the project");
            return at;
        }
    }

    /// <summary>The launcher, which builds the release that is measured.</summary>
    public static string Tutti => Path.Combine(Project, "tutti");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
