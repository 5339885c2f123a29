namespace Tutti.Core.Landing;

/// <summary>A path that two branches change in ways that do not go together.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Kind">In a word: <c>content</c>, <c>add-add</c>, <c>modify-delete</c>, <c>rename</c>, …</param>
public sealed record CollisionPath(string Path, string Kind);

/// <summary>Two branches that would conflict if both landed as they are now, or a branch and what has landed already.</summary>
/// <param name="Task">A live task.</param>
/// <param name="With">The other live task; null where it is the target's tip.</param>
/// <param name="Paths">Where, at most <see cref="MostPaths"/>.</param>
/// <param name="PathCount">How many there are in all.</param>
public sealed record Collision(string Task, string? With, IReadOnlyList<CollisionPath> Paths, int PathCount)
{
    /// <summary>Most paths that are kept of one collision.</summary>
    public const int MostPaths = 20;

    /// <summary>True where the task is one of the two.</summary>
    public bool Concerns(string task) => Task == task || With == task;

    /// <summary>The other task of the two; null where it is the target, or where the task is neither.</summary>
    public string? Other(string task) => Task == task ? With : With == task ? Task : null;

    /// <summary>Equal in all that is told; the lists are compared by what they hold.</summary>
    public bool IsSame(Collision other) =>
        Task == other.Task && With == other.With && PathCount == other.PathCount && Paths.SequenceEqual(other.Paths);
}
