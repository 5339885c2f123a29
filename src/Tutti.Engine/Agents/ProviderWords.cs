using System.Globalization;
using System.Text.RegularExpressions;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What model providers mean by their HTTP statuses and words. Agents hand these on in their own wrapping; the words are the same.</summary>
/// <remarks>
/// <c>API Error: 401 rig: invalid key</c> · <c>unexpected status 401 Unauthorized: …</c> · <c>exceeded retry limit, last status: 429 Too Many
/// Requests</c> · <c>[API Error: {"error":{"code":400,"message":"…","status":"INVALID_ARGUMENT"}}]</c> · <c>We’re currently experiencing high
/// demand</c> · <c>You've hit your usage limit. Try again in 2 days 3 hours</c> · <c>Claude AI usage limit reached|1763726400</c> ·
/// <c>Please retry in 34.2s.</c>
/// </remarks>
internal static partial class ProviderWords
{
    // In this order: the first that is said decides. Words of money come before those of quotas, which mostly stand beside them.
    private static readonly (string Code, string[] Words)[] Known =
    [
        (AgentFailure.BudgetSpent,
            ["credit balance", "insufficient_quota", "insufficient credit", "insufficient balance", "credits are depleted", "out of credits", "requires more credits", "spend limit", "key limit exceeded", "payment required", "billing"]),
        (AgentFailure.NotSignedIn,
            ["invalid api key", "invalid_api_key", "api key not valid", "api key not found", "api key expired", "api key is missing", "missing api key", "no api key", "invalid x-api-key", "incorrect api key",
             "authentication_error", "authentication failed", "failed to authenticate", "unauthorized", "unauthenticated", "providerautherror", "no auth credentials", "could not load the default credentials",
             "please run /login", "not logged in", "sign in again", "log in again", "token could not be refreshed", "auth method", "token has expired", "token expired", "token revoked", "auth_required",
             "authentication required", "missing environment variable", "forbidden", "organization has been disabled", "has disabled claude"]),
        (AgentFailure.RateLimited,
            ["usage limit", "rate limit", "rate_limit", "rate-limit", "too many requests", "throttl", "resource_exhausted", "resource has been exhausted", "exhausted your capacity", "quota",
             "hour limit reached", "session limit", "weekly limit", "opus limit"]),
        (AgentFailure.ContextExhausted,
            ["prompt is too long", "prompt too long", "input is too long", "context window", "context_length", "context length", "context limit", "context size", "maximum context", "maximum prompt length",
             "input token count", "token count exceeds", "exceeds the maximum number of tokens", "exceeded model token limit", "too many tokens", "reduce the length", "request_too_large", "contextoverflow"]),
        (AgentFailure.ModelUnknown,
            ["model_not_found", "model not found", "unknown model", "no such model", "not_found", "is not found for api version", "requested entity was not found", "modelnotfound", "model is not supported",
             "model not exist", "unsupported model", "invalid model", "not a valid model"]),
        (AgentFailure.Overloaded,
            ["overloaded", "high demand", "service unavailable", "currently unavailable", "temporarily unavailable", "\"unavailable\"", "internal server error", "bad gateway", "gateway timeout", "gateway time-out",
             "server_error", "the server had an error", "at capacity", "no capacity", "capacity is unavailable"]),
        (AgentFailure.Network,
            ["econnrefused", "econnreset", "econnaborted", "enotfound", "enetunreach", "ehostunreach", "etimedout", "epipe", "eai_again", "und_err_", "fetch failed", "terminated", "stream disconnected",
             "transport error", "network error", "socket hang up", "connection error", "connection refused", "connection reset", "connection timed out", "connection was closed", "connection closed", "unable to connect",
             "cannot connect", "could not connect", "failed to connect", "premature close", "error sending request", "failed to lookup address", "request timed out", "operation timed out", "deadline exceeded",
             "self-signed certificate", "self signed certificate", "unable to verify the first certificate"]),
    ];

    /// <summary>The name of a failure.</summary>
    /// <param name="status">HTTP status, where the agent tells it apart; else it is looked for in the text.</param>
    /// <param name="text">What was said.</param>
    public static string Code(long? status, string text) => (status ?? StatusIn(text)) switch
    {
        401 => AgentFailure.NotSignedIn,
        403 => Said(text) == AgentFailure.BudgetSpent ? AgentFailure.BudgetSpent : AgentFailure.NotSignedIn,
        402 => AgentFailure.BudgetSpent,
        404 => AgentFailure.ModelUnknown,
        408 => AgentFailure.Network,
        413 => AgentFailure.ContextExhausted,
        429 => Said(text) == AgentFailure.BudgetSpent ? AgentFailure.BudgetSpent : AgentFailure.RateLimited,
        >= 500 and < 600 => AgentFailure.Overloaded,
        _ => Said(text) ?? AgentFailure.Other,
    };

    /// <summary>The problem that a text tells of.</summary>
    /// <param name="at">When it was said, for limits that end after a while; null where nobody knows.</param>
    public static AgentProblem Problem(long? status, string text, DateTimeOffset? at = null)
    {
        var code = Code(status, text);
        return new AgentProblem(code, text, code == AgentFailure.RateLimited ? LimitEnd.In(text, at) : null);
    }

    /// <summary>True where Google refuses an account that has no quota at all: <c>limit: 0</c>.</summary>
    public static bool IsWithoutQuota(string text) => NoQuota().IsMatch(text);

    private static string? Said(string text)
    {
        // "You exceeded your current quota, please check your plan and billing details" is how Google words a limit of requests a minute.
        if (text.Contains("quota exceeded for metric", StringComparison.OrdinalIgnoreCase))
            return IsWithoutQuota(text) ? AgentFailure.BudgetSpent : AgentFailure.RateLimited;
        foreach (var (code, words) in Known)
        {
            if (Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return code;
        }

        return Limit().IsMatch(text) ? AgentFailure.RateLimited : NoModel().IsMatch(text) ? AgentFailure.ModelUnknown : null;
    }

    private static long? StatusIn(string text) =>
        Status().Match(text) is { Success: true } match ? long.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(status( code)?|API Error|HTTP(/[0-9](\.[0-9])?)?|error code|""code"")""?\s{0,20}[:=]?\s{0,20}(?<status>[45][0-9][0-9])\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Status();

    // "You've hit your limit", "your Opus limit", "your 5-hour limit".
    [GeneratedRegex(@"(hit|reached) your ([\w-]{1,20} ){0,3}limit\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Limit();

    // "The model `x` does not exist or you do not have access to it."
    [GeneratedRegex(@"\bmodel\b.{0,120}(does not|doesn't|may not) exist\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NoModel();

    [GeneratedRegex(@"limit:\s*0(?![.0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoQuota();
}
