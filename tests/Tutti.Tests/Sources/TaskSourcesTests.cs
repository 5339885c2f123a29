using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class TaskSourcesTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_source_is_found_by_name_or_by_its_file()
    {
        Assert.Null(TaskSources.Find(_folder.Root));
        var todo = _folder.Write("TODO.md", "");
        Assert.Equal(("markdown", todo), (TaskSources.Find(_folder.Root)!.Value.Source.Name, TaskSources.Find(_folder.Root)!.Value.File));
        var tasks = _folder.Write(".taskmaster/tasks/tasks.json", "");
        Assert.Equal(("taskmaster", tasks), (TaskSources.Find(_folder.Root)!.Value.Source.Name, TaskSources.Find(_folder.Root)!.Value.File));
        Assert.Equal("beads", TaskSources.Named("beads").Name);
        var failure = SourceFolder.Refused(() => TaskSources.Named("taskmastr"));
        Assert.Equal(("source_unknown", "did you mean 'taskmaster'?"), (failure.Code, failure.Hint));
    }
}
