using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>A kind of task list: how it is found, read and told of progress. A new kind is one file and one line in <see cref="TaskSources"/>.</summary>
public interface ITaskSource
{
    /// <summary>The word after <c>--from</c>.</summary>
    string Name { get; }

    /// <summary>Statuses are written back; where it is false, <see cref="Tell"/> does nothing.</summary>
    bool IsWritable { get; }

    /// <summary>The file it would read in a repository's top folder, or null when there is none.</summary>
    string? Find(string folder);

    /// <summary>All tasks with their statuses.</summary>
    /// <param name="file">The file to read.</param>
    /// <param name="tag">Which part of the list; null takes the current or whole one.</param>
    /// <exception cref="FailureException">The file is missing, too large or broken (with file and line), or has no such tag.</exception>
    SourceTasks Read(string file, string? tag);

    /// <summary>Writes a task's status back, where the list keeps one; most kinds do nothing.</summary>
    /// <param name="file">The file that was read.</param>
    /// <param name="tag">The tag of the <see cref="SourceTasks"/> that was read.</param>
    /// <param name="taskId">A task's or subtask's id.</param>
    /// <param name="status">Its new status.</param>
    /// <param name="title">Its title when the list was read, by which a list that was changed meanwhile knows it again; null where that is not known.</param>
    /// <param name="before">What this list was told of it last, by which a list that keeps little knows what it may take back; null where nothing was told.</param>
    /// <exception cref="FailureException">The task is no longer there, or the file cannot be locked or written.</exception>
    void Tell(string file, string? tag, string taskId, SourceStatus status, string? title = null, SourceStatus? before = null);
}
