using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>One server-sent event.</summary>
/// <param name="Name">Written as <c>event:</c>; null for providers that send data alone.</param>
/// <param name="Data">Serialized as JSON; a string is sent as it is.</param>
internal sealed record ServerSent(string? Name, object Data)
{
    /// <summary>Carries a piece of the text: behind it a stream can break in the middle of the answer.</summary>
    public bool IsText { get; init; }

    public override string ToString() => $"{(Name is null ? "" : $"event: {Name}\n")}data: {(Data is string text ? text : Json.Write(Data))}\n\n";
}

/// <summary>A call as it arrived.</summary>
internal sealed record Arrival(Route Route, IReadOnlyDictionary<string, string> Headers, JsonObject Body);

/// <summary>One provider's interface: how its requests are read and its answers written.</summary>
internal abstract class Wire
{
    public static Wire Of(ModelApi api) => api switch
    {
        ModelApi.Anthropic => new AnthropicWire(),
        ModelApi.Responses => new ResponsesWire(),
        ModelApi.Chat => new ChatWire(),
        ModelApi.Gemini => new GeminiWire(),
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, null),
    };

    public abstract ModelRequest Read(Arrival arrival);

    /// <summary>The answer as events.</summary>
    public abstract IEnumerable<ServerSent> Stream(ModelRequest request, Answer answer);

    /// <summary>The answer in one piece.</summary>
    public abstract object Whole(ModelRequest request, Answer answer);

    public abstract object Error(Fail fail);

    /// <summary>Headers beside the error, except what <see cref="Fail.Headers"/> asks for.</summary>
    public virtual IEnumerable<(string Name, string Value)> ErrorHeaders(Fail fail) =>
        fail.RetryAfterSeconds is { } seconds ? [("retry-after", $"{seconds}")] : [];

    /// <summary>A count of tokens: any will do.</summary>
    public virtual object Count() => new { input_tokens = 1000 };

    /// <summary>What all interfaces have in common.</summary>
    protected static ModelRequest Begin(Arrival arrival, string key) => new()
    {
        Api = arrival.Route.Api,
        Scope = arrival.Route.Scope,
        Model = arrival.Route.Model ?? Json.Text(arrival.Body["model"]),
        Key = key,
        Headers = arrival.Headers,
        Body = arrival.Body,
        Streams = arrival.Route.Streams ?? Json.IsTrue(arrival.Body["stream"]),
    };

    protected static string Bearer(Arrival arrival) =>
        arrival.Headers.GetValueOrDefault("authorization", "") is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var key] ? key : "";

    /// <summary>Assistant messages that follow each other become one turn: some clients keep text and call apart.</summary>
    protected static IReadOnlyList<Message> Joined(IEnumerable<Message> messages)
    {
        var joined = new List<Message>();
        foreach (var message in messages.Where(message => message.Parts.Count > 0))
        {
            if (message.IsAssistant && joined is [.., { IsAssistant: true } last])
                joined[^1] = last with { Parts = [.. last.Parts, .. message.Parts] };
            else
                joined.Add(message);
        }

        return joined;
    }

    /// <summary>A text in two pieces, so that a stream has a middle.</summary>
    protected static IEnumerable<string> Pieces(string text) =>
        text.Length < 2 ? [text] : [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    protected static string NewId(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    protected static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}
