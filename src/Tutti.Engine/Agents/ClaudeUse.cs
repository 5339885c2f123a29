using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What Claude Code's stream tells of tokens, money and context.</summary>
/// <remarks>
/// <c>{"type":"assistant","message":{"id":"msg_1","usage":{"input_tokens":1200,"cache_creation_input_tokens":100,"cache_read_input_tokens":800,"output_tokens":1}}}</c><br/>
/// <c>{"type":"stream_event","event":{"type":"message_delta","usage":{"output_tokens":40}},"api_message_id":"msg_1"}</c><br/>
/// <c>{"type":"result","total_cost_usd":0.0303,"usage":{…},"modelUsage":{…},"model_usage_since_last_result":{"claude-sonnet-4-5":{"inputTokens":4100,"outputTokens":112,
/// "cacheReadInputTokens":2700,"cacheCreationInputTokens":100,"costUSD":0.0151,"contextWindow":200000,"thinkingTokens":0}}}</c><br/>
/// Awkward: the lines of a message repeat its usage, with the <c>output_tokens</c> of its first moment; the last ones come in a line of their own, after
/// them. <c>usage</c> of the result leaves sub-agents out; <c>total_cost_usd</c> and <c>modelUsage</c> go on from an earlier attempt of the conversation, but only
/// if that one ended by itself, since the transcript keeps the sum in its last line. <c>model_usage_since_last_result</c> has none of these
/// faults; older versions have no such member.
/// </remarks>
/// <param name="before">What the conversation had used before this attempt.</param>
internal sealed class ClaudeUse(Usage before)
{
    private const int MostMessages = 500;
    private const long Window = 200_000;
    private const long LargeWindow = 1_000_000;

    // Those of 200,000 tokens, as claude 2.1.329 has them; it takes a million for the others, and for names it does not know.
    private static readonly string[] Small = ["claude-3", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4", "haiku"];
    private static readonly string[] Large = ["[1m]", "claude-opus-4-7", "claude-opus-4-8"];

    private readonly Dictionary<string, (Usage Use, string? Model)> _messages = new(StringComparer.Ordinal);
    private Usage _earlier = new();

    // The message that was counted last, and the sum of all others: lines of one message follow each other, so most sums are one addition.
    private string? _last;
    private Usage _others = new();

    /// <summary>Counts an assistant line's message, and gives the sum so far.</summary>
    public Usage? Message(JsonElement message)
    {
        if (message.Get("usage") is not { } said || message.Text("id") is not { } id)
            return null;
        if (!_messages.ContainsKey(id) && _messages.Count >= MostMessages)
            Fold();
        TurnTo(id);
        var usage = Of(said);
        _messages[id] = (usage with { Output = Math.Max(usage.Output, _messages.GetValueOrDefault(id).Use?.Output ?? 0) }, message.Text("model"));
        return Sum();
    }

    /// <summary>Counts what a message came to, and gives the sum so far; null for a piece that says nothing of it.</summary>
    public Usage? Piece(JsonElement line)
    {
        if (line.Get("event", "usage")?.Tokens("output_tokens") is not { } output || line.Text("api_message_id") is not { } id || !_messages.TryGetValue(id, out var message))
            return null;
        TurnTo(id);
        _messages[id] = message with { Use = message.Use with { Output = Math.Max(message.Use.Output, output) } };
        return Sum();
    }

    /// <summary>The exact sum, from a result line; null where it tells none.</summary>
    public Usage? Result(JsonElement line)
    {
        if (line.Get("model_usage_since_last_result") is { ValueKind: JsonValueKind.Object } models)
            _earlier += models.EnumerateObject().Aggregate(new Usage(Usd: 0), (sum, model) => sum + Of(model));
        else if (line.Get("usage") is { } usage)
            _earlier = (_earlier + Of(usage)) with { Usd = Cost(line), Reasoning = usage.Get("output_tokens_details")?.Tokens("thinking_tokens") ?? 0 };
        else
            return null;
        Clear();
        return _earlier;
    }

    /// <summary>How full a message found the model's context; null for one that does not say.</summary>
    public static AgentEvent.ContextFilled? Filled(JsonElement message, string? model) =>
        message.Get("usage") is { } said && Of(said) is { } usage && usage.Input + usage.Cached is > 0 and var tokens ? new AgentEvent.ContextFilled(tokens, Assumed(model)) : null;

    /// <summary>The window of the model, as a result line knows it.</summary>
    public static long? WindowOf(JsonElement line, string? model) => model is null ? null : line.Get("modelUsage")?.Get(model)?.Count("contextWindow") is { } window and > 0 ? window : null;

    private static long Assumed(string? model)
    {
        bool Has(string[] names) => Array.Exists(names, name => model?.Contains(name, StringComparison.OrdinalIgnoreCase) == true);
        return !Has(Large) && Has(Small) ? Window : LargeWindow;
    }

    // A sum that is smaller than before did not go on from there.
    private decimal? Cost(JsonElement line) =>
        line.Money("total_cost_usd") is { } cost ? cost - (before.Usd is { } earlier && earlier <= cost ? earlier : 0) : null;

    private Usage Sum() => _last is null ? _earlier : _others + Priced(_messages[_last]);

    private void TurnTo(string id)
    {
        if (id == _last)
            return;
        _others = _messages.ContainsKey(id) ? _messages.Where(message => message.Key != id).Aggregate(_earlier, (sum, message) => sum + Priced(message.Value)) : Sum();
        _last = id;
    }

    private void Fold()
    {
        _earlier = Sum();
        Clear();
    }

    private void Clear()
    {
        _messages.Clear();
        _last = null;
    }

    private static Usage Priced((Usage Use, string? Model) message) => ModelPrices.Priced(message.Use, Name(message.Model));

    private static Usage Of(JsonElement usage) => new(
        usage.Tokens("input_tokens") + usage.Tokens("cache_creation_input_tokens"), usage.Tokens("output_tokens"), usage.Tokens("cache_read_input_tokens"));

    private static Usage Of(JsonProperty model)
    {
        long Count(string name) => model.Value.Tokens(name);
        var usage = new Usage(Count("inputTokens") + Count("cacheCreationInputTokens"), Count("outputTokens"), Count("cacheReadInputTokens"), model.Value.Money("costUSD"), Count("thinkingTokens"));
        return ModelPrices.Priced(usage, Name(model.NameOf()));
    }

    // "us.anthropic.claude-sonnet-4-5-20250929-v1:0" is Bedrock's name of it.
    private static string? Name(string? model) => model?.IndexOf("claude-", StringComparison.Ordinal) is > 0 and var at ? model[at..] : model;
}
