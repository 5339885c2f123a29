using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>OpenAI's Responses.</summary>
internal sealed class ResponsesWire : Wire
{
    public override ModelRequest Read(Arrival arrival)
    {
        var body = arrival.Body;
        var items = body["input"] is JsonArray list
            ? [.. Json.Objects(list)]
            : new List<JsonObject> { new() { ["role"] = "user", ["content"] = Json.Text(body["input"]) } };
        return Begin(arrival, Bearer(arrival)) with
        {
            System = string.Join('\n', items.Where(IsSystem).Select(item => Json.TextOf(item["content"])).Prepend(Json.Text(body["instructions"]))),
            Messages = Joined(items.Where(item => !IsSystem(item)).Select(ReadItem)),
            Tools = [.. Json.Objects(body["tools"]).SelectMany(ReadTool)],
            ResponseSchema = body["text"]?["format"]?["schema"] as JsonObject,
        };
    }

    private static bool IsSystem(JsonObject item) => Json.Text(item["role"]) is "system" or "developer";

    private static Message ReadItem(JsonObject item) => Json.Text(item["type"]) switch
    {
        "function_call" => new("assistant", [new CallPart(Json.Text(item["call_id"]), Json.Text(item["name"]), Json.Parse(Json.Text(item["arguments"])))]),
        "custom_tool_call" => new("assistant", [new CallPart(Json.Text(item["call_id"]), Json.Text(item["name"]), item["input"])]),
        "local_shell_call" => new("assistant", [new CallPart(Json.Text(item["call_id"]), "local_shell", item["action"])]),
        "function_call_output" or "custom_tool_call_output" or "local_shell_call_output" => new("user", [new ResultPart(Json.Text(item["call_id"]), Json.TextOf(item["output"]))]),
        "message" or "" => new(Json.Text(item["role"]), ReadContent(item["content"])),
        _ => new("assistant", []), // reasoning, and whatever else may come
    };

    private static IReadOnlyList<Part> ReadContent(JsonNode? content) => content is JsonArray pieces
        ? [.. Json.Objects(pieces).Where(piece => piece.ContainsKey("text")).Select(piece => new TextPart(Json.Text(piece["text"])))]
        : [new TextPart(Json.Text(content))];

    private static IEnumerable<ToolOffer> ReadTool(JsonObject tool) => Json.Text(tool["type"]) switch
    {
        "function" => [new(Json.Text(tool["name"]), tool["parameters"] as JsonObject ?? [])],
        "custom" => [new(Json.Text(tool["name"]), [])],
        "namespace" => Json.Objects(tool["tools"]).SelectMany(ReadTool),
        var type => [new(type, [])],
    };

    public override IEnumerable<ServerSent> Stream(ModelRequest request, Answer answer)
    {
        var (id, number, items) = (NewId("resp_"), 0, new List<object>());
        yield return Sent("response.created", new { type = "response.created", sequence_number = number++, response = Envelope(id, request, answer, "in_progress", []) });
        if (answer.Text.Length > 0)
        {
            var item = NewId("msg_");
            yield return Sent("response.output_item.added", new { type = "response.output_item.added", sequence_number = number++, output_index = 0, item = TextItem(item, "in_progress", null) });
            yield return Sent("response.content_part.added", new { type = "response.content_part.added", sequence_number = number++, item_id = item, output_index = 0, content_index = 0, part = TextContent("") });
            foreach (var piece in Pieces(answer.Text))
                yield return Sent("response.output_text.delta", new { type = "response.output_text.delta", sequence_number = number++, item_id = item, output_index = 0, content_index = 0, delta = piece }) with { IsText = true };
            yield return Sent("response.output_text.done", new { type = "response.output_text.done", sequence_number = number++, item_id = item, output_index = 0, content_index = 0, text = answer.Text });
            yield return Sent("response.content_part.done", new { type = "response.content_part.done", sequence_number = number++, item_id = item, output_index = 0, content_index = 0, part = TextContent(answer.Text) });
            items.Add(TextItem(item, "completed", answer.Text));
            yield return Sent("response.output_item.done", new { type = "response.output_item.done", sequence_number = number++, output_index = 0, item = items[^1] });
        }

        if (answer.Call is { } call)
        {
            var (item, index) = (NewId("fc_"), items.Count);
            yield return Sent("response.output_item.added", new { type = "response.output_item.added", sequence_number = number++, output_index = index, item = CallItem(item, call, "in_progress", "") });
            yield return Sent("response.function_call_arguments.delta", new { type = "response.function_call_arguments.delta", sequence_number = number++, item_id = item, output_index = index, delta = call.ArgumentsText });
            yield return Sent("response.function_call_arguments.done", new { type = "response.function_call_arguments.done", sequence_number = number++, item_id = item, output_index = index, arguments = call.ArgumentsText });
            items.Add(CallItem(item, call, "completed", call.ArgumentsText));
            yield return Sent("response.output_item.done", new { type = "response.output_item.done", sequence_number = number++, output_index = index, item = items[^1] });
        }

        yield return Sent("response.completed", new { type = "response.completed", sequence_number = number, response = Envelope(id, request, answer, "completed", items) });
    }

    private static ServerSent Sent(string name, object data) => new(name, data);

    public override object Whole(ModelRequest request, Answer answer)
    {
        List<object> items = answer.Text.Length > 0 ? [TextItem(NewId("msg_"), "completed", answer.Text)] : [];
        if (answer.Call is { } call)
            items.Add(CallItem(NewId("fc_"), call, "completed", call.ArgumentsText));
        return Envelope(NewId("resp_"), request, answer, "completed", items);
    }

    private static object Envelope(string id, ModelRequest request, Answer answer, string status, List<object> output) => new
    {
        id,
        @object = "response",
        created_at = Now,
        status,
        model = request.Model,
        output,
        usage = status != "completed" ? null : new
        {
            input_tokens = answer.Tokens.Input,
            input_tokens_details = new { cached_tokens = answer.Tokens.Cached },
            output_tokens = answer.Tokens.Output,
            output_tokens_details = new { reasoning_tokens = answer.Tokens.Reasoning },
            total_tokens = answer.Tokens.Input + answer.Tokens.Output,
        },
    };

    private static object TextItem(string id, string status, string? text) =>
        new { id, type = "message", role = "assistant", status, content = text is null ? Array.Empty<object>() : [TextContent(text)] };

    private static object TextContent(string text) => new { type = "output_text", text, annotations = Array.Empty<object>() };

    private static object CallItem(string id, ToolCall call, string status, string arguments) =>
        new { id, type = "function_call", status, call_id = call.Id, name = call.Name, arguments };

    public override object Error(Fail fail) => OpenAiError.Of(fail);
}
