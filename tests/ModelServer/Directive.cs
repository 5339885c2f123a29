using System.Text.RegularExpressions;

namespace ModelServer;

/// <summary>A line of a task that tells <see cref="Obedient"/> what to do.</summary>
/// <param name="Role">The role it is for.</param>
/// <param name="What">For example <c>sh</c>.</param>
/// <param name="Rest">Everything behind it on the line.</param>
internal sealed partial record Directive(string Role, string What, string Rest)
{
    public string[] Words => Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number at a place; null if there is none.</summary>
    public int? Number(int at) => Words.Length > at && int.TryParse(Words[at], out var number) ? number : null;

    /// <summary>All directives in a text, in order. A name without a role is the developer's, except <c>fix</c> and <c>reject</c>.</summary>
    public static IReadOnlyList<Directive> In(string text) => [.. Line().Matches(text).Select(match =>
    {
        var (role, what) = (match.Groups["role"].Value, match.Groups["what"].Value);
        return new Directive(role.Length > 0 ? role : OwnerOf(what), what == "fix" ? "sh" : what, match.Groups["rest"].Value.Trim());
    })];

    private static string OwnerOf(string what) => what switch
    {
        "fix" => TaskPrompt.Correct,
        "reject" => TaskPrompt.Review,
        _ => TaskPrompt.Develop,
    };

    [GeneratedRegex(@"^[ \t>*-]*@((?<role>develop|review|correct|finalize|qa|e2e|resolve|plan)-)?(?<what>sh|fix|say|call|fail|hang|cut|delay|wait|tokens|answer|reject)\b(?<rest>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex Line();
}
