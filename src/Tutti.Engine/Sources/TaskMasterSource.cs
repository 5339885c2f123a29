using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Host;

namespace Tutti.Engine.Sources;

/// <summary>
/// Task Master's <c>.taskmaster/tasks/tasks.json</c>, or <c>tasks/tasks.json</c> of old projects. Its own command takes
/// three seconds for one status and loses updates made at the same time, so the file is read and written here.
/// </summary>
public sealed class TaskMasterSource(TimeProvider clock) : ITaskSource
{
    public string Name => "taskmaster";

    public bool IsWritable => true;

    public string? Find(string folder) => SourceFile.Find(folder, ".taskmaster/tasks/tasks.json", "tasks/tasks.json");

    public SourceTasks Read(string file, string? tag)
    {
        using var list = TaskMasterFile.Parse(SourceFile.Read(file), file, tag ?? CurrentTag(file), required: tag is not null);
        return TaskMasterReader.Read(list, TaskMasterReport.Read(file, list.Tag));
    }

    /// <summary>Changes the status of one task or subtask and its <c>updatedAt</c>; every other byte of the file stays.</summary>
    /// <inheritdoc cref="ITaskSource.Tell"/>
    public void Tell(string file, string? tag, string taskId, SourceStatus status, string? title = null, SourceStatus? before = null) => SourceFile.Update(file, bytes =>
    {
        using var list = TaskMasterFile.Parse(bytes, file, tag ?? CurrentTag(file), required: tag is not null);
        return TaskMasterEdit.SetStatus(list, bytes, taskId, title, status, clock.GetUtcNow());
    });

    // {"currentTag": "master", "lastSwitched": "…"} in .taskmaster/state.json; a missing or broken one means the default tag.
    private static string? CurrentTag(string file)
    {
        var state = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "..", "state.json");
        if (!RegularFile.Is(state))
            return null;
        try
        {
            using var source = JsonSource.Parse(SourceFile.Read(state), state);
            return JsonSource.Text(source.Root, "currentTag") is { Length: > 0 } tag ? tag : null;
        }
        catch (FailureException)
        {
            return null;
        }
    }
}
