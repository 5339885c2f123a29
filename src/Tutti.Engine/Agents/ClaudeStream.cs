using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>Claude Code's <c>stream-json</c>.</summary>
/// <remarks>
/// <c>{"type":"system","subtype":"init","session_id":"…","model":"claude-sonnet-4-5",…}</c><br/>
/// <c>{"type":"assistant","message":{"id":"msg_1","content":[{"type":"text","text":"…"}],"usage":{"input_tokens":1200,…}},"parent_tool_use_id":null}</c><br/>
/// <c>{"type":"result","subtype":"success","is_error":false,"result":"…","structured_output":{…},"total_cost_usd":0.015,"usage":{…},"modelUsage":{…}}</c><br/>
/// Awkward: one assistant line per content block, all with the usage of the whole message, whose <c>output_tokens</c> is no sum; lines of
/// sub-agents between them (<c>parent_tool_use_id</c>); an API error is <c>subtype "success"</c> with <c>is_error true</c>; an answer that was never
/// given is <c>structured_output null</c>; <c>total_cost_usd</c> counts on over a resumed conversation, <c>usage</c> does not.
/// </remarks>
/// <param name="before">Dollars the conversation had cost before this attempt.</param>
/// <param name="asked">The model that was asked for.</param>
internal sealed class ClaudeStream(decimal before, string? asked) : IStreamParser
{
    private const long Window = 200_000;
    private const long LargeWindow = 1_000_000;

    private readonly Dictionary<string, Usage> _messages = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> _steps = new(StringComparer.Ordinal);
    private string? _model = asked;
    private DateTimeOffset? _at;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        _at = line.Text("timestamp") is { } at && DateTimeOffset.TryParse(at, System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : _at;
        return line.Text("type") switch
        {
            "system" => OfSystem(line),
            "assistant" => Assistant(line),
            "user" => Changed(line),
            "rate_limit_event" => Limited(line),
            "result" => Result(line),
            _ => [],
        };
    }

    private IEnumerable<AgentEvent> OfSystem(JsonElement line)
    {
        switch (line.Text("subtype"))
        {
            case "init":
                _model = line.Text("model") ?? _model;
                yield return new AgentEvent.Started(line.Text("session_id"), _model);
                break;
            case "api_retry":
                var wait = line.Number("retry_delay_ms") is { } ms and >= 0 and < 1e9 ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
                yield return new AgentEvent.Retrying(ProviderWords.Problem(line.Count("error_status"), $"retries a request that failed: {line.Text("error") ?? "unknown"} {line.Count("error_status")}"), wait);
                break;
            case "permission_denied":
                yield return new AgentEvent.PermissionRefused(line.Text("tool_name") ?? "a tool", line.Text("message") ?? "not allowed");
                break;
            default:
                break;
        }
    }

    private IEnumerable<AgentEvent> Assistant(JsonElement line)
    {
        if (line.Get("message") is not { } message || message.Text("model") == "<synthetic>")
            yield break;
        foreach (var block in message.List("content"))
        {
            if (block.Text("type") == "text" && block.Text("text") is { Length: > 0 } text && line.Get("parent_tool_use_id") is null)
                yield return new AgentEvent.Said(text);
            else if (block.Text("type") == "tool_use" && block.Text("name") is { } tool)
                yield return new AgentEvent.ToolUsed(tool, Target(block));
            if (Plan(block) is { } plan)
                yield return plan;
        }

        foreach (var e in Counted(line, message))
            yield return e;
    }

    private IEnumerable<AgentEvent> Counted(JsonElement line, JsonElement message)
    {
        if (message.Get("usage") is not { } said || message.Text("id") is not { } id)
            yield break;
        var usage = Of(said);
        _messages[id] = usage;
        yield return new AgentEvent.Used(ModelPrices.Priced(_messages.Values.Aggregate(new Usage(), Usage.Add), message.Text("model") ?? _model));
        if (line.Get("parent_tool_use_id") is null && usage.Input + usage.Cached > 0)
            yield return new AgentEvent.ContextFilled(usage.Input + usage.Cached, _model?.Contains("[1m]", StringComparison.Ordinal) == true ? LargeWindow : Window);
    }

