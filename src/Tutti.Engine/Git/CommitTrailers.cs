namespace Tutti.Engine.Git;

/// <summary>The lines at the end of a commit of Tutti's that say whose work it is, in the form of <c>git interpret-trailers</c>.</summary>
internal static class CommitTrailers
{
    /// <summary>The trailer that holds a task's id.</summary>
    public const string Task = "Tutti-Task";

    /// <summary>The trailers of a task's commit, without a line break after the last.</summary>
    /// <param name="task">The task's id.</param>
    /// <param name="session">The session's; null where there is none.</param>
    public static string Of(string task, string? session) =>
        $"{Task}: {OneLine(task)}{(session is null ? "" : $"\nTutti-Session: {session}")}";

    /// <summary>A text as one line, as a subject and a trailer have to be.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
