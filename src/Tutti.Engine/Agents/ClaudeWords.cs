using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What Claude Code's own words for a failure mean; what it hands on from the provider is left to <see cref="ProviderWords"/>.</summary>
/// <remarks>
/// <c>{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":507,"error_status":401,"error":"authentication_failed"}</c><br/>
/// <c>{"type":"result","subtype":"success","is_error":true,"result":"You've hit your 5-hour limit · resets 11:42pm (UTC)","api_error_status":429,"api_error":"usage_limit_reached",
/// "terminal_reason":"api_error"}</c><br/>
/// <c>{"type":"result","subtype":"error_max_budget_usd","is_error":true,"errors":["Reached maximum budget ($0.001)"],"terminal_reason":"budget_exhausted"}</c><br/>
/// Awkward: a connection that broke has no status, and the word <c>server_error</c> or <c>unknown</c>; a subscription that is used up and a limit of
/// money are both <c>rate_limit</c>, and only the text tells them apart.
/// </remarks>
internal static class ClaudeWords
{
    private static readonly string[] Money = ["credit balance", "spend limit", "out of usage credits", "out of extra usage", "requires usage credits", "needs usage credits"];

    private static readonly string[] WrongOptions =
    [
        "error: unknown option", "error: option ", "error: missing required argument", "error: too many arguments", "error: unknown command", "error: --", "cannot be used with",
        "error: invalid ", "is not a valid json schema", "settings file not found", "mcp config",
    ];

    /// <summary>The problem behind a request that is tried again.</summary>
    public static AgentProblem OfRetry(JsonElement line, DateTimeOffset? at)
    {
        var (status, word) = (line.Count("error_status"), line.Text("error") ?? "unknown");
        var what = status is { } number ? $"was refused with HTTP {number} ({word})" : "lost its connection";
        return Problem(status is null ? "connection_failed" : null, word, status, $"{what} and tries again ({line.Count("attempt") ?? 1} of {line.Count("max_retries") ?? 1})", at);
    }

    /// <summary>Why an attempt failed, from its result line; null where it did not.</summary>
    /// <param name="line">The result line.</param>
    /// <param name="word">The word of the API error it said last, for example <c>rate_limit</c>.</param>
    /// <param name="at">When that was.</param>
    public static AgentProblem? OfResult(JsonElement line, string? word, DateTimeOffset? at)
    {
        var subtype = line.Text("subtype");
        if (line.Flag("is_error") != true && subtype is "success" or null)
            return null;
        var errors = string.Join("; ", line.List("errors").Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.Text()));
        var text = line.Text("result") is { Length: > 0 } said ? said : errors.Length > 0 ? errors : subtype ?? "no reason given";
        return OfEnd(line.Text("terminal_reason"), subtype, text) ?? Problem(line.Text("api_error"), word, line.Count("api_error_status"), $"failed: {text}", at);
    }

    /// <summary>Why it did not even begin; null where its words say nothing.</summary>
    /// <param name="stderr">The end of stderr.</param>
    public static AgentProblem? OfStderr(string stderr)
    {
        var text = stderr.Trim();
        if (text.Length == 0)
            return null;
        if (Has(text, "no conversation found", "is already in use"))
            return new AgentProblem(AgentFailure.ConversationUnknown, $"cannot go on: {text}");
        return Has(text, WrongOptions) ? new AgentProblem(AgentFailure.Misconfigured, $"did not begin: {text}") : ProviderWords.Problem(null, $"failed: {text}");
    }

    private static AgentProblem? OfEnd(string? reason, string? subtype, string text) => (reason, subtype) switch
    {
        _ when Has(text, "no conversation found") => new AgentProblem(AgentFailure.ConversationUnknown, $"cannot go on: {text}"),
        ("budget_exhausted", _) or (_, "error_max_budget_usd") => new AgentProblem(AgentFailure.BudgetSpent, $"stopped: {text}"),
        ("max_turns", _) or (_, "error_max_turns") => new AgentProblem(AgentFailure.Other, $"stopped: {text}"),
        ("structured_output_retry_exhausted", _) or (_, "error_max_structured_output_retries") => new AgentProblem(AgentFailure.NoResult, $"gave no answer in the schema: {text}"),
        ("prompt_too_long" or "blocking_limit" or "rapid_refill_breaker", _) => new AgentProblem(AgentFailure.ContextExhausted, $"stopped: {text}"),
        ("aborted_tools" or "aborted_streaming", _) => new AgentProblem(AgentFailure.Killed, "was interrupted from outside"),
        _ => null,
    };

    private static AgentProblem Problem(string? kind, string? word, long? status, string text, DateTimeOffset? at)
    {
        var code = OfKind(kind) ?? OfWord(word, status, text);
        var known = ProviderWords.Problem(status, text, at);
        return code is null ? known : new AgentProblem(code, text, code == AgentFailure.RateLimited ? LimitEnd.In(text, at) : null);
    }

    private static string? OfKind(string? kind) => kind switch
    {
        "connection_failed" or "stream_idle_timeout" or "computer_slept" or "no_response" or "network_edge_blocked" or "tls_untrusted_ca" or "tls_cert_signature_failure" => AgentFailure.Network,
        "message_over_context_limit" => AgentFailure.ContextExhausted,
        "model_requires_usage_credits" or "long_context_credits_required" => AgentFailure.BudgetSpent,
        "stored_login_refused" or "gateway_signin_required" or "gateway_session_expired" or "api_key_auth_disabled" or "org_disabled_credential" => AgentFailure.NotSignedIn,
        _ => null,
    };

    private static string? OfWord(string? word, long? status, string text) => word switch
    {
        "authentication_failed" or "oauth_org_not_allowed" or "account_on_hold" or "verification_required" or "cloud_credential_error" => AgentFailure.NotSignedIn,
        "billing_error" => AgentFailure.BudgetSpent,
        "rate_limit" => Has(text, Money) ? AgentFailure.BudgetSpent : AgentFailure.RateLimited,
        "model_not_found" => AgentFailure.ModelUnknown,
        "overloaded" => AgentFailure.Overloaded,
        "server_error" => status is null ? AgentFailure.Network : AgentFailure.Overloaded,
        _ => null,
    };

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
