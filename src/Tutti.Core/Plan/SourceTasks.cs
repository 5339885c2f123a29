namespace Tutti.Core.Plan;

/// <summary>Where a task stands in the list it comes from.</summary>
public enum SourceStatus
{
    Pending,
    InProgress,
    Review,
    Done,
    Deferred,
    Cancelled,
    Blocked,
}

/// <summary>A task list as it was read: every task whatever its status, so that dependencies on finished ones can be told from unknown ones.</summary>
/// <param name="Source">Name of the source: taskmaster, markdown, issues, beads or plan.</param>
/// <param name="File">The file it was read from.</param>
/// <param name="Tag">The tag that was read, for writing back; null where the source has none or all were taken.</param>
/// <param name="Tasks">The tasks in the order of the file, without subtasks. A tag that is a label may leave tasks out; their statuses stay.</param>
/// <param name="Statuses">By id, of every task and subtask in the file.</param>
/// <param name="Subtasks">By id of the parent; a subtask's id is <c>PARENT.N</c>, and its dependencies are full ids.</param>
public sealed record SourceTasks(
    string Source,
    string File,
    string? Tag,
    IReadOnlyList<TaskSpec> Tasks,
    IReadOnlyDictionary<string, SourceStatus> Statuses,
    IReadOnlyDictionary<string, IReadOnlyList<TaskSpec>> Subtasks)
{
    /// <summary>Other tags of the file that have tasks.</summary>
    public IReadOnlyList<string> OtherTags { get; init; } = [];
}
