using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;

namespace Tutti.Engine.Agents.Acp;

/// <summary>The driver's own output, which is the attempt's stream: every message of the conversation, and what the driver has to say itself.</summary>
/// <remarks>
/// <c>{"dir":"&lt;","m":{"jsonrpc":"2.0",…}}</c> from the agent, <c>"&gt;"</c> to it; <c>{"acp":"started","session":"…","model":"…"}</c>;
/// <c>{"acp":"passed","bytes":2000000}</c> for a line too long to be read; <c>{"acp":"noise","text":"…"}</c> for one that is no JSON.
/// </remarks>
/// <param name="output">Written line by line; may be a file, a pipe or a test's memory.</param>
internal sealed class AcpTape(Stream output)
{
    /// <summary>Longest message that is looked into: with what the tape puts around it, it is still a line that is read.</summary>
    public const int LongestMessage = AgentReading.LongestLine - 64;

    private const int LongestNoise = 500;

    // Escaping what only HTML cares about would double the length of code.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();

    /// <summary>The bytes of a message, one line without its line feed.</summary>
    public static byte[] Bytes(JsonObject message) => Encoding.UTF8.GetBytes(message.ToJsonString(Plain));

    public void Sent(ReadOnlySpan<byte> message) => Write("{\"dir\":\">\",\"m\":"u8, message, "}\n"u8);

    public void Received(ReadOnlySpan<byte> message) => Write("{\"dir\":\"<\",\"m\":"u8, message, "}\n"u8);

    public void Passed(long bytes) => Say(new JsonObject { ["acp"] = "passed", ["bytes"] = bytes });

    public void Noise(string text) => Say(new JsonObject { ["acp"] = "noise", ["text"] = ShortText.Of(text, LongestNoise) });

    /// <summary>A line of the driver's own.</summary>
    public void Say(JsonObject line) => Write([], Bytes(line), "\n"u8);

    // Whole lines: the driver may be killed between any two writes.
    private void Write(ReadOnlySpan<byte> before, ReadOnlySpan<byte> message, ReadOnlySpan<byte> after)
    {
        byte[] line = [.. before, .. message, .. after];
        lock (_lock)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
