using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>Google's Gemini.</summary>
internal sealed class GeminiWire : Wire
{
    public override ModelRequest Read(Arrival arrival)
    {
        var body = arrival.Body;
        return Begin(arrival, arrival.Headers.GetValueOrDefault("x-goog-api-key", "")) with
        {
            System = Json.TextOf(body["systemInstruction"]?["parts"]),
            Messages = Joined(Json.Objects(body["contents"]).Select(ReadContent)),
            Tools = [.. Json.Objects(body["tools"]).SelectMany(tool => Json.Objects(tool["functionDeclarations"])).Select(ReadTool)],
            ResponseSchema = (body["generationConfig"]?["responseJsonSchema"] ?? body["generationConfig"]?["responseSchema"]) as JsonObject,
        };
    }

    private static ToolOffer ReadTool(JsonObject tool) =>
        new(Json.Text(tool["name"]), (tool["parametersJsonSchema"] ?? tool["parameters"]) as JsonObject ?? []);

    private static Message ReadContent(JsonObject content) =>
        new(Json.Text(content["role"]) == "model" ? "assistant" : "user", [.. Json.Objects(content["parts"]).Select(ReadPart).OfType<Part>()]);

    private static Part? ReadPart(JsonObject part) => part switch
    {
        _ when part["functionCall"] is JsonObject call => new CallPart(Json.Text(call["id"]), Json.Text(call["name"]), call["args"]),
        _ when part["functionResponse"] is JsonObject result => new ResultPart(Json.Text(result["id"]), Output(result["response"])),
        _ when Json.Text(part["text"]) is { Length: > 0 } text => new TextPart(Prompt(text)),
        _ => null,
    };

    // "WORDS\n\n/tutti\nPROMPT": how Gemini CLI hands on the text of a command, which is how Tutti gives it a prompt.
    private static string Prompt(string text)
    {
        const string command = "\n/tutti\n";
        var at = text.IndexOf(command, StringComparison.Ordinal);
        return at < 0 ? text : text[(at + command.Length)..];
    }

    private static string Output(JsonNode? response) => Json.Text(response?["output"]) is { Length: > 0 } text ? text : response?.ToJsonString() ?? "";

    public override IEnumerable<ServerSent> Stream(ModelRequest request, Answer answer)
    {
        var id = NewId("");
        if (answer.Text.Length > 0)
        {
            foreach (var piece in Pieces(answer.Text))
                yield return new(null, Envelope(id, request, answer, [new { text = piece }], null)) { IsText = true };
        }

        yield return new(null, Envelope(id, request, answer, [CallOf(answer) ?? new { text = "" }], "STOP"));
    }

    public override object Whole(ModelRequest request, Answer answer)
    {
        List<object> parts = answer.Text.Length > 0 ? [new { text = answer.Text }] : [];
        if (CallOf(answer) is { } call)
            parts.Add(call);
        return Envelope(NewId(""), request, answer, parts, "STOP");
    }

    private static object? CallOf(Answer answer) =>
        answer.Call is { } call ? new { functionCall = new { name = call.Name, args = call.Arguments } } : null;

    private static object Envelope(string id, ModelRequest request, Answer answer, List<object> parts, string? finish) => new
    {
        candidates = new[]
        {
            finish is null ? new { content = new { role = "model", parts }, index = 0 } : (object)new { content = new { role = "model", parts }, index = 0, finishReason = finish },
        },
        usageMetadata = new
        {
            promptTokenCount = answer.Tokens.Input,
            candidatesTokenCount = answer.Tokens.Output - answer.Tokens.Reasoning,
            cachedContentTokenCount = answer.Tokens.Cached,
            thoughtsTokenCount = answer.Tokens.Reasoning,
            totalTokenCount = answer.Tokens.Input + answer.Tokens.Output,
        },
        modelVersion = request.Model,
        responseId = id,
    };

    public override object Count() => new { totalTokens = 1000 };

    public override object Error(Fail fail)
    {
        var status = StatusWord(fail.Status);
        var details = fail.RetryAfterSeconds is { } seconds
            ? new[] { new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = $"{seconds}s" } }
            : [];
        return new { error = new { code = fail.Status, message = fail.Message.Length > 0 ? fail.Message : $"scripted: {status}", status, details } };
    }

    private static string StatusWord(int status) => status switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 or 529 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
}
