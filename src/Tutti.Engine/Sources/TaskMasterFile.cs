using System.Text.Json;
using Tutti.Core;

namespace Tutti.Engine.Sources;

/// <summary>
/// A parsed tasks.json, opened at one tag.
/// <code>
/// {"master": {"tasks": [{"id": 5, "status": "pending", "subtasks": [{"id": 2, …}]}], "metadata": {…}}, "feature-a": {…}}
/// {"tasks": [{"id": "5", …}]}                                            (before tags)
/// </code>
/// Ids are numbers or strings, in one file too; subtask 2 of task 5 is known as <c>5.2</c>.
/// </summary>
internal sealed class TaskMasterFile : IDisposable
{
    private const string DefaultTag = "master";

    private TaskMasterFile(string file, JsonSource json, string? tag, JsonElement tasks)
    {
        File = file;
        Json = json;
        Tag = tag;
        Tasks = tasks;
    }

    public string File { get; }

    public JsonSource Json { get; }

    /// <summary>The tag that was opened; null in a file without tags.</summary>
    public string? Tag { get; }

    /// <summary>The array of that tag's tasks.</summary>
    public JsonElement Tasks { get; }

    /// <summary>The tags beside it that have tasks.</summary>
    public IReadOnlyList<string> OtherTags => Tag is null
        ? []
        : [.. Json.Root.EnumerateObject().Where(other => other.Name != Tag && JsonSource.Items(other.Value, "tasks").Any()).Select(other => other.Name)];

    /// <summary>Reads the file.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="file">For messages.</param>
    /// <param name="tag">The tag to open; null takes the default one.</param>
    /// <param name="required">False falls back to the default or only tag where that one does not exist.</param>
    /// <exception cref="FailureException"><c>source_broken</c> or <c>tag_unknown</c>.</exception>
    public static TaskMasterFile Parse(byte[] bytes, string file, string? tag, bool required)
    {
        var json = JsonSource.Parse(bytes, file);
        try
        {
            return Open(json, file, tag, required);
        }
        catch (FailureException)
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>The object of a task or subtask; null when there is none.</summary>
    public JsonElement? FindTask(string id)
    {
        if (WithId(Tasks.EnumerateArray(), id) is { } task)
            return task;
        var dot = id.LastIndexOf('.');
        return dot > 0 && WithId(Tasks.EnumerateArray(), id[..dot]) is { } parent
            ? WithId(JsonSource.Items(parent, "subtasks"), id[(dot + 1)..]) ?? WithId(JsonSource.Items(parent, "subtasks"), id)
            : null;
    }

    /// <summary>
    /// The task that had this id and title when the list was read. Where another one has its id now (moved, or removed and the id given
    /// away again), it is the one of that title; null when there is none. A title alone may have been edited.
    /// </summary>
    public JsonElement? FindTask(string id, string title, Func<JsonElement, bool> mayBeEdited)
    {
        bool IsTitled(JsonElement at) => JsonSource.OneLine(JsonSource.Text(at, "title")) == title;
        var there = FindTask(id);
        if (there is { } same && (IsTitled(same) || JsonSource.Text(same, "title").Trim().Length == 0))
            return same;
        var siblings = id.Contains('.') ? Tasks.EnumerateArray().SelectMany(task => JsonSource.Items(task, "subtasks")) : Tasks.EnumerateArray();
        return siblings.Where(IsTitled).Take(2).ToList() is [var moved] ? moved : there is { } edited && mayBeEdited(edited) ? edited : null;
    }

    public void Dispose() => Json.Dispose();

    private static JsonElement? WithId(IEnumerable<JsonElement> tasks, string id)
    {
        foreach (var task in tasks)
        {
            if (JsonSource.Text(task, "id").Trim() == id)
                return task;
        }

        return null;
    }

    private static TaskMasterFile Open(JsonSource json, string file, string? tag, bool required)
    {
        if (json.Root.ValueKind != JsonValueKind.Object)
            throw json.Wrong(json.Root, "source_broken", "a task list of Task Master is an object with tags");
        var names = json.Root.EnumerateObject().Where(property => IsList(property.Value)).Select(property => property.Name).ToList();
        var wanted = tag ?? DefaultTag;
        if (!names.Contains(wanted) && JsonSource.Get(json.Root, "tasks") is { ValueKind: JsonValueKind.Array } untagged && (!required || wanted == DefaultTag))
            return new TaskMasterFile(file, json, null, untagged);
        var name = names.Contains(wanted) || required ? wanted : names.Contains(DefaultTag) || names.Count != 1 ? DefaultTag : names[0];
        if (!names.Contains(name))
        {
            throw names.Count == 0
                ? json.Wrong(json.Root, "source_broken", "there is no list of tasks", "Task Master keeps them as {\"master\": {\"tasks\": []}}")
                : FailureException.Input("tag_unknown", $"there is no tag '{name}' in {file}", Nearest.Hint(name, names));
        }

        return new TaskMasterFile(file, json, name, json.Root.GetProperty(name).GetProperty("tasks"));
    }

    private static bool IsList(JsonElement value) => JsonSource.Get(value, "tasks") is { ValueKind: JsonValueKind.Array };
}
