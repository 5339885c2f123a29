using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents.Acp;

/// <summary>What the driver's last line says went wrong.</summary>
/// <remarks>
/// <c>{"acp":"ended","error":{"code":-32603,"message":"Internal error: rig: bad request","data":{"errorName":"APIError"}}}</c> · <c>"error":{"code":400,
/// "message":"{\"error\":{…}}"}</c> · <c>"error":{"code":-32000,"message":"Authentication required"}</c> · <c>"stop_reason":"max_tokens"</c> ·
/// <c>"failure":"agent_crashed","message":"ended in the middle of session/prompt, with exit code 7"</c><br/>
/// Awkward: gemini says <c>"code":500</c> of whatever has no status of its own in its hands, as of a model that there is not (a 404) or a connection
/// that failed: then the words know better.
/// </remarks>
internal static class AcpProblem
{
    private const int AuthRequired = -32000;
    private const int AnyStatus = 500;

    /// <summary>The problem; null where the turn ended well.</summary>
    public static AgentProblem? Of(JsonElement line)
    {
        if (line.Get("error") is { } error)
            return OfError(error);
        if (line.Text("failure") is { } code)
            return new AgentProblem(code, line.Text("message") ?? "failed");
        return line.Text("stop_reason") switch
        {
            "end_turn" => null,
            "max_tokens" => new AgentProblem(AgentFailure.ContextExhausted, "reached the largest number of tokens"),
            "max_turn_requests" => new AgentProblem(AgentFailure.Other, "reached its largest number of requests in a turn"),
            "refusal" => new AgentProblem(AgentFailure.Other, "refused to go on"),
            "cancelled" => new AgentProblem(AgentFailure.Killed, "was told to stop"),
            null => new AgentProblem(AgentFailure.Other, "ended its turn without saying why"),
            var other => new AgentProblem(AgentFailure.Other, $"stopped for the reason '{other}'"),
        };
    }

    private static AgentProblem OfError(JsonElement error)
    {
        var message = Message(error);
        if (error.Count("code") == AuthRequired)
            return new AgentProblem(AgentFailure.NotSignedIn, message);
        var data = error.Get("data") ?? default;
        var status = error.Count("code") is >= 400 and < 600 and var code ? code : data.Count("statusCode") ?? data.Count("status");
        var told = data.ValueKind == JsonValueKind.Undefined ? message : $"{message} {data.GetRawText()}";
        if (status == AnyStatus && ProviderWords.Code(null, told) != AgentFailure.Other)
            status = null;
        return ProviderWords.Problem(status, told) with { Message = Said(error) };
    }

    /// <summary>An error in the agent's own words: 'Internal error' is all that some say, and why stands beside it.</summary>
    public static string Said(JsonElement error)
    {
        var message = Message(error);
        var data = error.Get("data") ?? default;
        var details = data.Text() ?? data.Text("details") ?? data.Text("message");
        return details is { Length: > 0 } && !message.Contains(details, StringComparison.Ordinal) ? $"{message}: {details}" : message;
    }

    private static string Message(JsonElement error) => error.Text("message") ?? "failed without a word";
}
