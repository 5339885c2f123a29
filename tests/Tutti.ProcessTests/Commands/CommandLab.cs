using System.Diagnostics;
using System.Text.Json;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Commands;

/// <summary>The built program in a repository of its own, with an environment that holds nothing of this machine's user.</summary>
public sealed class CommandLab : IDisposable
{
    public CommandLab()
    {
        Root = Directory.CreateTempSubdirectory("tutti-commands-").FullName;
        Repository = Directory.CreateDirectory(Path.Combine(Root, "repo")).FullName;
        Home = Directory.CreateDirectory(Path.Combine(Root, "home")).FullName;
    }

    public string Root { get; }

    public string Repository { get; }

    public string Home { get; }

    /// <summary>A repository with one commit on main.</summary>
    public async Task<CommandLab> WithRepositoryAsync()
    {
        File.WriteAllText(In("README"), "one\n");
        await GitAsync("-c", "init.defaultBranch=main", "init", "-q");
        await GitAsync("config", "user.name", "Tester");
        await GitAsync("config", "user.email", "tester@example.invalid");
        await GitAsync("add", "README");
        await GitAsync("commit", "-qm", "start");
        return this;
    }

    public string In(string path) => Path.Combine(Repository, path);

    /// <summary>A plan file outside of the repository.</summary>
    public string Plan(string yaml)
    {
        var path = Path.Combine(Root, "plan.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    /// <summary>Runs tutti in the repository, to its end.</summary>
    public Task<CommandResult> TuttiAsync(params string[] arguments) => TuttiInAsync(Repository, arguments);

    /// <summary>Runs tutti in a folder, to its end.</summary>
    public Task<CommandResult> TuttiInAsync(string folder, params string[] arguments) =>
        CommandRunner.RunAsync(new Command(TuttiRun.Program, arguments, folder) { Environment = Variables(), Limit = Waits.Patience });

    /// <summary>Starts tutti and lets it run; the caller ends it.</summary>
    public Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo(TuttiRun.Program, arguments) { WorkingDirectory = Repository, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment.Clear();
        foreach (var (name, value) in Variables())
            info.Environment[name] = value;
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary><c>tutti status --json</c>, parsed.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        var result = await TuttiAsync("status", "--json");
        Assert.Equal(0, result.ExitCode);
        return JsonDocument.Parse(result.Text).RootElement;
    }

    /// <summary>The state of a task, as <c>status --json</c> says it.</summary>
    public async Task<string?> StateOfAsync(string task) =>
        (await StatusAsync()).GetProperty("tasks").EnumerateArray().First(t => t.GetProperty("id").GetString() == task).GetProperty("state").GetString();

    public async Task<string> GitAsync(params string[] arguments)
    {
        var result = await CommandRunner.RunAsync(new Command("/usr/bin/env", ["git", .. arguments], Repository) { Environment = Variables(), Limit = Waits.Patience });
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Text.TrimEnd();
    }

    /// <summary>Waits until something is true, by looking often.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
            Assert.True(waited.Elapsed < Waits.Patience, "waited too long");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The environment everything is started with.</summary>
    public Dictionary<string, string> Variables() => new(StringComparer.Ordinal)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        ["HOME"] = Home,
        ["TMPDIR"] = Root,
        ["LANG"] = "C.UTF-8",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["TUTTI_TEST_TRIALS_ON_DISK"] = "1",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
    };
}
