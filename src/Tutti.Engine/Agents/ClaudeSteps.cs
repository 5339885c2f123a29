using System.Text.Json;

namespace Tutti.Engine.Agents;

/// <summary>Claude Code's own list of what is to be done: given whole by <c>TodoWrite</c>, one by one by <c>TaskCreate</c> and <c>TaskUpdate</c>.</summary>
/// <remarks>
/// <c>TodoWrite</c>'s input: <c>{"todos":[{"content":"…","status":"in_progress","activeForm":"…"}]}</c><br/>
/// <c>TaskCreate</c>'s result: <c>{"task":{"id":"1","subject":"…"}}</c> · <c>TaskUpdate</c>'s: <c>{"success":true,"taskId":"1","statusChange":{"from":"pending","to":"deleted"}}</c> ·
/// <c>TaskList</c>'s: <c>{"tasks":[{"id":"1","subject":"…","status":"completed"}]}</c><br/>
/// Awkward: a resumed conversation goes on with steps that this stream has not told of; an update may be of something else than the status.
/// </remarks>
internal sealed class ClaudeSteps
{
    private const int MostSteps = 500;
    private const string Pending = "pending";

    private readonly List<(string Id, string Subject, string Status)> _steps = [];

    /// <summary>The list as <c>TodoWrite</c> gives it.</summary>
    public AgentEvent.PlanMoved Whole(JsonElement input)
    {
        Set(input.List("todos").Select((todo, i) => ($"{i}", todo.Text("activeForm") ?? todo.Text("content") ?? "", todo.Text("status") ?? Pending)));
        return Moved();
    }

    /// <summary>Takes in the result of a tool.</summary>
    /// <returns>Null where the list has not moved.</returns>
    public AgentEvent.PlanMoved? One(string tool, JsonElement result)
    {
        switch (tool)
        {
            case "TaskCreate" when result.Get("task") is { } task && task.Text("id") is { } id && _steps.Count < MostSteps:
                _steps.Add((id, task.Text("subject") ?? "", Pending));
                break;
            case "TaskUpdate" when result.Text("taskId") is { } id && result.Get("statusChange")?.Text("to") is { } status && _steps.FindIndex(step => step.Id == id) is >= 0 and var at:
                Update(at, status);
                break;
            case "TaskList" when result.Get("tasks") is not null:
                Set(result.List("tasks").Select(task => (task.Text("id") ?? "", task.Text("subject") ?? "", task.Text("status") ?? Pending)));
                break;
            default:
                return null;
        }

        return Moved();
    }

    private void Update(int at, string status)
    {
        if (status == "deleted")
            _steps.RemoveAt(at);
        else
            _steps[at] = _steps[at] with { Status = status };
    }

    private void Set(IEnumerable<(string Id, string Subject, string Status)> steps)
    {
        _steps.Clear();
        _steps.AddRange(steps.Take(MostSteps));
    }

    private AgentEvent.PlanMoved Moved() =>
        new(_steps.Count(step => step.Status == "completed"), _steps.Count, _steps.Find(step => step.Status == "in_progress") is { Subject.Length: > 0 } current ? current.Subject : null);
}
