using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Commands;

/// <summary>
/// The help of every command is what stands in <c>Help/COMMAND.txt</c>: a change of a command shows as a change of its first
/// documentation. <c>TUTTI_UPDATE_SNAPSHOTS=1</c> writes them anew.
/// </summary>
public sealed class HelpTests
{
    private static readonly string Snapshots = Path.Combine(RepositoryRoot(), "tests", "Tutti.ProcessTests", "Commands", "Help");

    private static readonly bool Update = Environment.GetEnvironmentVariable("TUTTI_UPDATE_SNAPSHOTS") == "1";

    [Fact]
    public async Task The_help_of_every_command_is_as_it_was_agreed()
    {
        using var lab = new CommandLab();
        var wrong = new List<string>();
        var open = new Queue<string[]>([[]]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var path))
        {
            var help = await HelpAsync(lab, path);
            var name = path.Length == 0 ? "tutti" : string.Join('-', path);
            seen.Add(name);
            if (Update)
                await File.WriteAllTextAsync(Snapshot(name), help, TestContext.Current.CancellationToken);
            else if (!File.Exists(Snapshot(name)) || await File.ReadAllTextAsync(Snapshot(name), TestContext.Current.CancellationToken) != help)
                wrong.Add($"{name}: {help}");
            foreach (var command in Subcommands(help))
                open.Enqueue([.. path, command]);
        }

        Assert.Empty(wrong);
        Assert.Empty(Directory.EnumerateFiles(Snapshots).Select(file => Path.GetFileNameWithoutExtension(file)!).Except(seen));
    }

    [Fact]
    public async Task Every_completion_of_a_command_is_a_command()
    {
        using var lab = new CommandLab();

        var offered = await lab.TuttiInAsync(lab.Home, "complete", "--", "");
        var values = await lab.TuttiInAsync(lab.Home, "complete", "--", "run", "--land", "m");
        var options = await lab.TuttiInAsync(lab.Home, "complete", "--", "control", "pause", "--s");

        Assert.Equal(Subcommands(await HelpAsync(lab, [])), Lines(offered));
        Assert.Equal(["manual"], Lines(values));
        Assert.Equal(["--session"], Lines(options));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task A_shell_takes_its_script(string shell)
    {
        using var lab = new CommandLab();
        var script = await lab.TuttiInAsync(lab.Home, "completions", shell);
        Assert.Equal(0, script.ExitCode);
        Assert.SkipUnless(ProgramPath.Find(shell) is not null, $"{shell} is not installed");

        var file = Path.Combine(lab.Root, "script");
        await File.WriteAllTextAsync(file, script.Text, TestContext.Current.CancellationToken);
        var read = await CommandRunner.RunAsync(new Command(shell, ["-n", file], lab.Root) { Environment = lab.Variables() }, TestContext.Current.CancellationToken);

        Assert.True(read.ExitCode == 0, read.Error);
    }

    [Fact]
    public async Task Bash_completes_through_the_program()
    {
        Assert.SkipUnless(ProgramPath.Find("bash") is not null, "bash is not installed");
        using var lab = new CommandLab();
        var ask = $$"""
            source <("{{TuttiRun.Program}}" completions bash)
            COMP_WORDS=("{{TuttiRun.Program}}" control sca); COMP_CWORD=2
            _tutti; echo "${COMPREPLY[*]}"
            """;

        var said = await CommandRunner.RunAsync(new Command("bash", ["-c", ask], lab.Home) { Environment = lab.Variables() }, TestContext.Current.CancellationToken);

        Assert.Equal("scale-up scale-down", said.Text.Trim().ReplaceLineEndings(" "));
    }

    private static async Task<string> HelpAsync(CommandLab lab, string[] path)
    {
        var help = await lab.TuttiInAsync(lab.Home, [.. path, "--help"]);
        Assert.True(help.ExitCode == 0, help.Error);
        return string.Join('\n', help.Text.Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
    }

    // Under "Commands:", a line each, "  name <ARGUMENT>   what it does".
    private static List<string> Subcommands(string help) =>
    [
        .. help.Split('\n').SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.Length > 0)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(line => line.Trim().Split(' ')[0]),
    ];

    private static string[] Lines(CommandResult result) => result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Snapshot(string name) => Path.Combine(Snapshots, name + ".txt");

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tutti.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Tutti.slnx above the test program");
        return folder;
    }
}
