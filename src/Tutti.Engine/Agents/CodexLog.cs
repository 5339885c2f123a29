using System.Globalization;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Agents;

/// <summary>What Codex writes to stderr of each request it makes, where <c>RUST_LOG</c> asks for it, beside whatever else is there.</summary>
/// <remarks>
/// <c>2026-11-28T17:52:57.374469Z DEBUG codex_http_client::client: Request completed method=POST url=https://… status=503 Service Unavailable headers={"content-type": "application/json", "retry-after": "3600"} version=HTTP/1.1</c><br/>
/// A request that met a 5xx is made again: after as long as the provider asks for, which is told nowhere else, or at once. The time is the program's, in UTC.
/// </remarks>
internal static partial class CodexLog
{
    /// <summary>The variable by which the log is asked for.</summary>
    public const string Variable = "RUST_LOG";

    /// <summary>Its own default, and a line for each request.</summary>
    public const string Filter = "error,codex_http_client::client=debug";

    /// <summary>What became of the request of this line: tried again after a 5xx, or answered; null for any other line.</summary>
    public static AgentEvent? Request(string line)
    {
        if (Completed().Match(line) is not { Success: true } match)
            return null;
        var status = long.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture);
        if (status < 400)
            return new AgentEvent.Answered();
        if (status < 500)
            return null;
        TimeSpan? after = RetryAfter().Match(line) is { Success: true } asked ? TimeSpan.FromSeconds(int.Parse(asked.Groups["seconds"].Value, CultureInfo.InvariantCulture)) : null;
        var wait = after is { TotalSeconds: > 0 and var seconds } ? $", asked to wait {seconds} s" : "";
        return new AgentEvent.Retrying(ProviderWords.Problem(status, $"HTTP {match.Groups["said"].Value.Trim()}{wait}"), after);
    }

    /// <summary>A text of stderr without the lines of the log: only what the program says to people.</summary>
    public static string Without(string stderr) => string.Join('\n', stderr.Split('\n').Where(line => !Completed().IsMatch(line)));

    [GeneratedRegex(@"^\S{1,40} DEBUG codex_http_client::client: Request completed method=\S{1,20} url=\S{1,2000} status=(?<said>(?<status>[1-5][0-9]{2})[^={]{0,60}) headers=", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Completed();

    [GeneratedRegex("\"retry-after\": \"(?<seconds>[0-9]{1,8})\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RetryAfter();
}
