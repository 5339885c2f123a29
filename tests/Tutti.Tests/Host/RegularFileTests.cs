using Tutti.Core.Plan;
using Tutti.Engine.Agents;
using Tutti.Engine.Host;
using Tutti.Engine.Sources;
using Tutti.Tests.Config;
using Tutti.Tests.Sources;

namespace Tutti.Tests.Host;

/// <summary>A pipe in a file's place waits for somebody who writes; nothing that Tutti looks for by itself may be one. A test that fails here hangs.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_one_also_through_links_and_a_pipe_is_none()
    {
        var text = _folder.Write("text", "some");
        Assert.Equal((true, 4, 4), Seen(text));
        Assert.Equal((true, 0, 0), Seen(_folder.Write("empty", "")));
        Assert.Equal((true, 4, 0), Seen(Link("link", text)));
        Assert.Equal((false, 0, 0), Seen(Pipe("pipe")));
        Assert.Equal((false, 0, 0), Seen(Link("to-pipe", Path.Combine(_folder.Root, "pipe"))));
        Assert.Equal((false, 0, 0), Seen(Path.Combine(_folder.Root, "nothing")));
        Assert.Equal((false, 0, 0), Seen(Link("dangling", Path.Combine(_folder.Root, "nothing"))));
        Assert.Equal((0, 0), (RegularFile.Length(Link("device", "/dev/zero")), RegularFile.LengthOfOwn(Path.Combine(_folder.Root, "device"))));
    }

    [Theory]
    [InlineData("TASKS.md")]
    [InlineData(".taskmaster/tasks/tasks.json")]
    [InlineData("issues.json")]
    [InlineData(".beads/issues.jsonl")]
    public void A_list_that_is_found_and_is_a_pipe_is_refused(string name)
    {
        Pipe(name);
        var failure = SourceFolder.Refused(() => TaskSources.Find(_folder.Root));
        Assert.Equal("source_unreadable", failure.Code);
        Assert.Contains("is a pipe or a device", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_has_become_a_pipe_is_not_told()
    {
        var failure = SourceFolder.Refused(() => TaskSources.Named("markdown").Tell(Pipe("list.md"), null, "a", SourceStatus.Done));
        Assert.Equal("source_unreadable", failure.Code);
    }

    [Theory]
    [InlineData(".taskmaster/state.json")]
    [InlineData(".taskmaster/reports/task-complexity-report.json")]
    public void What_stands_beside_a_list_counts_for_nothing_where_it_is_a_pipe(string name)
    {
        var file = _folder.Write(".taskmaster/tasks/tasks.json", """{"master":{"tasks":[{"id":1,"title":"A","status":"pending"}]}}""");
        Pipe(name);
        Assert.Equal("1", Assert.Single(TaskSources.Named("taskmaster").Read(file, null).Tasks).Id);
    }

    [Fact]
    public void Settings_from_a_pipe_are_refused_and_another_tools_are_noted()
    {
        using var settings = new SettingsFolder();
        Directory.CreateDirectory(Path.Combine(settings.Repository, ".claude"));
        MakePipe(Path.Combine(settings.Repository, ".claude", "auto-context.yaml"));
        Assert.Contains("is a pipe or a device; this is passed over", Assert.Single(settings.Load().Notes), StringComparison.Ordinal);
        MakePipe(Path.Combine(settings.Repository, ".tutti.yaml"));
        var failure = settings.Failing();
        Assert.Equal(("file_unreadable", "cannot read .tutti.yaml: it is a pipe or a device"), (failure.Code, failure.Message));
    }

    [Fact]
    public void A_prompt_that_never_ends_is_refused()
    {
        Pipe(".tutti/prompts/develop.md");
        Link(".tutti/prompts/correct.md", "/dev/zero");
        foreach (var role in new[] { Role.Develop, Role.Correct })
            Assert.Contains("it lacks {{", SourceFolder.Refused(() => PromptTemplate.Of(role, _folder.Root)).Message, StringComparison.Ordinal);
    }

    private static (bool, long, long) Seen(string path) => (RegularFile.Is(path), RegularFile.Length(path), RegularFile.LengthOfOwn(path));

    private string Pipe(string name)
    {
        var path = Path.Combine(_folder.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        MakePipe(path);
        return path;
    }

    private string Link(string name, string to)
    {
        var path = Path.Combine(_folder.Root, name);
        File.CreateSymbolicLink(path, to);
        return path;
    }

    private static void MakePipe(string path)
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
