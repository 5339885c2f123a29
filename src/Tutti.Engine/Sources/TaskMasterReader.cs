using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>Turns Task Master's objects into tasks.</summary>
internal static class TaskMasterReader
{
    private static readonly string[] Statuses = ["pending", "in-progress", "review", "done", "completed", "deferred", "cancelled", "blocked"];

    /// <summary>All tasks and subtasks of the opened tag.</summary>
    /// <param name="list">The opened file.</param>
    /// <param name="scores">Complexity by task id, from the analysis; the task's own value wins.</param>
    public static SourceTasks Read(TaskMasterFile list, IReadOnlyDictionary<string, int> scores)
    {
        var tasks = new List<TaskSpec>();
        var statuses = new Dictionary<string, SourceStatus>(StringComparer.Ordinal);
        var subtasks = new Dictionary<string, IReadOnlyList<TaskSpec>>(StringComparer.Ordinal);
        foreach (var element in list.Tasks.EnumerateArray())
        {
            var task = Task(list.Json, element, scores);
            Add(list.Json, statuses, task.Id, element);
            var parts = Subtasks(list.Json, element, task);
            foreach (var (part, at) in parts)
                Add(list.Json, statuses, part.Id, at);
            if (parts.Count > 0)
                subtasks[task.Id] = [.. parts.Select(part => part.Task)];
            tasks.Add(task with { Description = WithChecklist(task, parts, statuses) });
        }

        return new SourceTasks("taskmaster", list.File, list.Tag, tasks, statuses, subtasks) { OtherTags = list.OtherTags };
    }

    private static void Add(JsonSource json, Dictionary<string, SourceStatus> statuses, string id, JsonElement at)
    {
        var word = JsonSource.Text(at, "status");
        var status = SourceWords.Status(word)
            ?? throw json.Wrong(at, "status_unknown", $"task {id} has the unknown status '{JsonSource.OneLine(word)}'", Nearest.Hint(word, Statuses));
        if (!statuses.TryAdd(id, status))
            throw json.Wrong(at, "task_duplicate", $"the id '{id}' is there twice");
    }

    private static TaskSpec Task(JsonSource json, JsonElement at, IReadOnlyDictionary<string, int> scores)
    {
        var id = json.Id(at, "id");
        var own = TaskMasterReport.Score(JsonSource.Text(at, "complexity")) ?? TaskMasterReport.Score(JsonSource.Text(at, "complexityScore"));
        return new TaskSpec
        {
            Id = id,
            Title = Title(at, id),
            Description = TaskMasterText.Description(at),
            DependsOn = [.. JsonSource.Items(at, "dependencies").Select(JsonSource.Text).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)],
            Priority = SourceWords.Priority(JsonSource.Text(at, "priority")) ?? Priority.Medium,
            Complexity = own ?? scores.GetValueOrDefault(id, 5),
            Files = TaskMasterText.Files(at),
            AcceptanceCriteria = TaskMasterText.Criteria(at),
        };
    }

    private static List<(TaskSpec Task, JsonElement At)> Subtasks(JsonSource json, JsonElement parent, TaskSpec task)
    {
        var elements = JsonSource.Items(parent, "subtasks").ToList();
        var siblings = elements.Select(element => Full(task.Id, json.Id(element, "id"))).ToHashSet(StringComparer.Ordinal);
        return elements.ConvertAll(element =>
        {
            var id = Full(task.Id, json.Id(element, "id"));
            var part = task with
            {
                Id = id,
                Title = Title(element, id),
                Description = TaskMasterText.Description(element),
                DependsOn = [.. Dependencies(element, task.Id, siblings)],
                Files = TaskMasterText.Files(element),
                AcceptanceCriteria = TaskMasterText.Criteria(element),
            };
            return (part, element);
        });
    }

    // In a list of subtasks 1 (and "1") is the sibling of that number; where there is none, it is the task. "1.1" is always whole.
    private static IEnumerable<string> Dependencies(JsonElement element, string parent, HashSet<string> siblings) =>
        JsonSource.Items(element, "dependencies")
            .Select(JsonSource.Text)
            .Where(text => text.Length > 0)
            .Select(text => siblings.Contains(Full(parent, text)) ? Full(parent, text) : text)
            .Distinct(StringComparer.Ordinal);

    private static string Full(string parent, string id) => id.StartsWith(parent + ".", StringComparison.Ordinal) ? id : $"{parent}.{id}";

    private static string Title(JsonElement at, string id) =>
        JsonSource.OneLine(JsonSource.Text(at, "title")) is { Length: > 0 } title ? title : $"Task {id}";

    // Whoever does the task as a whole must know its parts, and which of them are there already.
    private static string WithChecklist(TaskSpec task, List<(TaskSpec Task, JsonElement At)> parts, Dictionary<string, SourceStatus> statuses)
    {
        if (parts.Count == 0)
            return task.Description;
        var lines = parts
            .Where(part => statuses[part.Task.Id] != SourceStatus.Cancelled)
            .Select(part => $"- [{(statuses[part.Task.Id] == SourceStatus.Done ? 'x' : ' ')}] {part.Task.Id} {part.Task.Title}{Indent(part.Task.Description)}");
        return $"{task.Description}\n\nSubtasks:\n{string.Join('\n', lines)}".TrimStart();
    }

    private static string Indent(string text) => text.Length == 0 ? "" : "\n  " + text.Replace("\n", "\n  ");
}
