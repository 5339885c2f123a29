using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>
/// A JSON file as <c>gh issue list --state all --json number,title,body,labels,milestone,state</c> prints it. Read-only.
/// <code>[{"number": 12, "title": "…", "body": "Depends on #3", "state": "OPEN", "labels": [{"name": "priority: high"}], "milestone": {"title": "v1"}}]</code>
/// A tag is a label. Labels may also stand as plain strings, and fields that were not asked for may be missing.
/// </summary>
public sealed class IssuesSource : ITaskSource
{
    // Without backtracking: time stays linear, whatever the file holds.
    private static readonly Regex DependencyPattern = new(@"\b(?:depends?\s+on|blocked\s+by|requires)\b:?(?:(?:\s|,|&|and\b)*(?:#|https://github\.com/[\w.-]+/[\w.-]+/issues/)[0-9]{1,9}\b)+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);
    private static readonly Regex NumberPattern = new(@"(?:#|/issues/)(?<number>[0-9]+)", RegexOptions.NonBacktracking);

    public string Name => "issues";

    public bool IsWritable => false;

    public string? Find(string folder) => SourceFile.Find(folder, "issues.json");

    public SourceTasks Read(string file, string? tag)
    {
        using var json = JsonSource.Parse(SourceFile.Read(file), file);
        if (json.Root.ValueKind != JsonValueKind.Array)
            throw json.Wrong(json.Root, "source_broken", "a list of issues is an array", "write it with: gh issue list --state all --json number,title,body,labels,milestone,state");
        var tasks = new SortedList<long, TaskSpec>();
        var statuses = new Dictionary<string, SourceStatus>(StringComparer.Ordinal);
        var known = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var issue in json.Root.EnumerateArray())
        {
            var said = json.Id(issue, "number");
            if (!long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= 0)
                throw json.Wrong(issue, "task_id_invalid", $"'{said}' is no number of an issue");
            // "05" is issue 5.
            var id = $"{number}";
            var labels = Labels(issue);
            if (!statuses.TryAdd(id, Status(JsonSource.Text(issue, "state"), labels)))
                throw json.Wrong(issue, "task_duplicate", $"issue {id} is there twice");
            known.UnionWith(labels);
            if (tag is null || labels.Contains(tag, StringComparer.OrdinalIgnoreCase))
                tasks.Add(number, Task(issue, id, labels));
        }

        if (tag is not null && tasks.Count == 0)
            throw FailureException.Input("tag_unknown", $"no issue of {file} has the label '{tag}'", Nearest.Hint(tag, known));
        return new SourceTasks(Name, file, tag, [.. tasks.Values], statuses, new Dictionary<string, IReadOnlyList<TaskSpec>>());
    }

    /// <summary>Does nothing: the file is a copy, and the issues live elsewhere.</summary>
    /// <inheritdoc cref="ITaskSource.Tell"/>
    public void Tell(string file, string? tag, string taskId, SourceStatus status, string? title = null, SourceStatus? before = null)
    {
    }

    private static TaskSpec Task(JsonElement issue, string id, IReadOnlyList<string> labels)
    {
        var body = JsonSource.Text(issue, "body").ReplaceLineEndings("\n").Trim();
        return new TaskSpec
        {
            Id = id,
            Title = JsonSource.OneLine(JsonSource.Text(issue, "title")) is { Length: > 0 } title ? title : $"Issue {id}",
            Description = body,
            DependsOn = [.. Dependencies(body).Where(dependency => dependency != id).Distinct(StringComparer.Ordinal)],
            Priority = Labelling.Priority(labels) ?? Priority.Medium,
            Complexity = Labelling.Complexity(labels) ?? 5,
            WorkType = Labelling.WorkType(labels),
            Milestone = JsonSource.Get(issue, "milestone") is { } milestone ? Named(milestone, "title") : null,
        };
    }

    // "Depends on #12, #13 and #14", "Blocked by: https://github.com/owner/name/issues/12"; owner/name#12 is another repository's.
    private static IEnumerable<string> Dependencies(string body) =>
        DependencyPattern.Matches(body).SelectMany(match => NumberPattern.Matches(match.Value)).Select(match => match.Groups["number"].Value.TrimStart('0'));

    private static List<string> Labels(JsonElement issue) =>
        [.. JsonSource.Items(issue, "labels").Select(label => Named(label, "name")).OfType<string>()];

    private static string? Named(JsonElement element, string name) =>
        (element.ValueKind == JsonValueKind.Object ? JsonSource.Text(element, name) : JsonSource.Text(element)) is { Length: > 0 } text ? text : null;

    private static SourceStatus Status(string state, List<string> labels) =>
        SourceWords.Status(state) == SourceStatus.Done ? SourceStatus.Done
        : labels.Select(SourceWords.Status).FirstOrDefault(status => status is SourceStatus.Blocked or SourceStatus.Deferred or SourceStatus.InProgress)
            ?? SourceStatus.Pending;
}
