using System.Text.Json;
using System.Text.RegularExpressions;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>The events of <c>codex exec --json</c>.</summary>
/// <remarks>
/// <c>{"type":"thread.started","thread_id":"…"}</c><br/>
/// <c>{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"/bin/bash -lc 'ls'","exit_code":0,"status":"completed"}}</c><br/>
/// <c>{"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":0,"output_tokens":20,"reasoning_output_tokens":0}}</c><br/>
/// Awkward: an <c>error</c> line may be a mere "Reconnecting... 1/5 (…)", an <c>error</c> item a mere warning, and what stops it before a turn is an
/// <c>error</c> line without <c>turn.failed</c>; a turn that SIGINT interrupts has no end, and the exit code 1; usage counts on over a resumed thread, and <c>input_tokens</c> includes the cached ones; it tells
/// neither model nor price nor time.
/// </remarks>
/// <param name="before">What the thread had used before this attempt.</param>
/// <param name="model">The model that was asked for.</param>
internal sealed partial class CodexStream(Usage before, string? model) : IStreamParser
{
    // Calls under way at the same time; a stream that never ends them is not kept in memory.
    private const int MostCalls = 1_000;

    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private string? _last;
    private string? _error;
    private bool _turned;
    private bool _begunTurn;
    private bool _erred;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        var type = line.Text("type");
        if (type is not "error")
            _error = null;
        _begunTurn |= type is "turn.started";
        _turned = type is "turn.completed" or "turn.failed" || (_turned && type is not "turn.started");
        return type switch
        {
            "thread.started" => [new AgentEvent.Started(line.Text("thread_id"), model)],
            "item.started" when line.Get("item") is { } item => Begun(item),
            "item.completed" or "item.updated" when line.Get("item") is { } item => Item(item, type == "item.completed"),
            "error" when line.Text("message") is { } message => Failed(message),
            "turn.completed" => Completed(line),
            "turn.failed" => [new AgentEvent.Ended(_last, null, ProviderWords.Problem(null, line.Get("error")?.Text("message") ?? "the turn failed"))],
            _ => [],
        };
    }

    public bool HeedsErrors => true;

    public IEnumerable<AgentEvent> Heed(string line) => CodexLog.Request(line) is { } told ? [told] : [];

    public IEnumerable<AgentEvent> End() => !_turned && _error is { } why ? [new AgentEvent.Ended(_last, null, ProviderWords.Problem(null, why))] : [];

    // Whatever else ends it in the middle of a turn says so, here or on stderr.
    public AgentProblem? Explain(AttemptExit exit) =>
        exit.Code == 1 && _begunTurn && !_turned && !_erred ? new AgentProblem(AgentFailure.Killed, "was interrupted from outside") : null;

    // What may take minutes is told when it begins; the others when it is known whether they failed.
    private IEnumerable<AgentEvent> Begun(JsonElement item)
    {
        if (item.Text("type") == "todo_list")
            return [Plan(item)];
        if (Slow(item) is not { } tool || item.Text("id") is not { } id || _begun.Count >= MostCalls || !_begun.Add(id))
            return [];
        return [tool];
    }

    private static AgentEvent.ToolUsed? Slow(JsonElement item) => item.Text("type") switch
    {
        "command_execution" => new AgentEvent.ToolUsed("shell", item.Text("command")),
        "collab_tool_call" => new AgentEvent.ToolUsed(item.Text("tool") ?? "collab", item.Text("prompt")),
        "mcp_tool_call" => new AgentEvent.ToolUsed($"{item.Text("server")}.{item.Text("tool")}", ToolTarget.Of(item.Get("arguments"))),
        _ => null,
    };

    private IEnumerable<AgentEvent> Item(JsonElement item, bool completed)
    {
        var failed = item.Text("status") is "failed" or "declined";
        switch (item.Text("type"))
        {
            case "agent_message" when completed && item.Text("text") is { } text:
                _last = text;
                return [new AgentEvent.Said(text)];
            case "command_execution" when completed && item.Text("status") == "declined":
                return [new AgentEvent.PermissionRefused("shell", item.Text("command") ?? "a command")];
            case "command_execution" or "collab_tool_call" or "mcp_tool_call" when completed && Slow(item) is { } tool:
                return item.Text("id") is { } id && _begun.Remove(id) && !failed ? [] : [tool with { Failed = failed }];
            // A page that is opened has an address instead of words.
            case "web_search" when completed:
                return [new AgentEvent.ToolUsed("web_search", item.Text("query") is { Length: > 0 } query ? query : item.Get("action")?.Text("url"))];
            case "file_change" when completed:
                return Changes(item, failed);
            case "todo_list":
                return [Plan(item)];
            default:
                return [];
        }
    }

    private static IEnumerable<AgentEvent> Changes(JsonElement item, bool failed)
    {
        foreach (var change in item.List("changes"))
        {
            if (change.Text("path") is not { } path)
                continue;
            yield return new AgentEvent.ToolUsed("apply_patch", path, failed);
            if (!failed)
                yield return new AgentEvent.FileChanged(path, change.Text("kind") switch { "add" => FileChange.Added, "delete" => FileChange.Deleted, _ => FileChange.Modified });
        }
    }

    // {"type":"todo_list","items":[{"text":"…","completed":true}]}
    private static AgentEvent.PlanMoved Plan(JsonElement item)
    {
        var all = item.List("items").ToList();
        var open = all.Find(step => step.Flag("completed") == false);
        return new AgentEvent.PlanMoved(all.Count(step => step.Flag("completed") == true), all.Count, open.Text("text"));
    }

    private IEnumerable<AgentEvent> Failed(string message)
    {
        if (Reconnecting().Match(message) is { Success: true } match)
            return [new AgentEvent.Retrying(ProviderWords.Problem(null, match.Groups["why"] is { Success: true } why ? why.Value : "stream disconnected"), null)];
        _error = message;
        _erred = true;
        return [];
    }

    private IEnumerable<AgentEvent> Completed(JsonElement line)
    {
        if (line.Get("usage") is { } usage)
            yield return new AgentEvent.Used(Since(usage));
        var structured = _last?.TrimStart().StartsWith('{') == true ? _last : null;
        yield return new AgentEvent.Ended(_last, structured, null);
    }

    private Usage Since(JsonElement usage)
    {
        var cached = usage.Tokens("cached_input_tokens");
        var all = new Usage(usage.Tokens("input_tokens") - cached, usage.Tokens("output_tokens"), cached, null, usage.Tokens("reasoning_output_tokens"));
        long Left(long now, long then) => Math.Max(0, now - then);
        return ModelPrices.Priced(
            new Usage(Left(all.Input, before.Input), Left(all.Output, before.Output), Left(all.Cached, before.Cached), null, Left(all.Reasoning, before.Reasoning)), model);
    }

    [GeneratedRegex(@"^Reconnecting\.\.\. \d+/\d+( \((?<why>.*)\))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Reconnecting();
}
