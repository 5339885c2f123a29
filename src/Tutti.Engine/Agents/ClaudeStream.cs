using System.Globalization;
using System.Text.Json;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Claude Code's <c>stream-json</c>.</summary>
/// <remarks>
/// <c>{"type":"system","subtype":"init","session_id":"…","model":"claude-sonnet-4-5",…}</c><br/>
/// <c>{"type":"assistant","message":{"id":"msg_1","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{…}}],"usage":{…}},"parent_tool_use_id":null}</c><br/>
/// <c>{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","is_error":true}]},"tool_use_result":{"type":"create","filePath":"…"}}</c><br/>
/// <c>{"type":"result","subtype":"success","is_error":false,"result":"…","structured_output":{…},"terminal_reason":"completed",…}</c><br/>
/// Awkward: an assistant line is one content block, not a message, and comes after its pieces (<c>stream_event</c>); lines of sub-agents come between them (<c>parent_tool_use_id</c>); an API error
/// is an assistant line of the model <c>&lt;synthetic&gt;</c> and then <c>subtype "success"</c> with <c>is_error true</c>; <c>tool_use_result</c> of a failed
/// tool is a text; an answer that was never given is <c>structured_output null</c>; who interrupts it gets exit code 0,
/// and while it waits for the model no result line, only <c>[Request interrupted by user]</c> as a text of the user's.
/// </remarks>
/// <param name="before">What the conversation had used before this attempt.</param>
/// <param name="asked">The model that was asked for.</param>
internal sealed class ClaudeStream(Usage before, string? asked) : IStreamParser
{
    // Calls under way at the same time; a stream that never answers them is not kept in memory.
    private const int MostCalls = 1_000;

    // The tool by which it gives its answer in the schema: no work.
    private const string Answering = "StructuredOutput";

    // {"type":"system","subtype":"informational","content":"UserPromptSubmit operation blocked by hook:\n[./check.sh]: no\n\n\nOriginal prompt: …"}
    private const string Forbidden = "UserPromptSubmit operation blocked by hook";

