using System.Globalization;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Agents;

/// <summary>What <c>opencode --print-logs --log-level ERROR</c> writes to stderr, beside whatever else is there.</summary>
/// <remarks>
/// <c>timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1891298d message="stream error" providerID=… modelID=… small=false agent=build error.error="AI_APICallError: …"</c><br/>
/// Such a request is made again after a while that nothing tells: as long as the provider asks for, or up to 30 s. <c>small=true</c> is the
/// one that finds a title.
/// </remarks>
internal static partial class OpenCodeLog
{
    /// <summary>The options that make it write so.</summary>
    public static IReadOnlyList<string> Options { get; } = ["--print-logs", "--log-level", "ERROR"];

    /// <summary>The request that has failed, and is made again; null for any other line.</summary>
    public static AgentProblem? Retried(string line)
    {
        if (Failed().Match(line) is not { Success: true } match || line.Contains(" small=true ", StringComparison.Ordinal))
            return null;
        DateTimeOffset? at = DateTimeOffset.TryParse(match.Groups["at"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told) ? told : null;
        return ProviderWords.Problem(null, match.Groups["why"].Value, at);
    }

    /// <summary>A text of stderr without the lines of the log: only what the program says to people.</summary>
    public static string Without(string stderr) =>
        string.Join('\n', stderr.Split('\n').Where(line => !line.StartsWith("timestamp=", StringComparison.Ordinal)));

    [GeneratedRegex("^timestamp=(?<at>\\S{1,40}) level=ERROR .{0,200}message=\"stream error\" .{0,2000}error\\.error=\"?(?<why>[^\"]{1,2000})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Failed();
}
