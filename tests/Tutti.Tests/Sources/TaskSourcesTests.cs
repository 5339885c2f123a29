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

    // What is never written must not be told as written, task for task.
    [Theory]
    [InlineData("taskmaster", true)]
    [InlineData("markdown", true)]
    [InlineData("beads", false)]
    [InlineData("issues", false)]
    public void An_export_is_not_told_of_progress(string name, bool told) => Assert.Equal(told, TaskSources.Named(name).IsWritable);
}
