using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents.Acp;

/// <summary>One turn with an agent, from the greeting to its end.</summary>
internal sealed class AcpTalk(AcpOrder order, AcpConnection agent, AcpTape tape)
{
    private const int Version = 1;
    private const int AuthRequired = -32000;

    // Of an earlier turn that is told again: when it is over, nobody says.
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReplayLimit = TimeSpan.FromSeconds(30);

    /// <summary>Holds it.</summary>
    /// <returns>The answer to the prompt, or the error that came before it.</returns>
    /// <exception cref="FailureException">The agent cannot do what is wanted, was silent or died.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the work began, or in its middle; then the agent has been told.</exception>
    public async Task<AcpReply> HoldAsync(CancellationToken cancellation)
    {
        var greeting = await AskAsync("initialize", Greeting(), cancellation);
        if (greeting.Error is not null)
            return greeting;
        if (greeting.Result.Count("protocolVersion") is { } version and not Version)
            throw Failed(AgentFailure.Misconfigured, $"speaks version {version} of the Agent Client Protocol, and Tutti speaks {Version}");
        var session = await OpenAsync(greeting.Result, cancellation);
        if (session.Error is not null)
            return session;
        if ((order.Session ?? session.Result.Text("sessionId")) is not { } id)
            throw Failed(AgentFailure.Other, "answered session/new without a session");
        await ChooseModelAsync(session.Result, id, cancellation);
        await ChooseModeAsync(session.Result, id, cancellation);
        tape.Say(new JsonObject { ["acp"] = "started", ["session"] = id, ["model"] = order.Model ?? AcpChoices.CurrentModel(session.Result) });
        return await WorkAsync(id, cancellation);
    }

    private static FailureException Failed(string code, string message) => new(new Failure(AgentFailure.Category(code), code, message));

    private static JsonObject Greeting() => new()
    {
        ["protocolVersion"] = Version,
        ["clientInfo"] = new JsonObject { ["name"] = "tutti", ["version"] = typeof(AcpTalk).Assembly.GetName().Version?.ToString(3) ?? "0" },
        ["clientCapabilities"] = new JsonObject { ["fs"] = new JsonObject { ["readTextFile"] = false, ["writeTextFile"] = false }, ["terminal"] = false },
    };

    private async Task<AcpReply> OpenAsync(JsonElement greeting, CancellationToken cancellation)
    {
        var session = await BeginAsync(greeting, cancellation);
        if (session.Error?.Count("code") != AuthRequired || AcpChoices.Authentication(greeting, order.Environment) is not { } method)
            return session;
        var signed = await AskAsync("authenticate", new JsonObject { ["methodId"] = method }, cancellation);
        return signed.Error is null ? await BeginAsync(greeting, cancellation) : signed;
    }

    // Resuming tells nothing of what was; loading tells all of it again, before its answer.
    private async Task<AcpReply> BeginAsync(JsonElement greeting, CancellationToken cancellation)
    {
        var parameters = new JsonObject { ["cwd"] = order.Directory, ["mcpServers"] = new JsonArray() };
        if (order.Session is null)
            return await AskAsync("session/new", parameters, cancellation);
        parameters["sessionId"] = order.Session;
        var can = greeting.Get("agentCapabilities") ?? default;
        var method = can.Get("sessionCapabilities", "resume") is not null ? "session/resume" : can.Flag("loadSession") == true ? "session/load" : null;
        if (method is null)
            throw Failed(AgentFailure.ConversationUnknown, "cannot go on with an earlier session");
        var reply = await AskAsync(method, parameters, cancellation);
        if (reply.Error is null && method == "session/load")
            await QuietAsync(cancellation);
        return reply.Error is { } error && error.Count("code") != AuthRequired
            ? throw Failed(AgentFailure.ConversationUnknown, $"does not know the session {order.Session}: {AcpProblem.Said(error)}")
            : reply;
    }

    // gemini answers first and tells the earlier turn afterwards; what comes before the prompt does not count.
    private async Task QuietAsync(CancellationToken cancellation)
    {
        for (var waited = Stopwatch.StartNew(); agent.Quiet < QuietAfter && waited.Elapsed < ReplayLimit;)
            await Task.Delay(QuietPause, cancellation);
    }

    // A session that is gone on with may say nothing of its models and modes: it keeps those that were chosen for it.
    private async Task ChooseModelAsync(JsonElement session, string id, CancellationToken cancellation)
    {
        if (order.Model is not { } model)
            return;
        var change = AcpChoices.Model(session, model, out var offered);
        if (!offered && order.Session is null)
            throw Failed(AgentFailure.Misconfigured, "offers no choice of models: leave 'model:' out, and choose it in the agent's 'command:' or 'env:'");
        if (await RefusedAsync(change, id, cancellation) is { } error)
            throw Failed(AgentFailure.ModelUnknown, $"does not take the model {model}: {AcpProblem.Said(error)}");
    }

    private async Task ChooseModeAsync(JsonElement session, string id, CancellationToken cancellation)
    {
        if (order.Mode is { } wanted)
        {
            var offered = AcpChoices.Modes(session);
            if (offered.Count == 0 && order.Session is not null)
                return;
            if (!offered.Contains(wanted))
                throw Failed(AgentFailure.Misconfigured, $"has no mode {wanted}; it offers {(offered.Count > 0 ? string.Join(", ", offered) : "none")}: correct or leave out --acp-mode in the entry's 'args:'");
            if (await RefusedAsync(AcpChoices.Mode(session, wanted), id, cancellation) is { } error)
                throw Failed(AgentFailure.Misconfigured, $"does not take the mode {wanted}: {AcpProblem.Said(error)}");
        }
        else if (!order.Reject && AcpChoices.FreeMode(session) is { } free)
        {
            // Where it does not take it after all, it asks, and is given leave.
            await RefusedAsync(AcpChoices.Mode(session, free), id, cancellation);
        }
    }

    private async Task<JsonElement?> RefusedAsync(AcpChoices.Change? change, string id, CancellationToken cancellation)
    {
        if (change is null)
            return null;
        var parameters = (JsonObject)change.Parameters.DeepClone();
        parameters["sessionId"] = id;
        return (await AskAsync(change.Method, parameters, cancellation)).Error;
    }

    private Task<AcpReply> AskAsync(string method, JsonObject parameters, CancellationToken cancellation) =>
        agent.RequestAsync(method, parameters, order.AnswerLimit, cancellation);

    // Not cancelled from outside: a cancelled turn still has an answer, and the agent puts away what it has begun.
    private async Task<AcpReply> WorkAsync(string id, CancellationToken cancellation)
    {
        var prompt = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = order.Prompt });
        var work = agent.RequestAsync("session/prompt", new JsonObject { ["sessionId"] = id, ["prompt"] = prompt }, order.WorkLimit, CancellationToken.None);
        try
        {
            return await work.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await agent.NotifyAsync("session/cancel", new JsonObject { ["sessionId"] = id });
            await Task.WhenAny(work, Task.Delay(order.LeaveLimit, CancellationToken.None));
            throw;
        }
    }
}
