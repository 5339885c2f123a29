using System.Text.Json;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Git.Pool;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Commands;

/// <summary>A repository, and the built program run in it with an environment that knows nothing of this machine's user.</summary>
public sealed class ToolLab : IDisposable
{
    // Generous, for a machine that is busy with other tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly PoolLab _lab = new();

    public string Top => _lab.Top;

    public string Root => _lab.Root;

    public string Folder => _lab.Folder;

    public string State => Path.Combine(Top, ".git", "tutti");

    /// <summary>Runs <c>tutti</c> in the repository.</summary>
    public Task<CommandResult> Tutti(params string[] arguments) => TuttiIn(Top, arguments);

    public Task<CommandResult> TuttiIn(string folder, params string[] arguments) =>
        CommandRunner.RunAsync(new Command(TuttiRun.Program, arguments, folder)
        {
            Environment = Sealed(),
            Limit = Limit,
        });

    /// <summary>Runs a line of the shell, in which <c>$1</c> is <c>tutti</c>.</summary>
    public Task<CommandResult> Shell(string folder, string line) =>
        CommandRunner.RunAsync(new Command("sh", ["-c", line, "sh", TuttiRun.Program], folder)
        {
            Environment = Sealed(),
            Limit = Limit,
        });

    /// <summary>Runs, expects an exit code and returns what was said on stdout.</summary>
    public async Task<string> Says(int code, params string[] arguments)
    {
        var result = await Tutti(arguments);
        Assert.True(result.ExitCode == code, $"tutti {string.Join(' ', arguments)} ended with {result.ExitCode}, not {code}: {result.Text}\n{result.Error}");
        return result.Text;
    }

    public async Task<JsonElement> Json(int code, params string[] arguments) =>
        JsonDocument.Parse(await Says(code, [.. arguments, "--json"])).RootElement;

    public string Git(params string[] arguments) => PoolLab.Git(Top, arguments);

    public string Write(string path, string text)
    {
        PoolLab.Write(Top, path, text);
        return Path.Combine(Top, path);
    }

    /// <summary>Runs a plan of shell tasks to its end; returns the session's id.</summary>
    public async Task<string> Session(int code, string plan, params string[] options)
    {
        var file = Path.Combine(Folder, "plan.yaml");
        await File.WriteAllTextAsync(file, plan);
        await Says(code, ["run", "--plan", file, "--yes", "--display", "plain", .. options]);
        return Directory.EnumerateDirectories(Path.Combine(State, "sessions")).Select(d => Path.GetFileName(d)!).Max()!;
    }

    public void Dispose() => _lab.Dispose();

    private Dictionary<string, string> Sealed()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = Folder,
            ["LANG"] = "C.UTF-8",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["TUTTI_TEST_TRIALS_ON_DISK"] = "1",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
        };
        foreach (var name in new[] { "PATH", "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        return environment;
    }
}
