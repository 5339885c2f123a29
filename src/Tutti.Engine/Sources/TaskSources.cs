using Tutti.Core;

namespace Tutti.Engine.Sources;

/// <summary>The catalog of task lists that can be read, in the order in which they are looked for.</summary>
public static class TaskSources
{
    /// <summary>One of each kind. Plan files have their own option (<c>--plan</c>), and are looked for first.</summary>
    public static IReadOnlyList<ITaskSource> All { get; } =
    [
        new TaskMasterSource(TimeProvider.System),
        new BeadsSource(),
        new IssuesSource(),
        new MarkdownSource(),
    ];

    /// <summary>The source of that name.</summary>
    /// <exception cref="FailureException"><c>source_unknown</c>, with the nearest name.</exception>
    public static ITaskSource Named(string name) =>
        All.FirstOrDefault(source => source.Name == name)
        ?? throw FailureException.Input("source_unknown", $"there is no task source '{name}'", Nearest.Hint(name, [.. All.Select(source => source.Name)]));

    /// <summary>The first source that has a file in this folder, with the file; null when none has.</summary>
    public static (ITaskSource Source, string File)? Find(string folder)
    {
        foreach (var source in All)
        {
            if (source.Find(folder) is { } file)
                return (source, file);
        }

        return null;
    }
}
