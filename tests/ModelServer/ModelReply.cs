using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>Tokens, as the provider counts them. Cached ones are part of the input, reasoning ones of the output.</summary>
public sealed record Tokens(int Input = 1200, int Output = 40, int Cached = 0, int Reasoning = 0);

/// <summary>What the model does with a request.</summary>
public abstract record ModelReply
{
    public Tokens Tokens { get; init; } = new();

    /// <summary>Silence before it answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>It does not answer before this has ended.</summary>
    public Task Until { get; init; } = Task.CompletedTask;
}

/// <summary>A reply that may say something before it acts.</summary>
public abstract record ModelAction : ModelReply
{
    public string Saying { get; init; } = "";
}

/// <summary>Says something and ends its turn.</summary>
public sealed record Say(string Text) : ModelReply;

/// <summary>Runs a command with the client's own shell tool.</summary>
public sealed record Shell(string Command) : ModelAction;

/// <summary>Calls a tool.</summary>
public sealed record Tool(string Name, JsonObject Arguments) : ModelAction;

/// <summary>Gives a result in the schema that the client asked for: through its tool, or as its final text.</summary>
public sealed record Structured(JsonObject Result) : ModelAction;

/// <summary>Answers with an error in the provider's own form.</summary>
/// <param name="Status">HTTP status, for example 401, 404, 429, 500 or 529.</param>
/// <param name="Message">Its text; empty for the usual one.</param>
public sealed record Fail(int Status, string Message = "") : ModelReply
{
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Replaces the provider's own word for this status, for example <c>context_length_exceeded</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Added to the response, for example <c>anthropic-ratelimit-unified-reset</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The limit of a subscription is reached until a point in time, as Anthropic and OpenAI tell it.</summary>
    public static Fail QuotaUntil(DateTimeOffset reset) => new(429, "usage limit reached")
    {
        Code = "usage_limit_reached",
        ResetsAt = reset,
    };

    /// <summary>The conversation is too long for the model.</summary>
    public static Fail ContextFull => new(400, "prompt is too long: 250000 tokens > 200000 maximum") { Code = "context_length_exceeded" };

    internal DateTimeOffset? ResetsAt { get; private init; }
}

/// <summary>Begins to say something; then the connection breaks.</summary>
public sealed record CutOff(string Text = "I was about to say") : ModelReply;

/// <summary>Nothing more comes until the client gives up or the server stops.</summary>
/// <param name="After">Said before the silence; when empty, not even the headers come.</param>
public sealed record Hang(string After = "") : ModelReply;
