using System.Text.RegularExpressions;

namespace ModelServer;

/// <summary>What a path asks for.</summary>
/// <param name="Scope">Everything before the provider's own path.</param>
/// <param name="Model">The model, where the path names it.</param>
/// <param name="Streams">Whether the path asks for a stream; null where the body says so.</param>
/// <param name="Counts">It only wants tokens counted.</param>
internal sealed partial record Route(ModelApi Api, string Scope, string? Model, bool? Streams, bool Counts)
{
    /// <summary>
    /// Reads a path; null for one that calls no model. Samples: <c>/some/scope/v1/messages</c>, <c>/v1/responses</c>,
    /// <c>/v1beta/models/gemini-2.5-pro:streamGenerateContent</c>.
    /// </summary>
    public static Route? Of(string path)
    {
        if (Gemini().Match(path) is { Success: true } gemini)
        {
            var what = gemini.Groups["what"].Value;
            return new(ModelApi.Gemini, Scoped(gemini), gemini.Groups["model"].Value, what == "streamGenerateContent", what == "countTokens");
        }

        return Others().Match(path) is { Success: true } other
            ? new(ApiOf(other.Groups["what"].Value), Scoped(other), null, null, other.Groups["count"].Success)
            : null;
    }

    private static string Scoped(Match match) => match.Groups["scope"].Value.Trim('/');

    private static ModelApi ApiOf(string what) => what switch
    {
        "messages" => ModelApi.Anthropic,
        "responses" => ModelApi.Responses,
        _ => ModelApi.Chat,
    };

    [GeneratedRegex(@"^(?<scope>.*?)/v1\w*/models/(?<model>[^:/]+):(?<what>streamGenerateContent|generateContent|countTokens)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Gemini();

    [GeneratedRegex(@"^(?<scope>.*?)(/v1)?/(?<what>messages|responses|chat/completions)(?<count>/count_tokens)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Others();
}
