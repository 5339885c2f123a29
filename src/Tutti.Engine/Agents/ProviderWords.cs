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
        (AgentFailure.BudgetSpent, ["credit balance", "insufficient_quota", "insufficient credit", "insufficient balance", "payment required", "billing"]),
        (AgentFailure.NotSignedIn,
            ["invalid api key", "invalid_api_key", "api key not valid", "invalid x-api-key", "incorrect api key", "authentication_error", "authentication failed", "failed to authenticate", "unauthorized",
             "unauthenticated", "please run /login", "not logged in", "auth method", "token has expired", "auth_required", "authentication required", "missing environment variable"]),
        (AgentFailure.RateLimited, ["usage limit", "rate limit", "rate_limit", "rate-limit", "too many requests", "resource_exhausted", "quota"]),
        (AgentFailure.ContextExhausted,
            ["prompt is too long", "context window", "context_length", "context length", "maximum context", "token count exceeds", "exceeds the maximum number of tokens", "too many tokens", "contextoverflow"]),
        (AgentFailure.ModelUnknown, ["model_not_found", "model not found", "unknown model", "no such model", "not_found", "is not found for api version", "modelnotfound", "model is not supported", "invalid model"]),
        (AgentFailure.Overloaded, ["overloaded", "high demand", "service unavailable", "\"unavailable\"", "internal server error", "bad gateway", "server_error", "at capacity"]),
        (AgentFailure.Network,
            ["econnrefused", "econnreset", "enotfound", "etimedout", "eai_again", "fetch failed", "terminated", "stream disconnected", "transport error", "network error", "socket hang up",
             "connection error", "connection refused", "unable to connect", "connection closed", "premature close", "error sending request"]),
    ];

    /// <summary>The name of a failure.</summary>
    /// <param name="status">HTTP status, where the agent tells it apart; else it is looked for in the text.</param>
    /// <param name="text">What was said.</param>
    public static string Code(long? status, string text) => (status ?? StatusIn(text)) switch
    {
        401 or 403 => AgentFailure.NotSignedIn,
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
        return new AgentProblem(code, text, code == AgentFailure.RateLimited ? ResetsAt(text, at) : null);
    }

    /// <summary>When a limit ends, as a text says; null where it does not.</summary>
    public static DateTimeOffset? ResetsAt(string text, DateTimeOffset? at)
    {
        if (Epoch().Match(text) is { Success: true } epoch)
            return DateTimeOffset.FromUnixTimeSeconds(long.Parse(epoch.Groups["seconds"].Value, CultureInfo.InvariantCulture));
        if (at is not { } now || After().Match(text) is not { Success: true } after)
            return null;
        double Of(string unit) => double.TryParse(after.Groups[unit].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? Math.Min(value, 1e6) : 0;
        var wait = (Of("d") * 86_400) + (Of("h") * 3_600) + (Of("m") * 60) + Of("s");
        return wait > 0 ? now + TimeSpan.FromSeconds(Math.Min(wait, 31_536_000)) : null;
    }

    private static string? Said(string text)
    {
        foreach (var (code, words) in Known)
        {
            if (Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return code;
        }

        return null;
    }

    private static long? StatusIn(string text) =>
        Status().Match(text) is { Success: true } match ? long.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"(status( code)?|API Error|""code"")""?\s{0,20}:?\s{0,20}(?<status>[45][0-9][0-9])\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Status();

    [GeneratedRegex(@"\|(?<seconds>1[0-9]{9})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Epoch();

    [GeneratedRegex(@"(try again|retry|resets|reset) (in|after) ((?<d>[0-9]{1,9}) ?d(ays?)?,? ?)?((?<h>[0-9]{1,9}) ?h(ours?|rs?)?,? ?)?((?<m>[0-9]{1,9}) ?m(in(ute)?s?)?,? ?)?((?<s>[0-9]{1,9}(\.[0-9]{1,9})?) ?s)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex After();
}
