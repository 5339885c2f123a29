using System.Globalization;
using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>The lines of <c>opencode run --format json</c>.</summary>
/// <remarks>
/// <c>{"type":"text","timestamp":1795255230738,"sessionID":"ses_1","part":{"type":"text","text":"…"}}</c><br/>
/// <c>{"type":"tool_use",…,"part":{"tool":"write","state":{"status":"completed","input":{"filePath":"…"},"metadata":{"exists":false}}}}</c><br/>
/// <c>{"type":"step_finish",…,"part":{"reason":"stop","tokens":{"input":400,"output":60,"reasoning":0,"cache":{"write":0,"read":800}},"cost":0.002}}</c><br/>
/// <c>{"type":"error",…,"error":{"name":"APIError","data":{"message":"…","statusCode":429,"responseHeaders":{"retry-after":"1"}}}}</c><br/>
/// Awkward: there is no line for the end; a step that finishes with <c>tool-calls</c> is followed by another; usage is per step; a refused
/// permission is a tool's error.
/// </remarks>
internal sealed class OpenCodeStream(string? model) : IStreamParser
{
    private bool _started;
    private bool _stopped;
    private string? _last;
    private Usage _used = new();
    private AgentProblem? _problem;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        if (!_started && line.Text("sessionID") is { } id)
        {
            _started = true;
            yield return new AgentEvent.Started(id, model);
        }

        foreach (var e in Line(line))
            yield return e;
    }

    public bool HeedsErrors => true;

    public IEnumerable<AgentEvent> Heed(string line) => OpenCodeLog.Retried(line) is { } problem ? [new AgentEvent.Retrying(problem, null)] : [];

    public IEnumerable<AgentEvent> End() => _problem is not null || _stopped ? [new AgentEvent.Ended(_last, null, _problem)] : [];

    private IEnumerable<AgentEvent> Line(JsonElement line)
    {
        var part = line.Get("part") ?? default;
        switch (line.Text("type"))
        {
            case "step_start":
                (_stopped, _problem) = (false, null);
                return [];
            case "text" when part.Text("text") is { } text:
                _last = text;
                return [new AgentEvent.Said(text)];
            case "tool_use" when part.Text("tool") is { } tool:
                return Tool(tool, part.Get("state") ?? default);
            case "step_finish":
                return Finished(part);
            case "error" when line.Get("error") is { } error:
                _problem = Problem(error, line.Number("timestamp"));
                return [];
            default:
                return [];
        }
    }

    private static IEnumerable<AgentEvent> Tool(string tool, JsonElement state)
    {
        string[] names = ["filePath", "command", "pattern", "url", "query", "path", "description", "name"];
        var target = state.Get("input") is { } input ? names.Select(name => input.Text(name)).FirstOrDefault(value => value is not null) : null;
        var failed = state.Text("status") == "error";
        yield return new AgentEvent.ToolUsed(tool, target, failed);
        if (failed && state.Text("error") is { } why && (why.Contains("permission", StringComparison.OrdinalIgnoreCase) || why.Contains("rejected", StringComparison.OrdinalIgnoreCase) || why.Contains("prevents you", StringComparison.Ordinal)))
            yield return new AgentEvent.PermissionRefused(tool, why);
        if (!failed && target is not null && tool is "write" or "edit" or "multiedit" or "patch" or "apply_patch")
            yield return new AgentEvent.FileChanged(target!, tool == "write" && state.Get("metadata")?.Flag("exists") == false ? FileChange.Added : FileChange.Modified);
        if (tool == "todowrite" && state.Get("input")?.List("todos").ToList() is { } all)
            yield return new AgentEvent.PlanMoved(all.Count(t => t.Text("status") == "completed"), all.Count, all.Find(t => t.Text("status") == "in_progress").Text("content"));
    }

    private IEnumerable<AgentEvent> Finished(JsonElement part)
    {
        _stopped = part.Text("reason") is not ("tool-calls" or null);
        if (part.Get("tokens") is not { } tokens)
            yield break;
        var cost = part.Money("cost");
        var step = new Usage(
            tokens.Tokens("input") + (tokens.Get("cache")?.Tokens("write") ?? 0), tokens.Tokens("output") + tokens.Tokens("reasoning"), tokens.Get("cache")?.Tokens("read") ?? 0,
            cost > 0 ? cost : null, tokens.Tokens("reasoning"));
        _used += ModelPrices.Priced(step, model);
        yield return new AgentEvent.Used(_used);
    }

    private static AgentProblem Problem(JsonElement error, double? timestamp)
    {
        var data = error.Get("data") ?? default;
        var message = data.Text("message") ?? error.Text("message") ?? error.Text("name") ?? "failed";
        DateTimeOffset? at = timestamp is > 0 and < 4e12 ? DateTimeOffset.FromUnixTimeMilliseconds((long)timestamp) : null;
        var problem = ProviderWords.Problem(data.Count("statusCode"), $"{error.Text("name")}: {message}", at);
        if (problem.Code != AgentFailure.RateLimited || problem.ResetsAt is not null)
            return problem;
        return data.Get("responseHeaders")?.Text("retry-after") is { } after && double.TryParse(after, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e7
            ? problem with { ResetsAt = at + TimeSpan.FromSeconds(seconds) }
            : problem;
    }
}
