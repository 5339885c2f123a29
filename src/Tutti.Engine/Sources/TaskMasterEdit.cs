using System.Text;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>
/// Sets a status by replacing its very bytes: a parser that writes the document anew would change numbers (1.0), escapes and
/// formatting, and with them every line of a file that people keep in git.
/// </summary>
internal static class TaskMasterEdit
{
    private readonly record struct Edit(int Start, int Length, string Text);

    /// <summary>The file's bytes with the new status; the same array when it stands there already.</summary>
    /// <exception cref="FailureException"><c>task_unknown</c>: the task is no longer in the file, or its id is another one's.</exception>
    public static byte[] SetStatus(TaskMasterFile list, byte[] bytes, string id, string? title, SourceStatus status, DateTimeOffset now)
    {
        // Nobody has begun a task that is pending: where that is to be done or in review, it is another one, and must not be told as that.
        bool MayBeEdited(JsonElement at) => status is not (SourceStatus.Done or SourceStatus.Review) || SourceWords.Status(JsonSource.Text(at, "status")) != SourceStatus.Pending;
        var task = (title is null ? list.FindTask(id) : list.FindTask(id, title, MayBeEdited))
            ?? throw FailureException.Input("task_unknown", $"there is no task '{id}' in {list.File}{(list.Tag is null ? "" : $", tag {list.Tag}")}");
        if (JsonSource.Get(task, "status") is { } current && SourceWords.Status(JsonSource.Text(current)) == status)
            return bytes;
        List<Edit> edits =
        [
            Set(list.Json, bytes, task, "status", Word(status), after: null),
            Set(list.Json, bytes, task, "updatedAt", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), after: "status"),
        ];
        return Apply(bytes, edits);
    }

    private static string Word(SourceStatus status) => status == SourceStatus.InProgress ? "in-progress" : status.ToString().ToLowerInvariant();

    // Replaces a value, or adds the property behind another one (or the last), spaced as that one is.
    private static Edit Set(JsonSource json, byte[] bytes, JsonElement task, string name, string value, string? after)
    {
        if (task.TryGetProperty(name, out var old))
        {
            var (start, length) = json.PlaceOf(old);
            return new Edit(start, length, $"\"{value}\"");
        }

        var model = task.EnumerateObject().Last(property => after is null || property.NameEquals(after) || !task.TryGetProperty(after, out _));
        var (nameStart, nameLength) = json.PlaceOfName(model);
        var (valueStart, valueLength) = json.PlaceOf(model.Value);
        var open = nameStart - 1;
        var before = open;
        while (bytes[before - 1] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            before--;
        var indent = Encoding.UTF8.GetString(bytes, before, open - before);
        var colon = Encoding.UTF8.GetString(bytes, nameStart + nameLength + 1, valueStart - nameStart - nameLength - 1);
        return new Edit(valueStart + valueLength, 0, $",{indent}\"{name}\"{colon}\"{value}\"");
    }

    private static byte[] Apply(byte[] bytes, List<Edit> edits)
    {
        var result = new MemoryStream(bytes.Length + 64);
        var at = 0;
        // Sorting keeps the order of equal places, so that a new status stands before a new updatedAt.
        foreach (var edit in edits.OrderBy(edit => edit.Start))
        {
            result.Write(bytes, at, edit.Start - at);
            result.Write(Encoding.UTF8.GetBytes(edit.Text));
            at = edit.Start + edit.Length;
        }

        result.Write(bytes, at, bytes.Length - at);
        return result.ToArray();
    }
}
