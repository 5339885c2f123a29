using System.Globalization;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>The program in <c>tests/HistoryReplay</c>, on a generated history and on the project's own.</summary>
public class HistoryReplayTests
{
    private const int Merges = 500;

    private static async Task<CommandResult> ReplayAsync(params string[] arguments)
    {
        var program = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "HistoryReplay", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "history-replay"));
        var environment = HostEnvironment.Base("DOTNET_");
        return await CommandRunner.RunAsync(new Command(program, arguments, Path.GetTempPath()) { Environment = environment });
    }

    private static string Make(ScratchRepository scratch, params string[] options)
    {
        var folder = Path.Combine(scratch.Root, "history.git");
        scratch.GitIn(scratch.Root, ["init", "-q", "--bare", .. options, folder]);
        return folder;
    }

    private static int Count(CommandResult replayed, string what)
    {
        var line = replayed.Text.Split('\n').Single(l => l.TrimStart().StartsWith(what, StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Five_hundred_merges_of_every_kind_are_landed_as_git_merges_them()
    {
        using var scratch = new ScratchRepository();
        var history = Make(scratch);
        var merges = await GeneratedHistory.MakeAsync(history, seed: 20261126, Merges);
        var replayed = await ReplayAsync(history, "--checkout", "20");
        Assert.True(replayed.ExitCode == 0, $"{replayed.Text}\n{replayed.Error}");
        Assert.Equal(merges, Count(replayed, "merge commits"));
        Assert.True(Count(replayed, "git merges cleanly") > Merges / 2 && Count(replayed, "git leaves conflicts") > Merges / 8, replayed.Text);
        Assert.Equal(0, Count(replayed, "SILENT LOSS"));
        Assert.Equal(20, Count(replayed, "also made by git merge"));
        // Git 2.39 calls some merges clean and leaves conflict markers in them, two of these; a git that does better leaves nothing to refuse.
        Assert.Equal(Count(replayed, "of these, with conflict markers"), Count(replayed, "refused: git leaves markers"));
    }

    [Fact]
    public async Task A_history_with_longer_ids_is_replayed_too()
    {
        using var scratch = new ScratchRepository();
        var history = Make(scratch, "--object-format=sha256");
        await GeneratedHistory.MakeAsync(history, seed: 7, atLeast: 40, sha256: true);
        var replayed = await ReplayAsync(history, "--style", "rebase", "--checkout", "5");
        Assert.True(replayed.ExitCode == 0, $"{replayed.Text}\n{replayed.Error}");
    }

    [Fact]
    public async Task The_projects_own_history_is_landed_as_git_merges_it()
    {
        using var scratch = new ScratchRepository();
        var project = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(project, "Tutti.slnx")))
            project = Path.GetDirectoryName(project) ?? throw new InvalidOperationException("the tests must be run from a checkout of the project");
        Assert.SkipUnless(scratch.TryGitIn(project, "rev-parse", "--git-dir").Code == 0, "the project is no clone here, so its own history cannot be replayed");
        // A copy, because others may be at work in the clone itself.
        var copy = Path.Combine(scratch.Root, "own.git");
        scratch.GitIn(scratch.Root, "clone", "-q", "--bare", project, copy);
        var replayed = await ReplayAsync(copy, "--max", "150", "--checkout", "10");
        Assert.SkipWhen(replayed.ExitCode == 2 && replayed.Error.Contains("reaches a merge commit"), "the project's history has no merges here (a shallow clone?), so it is not replayed");
        Assert.True(replayed.ExitCode == 0, $"{replayed.Text}\n{replayed.Error}");
    }

    [Fact]
    public async Task A_shallow_clone_is_replayed_as_far_as_it_reaches()
    {
        using var scratch = new ScratchRepository();
        var history = Make(scratch);
        await GeneratedHistory.MakeAsync(history, seed: 3, atLeast: 30);
        var shallow = Path.Combine(scratch.Root, "shallow");
        scratch.GitIn(scratch.Root, "clone", "-q", "--no-checkout", "--no-single-branch", "--depth", "4", "file://" + history, shallow);
        var replayed = await ReplayAsync(shallow, "--style", "merge", "--checkout", "0");
        Assert.True(replayed.ExitCode == 0, $"{replayed.Text}\n{replayed.Error}");
    }

    [Theory]
    [InlineData("error: there is no folder", "nowhere")]
    [InlineData("is no git repository", ".")]
    [InlineData("error: there is no option --fast", ".", "--fast")]
    [InlineData("error: '0' is no value for --max", ".", "--max", "0")]
    [InlineData("error: --style needs a value", ".", "--style")]
    [InlineData("error: which clone?")]
    public async Task What_cannot_be_replayed_is_told_with_exit_code_2(string message, params string[] arguments)
    {
        using var scratch = new ScratchRepository();
        var empty = Directory.CreateDirectory(Path.Combine(scratch.Root, "empty")).FullName;
        var replayed = await ReplayAsync([.. arguments.Select(a => a is "." or "nowhere" ? Path.Combine(empty, a) : a)]);
        Assert.Equal(2, replayed.ExitCode);
        Assert.Contains(message, replayed.Error);
        Assert.Empty(replayed.Text);
    }

    [Fact]
    public async Task A_history_without_merges_is_told_with_exit_code_2()
    {
        using var scratch = new ScratchRepository();
        scratch.Commit("only", ("a", "1\n"));
        var replayed = await ReplayAsync(scratch.Top);
        Assert.Equal(2, replayed.ExitCode);
        Assert.Contains("reaches a merge commit", replayed.Error);
    }
}
