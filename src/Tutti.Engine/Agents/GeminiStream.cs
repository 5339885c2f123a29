using System.Globalization;
using System.Text.Json;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Gemini CLI's <c>stream-json</c>.</summary>
/// <remarks>
/// <c>{"type":"init","timestamp":"2026-11-21T10:00:39.512Z","session_id":"…","model":"gemini-2.5-pro"}</c><br/>
/// <c>{"type":"message","timestamp":"…","role":"assistant","content":"I will create hello","delta":true}</c><br/>
/// <c>{"type":"tool_use","timestamp":"…","tool_name":"write_file","tool_id":"write_file__1","parameters":{"file_path":"a.txt","content":"…"}}</c><br/>
/// <c>{"type":"tool_result","timestamp":"…","tool_id":"write_file__1","status":"error","error":{"type":"invalid_tool_params","message":"Path not in workspace: …"}}</c><br/>
/// <c>{"type":"result","timestamp":"…","status":"success","stats":{"total_tokens":4148,"input_tokens":4000,"output_tokens":120,"cached":2400,"input":1600,"models":{"gemini-2.5-pro":{…}}}}</c><br/>
/// Awkward: every piece of text is a <c>delta</c>, the first of a message too; a command that fails is a success; the prompt comes back as a message of
/// role user; <c>input_tokens</c> includes the cached ones, <c>output_tokens</c> leaves out the thoughts, which only the total shows; a tool that the approval mode
/// does not allow "is not found". And a run whose next request does not fit the context ends as a success that says nothing, one that its
/// loop detection stops as a success after a line of type error, one that a hook of the user's forbids as a success after the warning
/// <c>Agent execution blocked: …</c> (after which it may also go on); SIGINT and SIGTERM end it with exit code 0, without a result.
/// </remarks>
/// <param name="asked">The model that was asked for.</param>
internal sealed class GeminiStream(string? asked) : IStreamParser
{
    // Told when they begin, because they may take minutes; the others when they have ended, because only then it is known whether they failed.
    private static readonly string[] Slow = ["run_shell_command", "invoke_agent", "web_fetch", "google_web_search"];