    private static string? Target(JsonElement block)
    {
        string[] names = ["file_path", "notebook_path", "command", "pattern", "url", "query", "path", "description", "skill", "subject"];
        return block.Get("input") is { } input ? names.Select(name => input.Text(name)).FirstOrDefault(value => value is not null) : null;
    }

    // TodoWrite gives the whole list each time; TaskCreate and TaskUpdate give it one by one.
    private AgentEvent.PlanMoved? Plan(JsonElement block)
    {
        if (block.Get("input") is not { } input)
            return null;
        switch (block.Text("name"))
        {
            case "TodoWrite":
                var all = input.List("todos").ToList();
                var current = all.Find(todo => todo.Text("status") == "in_progress");
                return new AgentEvent.PlanMoved(all.Count(todo => todo.Text("status") == "completed"), all.Count, current.Text("activeForm") ?? current.Text("content"));
            case "TaskCreate":
                _steps[$"{_steps.Count + 1}"] = false;
                return new AgentEvent.PlanMoved(_steps.Values.Count(done => done), _steps.Count, null);
            case "TaskUpdate" when input.Text("taskId") is { } id && _steps.ContainsKey(id):
                _steps[id] = input.Text("status") == "completed" || (_steps[id] && input.Text("status") is null);
                return new AgentEvent.PlanMoved(_steps.Values.Count(done => done), _steps.Count, null);
            default:
                return null;
        }
    }

    // {"tool_use_result":{"type":"create","filePath":"…"}}; a refused or failed one is a text.
    private static IEnumerable<AgentEvent> Changed(JsonElement line) =>
        line.Get("tool_use_result") is { } result && result.Text("filePath") is { } path && (result.Text("type") is "create" or "update" || result.Get("structuredPatch") is not null)
            ? [new AgentEvent.FileChanged(path, result.Text("type") == "create" ? FileChange.Added : FileChange.Modified)]
            : [];

    private static IEnumerable<AgentEvent> Limited(JsonElement line)
    {
        if (line.Get("rate_limit_info") is not { } info || info.Text("status") is not { } status || status == "allowed")
            return [];
        DateTimeOffset? resets = info.Count("resetsAt") is { } at and > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(at) : null;
        return [new AgentEvent.Limited(status == "rejected", resets, $"claude's {info.Text("rateLimitType") ?? "usage"} limit: {status}")];
    }

    private IEnumerable<AgentEvent> Result(JsonElement line)
    {
        foreach (var denial in line.List("permission_denials"))
            yield return new AgentEvent.PermissionRefused(denial.Text("tool_name") ?? "a tool", "not allowed by its permissions");
        if (Total(line) is { } total)
            yield return new AgentEvent.Used(total);
        if (line.Get("structured_output") is { ValueKind: JsonValueKind.Object } answer)
            yield return new AgentEvent.Ended(line.Text("result"), answer.GetRawText(), Problem(line));
        else
            yield return new AgentEvent.Ended(line.Text("result"), null, Problem(line));
    }

    private Usage? Total(JsonElement line)
    {
        if (line.Get("usage") is not { } said)
            return null;
        var usage = Of(said) with { Reasoning = said.Get("output_tokens_details")?.Count("thinking_tokens") ?? 0 };
        return usage with { Usd = line.Money("total_cost_usd") is { } cost ? Math.Max(0, cost - before) : null };
    }

    private AgentProblem? Problem(JsonElement line)
    {
        if (line.Flag("is_error") != true && line.Text("subtype") is "success" or null)
            return null;
        var errors = string.Join("; ", line.List("errors").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()));
        var text = line.Text("result") ?? (errors.Length > 0 ? errors : line.Text("subtype") ?? "failed");
        return line.Text("subtype") switch
        {
            "error_max_budget_usd" => new AgentProblem(AgentFailure.BudgetSpent, text),
            "error_max_turns" => new AgentProblem(AgentFailure.Other, text),
            _ when text.Contains("No conversation found", StringComparison.Ordinal) => new AgentProblem(AgentFailure.ConversationUnknown, text),
            _ => ProviderWords.Problem(line.Count("api_error_status"), text, _at),
        };
    }

    private static Usage Of(JsonElement usage) => new(
        (usage.Count("input_tokens") ?? 0) + (usage.Count("cache_creation_input_tokens") ?? 0), usage.Count("output_tokens") ?? 0, usage.Count("cache_read_input_tokens") ?? 0);
}
