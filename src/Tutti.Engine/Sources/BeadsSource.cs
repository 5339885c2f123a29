using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Sources;

/// <summary>
/// Beads' <c>.beads/issues.jsonl</c>, an issue a line. Read-only: its own database is the truth, and the file an export.
/// <code>{"id":"bd-12","title":"…","description":"…","status":"open","priority":1,"issue_type":"bug","labels":["ui"],"dependencies":[{"issue_id":"bd-12","depends_on_id":"bd-3","type":"blocks"}]}</code>
/// <c>blocks</c>: the issue waits for the other one. <c>parent-child</c>: the issue is a part of the other one, which therefore
/// waits for it. Other types (related, discovered-from) order nothing. A tag is a label.
/// </summary>
public sealed class BeadsSource : ITaskSource
{
    public string Name => "beads";

    public bool IsWritable => false;

    public string? Find(string folder) => SourceFile.Find(folder, ".beads/issues.jsonl", ".beads/beads.jsonl");

    public SourceTasks Read(string file, string? tag)
    {
        var tasks = new List<TaskSpec>();
        var statuses = new Dictionary<string, SourceStatus>(StringComparer.Ordinal);
        var known = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var edges = new List<(string Issue, string Waits)>();
        foreach (var (line, bytes) in Lines(SourceFile.Read(file)))
        {
            using var json = JsonSource.Parse(bytes, file, line);
            var id = json.Id(json.Root, "id");
            // A status of the team's own making: not run by itself, but it can be named.
            if (!statuses.TryAdd(id, SourceWords.Status(JsonSource.Text(json.Root, "status")) ?? SourceStatus.Blocked))
                throw json.Wrong(json.Root, "task_duplicate", $"the id '{id}' is there twice");
            edges.AddRange(Edges(json.Root, id));
            var labels = JsonSource.Items(json.Root, "labels").Select(JsonSource.Text).ToList();
            known.UnionWith(labels);
            if (tag is null || labels.Contains(tag, StringComparer.OrdinalIgnoreCase))
                tasks.Add(Task(json.Root, id, labels));
        }

        if (tag is not null && tasks.Count == 0)
            throw FailureException.Input("tag_unknown", $"no issue of {file} has the label '{tag}'", Nearest.Hint(tag, known));
        var waits = edges.ToLookup(edge => edge.Issue, edge => edge.Waits, StringComparer.Ordinal);
        return new SourceTasks(
            Name,
            file,
            tag,
            [.. tasks.Select(task => task with { DependsOn = [.. waits[task.Id].Distinct(StringComparer.Ordinal)] })],
            statuses,
            new Dictionary<string, IReadOnlyList<TaskSpec>>());
    }

    /// <summary>Does nothing: the file is an export that Beads would write over.</summary>
    /// <inheritdoc cref="ITaskSource.Tell"/>
    public void Tell(string file, string? tag, string taskId, SourceStatus status, string? title = null, SourceStatus? before = null)
    {
    }

    private static TaskSpec Task(JsonElement issue, string id, List<string> labels)
    {
        string[] paragraphs = [.. new[] { "description", "design", "notes" }.Select(name => JsonSource.Text(issue, name).Trim())];
        return new TaskSpec
        {
            Id = id,
            Title = JsonSource.OneLine(JsonSource.Text(issue, "title")) is { Length: > 0 } title ? title : $"Issue {id}",
            Description = string.Join("\n\n", paragraphs.Where(text => text.Length > 0)).ReplaceLineEndings("\n"),
            Priority = SourceWords.Priority(JsonSource.Text(issue, "priority")) ?? Priority.Medium,
            WorkType = Labelling.WorkType(labels),
            AcceptanceCriteria = SourceText.Criteria(JsonSource.Text(issue, "acceptance_criteria").Split('\n')),
            Estimate = JsonSource.Get(issue, "estimated_minutes") is { ValueKind: JsonValueKind.Number } minutes && minutes.TryGetInt32(out var value) && value > 0 && value <= NodeValues.LongestDuration.TotalMinutes
                ? TimeSpan.FromMinutes(value)
                : null,
        };
    }

    private static IEnumerable<(string Issue, string Waits)> Edges(JsonElement issue, string id)
    {
        foreach (var dependency in JsonSource.Items(issue, "dependencies"))
        {
            var from = JsonSource.Text(dependency, "issue_id") is { Length: > 0 } named ? named : id;
            var to = JsonSource.Text(dependency, "depends_on_id");
            if (to.Length == 0 || to == from)
                continue;
            if (JsonSource.Text(dependency, "type") is "blocks" or "")
                yield return (from, to);
            else if (JsonSource.Text(dependency, "type") == "parent-child")
                yield return (to, from);
        }
    }

    private static IEnumerable<(int Number, byte[] Bytes)> Lines(byte[] bytes)
    {
        var start = 0;
        for (var number = 1; start < bytes.Length; number++)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n') is var end and >= 0 ? end : bytes.Length - start;
            var line = bytes.AsSpan(start, length).Trim(" \t\r"u8);
            if (line.Length > 0)
                yield return (number, line.ToArray());
            start += length + 1;
        }
    }
}
