using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents.Acp;

/// <summary>The answer to a request: exactly one of the two.</summary>
/// <param name="Result">An object, as the protocol has it; an undefined element where the agent sent nothing.</param>
/// <param name="Error">With <c>code</c>, <c>message</c> and <c>data</c>.</param>
internal sealed record AcpReply(JsonElement Result, JsonElement? Error);

/// <summary>
/// JSON-RPC 2.0, a message a line, with an agent at the other end. Its notifications go to the tape only; its requests are answered
/// by <paramref name="answer"/>. Everything said is on the tape, in the order in which it was said.
/// </summary>
/// <param name="input">What the agent reads.</param>
/// <param name="output">What the agent writes.</param>
/// <param name="tape">Gets every message.</param>
/// <param name="answer">The result for a method and its parameters; null for a method that is not known.</param>
internal sealed class AcpConnection(Stream input, Stream output, AcpTape tape, Func<string, JsonElement, JsonObject?> answer) : IDisposable
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;

    // An agent that does not read for so long does not work either; a pipe holds 64 KiB, a prompt may be longer.
    private static readonly TimeSpan WriteLimit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<AcpReply>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ended = new();
    private long _last;
    private long _heard = Stopwatch.GetTimestamp();

    /// <summary>How long the agent has said nothing.</summary>
    public TimeSpan Quiet => Stopwatch.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Reads until the agent closes its stdout; then no request is waited for any more.</summary>
    public async Task ListenAsync(CancellationToken cancellation)
    {
        var lines = new AcpLines(output, AcpTape.LongestMessage);
        try
        {
            while (await lines.NextAsync(cancellation) is (var line, var passed))
            {
                Volatile.Write(ref _heard, Stopwatch.GetTimestamp());
                if (passed > 0)
                    tape.Passed(passed);
                else
                    await TakeAsync(line, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TimeoutException)
        {
            // Its end of the pipe is gone, it reads no answers, or nobody wants to hear more.
        }
        finally
        {
            await _ended.CancelAsync();
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="FailureException"><see cref="AgentFailure.Crashed"/>: the agent has closed its end; <see cref="AgentFailure.Other"/>: no answer within the limit.</exception>
    public async Task<AcpReply> RequestAsync(string method, JsonObject parameters, TimeSpan limit, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _last);
        var reply = new TaskCompletionSource<AcpReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = reply;
        try
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
            await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }, wait.Token);
            return await reply.Task.WaitAsync(limit, wait.Token);
        }
        catch (TimeoutException e)
        {
            throw new FailureException(new Failure(FailureCategory.Agent, AgentFailure.Other, $"did not answer {method} within {limit.TotalSeconds:0} s"), e);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Answered, and then gone: the end may be heard of before the answer.
            if (reply.Task.IsCompletedSuccessfully)
                return await reply.Task;
            throw new FailureException(new Failure(FailureCategory.Agent, AgentFailure.Crashed, $"ended in the middle of {method}"), e);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Tells something to which there is no answer; one who is gone need not be told.</summary>
    public async Task NotifyAsync(string method, JsonObject parameters)
    {
        try
        {
            await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters }, _ended.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TimeoutException)
        {
            // Gone.
        }
    }

    public void Dispose()
    {
        _writing.Dispose();
        _ended.Dispose();
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
            return;
        line = JsonHalves.Mended(line);
        try
        {
            using var document = JsonDocument.Parse(line);
            tape.Received(line.Span.Trim(" \t\r"u8));
            await TakeAsync(document.RootElement, cancellation);
        }
        catch (JsonException)
        {
            tape.Noise(Encoding.UTF8.GetString(line.Span));
        }
    }

    private async Task TakeAsync(JsonElement message, CancellationToken cancellation)
    {
        var id = message.Get("id");
        if (message.Text("method") is not { } method)
            Complete(id, message);
        else if (id is { } number)
            await SendAsync(Answer(JsonNode.Parse(number.GetRawText()), method, message.Get("params") ?? default), cancellation);
    }

    private void Complete(JsonElement? id, JsonElement message)
    {
        var error = message.Get("error");
        if ((id is { } given ? Number(given) : Unnamed(error)) is { } number && _waiting.TryRemove(number, out var reply))
            reply.TrySetResult(new AcpReply(message.Get("result")?.Clone() ?? default, error?.Clone()));
    }

    // Some give the number back as a text, or as 1.0.
    private static long? Number(JsonElement id) => id switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && value is > 0 and < int.MaxValue && value == Math.Floor(value) => (long)value,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    // Who cannot read a request does not know its id (JSON-RPC 2.0, 5): it is the one that waits.
    private long? Unnamed(JsonElement? error) =>
        error?.Count("code") is ParseError or InvalidRequest && _waiting.Keys.ToList() is [var only] ? only : null;

    private JsonObject Answer(JsonNode? id, string method, JsonElement parameters)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id };
        if (answer(method, parameters) is { } result)
            message["result"] = result;
        else
            message["error"] = new JsonObject { ["code"] = MethodNotFound, ["message"] = $"Method not found: {method}" };
        return message;
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancellation)
    {
        var bytes = AcpTape.Bytes(message);
        await _writing.WaitAsync(cancellation);
        try
        {
            tape.Sent(bytes);
            await WriteAsync([.. bytes, (byte)'\n'], cancellation).WaitAsync(WriteLimit, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        await input.WriteAsync(bytes, cancellation);
        await input.FlushAsync(cancellation);
    }
}
