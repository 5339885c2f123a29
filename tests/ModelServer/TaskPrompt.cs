using System.Text.RegularExpressions;

namespace ModelServer;

/// <summary>What can be read in one of Tutti's prompts: see the templates in <c>src/Tutti.Engine/Agents/Prompts</c>.</summary>
internal sealed partial class TaskPrompt(string text)
{
    public const string Develop = "develop";
    public const string Correct = "correct";
    public const string Review = "review";
    public const string Plan = "plan";

    private static readonly (string Start, string Role)[] Starts =
    [
        ("You correct work", Correct),
        ("You review the work", Review),
        ("You bring finished", "finalize"),
        ("You verify finished", "qa"),
        ("You verify frontend", "e2e"),
        ("You resolve a merge", "resolve"),
        ("You plan work", Plan),
    ];

    /// <summary>The role; the developer's for a prompt that Tutti did not write.</summary>
    public string Role { get; } = Starts.FirstOrDefault(start => text.TrimStart().StartsWith(start.Start, StringComparison.Ordinal)).Role ?? Develop;

    /// <summary>The attempt's nonce; null where no result is asked for.</summary>
    public string? Nonce { get; } = NonceField().Matches(text) is { Count: > 0 } all ? all[^1].Groups["nonce"].Value : null;

    public bool IsJudge { get; } = text.Contains("\"approved\"", StringComparison.Ordinal);

    /// <summary>The directives for this role.</summary>
    public IReadOnlyList<Directive> Directives => [.. All.Where(directive => directive.Role == Role)];

    /// <summary>The same for all attempts at one task, whatever their role.</summary>
    public string Task => TaskLine().Match(text) is { Success: true } line
        ? line.Groups["line"].Value
        : string.Join('\n', All.Select(directive => $"{directive.What} {directive.Rest}"));

    private IReadOnlyList<Directive> All { get; } = Directive.In(text);

    [GeneratedRegex("\"nonce\":\\s*\"(?<nonce>[^\"]+)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex NonceField();

    [GeneratedRegex(@"^`{3,}task\n(?<line>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex TaskLine();
}
