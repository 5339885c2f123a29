using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>The provider's interface a request came through.</summary>
public enum ModelApi
{
    Anthropic,
    Responses,
    Chat,
    Gemini,
}

/// <summary>A piece of a message.</summary>
public abstract record Part;

public sealed record TextPart(string Text) : Part;

/// <summary>The model asked for a tool.</summary>
public sealed record CallPart(string Id, string Name, JsonNode? Arguments) : Part;

/// <summary>What the tool answered.</summary>
public sealed record ResultPart(string Id, string Text) : Part;

/// <summary>One message, in the same form for all providers.</summary>
/// <param name="Role"><c>user</c> (tools' answers too) or <c>assistant</c>.</param>
public sealed record Message(string Role, IReadOnlyList<Part> Parts)
{
    public bool IsAssistant => Role == "assistant";

    public bool HasResult => Parts.Any(part => part is ResultPart);
}

/// <summary>A tool the client offers.</summary>
/// <param name="Schema">JSON schema of its arguments; empty for a tool without one.</param>
public sealed record ToolOffer(string Name, JsonObject Schema);

/// <summary>One call of the model, whatever provider's interface it came through.</summary>
public sealed record ModelRequest
{
    public required ModelApi Api { get; init; }

    /// <summary>Path before the provider's own, without slashes at its ends: tells tests that share a server apart.</summary>
    public required string Scope { get; init; }

    public required string Model { get; init; }

    /// <summary>The API key it came with; empty without one.</summary>
    public required string Key { get; init; }

    /// <summary>Header names in lower case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body as it came.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>The client wants its answer as server-sent events.</summary>
    public required bool Streams { get; init; }

    /// <summary>System and developer messages, together.</summary>
    public string System { get; init; } = "";

    /// <summary>The conversation, assistant messages that follow each other joined to one.</summary>
    public IReadOnlyList<Message> Messages { get; init; } = [];

    public IReadOnlyList<ToolOffer> Tools { get; init; } = [];

    /// <summary>The schema that the final text is held to; null where the client asks for none.</summary>
    public JsonObject? ResponseSchema { get; init; }

    /// <summary>All that was said, by everybody.</summary>
    public string Text => string.Join('\n', Messages.SelectMany(message => message.Parts).Select(part => part switch
    {
        TextPart text => text.Text,
        CallPart call => $"{call.Name} {call.Arguments?.ToJsonString()}",
        ResultPart result => result.Text,
        _ => throw new InvalidOperationException($"a part of type {part.GetType().Name}"),
    }));

    /// <summary>What the user asked for last: a continued conversation has several. Empty if there is nothing of the kind.</summary>
    public string Prompt => PromptAt is { } at ? LastOwnText(Messages[at])! : "";

    /// <summary>How often the model has answered to <see cref="Prompt"/> already.</summary>
    public int Turn => Messages.Skip(PromptAt ?? 0).Count(message => message.IsAssistant);

    /// <summary>A request beside the work: a title, a topic, a check of the quota. Nothing can be done in it.</summary>
    public bool IsAside => Tools.Count == 0;

    /// <summary>The tool that runs a shell command; null where none is offered.</summary>
    public ToolOffer? ShellTool => Offered("Bash", "run_shell_command", "exec_command", "shell_command", "shell", "local_shell", "execute_command");

    /// <summary>The tool that writes a whole file; null where none is offered.</summary>
    public ToolOffer? WriteTool => Offered("Write", "write_file");

    /// <summary>The tool through which Claude Code wants a result that fits a schema.</summary>
    public ToolOffer? StructuredOutputTool => Offered("StructuredOutput");

    private int? PromptAt
    {
        get
        {
            for (var i = Messages.Count - 1; i >= 0; i--)
            {
                if (Messages[i] is { IsAssistant: false } message && LastOwnText(message) is { } text && (!message.HasResult || AsksForResult(text)))
                    return i;
            }

            return null;
        }
    }

    // Claude Code's conversation may end with the answer of a tool (its result is a tool's call); what it is asked next then stands
    // in the same message as that answer.
    private static bool AsksForResult(string text) => text.Contains("\"nonce\"", StringComparison.Ordinal);

    // The clients' own texts about date, folder and rules, which stand in user messages too.
    private static readonly string[] Surroundings =
    [
        "<system-reminder>", "<environment_context>", "<user_instructions>", "# AGENTS.md instructions", "<session_context>",
        "<permissions instructions>", "<skills_instructions>", "<local-command", "[Request interrupted", "<turn_aborted>",
    ];

    // Gemini looks for @words of the prompt in the folder, and puts the files it finds behind it.
    private const string ReferencedFiles = "--- Content from referenced files ---";

    private static string? LastOwnText(Message message) =>
        message.Parts.OfType<TextPart>().Select(part => part.Text.Trim())
            .TakeWhile(text => text != ReferencedFiles)
            .LastOrDefault(text => !Surroundings.Any(start => text.StartsWith(start, StringComparison.Ordinal)));

    private ToolOffer? Offered(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Tools.FirstOrDefault(tool => tool.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } offer)
                return offer;
        }

        return null;
    }
}
