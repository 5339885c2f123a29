using System.Text.Json;
using System.Text.Json.Nodes;

namespace FakeAgent;

/// <summary>
/// The step <c>acp WORD…</c>: an agent that speaks the Agent Client Protocol on stdin and stdout until its stdin ends. Words:
/// <code>
/// ask           asks leave before its tool, and says what it got     strange   sends a request and a notification nobody knows
/// die           exits with 7 in the middle of the turn               flood     a line of 3 MB, and one that is no JSON
/// mute          never answers                                        hang      does not end its turn until it is cancelled
/// stay          does not leave when its stdin ends                   load      knows earlier sessions, and tells them again
/// sign-in       wants to be signed in with FAKE_KEY                  fail      answers the prompt with an error
/// nameless      opens a session without saying its id                future    speaks version 2 of the protocol
/// deny          with ask: offers no leave, only a refusal
/// modes         offers the modes default and yolo              firm      takes no other mode than its first
/// texts         gives ids back as texts                        fractions gives ids back as 1.0
/// blind         cannot read a prompt, nor say which
/// </code>
/// </summary>
internal sealed class AcpSteps(string words)
{
    private const string Modes = ""","modes":{"currentModeId":"default","availableModes":[{"id":"default"},{"id":"yolo"}]}""";

    private readonly string[] _words = words.Split(' ');
    private bool _signedIn;
    private JsonNode? _prompt;
    private int _asked;

    public void Run()
    {
        while (Console.In.ReadLine() is { } line)
            Take(JsonNode.Parse(line)!);
        if (Has("stay"))
            Thread.Sleep(Timeout.Infinite);
    }

    private bool Has(string word) => _words.Contains(word);

    private void Take(JsonNode message)
    {
        var id = message["id"]?.DeepClone();
        switch ((string?)message["method"])
        {
            case "initialize" when Has("mute"): break;
            case "initialize": Reply(id, Greeting()); break;
            case "authenticate": _signedIn = true; Reply(id, "{}"); break;
            case "session/new" when Has("sign-in") && !_signedIn: Fail(id, -32000, "Authentication required"); break;
            case "session/new" when Has("nameless"): Reply(id, "{}"); break;
            case "session/new": Reply(id, $$"""{"sessionId":"s-1","models":{"currentModelId":"small","availableModels":[{"modelId":"small"},{"modelId":"large"}]}{{(Has("modes") ? Modes : "")}}}"""); break;
            case "session/load": Say("told again"); Reply(id, "{}"); break;
            case "session/set_model": Reply(id, "{}"); break;
            case "session/set_mode" when !Has("firm"): Reply(id, "{}"); break;
            case "session/prompt" when Has("blind"): Fail(null, -32700, "Parse error"); break;
            case "session/prompt": _prompt = id; Begin(); break;
            case "session/cancel": Reply(_prompt, """{"stopReason":"cancelled"}"""); break;
            case null: Answered(message); break;
            default: Fail(id, -32601, "Method not found"); break;
        }
    }

    private string Greeting() => $$"""{"protocolVersion":{{(Has("future") ? 2 : 1)}},"agentCapabilities":{"loadSession":{{(Has("load") ? "true" : "false")}}},"authMethods":[{"id":"key","type":"env_var","vars":[{"name":"FAKE_KEY"}]}]}""";

    private void Begin()
    {
        Say("I begin");
        if (Has("die"))
            Environment.Exit(7);
        if (Has("fail"))
        {
            Fail(_prompt, 429, "too many requests");
            return;
        }

        if (Has("flood"))
            Console.Out.WriteLine($"{{\"x\":\"{new string('x', 3_000_000)}\"}}\nno json");
        if (Has("strange"))
        {
            Send("""{"jsonrpc":"2.0","method":"_from/the_future","params":{}}""");
            Send("""{"jsonrpc":"2.0","id":"q","method":"fs/read_text_file","params":{}}""");
        }
        else if (Has("ask"))
        {
            Send("""{"jsonrpc":"2.0","id":"q","method":"session/request_permission","params":{"sessionId":"s-1","toolCall":{"toolCallId":"t","title":"touch a","kind":"execute"},"options":[OPTIONS{"optionId":"no","kind":"reject_once"}]}}""".Replace("OPTIONS", Has("deny") ? "" : """{"optionId":"yes","kind":"allow_once"},""", StringComparison.Ordinal));
        }
        else
        {
            Finish("nothing was asked");
        }
    }

    private void Answered(JsonNode message)
    {
        if (_asked++ == 0)
            Finish((string?)message["result"]?["outcome"]?["optionId"] ?? $"error {message["error"]?["code"]}");
    }

    private void Finish(string told)
    {
        if (Has("hang"))
            return;
        Send("""{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s-1","update":{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"completed","rawInput":{"command":"touch a"}}}}""");
        Say($"Done: {told}");
        Reply(_prompt, """{"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":2}}""");
    }

    private static void Say(string text) => Send(
        $$$"""{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s-1","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":{{{JsonSerializer.Serialize(text)}}} } } } }""");

    private void Reply(JsonNode? id, string result) => Send($$"""{"jsonrpc":"2.0","id":{{Given(id)}},"result":{{result}}}""");

    private string Given(JsonNode? id) => (id?.ToJsonString() ?? "null") is var given && Has("texts") ? $"\"{given}\"" : Has("fractions") ? $"{given}.0" : given;

    private static void Fail(JsonNode? id, int code, string message) =>
        Send($$$"""{"jsonrpc":"2.0","id":{{{id?.ToJsonString() ?? "null"}}},"error":{"code":{{{code}}},"message":{{{JsonSerializer.Serialize(message)}}}}}""");

    private static void Send(string message)
    {
        Console.Out.WriteLine(message);
        Console.Out.Flush();
    }
}
