using System.Text.Json;
using System.Text.RegularExpressions;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What Gemini CLI's words about a failed request mean.</summary>
/// <remarks>
/// <c>[API Error: {"error":{"code":401,"message":"…","status":"UNAUTHENTICATED"}}]</c> · <c>[API Error: terminated]</c><br/>
/// Awkward: of 404, 429 and 503 it tells the message without the status, and to that of a 429 it adds <c>Please wait and try again later. To
/// increase your limits, …</c>; Google words a limit of requests a minute as "exceeded your current quota, please check your plan and billing
/// details", with <c>limit: 0</c> where the account has no quota at all; a message may be JSON in JSON, and a list of one.
/// </remarks>
internal static partial class GeminiWords
{
    /// <summary>The HTTP status of a limit, for words that are known to tell of one.</summary>
    public const int TooManyRequests = 429;

    private const int DeepestNesting = 3;
    private const int BadRequest = 400;

    // Node's word for an answer that broke off; behind the agent's name it reads as if that had been ended.
    private const string CutOff = "terminated";

    /// <summary>The problem that its words tell of.</summary>
    /// <param name="status">HTTP status, where something else than the words tells it.</param>
    /// <param name="text">As gemini says it.</param>
    /// <param name="type">Name of the error's class, where it tells it.</param>
    /// <param name="at">When it said so.</param>
    public static AgentProblem Problem(long? status, string text, string? type, DateTimeOffset? at)
    {
        var (code, said) = Unwrapped(text);
        var name = Code(code ?? status, said, text, type);
        return new AgentProblem(name, said == CutOff ? "lost the connection in the middle of an answer" : said, name == AgentFailure.RateLimited ? LimitEnd.In(text, at) : null);
    }

    private static string Code(long? status, string said, string whole, string? type)
    {
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (status == TooManyRequests || whole.Contains("To increase your limits", StringComparison.Ordinal) || whole.Contains("Possible quota limitations", StringComparison.Ordinal))
            return ProviderWords.IsWithoutQuota(said) || Says("credits are depleted") || Says("insufficient credit") ? AgentFailure.BudgetSpent : AgentFailure.RateLimited;
        if (type == "FatalAuthenticationError" || (status == BadRequest && Says("api key")))
            return AgentFailure.NotSignedIn;
        if (Says("is not supported for generateContent"))
            return AgentFailure.ModelUnknown;
        return type is "FatalTurnLimitedError" ? AgentFailure.Other : ProviderWords.Code(status, said);
    }

    // [API Error: {"error":{"code":400,"message":"{\"error\":{…}}","status":"…"}}] is the innermost message, with the first code.
    private static (long? Code, string Said) Unwrapped(string text)
    {
        var said = Wrapping().Match(text) is { Success: true } wrapped ? wrapped.Groups["said"].Value.Trim() : text.Trim();
        long? code = null;
        for (var depth = 0; depth < DeepestNesting && Error(said) is var (inner, message) && message is not null; depth++)
            (code, said) = (code ?? inner, message.Trim());
        return (code, said);
    }

    private static (long? Code, string? Message) Error(string text)
    {
        if (text is not ['{' or '[', ..])
            return (null, null);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 0 ? all[0] : document.RootElement;
            return root.Get("error") is { } error ? (error.Count("code"), error.Text("message")) : (null, null);
        }
        catch (JsonException)
        {
            // Words that begin with a brace: they are what it says.
            return (null, null);
        }
    }

    [GeneratedRegex(@"^\[API Error: (?<said>.*?)\](\n(Please wait|Possible quota).*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Wrapping();
}
