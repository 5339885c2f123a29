using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Engine.Agents.Acp;

namespace Tutti.Tests.Fuzzing;

/// <summary>An ACP agent that says what it is given, a piece for each request that it hears, and then goes.</summary>
internal static class AcpEcho
{
    private const byte LineFeed = (byte)'\n';

    // An answer whose id is no more what it was never comes.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    /// <summary>What the agent said in a recorded conversation, a message a line.</summary>
    public static byte[] Said(byte[] recording) => Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(recording).Split('\n')
        .Select(Parsed).Where(line => (string?)line?["dir"] == "<").Select(line => line!["m"]!.ToJsonString() + "\n")));

    /// <summary>Talks with it until one of them has enough.</summary>
    public static async Task TalkAsync(byte[] said)
    {
        // Takes all of it: who writes to the agent would wait for itself to read.
        var fromAgent = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var tape = new AcpTape(Stream.Null);
        await using var hears = new Ear(said, fromAgent.Writer);
        await using var output = fromAgent.Reader.AsStream();
        using var connection = new AcpConnection(hears, output, tape, (method, _) => method == "session/request_permission" ? new JsonObject() : null);
        var listening = connection.ListenAsync(CancellationToken.None);
        var order = new AcpOrder(["x"], "/", new Dictionary<string, string>(), "the prompt") { AnswerLimit = Soon, WorkLimit = Soon };
        try
        {
            var reply = await new AcpTalk(order, connection, tape).HoldAsync(CancellationToken.None);
            if (reply.Error is { } error)
                AcpProblem.Of(JsonSerializer.SerializeToElement(new JsonObject { ["error"] = JsonNode.Parse(error.GetRawText()) }));
        }
        catch (FailureException)
        {
            // An answer too.
        }
        finally
        {
            await fromAgent.Writer.CompleteAsync();
            await listening;
        }
    }

    private static JsonNode? Parsed(string line)
    {
        try
        {
            return line.Length > 0 ? JsonNode.Parse(line) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Each thing that is said to the agent lets it go on to its next answer.
    private sealed class Ear(byte[] said, PipeWriter writer) : MemoryStream
    {
        private int _at;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var end = _at;
            while (end < said.Length)
            {
                var line = said.AsSpan(end).IndexOf(LineFeed) is >= 0 and var feed ? said.AsMemory(end, feed + 1) : said.AsMemory(end);
                end += line.Length;
                if (line.Span.IndexOf("\"id\":"u8) >= 0)
                    break;
            }

            if (end == _at)
                await writer.CompleteAsync();
            else
                await writer.WriteAsync(said.AsMemory(_at, end - _at), cancellationToken);
            _at = end;
        }
    }
}
