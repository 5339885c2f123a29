using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>Anthropic's Messages.</summary>
internal sealed class AnthropicWire : Wire
{
    public override ModelRequest Read(Arrival arrival)
    {
        var body = arrival.Body;
        var messages = Json.Objects(body["messages"]).ToList();
        var key = arrival.Headers.GetValueOrDefault("x-api-key", "");
        return Begin(arrival, key.Length > 0 ? key : Bearer(arrival)) with
        {
            System = string.Join('\n', [Json.TextOf(body["system"]), .. messages.Where(IsSystem).Select(message => Json.TextOf(message["content"]))]),
            Messages = Joined(messages.Where(message => !IsSystem(message)).Select(ReadMessage)),
            Tools = [.. Json.Objects(body["tools"]).Select(tool => new ToolOffer(Json.Text(tool["name"]), tool["input_schema"] as JsonObject ?? []))],
            ResponseSchema = body["output_config"]?["format"]?["schema"] as JsonObject,
        };
    }

    // Newer clients tell of their surroundings by such messages among the others.
    private static bool IsSystem(JsonObject message) => Json.Text(message["role"]) == "system";

    private static Message ReadMessage(JsonObject message)
    {
        var parts = message["content"] is JsonArray content
            ? [.. Json.Objects(content).Select(ReadPart).OfType<Part>()]
            : new List<Part> { new TextPart(Json.Text(message["content"])) };
        return new(Json.Text(message["role"]), parts);
    }

    private static Part? ReadPart(JsonObject part) => Json.Text(part["type"]) switch
    {
        "text" => new TextPart(Json.Text(part["text"])),
        "tool_use" => new CallPart(Json.Text(part["id"]), Json.Text(part["name"]), part["input"]),
        "tool_result" => new ResultPart(Json.Text(part["tool_use_id"]), Json.TextOf(part["content"])),
        _ => null,
    };

    public override IEnumerable<ServerSent> Stream(ModelRequest request, Answer answer)
    {
        yield return Sent("message_start", new { type = "message_start", message = Envelope(request, answer, [], null, 1) });
        var index = 0;
        if (answer.Text.Length > 0)
        {
            yield return Sent("content_block_start", new { type = "content_block_start", index, content_block = new { type = "text", text = "" } });
            foreach (var piece in Pieces(answer.Text))
                yield return Sent("content_block_delta", new { type = "content_block_delta", index, delta = new { type = "text_delta", text = piece } }) with { IsText = true };
            yield return Sent("content_block_stop", new { type = "content_block_stop", index = index++ });
        }

        if (answer.Call is { } call)
        {
            yield return Sent("content_block_start", new { type = "content_block_start", index, content_block = new { type = "tool_use", id = call.Id, name = call.Name, input = new { } } });
            yield return Sent("content_block_delta", new { type = "content_block_delta", index, delta = new { type = "input_json_delta", partial_json = call.ArgumentsText } });
            yield return Sent("content_block_stop", new { type = "content_block_stop", index });
        }

        yield return Sent("message_delta", new { type = "message_delta", delta = new { stop_reason = StopReason(answer), stop_sequence = (string?)null }, usage = new { output_tokens = answer.Tokens.Output } });
        yield return Sent("message_stop", new { type = "message_stop" });
    }

    private static ServerSent Sent(string name, object data) => new(name, data);

    public override object Whole(ModelRequest request, Answer answer)
    {
        List<object> content = answer.Text.Length > 0 ? [new { type = "text", text = answer.Text }] : [];
        if (answer.Call is { } call)
            content.Add(new { type = "tool_use", id = call.Id, name = call.Name, input = call.Arguments });
        return Envelope(request, answer, content, StopReason(answer), answer.Tokens.Output);
    }

    private static object Envelope(ModelRequest request, Answer answer, List<object> content, string? stop, int output) => new
    {
        id = NewId("msg_"),
        type = "message",
        role = "assistant",
        model = request.Model,
        content,
        stop_reason = stop,
        stop_sequence = (string?)null,
        usage = new
        {
            input_tokens = answer.Tokens.Input - answer.Tokens.Cached, // here cached tokens are not part of the input
            cache_creation_input_tokens = 0,
            cache_read_input_tokens = answer.Tokens.Cached,
            output_tokens = output,
        },
    };

    private static string StopReason(Answer answer) => answer.Call is null ? "end_turn" : "tool_use";

    public override object Error(Fail fail) => new
    {
        type = "error",
        error = new { type = ErrorType(fail.Status), message = fail.Message.Length > 0 ? fail.Message : $"scripted: {ErrorType(fail.Status)}" },
        request_id = NewId("req_"),
    };

    // A subscription's limit shows in headers alone.
    public override IEnumerable<(string Name, string Value)> ErrorHeaders(Fail fail) => fail.ResetsAt is not { } reset
        ? base.ErrorHeaders(fail)
        : [
            ("anthropic-ratelimit-unified-status", "rejected"),
            ("anthropic-ratelimit-unified-reset", $"{reset.ToUnixTimeSeconds()}"),
            ("anthropic-ratelimit-unified-representative-claim", "five_hour"),
            .. base.ErrorHeaders(fail),
        ];

    private static string ErrorType(int status) => status switch
    {
        400 => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
}