    private readonly ClaudeUse _use = new(before);
    private readonly ClaudeSteps _steps = new();
    private readonly Dictionary<string, (string Name, string? Target)> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private string? _model = asked;
    private Usage? _used;
    private AgentEvent.ContextFilled? _context;
    private string? _error;
    private DateTimeOffset? _at;
    private bool _interrupted;
    private string? _forbidden;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        _at = line.Text("timestamp") is { } at && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out var time) ? time : _at;
        _interrupted = IsInterrupt(line) || (_interrupted && line.Text("type") is not ("assistant" or "stream_event"));
        return line.Text("type") switch
        {
            "system" => OfSystem(line),
            "assistant" => Assistant(line),
            "user" => Results(line),
            "rate_limit_event" => Limited(line),
            "stream_event" => Used(_use.Piece(line)),
            "result" => Result(line),
            _ => [],
        };
    }

    public AgentProblem? Explain(AttemptExit exit) => _interrupted ? new AgentProblem(AgentFailure.Killed, "was interrupted from outside") : null;

    // {"type":"user","message":{"role":"user","content":[{"type":"text","text":"[Request interrupted by user]"}]},"parent_tool_use_id":null}
    private static bool IsInterrupt(JsonElement line) =>
        line.Text("type") == "user" && line.Get("parent_tool_use_id") is null
        && line.Get("message")?.List("content").Any(block => block.Text("text")?.StartsWith("[Request interrupted by user", StringComparison.Ordinal) == true) == true;

    private IEnumerable<AgentEvent> OfSystem(JsonElement line)
    {
        switch (line.Text("subtype"))
        {
            case "init":
                _model = line.Text("model") ?? _model;
                yield return new AgentEvent.Started(line.Text("session_id"), _model);
                break;
            case "api_retry":
                TimeSpan? wait = line.Number("retry_delay_ms") is { } ms and >= 0 and < 1e9 ? TimeSpan.FromMilliseconds(ms) : null;
                yield return new AgentEvent.Retrying(ClaudeWords.OfRetry(line, _at), wait);
                break;
            case "permission_denied":
                Refused(line.Text("tool_use_id"));
                yield return new AgentEvent.PermissionRefused(line.Text("tool_name") ?? "a tool", line.Text("message") ?? "not allowed");
                break;
            case "informational" when line.Text("content") is { } told && told.StartsWith(Forbidden, StringComparison.Ordinal):
                _forbidden = told.Split("\n\nOriginal prompt:")[0].Trim();
                break;
            default:
                break;
        }
    }

    private IEnumerable<AgentEvent> Assistant(JsonElement line)
    {
        _error = line.Text("error");
        if (line.Get("message") is not { } message || message.Text("model") == "<synthetic>")
            return [];
        var own = line.Get("parent_tool_use_id") is null;
        _forbidden = null;
        return [.. message.List("content").SelectMany(block => Block(block, own)), .. Counted(message, own)];
    }

    private IEnumerable<AgentEvent> Block(JsonElement block, bool own)
    {
        if (own && block.Text("type") == "text" && block.Text("text") is { Length: > 0 } text)
            yield return new AgentEvent.Said(text);
        if (block.Text("type") != "tool_use" || block.Text("name") is not { } name || name == Answering)
            yield break;
        var target = ToolTarget.Of(block.Get("input"));
        if (block.Text("id") is { } id && _calls.Count < MostCalls)
            _calls[id] = (name, target);
        yield return new AgentEvent.ToolUsed(name, target);
        if (own && name == "TodoWrite" && block.Get("input") is { } input)
            yield return _steps.Whole(input);
    }

    private IEnumerable<AgentEvent> Counted(JsonElement message, bool own)
    {
        foreach (var e in Used(_use.Message(message)))
            yield return e;
        if (own && ClaudeUse.Filled(message, _model) is { } context && context != _context)
            yield return _context = context;
    }

    private IEnumerable<AgentEvent> Used(Usage? total) => total is null || total == _used ? [] : [new AgentEvent.Used(_used = total)];

    private IEnumerable<AgentEvent> Results(JsonElement line)
    {
        var own = line.Get("parent_tool_use_id") is null;
        foreach (var block in line.Get("message")?.List("content") ?? [])
        {
            if (block.Text("tool_use_id") is not { } id || !_calls.Remove(id, out var call))
                continue;
            if (block.Flag("is_error") == true)
                yield return new AgentEvent.ToolUsed(call.Name, call.Target, Failed: true);
            else if (own && line.Get("tool_use_result") is { } result && _steps.One(call.Name, result) is { } plan)
                yield return plan;
        }

        if (Changed(line) is { } change)
            yield return change;
    }

    // Write says {"type":"create"|"update","filePath":…,"structuredPatch":…}, Edit the same without a type, NotebookEdit {"notebook_path":…}.
    private static AgentEvent.FileChanged? Changed(JsonElement line)
    {
        if (line.Get("tool_use_result") is not { } result)
            return null;
        var changed = result.Text("type") is "create" or "update" || result.Get("structuredPatch") is not null;
        var path = changed ? result.Text("filePath") : result.Get("new_source") is not null ? result.Text("notebook_path") : null;
        return path is null ? null : new AgentEvent.FileChanged(path, result.Text("type") == "create" ? FileChange.Added : FileChange.Modified);
    }

    // {"rate_limit_info":{"status":"allowed_warning","resetsAt":1795650172,"rateLimitType":"five_hour","utilization":0.93,"isUsingOverage":false}}.
    // What is paid for beyond the plan is not refused.
    private static IEnumerable<AgentEvent> Limited(JsonElement line)
    {
        if (line.Get("rate_limit_info") is not { } info || info.Text("status") is not { } status || status == "allowed")
            return [];
        var resets = LimitEnd.At(info.Count("resetsAt"));
        var name = (info.Text("rateLimitType") ?? "usage").Replace('_', ' ');
        var used = info.Number("utilization") is { } part and >= 0 and < 100 ? $"{Math.Round(part * 100)} % used" : "nearly used up";
        var refused = status == "rejected" && info.Flag("isUsingOverage") != true;
        return [new AgentEvent.Limited(refused, resets, refused ? $"the {name} limit is reached" : $"the {name} limit: {used}")];
    }

    private IEnumerable<AgentEvent> Result(JsonElement line)
    {
        foreach (var denial in line.List("permission_denials"))
        {
            if (Refused(denial.Text("tool_use_id")))
                yield return new AgentEvent.PermissionRefused(denial.Text("tool_name") ?? "a tool", "not allowed by its permissions");
        }

        foreach (var e in Used(_use.Result(line)))
            yield return e;
        if (_context is { } context && ClaudeUse.WindowOf(line, _model) is { } window && window != context.Window)
            yield return _context = context with { Window = window };

        // With an answer in the schema, "result" is that answer once more; the last words are then what was said before.
        var answer = line.Get("structured_output") is { ValueKind: JsonValueKind.Object } given ? given.GetRawText() : null;
        // One that a hook forbids ends as a success that says nothing.
        var problem = ClaudeWords.OfResult(line, _error, _at) ?? (_forbidden is { } told ? AgentProblem.OfHook(told) : null);
        yield return new AgentEvent.Ended(answer is null ? line.Text("result") : null, answer, problem);
    }

    // True the first time; the result names again what a line of its own has told.
    private bool Refused(string? call) => call is null || (_refused.Count < MostCalls && _refused.Add(call));
}
