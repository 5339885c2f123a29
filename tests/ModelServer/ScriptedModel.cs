using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ModelServer;

/// <summary>
/// A model on loopback that does what a script says, behind the interfaces of Anthropic, OpenAI (both) and Gemini. Many clients
/// may use it at once. It stops, and everything that hangs in it ends, when it is disposed of.
/// </summary>
public sealed class ScriptedModel : IAsyncDisposable
{
    // A client that has aborted its request is gone; nobody is waited for.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly Func<ModelRequest, ModelReply> _script;
    private readonly ConcurrentQueue<ModelRequest> _requests = [];
    private readonly ConcurrentQueue<string> _others = [];
    private readonly CancellationTokenSource _stopping = new();

    private ScriptedModel(Func<ModelRequest, ModelReply> script, int port)
    {
        _script = script;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopLimit);
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>For example <c>http://127.0.0.1:40123</c>. A path behind it becomes the <see cref="ModelRequest.Scope"/>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>All calls of the model so far, in the order of their arrival.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Everything else that was asked for, as <c>GET /path</c>.</summary>
    public IReadOnlyList<string> OtherRequests => [.. _others];

    /// <summary>Starts a server.</summary>
    /// <param name="script">Called for each request, by many threads at once.</param>
    /// <param name="port">0 for any that is free.</param>
    public static async Task<ScriptedModel> StartAsync(Func<ModelRequest, ModelReply> script, int port = 0)
    {
        var server = new ScriptedModel(script, port);
        await server._app.StartAsync();
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Url = addresses.Addresses.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        try
        {
            if (http.Request.Method == "POST" && Route.Of(http.Request.Path) is { } route)
                await AnswerAsync(http, route, gone.Token);
            else
                await AnswerOtherAsync(http);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            http.Abort(); // the client has gone, or the server stops
        }
        catch (IOException)
        {
            http.Abort(); // the client has gone while it was written to
        }
    }

    private async Task AnswerAsync(HttpContext http, Route route, CancellationToken gone)
    {
        var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        var body = await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body, cancellationToken: gone) ?? [];
        var wire = Wire.Of(route.Api);
        if (route.Counts)
        {
            await http.Response.WriteAsync(Json.Write(wire.Count()), gone);
            return;
        }

        var request = wire.Read(new Arrival(route, headers, body));
        _requests.Enqueue(request);
        await new Sending(http, wire, request, gone).SendAsync(_script(request));
    }

    // HEAD and GET of a client that looks whether somebody is there, and of lists of models.
    private async Task AnswerOtherAsync(HttpContext http)
    {
        _others.Enqueue($"{http.Request.Method} {http.Request.Path}");
        http.Response.StatusCode = http.Request.Method is "GET" or "HEAD" ? 200 : 404;
        http.Response.ContentType = "application/json";
        if (http.Request.Method == "GET")
            await http.Response.WriteAsync("""{"object":"list","data":[],"models":[]}""");
    }
}
