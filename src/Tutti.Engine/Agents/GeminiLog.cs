using System.Globalization;
using System.Text.RegularExpressions;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What Gemini CLI says on stderr of a request that failed and that it makes again, ten times and for minutes, while its stream is silent.</summary>
/// <remarks>
/// <c>Attempt 1 failed with status 503. Retrying with backoff... _ApiError: {"error":{"code":503,"message":"…","status":"UNAVAILABLE"}}</c><br/>
/// <c>Attempt 2 failed. Retrying with backoff... Error: exception TypeError: fetch failed sending request</c><br/>
/// <c>Attempt 1 failed: You exceeded your current quota …⏎Suggested retry after 34s.. Retrying after 36108ms...</c><br/>
/// Awkward: the last may be of several lines, as the provider's words are; and no line has a time.
/// </remarks>
internal sealed partial class GeminiLog
{
    private const int MostWords = 4_000;

    // The provider's words, until the line that says how long it waits.
    private string? _words;

    /// <summary>The request that has failed and is made again, or that one was answered after all; null for any other line, and while its words go on.</summary>
    /// <param name="line">The next line of stderr.</param>
    /// <param name="at">About when it was written; null where nobody knows.</param>
    public AgentEvent? Take(string line, DateTimeOffset? at)
    {
        if (Backoff().Match(line) is { Success: true } backoff)
        {
            _words = null;
            long? status = backoff.Groups["status"] is { Success: true } told ? long.Parse(told.Value, CultureInfo.InvariantCulture) : null;
            return new AgentEvent.Retrying(GeminiWords.Problem(status, backoff.Groups["why"].Value, null, at), null);
        }

        // Only an answer calls tools.
        if (line.StartsWith("Error executing tool", StringComparison.Ordinal))
        {
            _words = null;
            return new AgentEvent.Answered();
        }

        if (Failed().Match(line) is { Success: true } failed)
            _words = failed.Groups["why"].Value;
        else if (_words is not null)
            _words += '\n' + line;
        if (_words is null)
            return null;
        if (Wait().Match(_words) is { Success: true } wait)
        {
            var told = After(_words[..wait.Index], wait, at);
            _words = null;
            return told;
        }

        if (_words.Length > MostWords)
            _words = null;
        return null;
    }

    // It waits for a time that it was told only where a quota or the capacity is used up.
    private static AgentEvent.Retrying After(string words, Match wait, DateTimeOffset? at)
    {
        var problem = GeminiWords.Problem(null, words, null, at);
        if (problem.Code != AgentFailure.Overloaded)
            problem = GeminiWords.Problem(GeminiWords.TooManyRequests, words, null, at);
        if (problem.Code == AgentFailure.RateLimited)
            problem = problem with { ResetsAt = LimitEnd.In(wait.Value, at) };
        return new AgentEvent.Retrying(problem, TimeSpan.FromMilliseconds(long.Parse(wait.Groups["ms"].Value, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"^Attempt [0-9]{1,4} failed( with status (?<status>[45][0-9]{2})| with (429|5xx) error[^.]{0,40})?\. Retrying with backoff\.\.\.( [A-Za-z_]{0,40}Error:)? ?(?<why>.{0,4000})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Backoff();

    [GeneratedRegex(@"^Attempt [0-9]{1,4} failed: (?<why>.{0,4000})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Failed();

    [GeneratedRegex(@"\.? Retrying after (?<ms>[0-9]{1,9})ms\.\.\.\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Wait();
}
