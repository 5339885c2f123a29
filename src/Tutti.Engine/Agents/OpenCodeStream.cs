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
/// Awkward: there is no line for the end; a step that finishes with <c>tool-calls</c> is followed by another, one with <c>length</c> was cut off in the
/// middle of an answer; usage is per step; a refused
/// permission is a tool's error, in one of a few sentences ("permission denied" is what the system says); <c>apply_patch</c>, which GPT models get
/// instead of <c>edit</c> and <c>write</c>, names its files only in <c>metadata.files</c>; an answer that breaks off is asked for again, for ever and
/// without a word in its log: only a second <c>step_start</c> of the same message tells of it.
/// </remarks>
/// <param name="model">As it was asked for.</param>
/// <param name="window">The most tokens that the model's context holds; null where nobody knows.</param>
internal sealed class OpenCodeStream(string? model, long? window) : IStreamParser
{
    private static readonly string[] Refusals = ["rejected permission", "permission to use", "prevents you from using"];

    private bool _started;
    private bool _stopped;
    private string? _step;
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
                return Begun(part.Text("messageID"));
            case "text" when part.Text("text") is { } text:
                _last = text;
                return [new AgentEvent.Said(text)];
            case "tool_use" when part.Text("tool") == "invalid" && part.Get("state", "input") is { } call && call.Text("tool") is { } meant:
                return Missed(meant, call.Text("error") ?? "");
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

    private IEnumerable<AgentEvent> Begun(string? message)
    {
        var again = message is not null && message == _step;
        _step = message;
        return again ? [new AgentEvent.Retrying(new AgentProblem(AgentFailure.Network, "the answer broke off, and is asked for again"), null)] : [];
    }

    private static IEnumerable<AgentEvent> Tool(string tool, JsonElement state)
    {
        var patched = tool == "apply_patch" ? Patched(state.Get("metadata") ?? default).ToList() : [];
        var target = patched.Count > 0 ? patched[0].Path : ToolTarget.Of(state.Get("input"));
        var failed = state.Text("status") == "error";
        yield return new AgentEvent.ToolUsed(tool, target, failed);
        if (failed && state.Text("error") is { } why && Array.Exists(Refusals, words => why.Contains(words, StringComparison.OrdinalIgnoreCase)))
            yield return new AgentEvent.PermissionRefused(tool, why);
        foreach (var change in failed ? [] : patched)
            yield return change;
        if (!failed && target is not null && tool is "write" or "edit" or "multiedit" or "patch")
            yield return new AgentEvent.FileChanged(target!, tool == "write" && state.Get("metadata")?.Flag("exists") == false ? FileChange.Added : FileChange.Modified);
        if (tool == "todowrite" && state.Get("input")?.List("todos").Where(t => t.Text("status") != "cancelled").ToList() is { } all)
            yield return new AgentEvent.PlanMoved(all.Count(t => t.Text("status") == "completed"), all.Count, all.Find(t => t.Text("status") == "in_progress").Text("content"));
    }

    // What a permission takes away is not offered any more, and calls to it go to a tool "invalid", as calls with wrong arguments do:
    // {"tool":"bash","error":"Model tried to call unavailable tool 'bash'. Available tools: glob, grep, invalid, read."}
    private static IEnumerable<AgentEvent> Missed(string tool, string why)
    {
        yield return new AgentEvent.ToolUsed(tool, null, Failed: true);
        if (why.Contains("unavailable tool", StringComparison.Ordinal))
            yield return new AgentEvent.PermissionRefused(tool, why);
    }

    // {"files":[{"filePath":"/slot/a.ts","relativePath":"a.ts","type":"add|update|delete|move","movePath":"/slot/b.ts"}]}
    private static IEnumerable<AgentEvent.FileChanged> Patched(JsonElement metadata)
    {
        foreach (var file in metadata.List("files"))
        {
            if (file.Text("filePath") is not { } path)
                continue;
            var moved = file.Text("movePath");
            yield return new AgentEvent.FileChanged(path, moved is not null ? FileChange.Deleted : file.Text("type") switch { "add" => FileChange.Added, "delete" => FileChange.Deleted, _ => FileChange.Modified });
            if (moved is not null)
                yield return new AgentEvent.FileChanged(moved, FileChange.Added);
        }
    }

    private IEnumerable<AgentEvent> Finished(JsonElement part)
    {
        _step = null;
        _stopped = part.Text("reason") is not ("tool-calls" or null);
        _problem = part.Text("reason") switch
        {
            "length" => new AgentProblem(AgentFailure.ContextExhausted, "reached the largest number of tokens"),
            "content-filter" => new AgentProblem(AgentFailure.Other, "was stopped by its provider's filter of contents"),
            _ => _problem,
        };
        if (part.Get("tokens") is not { } tokens)
            yield break;
        var cost = part.Money("cost");
        var step = new Usage(
            tokens.Tokens("input") + (tokens.Get("cache")?.Tokens("write") ?? 0), tokens.Tokens("output") + tokens.Tokens("reasoning"), tokens.Get("cache")?.Tokens("read") ?? 0,
            cost > 0 ? cost : null, tokens.Tokens("reasoning"));
        _used += ModelPrices.Priced(step, model);
        yield return new AgentEvent.Used(_used);
        // A step sends the whole conversation, and its answer belongs to the next.
        if (window is { } most && step.Input + step.Cached is > 0 and var sent)
            yield return new AgentEvent.ContextFilled(sent + step.Output, most);
    }

    private static AgentProblem Problem(JsonElement error, double? timestamp)
    {
        var data = error.Get("data") ?? default;
        var message = data.Text("message") ?? error.Text("message") ?? error.Text("name") ?? "failed";
        DateTimeOffset? at = timestamp is > 0 and < 4e12 ? DateTimeOffset.FromUnixTimeMilliseconds((long)timestamp) : null;
        if (error.Text("name") == "MessageAbortedError")
            return new AgentProblem(AgentFailure.Killed, "was interrupted from outside");
        var problem = ProviderWords.Problem(data.Count("statusCode"), $"{error.Text("name")}: {message}", at);
        return problem is { Code: AgentFailure.RateLimited, ResetsAt: null } ? problem with { ResetsAt = End(data, at) } : problem;
    }

    // Seconds, or a date (RFC 9110, 10.2.3); or what the provider's own words say of it.
    private static DateTimeOffset? End(JsonElement data, DateTimeOffset? at)
    {
        var after = data.Get("responseHeaders")?.Text("retry-after");
        if (DateTimeOffset.TryParseExact(after, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date;
        return LimitEnd.In($"retry-after: {after}", at) ?? LimitEnd.In(data.Text("responseBody") ?? "", at);
    }
}
