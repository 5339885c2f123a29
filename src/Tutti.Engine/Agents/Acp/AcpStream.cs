using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents.Acp;

/// <summary>The events of what <see cref="AcpDriver"/> prints.</summary>
/// <remarks>
/// <c>{"dir":"&lt;","m":{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"…","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"…"}}}}}</c><br/>
/// Awkward: what comes before the prompt is sent is an earlier turn told again; prices count over the whole session; some tell usage in
/// the prompt's result, some in <c>_meta</c> of it or of each message, in words of their own (<c>inputTokens</c>, <c>input_tokens</c>), and with or
/// without the cached ones. codex-acp ends its turn as if nothing were wrong where the provider refuses: what was wrong is its last message, and
/// only <c>{"sessionUpdate":"session_info_update","_meta":{"codex":{"threadStatus":{"type":"systemError"}}}}</c> says that it is no answer.
/// </remarks>
/// <param name="before">What the session had used before this attempt.</param>
internal sealed class AcpStream(Usage before) : IStreamParser
{
    private readonly AcpTools _tools = new();
    private readonly GeminiLog _log = new();
    private string? _model;
    private Usage _sum = new();
    private decimal? _usd;
    private string? _message;
    private bool _speaking;
    private bool _working;

    // What is said after it says that something is wrong; null while nothing is.
    private string? _wrong;

    public IEnumerable<AgentEvent> Read(JsonElement line)
    {
        if (line.Get("m") is { } message)
            return line.Text("dir") == "<" ? Received(message) : Sent(message);
        switch (line.Text("acp"))
        {
            case "started":
                _model = line.Text("model");
                return [new AgentEvent.Started(line.Text("session"), _model)];
            case "refused":
                return [_tools.Refused(line.Text("id"), line.Text("title"))];
            case "ended":
                return [new AgentEvent.Ended(null, null, AcpProblem.Of(line) ?? (_wrong is null ? null : ProviderWords.Problem(null, _wrong.Length > 0 ? _wrong : "failed without a word")))];
            default:
                return [];
        }
    }

    public bool HeedsErrors => true;

    // The protocol has no word for a request that failed and is made again; these two write it to stderr.
    public IEnumerable<AgentEvent> Heed(string line) =>
        OpenCodeLog.Retried(line) is { } problem ? [new AgentEvent.Retrying(problem, null)] : _log.Take(line, null) is { } told ? [told] : [];

    private AgentEvent[] Sent(JsonElement message)
    {
        _working |= message.Text("method") == "session/prompt";
        return [];
    }

    private IEnumerable<AgentEvent> Received(JsonElement message)
    {
        if (!_working)
            return [];
        if (message.Get("params", "update") is { } update && message.Text("method") == "session/update")
            return Update(update);
        if (message.Get("params", "toolCall") is { } call && message.Text("method") == "session/request_permission")
            _tools.Note(call);
        return message.Get("result") is { } result && result.Text("stopReason") is not null ? Result(result) : [];
    }

    private IEnumerable<AgentEvent> Update(JsonElement update)
    {
        switch (update.Text("sessionUpdate"))
        {
            case "agent_message_chunk":
                return Chunk(update);
            case "tool_call" or "tool_call_update":
                _speaking = false;
                return _tools.Take(update);
            case "plan":
                return [Plan(update)];
            case "usage_update":
                return Context(update);
            case "session_info_update" when update.Get("_meta", "codex", "threadStatus")?.Text("type") is { } status:
                _wrong = status == "systemError" ? "" : null;
                return [];
            default:
                return [];
        }
    }

    private IEnumerable<AgentEvent> Chunk(JsonElement update)
    {
        // gemini says so when a permission for good changes its mode; it is not the model's word.
        if (update.Get("content")?.Text("text") is { Length: > 0 } text && !text.StartsWith("[MODE_UPDATE]", StringComparison.Ordinal))
        {
            var continues = _speaking && update.Text("messageId") == _message;
            (_speaking, _message) = (true, update.Text("messageId"));
            _wrong = _wrong is null ? null : _wrong + text;
            yield return new AgentEvent.Said(text, continues);
        }

        if (update.Get("_meta", "usage") is { } usage)
            yield return Used(_sum + Tokens(usage));
    }

    private static AgentEvent.PlanMoved Plan(JsonElement update)
    {
        var entries = update.List("entries").ToList();
        var current = entries.Find(entry => entry.Text("status") == "in_progress");
        return new AgentEvent.PlanMoved(entries.Count(entry => entry.Text("status") == "completed"), entries.Count, current.Text("content"));
    }

    private IEnumerable<AgentEvent> Context(JsonElement update)
    {
        if (update.Count("used") is > 0 and var used && update.Count("size") is > 0 and var size)
            yield return new AgentEvent.ContextFilled(used, size);
        // OpenCode says 0 of a model whose price it does not know.
        if (update.Get("cost")?.Money("amount") is > 0 and var amount && update.Get("cost")?.Text("currency") is null or "USD")
        {
            // Some count on over a session that is gone on with, some begin anew.
            _usd = before is { Usd: { } earlier, Estimated: false } && amount >= earlier ? amount - earlier : amount;
            yield return Used(_sum);
        }
    }

    private IEnumerable<AgentEvent> Result(JsonElement result)
    {
        if (result.Get("_meta", "quota") is { } quota)
            _model = quota.List("model_usage").Select(row => row.Text("model")).LastOrDefault(model => model is not null) ?? _model;
        if ((result.Get("usage") ?? result.Get("_meta", "quota", "token_count")) is { } usage)
            yield return Used(Tokens(usage));
    }

    private AgentEvent.Used Used(Usage tokens)
    {
        _sum = tokens;
        return new AgentEvent.Used(ModelPrices.Priced(tokens with { Usd = _usd }, _model));
    }

    private static Usage Tokens(JsonElement usage)
    {
        long Of(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (usage.Tokens(name) is > 0 and var count)
                    return count;
            }

            return 0;
        }

        var (sent, received, cached) = (Of("inputTokens", "input_tokens"), Of("outputTokens", "output_tokens"), Of("cachedReadTokens", "cachedInputTokens"));
        // In the input of some are the cached ones already: then it makes the total.
        var input = Of("totalTokens") is > 0 and var total && total <= sent + received ? Math.Max(0, sent - cached) : sent + Of("cachedWriteTokens");
        return new Usage(input, received, cached, null, Of("thoughtTokens", "reasoningOutputTokens"));
    }
}
