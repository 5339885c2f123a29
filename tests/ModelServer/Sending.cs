using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ModelServer;

/// <summary>Carries one reply out on one connection.</summary>
internal sealed class Sending(HttpContext http, Wire wire, ModelRequest request, CancellationToken gone)
{
    // What was flushed leaves on another thread, which gives no signal.
    private static readonly TimeSpan SendingTime = TimeSpan.FromMilliseconds(100);

    // A client closes its side when it sees the end; one that does not is cut off.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(2);

    public async Task SendAsync(ModelReply reply)
    {
        await Task.Delay(reply.Delay, gone);
        await reply.Until.WaitAsync(gone);
        switch (reply)
        {
            case Fail fail:
                await SendErrorAsync(fail);
                break;
            case Hang { After.Length: 0 }:
                await Task.Delay(Timeout.Infinite, gone);
                break;
            case Hang:
                await SendEventsAsync(Begun(reply));
                await Task.Delay(Timeout.Infinite, gone);
                break;
            case CutOff:
                await SendEventsAsync(Begun(reply));
                await BreakOffAsync();
                break;
            default:
                await SendAnswerAsync(Answer.To(request, reply));
                break;
        }
    }

    // A reset alone would throw away what the client has not read yet: it would see no stream that breaks, but no answer at all.
    private async Task BreakOffAsync()
    {
        await Task.Delay(SendingTime, gone);
        http.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
        await Task.WhenAny(Task.Delay(ClosingLimit, CancellationToken.None), Task.Delay(Timeout.Infinite, gone));
        http.Abort();
    }

    private async Task SendAnswerAsync(Answer answer)
    {
        if (request.Streams)
            await SendEventsAsync(wire.Stream(request, answer));
        else
            await SendJsonAsync(wire.Whole(request, answer));
    }

    // Everything up to the first piece of the text.
    private IEnumerable<ServerSent> Begun(ModelReply reply)
    {
        foreach (var sent in wire.Stream(request, Answer.To(request, reply)))
        {
            yield return sent;
            if (sent.IsText)
                yield break;
        }
    }

    private async Task SendEventsAsync(IEnumerable<ServerSent> events)
    {
        http.Response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        foreach (var sent in events)
        {
            await http.Response.WriteAsync($"{sent}", gone);
            await http.Response.Body.FlushAsync(gone);
        }
    }

    private async Task SendErrorAsync(Fail fail)
    {
        http.Response.StatusCode = fail.Status;
        foreach (var (name, value) in wire.ErrorHeaders(fail))
            http.Response.Headers[name] = value;
        foreach (var (name, value) in fail.Headers)
            http.Response.Headers[name] = value;
        await SendJsonAsync(wire.Error(fail));
    }

    private async Task SendJsonAsync(object body)
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Json.Write(body), gone);
    }
}
