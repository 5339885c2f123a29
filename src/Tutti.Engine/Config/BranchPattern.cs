using System.Text.RegularExpressions;

namespace Tutti.Engine.Config;

/// <summary>The pattern of branch names: <c>feature/task-{id}</c>, optionally with <c>{session}</c> and <c>{title}</c>.</summary>
public static partial class BranchPattern
{
    private const int Longest = 200;

    private static readonly string[] Known = ["{id}", "{session}", "{title}"];

    /// <summary>Why a text cannot be a pattern, as the end of a sentence; null when it can. What the ids become is the slugs' care.</summary>
    public static string? Problem(string pattern)
    {
        if (pattern.Length > Longest)
            return $"must not be longer than {Longest} characters";
        if (!pattern.Contains("{id}"))
            return "must contain {id}, so that each task gets a branch of its own";
        if (Placeholder().Matches(pattern).Select(match => match.Value).FirstOrDefault(found => !Known.Contains(found)) is { } unknown)
            return $"may hold {string.Join(", ", Known)}, but not {unknown}";
        return IsBranchName(Placeholder().Replace(pattern, "x")) ? null : "must make a name that git allows for a branch";
    }

    // The rules of git check-ref-format that a pattern can break.
    private static bool IsBranchName(string name) =>
        !Forbidden().IsMatch(name)
        && !name.StartsWith('-')
        && !name.EndsWith('.')
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[\x00-\x20\x7f~^:?*\[\]\\{}]|\.\.|@\{", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Forbidden();
}