    private readonly Dictionary<string, Call> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly GeminiLog _log = new();
    private string? _model = asked;
    private bool _begun;
    private bool _speaking;
    private bool _answered;
    private string? _stopped;
    private string? _blocked;
    private DateTimeOffset? _at;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        var type = line.Text("type");
        _at = TimeOf(line) ?? _at;
        if (type == "message" && line.Text("role") == "assistant")
            return Said(line);
        _speaking = false;
        return type switch
        {
            "init" => Started(line),
            "message" => Asked(),
            "tool_use" => Using(line),
            "tool_result" => Used(line),
            "error" => Stopped(line),
            "result" => Result(line),
            _ => [],
        };
    }

    public bool HeedsErrors => true;

    // Nothing on stderr has a time; what it complains of comes soon after the last line of the stream, which it keeps silent.
    public IEnumerable<AgentEvent> Heed(string line) => _log.Take(line, _at) is { } told ? [told] : [];

    public AgentProblem? Explain(AttemptExit exit) =>
        exit.Succeeded && _begun ? new AgentProblem(AgentFailure.Killed, "stopped without a word, as it does when it is told to from outside") : null;

    private AgentEvent[] Started(JsonElement line)
    {
        _begun = true;
        _model = line.Text("model") ?? _model;
        return [new AgentEvent.Started(line.Text("session_id"), _model)];
    }

    private AgentEvent[] Said(JsonElement line)
    {
        if (line.Text("content") is not { Length: > 0 } text)
            return [];
        var continues = _speaking && line.Flag("delta") == true;
        (_speaking, _answered) = (true, true);
        return [new AgentEvent.Said(text, continues)];
    }

    private AgentEvent[] Asked()
    {
        _answered = false;
        return [];
    }

    private List<AgentEvent> Using(JsonElement line)
    {
        _answered = true;
        if (line.Text("tool_name") is not { } name)
            return [];
        var call = new Call(name, ToolTarget.Of(line.Get("parameters")), line.Get("parameters", "old_string") is { } old && old.Text() == "");
        if (line.Text("tool_id") is { } id)
            _calls[id] = call;
        List<AgentEvent> events = [];
        if (Slow.Contains(name))
            events.Add(new AgentEvent.ToolUsed(name, call.Target));
        if (name == "write_todos")
            events.Add(Plan(line));
        return events;
    }

    private List<AgentEvent> Used(JsonElement line)
    {
        _answered = false;
        if (line.Text("tool_id") is not { } id || !_calls.Remove(id, out var call))
            return [];
        var failed = line.Text("status") == "error";
        List<AgentEvent> events = [];
        if (!Slow.Contains(call.Name))
            events.Add(new AgentEvent.ToolUsed(call.Name, call.Target, failed));
        if (failed && line.Get("error") is { } error)
            events.AddRange(Refused(call, error));
        else if (!failed && call.Target is { } path)
            events.AddRange(Touched(call, path));
        return events;
    }

    private AgentEvent[] Refused(Call call, JsonElement error)
    {
        var why = error.Text("message") ?? "not allowed";
        if (error.Text("type") == "stop_execution")
            _stopped = why;
        return error.Text("type") is "policy_violation" or "tool_not_registered" or "path_not_in_workspace" || why.StartsWith("Path not in workspace", StringComparison.Ordinal)
            ? [new AgentEvent.PermissionRefused(call.Name, why)]
            : [];
    }

    // It does not say whether a file it wrote was there before: what it has read or written itself was.
    private AgentEvent[] Touched(Call call, string path)
    {
        if (call.Name is not ("read_file" or "write_file" or "replace"))
            return [];
        var isNew = _files.Add(path) && (call.Name == "write_file" || call.Creates);
        return call.Name == "read_file" ? [] : [new AgentEvent.FileChanged(path, isNew ? FileChange.Added : FileChange.Modified)];
    }

    // {"todos":[{"description":"…","status":"pending|in_progress|completed|cancelled|blocked"}]}
    private static AgentEvent.PlanMoved Plan(JsonElement line)
    {
        var steps = (line.Get("parameters")?.List("todos") ?? []).Where(step => step.Text("status") != "cancelled").ToList();
        var current = steps.Find(step => step.Text("status") == "in_progress");
        return new AgentEvent.PlanMoved(steps.Count(step => step.Text("status") == "completed"), steps.Count, current.Text("description"));
    }

    // Warnings of other kinds do not end it.
    private AgentEvent[] Stopped(JsonElement line)
    {
        if (line.Text("message") is { } message && (line.Text("severity") == "error" || message.StartsWith("Loop detected", StringComparison.Ordinal)))
            _stopped = message;
        else if (line.Text("message") is { } warning && warning.StartsWith("Agent execution ", StringComparison.Ordinal))
            _blocked = warning;
        return [];
    }

    private List<AgentEvent> Result(JsonElement line)
    {
        List<AgentEvent> events = [];
        if (line.Get("stats") is { } stats)
            events.Add(new AgentEvent.Used(Total(stats)));
        events.Add(new AgentEvent.Ended(null, null, Problem(line)));
        return events;
    }

    private AgentProblem? Problem(JsonElement line)
    {
        if (line.Text("status") != "success")
            return GeminiWords.Problem(null, line.Get("error")?.Text("message") ?? _stopped ?? "failed without saying why", line.Get("error")?.Text("type"), TimeOf(line));
        if (_stopped is { } why)
            return new AgentProblem(AgentFailure.Other, why);
        if (!_answered && _blocked is { } blocked)
            return AgentProblem.OfHook(blocked);
        return _answered ? null : new AgentProblem(AgentFailure.ContextExhausted, "ended without an answer, as it does when the next request would not fit the model's context");
    }

    private static DateTimeOffset? TimeOf(JsonElement line) =>
        DateTimeOffset.TryParse(line.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private Usage Total(JsonElement stats)
    {
        if (stats.Get("models") is not { ValueKind: JsonValueKind.Object } models)
            return ModelPrices.Priced(Of(stats), _model);
        var total = new Usage();
        foreach (var model in models.EnumerateObject())
            total += ModelPrices.Priced(ModelPrices.Priced(Of(model.Value), model.NameOf()), _model);
        return total;
    }

    private static Usage Of(JsonElement stats)
    {
        long Count(string name) => stats.Tokens(name);
        var (sent, received, cached) = (Count("input_tokens"), Count("output_tokens"), Count("cached"));
        var thoughts = Math.Max(0, Count("total_tokens") - sent - received);
        return new Usage(Math.Max(0, sent - cached), received + thoughts, cached, null, thoughts);
    }

    /// <summary>A tool call under way.</summary>
    /// <param name="Creates">It replaces nothing by something: how its editing tool makes a new file.</param>
    private sealed record Call(string Name, string? Target, bool Creates);
}
