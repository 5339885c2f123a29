using System.Text.Json;

namespace Tutti.Engine.Sources;

/// <summary>The prose of a Task Master task: description, details, test strategy, files and criteria.</summary>
internal static class TaskMasterText
{
    /// <summary>Everything an agent should read, in paragraphs.</summary>
    public static string Description(JsonElement task)
    {
        var files = JsonSource.Items(task, "relevantFiles").Select(DescribeFile).Where(line => line.Length > 0).ToList();
        var strategy = JsonSource.Text(task, "testStrategy").Trim();
        string[] paragraphs =
        [
            JsonSource.Text(task, "description").Trim(),
            JsonSource.Text(task, "details").Trim(),
            strategy.Length > 0 ? $"Test strategy: {strategy}" : "",
            files.Count > 0 ? $"Relevant files:\n{string.Join('\n', files)}" : "",
        ];
        return string.Join("\n\n", paragraphs.Where(paragraph => paragraph.Length > 0).Distinct(StringComparer.Ordinal)).ReplaceLineEndings("\n");
    }

    /// <summary>The paths of relevantFiles that lie in the repository; an item is <c>{"path", "description", "action"}</c> or a plain path.</summary>
    public static IReadOnlyList<string> Files(JsonElement task) =>
        [.. JsonSource.Items(task, "relevantFiles").Select(PathOf).Where(IsInside).Distinct(StringComparer.Ordinal)];

    /// <summary>acceptanceCriteria: a list, or a text with a line for each.</summary>
    public static IReadOnlyList<string> Criteria(JsonElement task)
    {
        var lines = JsonSource.Items(task, "acceptanceCriteria").Select(JsonSource.Text);
        if (JsonSource.Get(task, "acceptanceCriteria") is { ValueKind: JsonValueKind.String })
            lines = JsonSource.Text(task, "acceptanceCriteria").Split('\n');
        return SourceText.Criteria(lines);
    }

    private static string DescribeFile(JsonElement file)
    {
        var action = JsonSource.Text(file, "action");
        var description = JsonSource.OneLine(JsonSource.Text(file, "description"));
        return PathOf(file) is not { Length: > 0 } path ? ""
            : $"- {path}{(action.Length > 0 ? $" ({JsonSource.OneLine(action)})" : "")}{(description.Length > 0 ? $": {description}" : "")}";
    }

    private static string PathOf(JsonElement file) =>
        JsonSource.OneLine(file.ValueKind == JsonValueKind.String ? JsonSource.Text(file) : JsonSource.Text(file, "path"));

    // Task lists are written by models too: a path such as ../../etc/passwd claims nothing here.
    private static bool IsInside(string path) =>
        path.Length > 0 && !path.StartsWith('/') && !path.StartsWith('~') && !path.Contains(':') && !path.Split('/', '\\').Contains("..");
}
