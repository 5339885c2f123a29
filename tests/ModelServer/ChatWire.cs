using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>OpenAI's chat completions, which many other providers speak too.</summary>
internal sealed class ChatWire : Wire
{
    public override ModelRequest Read(Arrival arrival)
    {
        var messages = Json.Objects(arrival.Body["messages"]).ToList();
        return Begin(arrival, Bearer(arrival)) with
        {
            System = string.Join('\n', messages.Where(IsSystem).Select(message => Json.TextOf(message["content"]))),
            Messages = Joined(messages.Where(message => !IsSystem(message)).Select(ReadMessage)),
            Tools = [.. Json.Objects(arrival.Body["tools"]).Select(ReadTool)],
            ResponseSchema = arrival.Body["response_format"]?["json_schema"]?["schema"] as JsonObject,
        };
    }

    private static bool IsSystem(JsonObject message) => Json.Text(message["role"]) is "system" or "developer";

    private static Message ReadMessage(JsonObject message)
    {
        if (Json.Text(message["role"]) == "tool")
            return new("user", [new ResultPart(Json.Text(message["tool_call_id"]), Json.TextOf(message["content"]))]);
        var texts = message["content"] is JsonArray pieces ? Json.Objects(pieces).Select(piece => Json.Text(piece["text"])) : [Json.Text(message["content"])];
        return new(Json.Text(message["role"]), [.. texts.Where(text => text.Length > 0).Select(text => new TextPart(text)), .. Json.Objects(message["tool_calls"]).Select(ReadCall)]);
    }

    private static Part ReadCall(JsonObject call) =>
        new CallPart(Json.Text(call["id"]), Json.Text(call["function"]?["name"]), Json.Parse(Json.Text(call["function"]?["arguments"])));

    private static ToolOffer ReadTool(JsonObject tool) =>
        new(Json.Text(tool["function"]?["name"]), tool["function"]?["parameters"] as JsonObject ?? []);

    public override IEnumerable<ServerSent> Stream(ModelRequest request, Answer answer)
    {
        var id = NewId("chatcmpl-");
        yield return Chunk(id, request, new { role = "assistant", content = "" });
        if (answer.Text.Length > 0)
        {
            foreach (var piece in Pieces(answer.Text))
                yield return Chunk(id, request, new { content = piece }) with { IsText = true };
        }

        if (answer.Call is { } call)
            yield return Chunk(id, request, new { tool_calls = new[] { new { index = 0, id = call.Id, type = "function", function = new { name = call.Name, arguments = call.ArgumentsText } } } });
        yield return Chunk(id, request, new { }, FinishReason(answer));
        yield return new(null, new { id, @object = "chat.completion.chunk", created = Now, model = request.Model, choices = Array.Empty<object>(), usage = TokensOf(answer.Tokens) });
        yield return new(null, "[DONE]");
    }

    private static ServerSent Chunk(string id, ModelRequest request, object delta, string? finish = null) =>
        new(null, new { id, @object = "chat.completion.chunk", created = Now, model = request.Model, choices = new[] { new { index = 0, delta, finish_reason = finish } } });

    public override object Whole(ModelRequest request, Answer answer) => new
    {
        id = NewId("chatcmpl-"),
        @object = "chat.completion",
        created = Now,
        model = request.Model,
        choices = new[]
        {
            new { index = 0, message = WholeMessage(answer), finish_reason = FinishReason(answer) },
        },
        usage = TokensOf(answer.Tokens),
    };

    private static object WholeMessage(Answer answer) => answer.Call is { } call
        ? new { role = "assistant", content = answer.Text, tool_calls = new[] { new { id = call.Id, type = "function", function = new { name = call.Name, arguments = call.ArgumentsText } } } }
        : new { role = "assistant", content = answer.Text };

    private static string FinishReason(Answer answer) => answer.Call is null ? "stop" : "tool_calls";

    private static object TokensOf(Tokens tokens) => new
    {
        prompt_tokens = tokens.Input,
        completion_tokens = tokens.Output,
        total_tokens = tokens.Input + tokens.Output,
        prompt_tokens_details = new { cached_tokens = tokens.Cached },
        completion_tokens_details = new { reasoning_tokens = tokens.Reasoning },
    };

    public override object Error(Fail fail) => OpenAiError.Of(fail);
}
