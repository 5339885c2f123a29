using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>A reply in the client's own tools: a text, a call, or both.</summary>
internal sealed record Answer(string Text, ToolCall? Call, Tokens Tokens)
{
    /// <summary>Says how <paramref name="reply"/> looks to the client that asked.</summary>
    public static Answer To(ModelRequest request, ModelReply reply) => reply switch
    {
        Say say => new(say.Text, null, say.Tokens),
        CutOff cut => new(cut.Text, null, cut.Tokens),
        Hang hang => new(hang.After, null, hang.Tokens),
        Tool tool => new(tool.Saying, ToolCall.New(tool.Name, tool.Arguments), tool.Tokens),
        Structured result when request.StructuredOutputTool is { } offer => new(result.Saying, ToolCall.New(offer.Name, result.Result), result.Tokens),
        Structured result => new(Json.Write(result.Result), null, result.Tokens),
        Shell shell when request.ShellTool is { } offer => new(shell.Saying, ToolCall.New(offer.Name, ShellArguments(offer.Schema, shell.Command)), shell.Tokens),
        Shell shell => new($"I have no shell to run: {shell.Command}", null, shell.Tokens),
        _ => throw new InvalidOperationException($"{reply.GetType().Name} is no answer"),
    };

    // Codex gives a command back unfinished after this time; the longest it allows.
    private const int LongestWaitMs = 30_000;

    // {command:"…"}, {command:["bash","-lc","…"]} or {cmd:"…"}, and whatever else is required.
    private static JsonObject ShellArguments(JsonObject schema, string command)
    {
        var arguments = schema.Count == 0 ? [] : Sample.Of(schema).AsObject();
        var properties = schema["properties"] as JsonObject ?? [];
        if (properties.ContainsKey("cmd"))
            arguments["cmd"] = command;
        else if (Json.Text(properties["command"]?["type"]) == "array")
            arguments["command"] = new JsonArray("bash", "-c", command);
        else
            arguments["command"] = command;
        if (properties.ContainsKey("yield_time_ms"))
            arguments["yield_time_ms"] = LongestWaitMs;
        return arguments;
    }
}

/// <summary>A call of one of the client's tools, with an id of its own.</summary>
internal sealed record ToolCall(string Id, string Name, JsonObject Arguments)
{
    public static ToolCall New(string name, JsonObject arguments) => new($"call_{Guid.NewGuid():N}"[..24], name, (JsonObject)arguments.DeepClone());

    public string ArgumentsText => Json.Write(Arguments);
}
