using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>
/// Names of task branches: the user's pattern, filled with slugs, because ids and titles come from outside and may hold
/// anything (PITFALLS P24).
/// </summary>
public static partial class BranchName
{
    private const int MaxSlug = 60;
    private const int HashLength = 8;
    private const int MaxSuffix = 1000;

    private static readonly string[] Placeholders = ["id", "title", "session"];

    /// <summary>
    /// Text as <c>[a-z0-9-]</c>, never empty, never starting or ending with <c>-</c>, at most 60 characters. Text with
    /// nothing to keep becomes a short hash of itself, and long text is cut and ends with one.
    /// </summary>
    public static string Slug(string text)
    {
        var kept = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                kept.Append(char.ToLowerInvariant(c));
            else if (kept.Length > 0 && kept[^1] != '-')
                kept.Append('-');
        }

        var slug = kept.ToString().TrimEnd('-');
        if (slug.Length == 0)
            return Hash(text);
        return slug.Length <= MaxSlug ? slug : $"{slug[..(MaxSlug - HashLength - 1)].TrimEnd('-')}-{Hash(text)}";
    }

    /// <summary>What is wrong with a pattern such as <c>feature/task-{id}</c>; null when every id gives a name git takes.</summary>
    public static Failure? CheckPattern(string pattern)
    {
        foreach (Match match in Placeholder().Matches(pattern))
        {
            var word = match.Groups["word"].Value;
            if (!Placeholders.Contains(word))
                return Refused(pattern, $"does not know {{{word}}}", Nearest.Hint(word, Placeholders));
        }

        return RefName.BranchProblem(Fill(pattern, "x", "x", "x")) is { } problem
            ? Refused(pattern, $"gives no branch name: it {problem}", "for example feature/task-{id}")
            : null;
    }

    /// <summary>The branch of a task.</summary>
    /// <param name="pattern">The user's pattern; <c>{id}</c>, <c>{title}</c> and <c>{session}</c> are filled in as slugs.</param>
    /// <param name="id">The task's id.</param>
    /// <param name="title">Its title; null takes the id.</param>
    /// <param name="session">The session's id; null leaves the id in its place.</param>
    /// <param name="taken">True for a name that is not to be used; the name then gets <c>-2</c>, <c>-3</c>…</param>
    /// <exception cref="FailureException"><c>branch_pattern_invalid</c>, or <c>branch_name_taken</c> when 1000 suffixes do not help.</exception>
    public static string For(string pattern, string id, string? title = null, string? session = null, Func<string, bool>? taken = null)
    {
        if (CheckPattern(pattern) is { } failure)
            throw new FailureException(failure);
        var name = Fill(pattern, Slug(id), Slug(title ?? id), Slug(session ?? id));
        // Filling may still break a rule the check with "x" did not see: the length.
        if (RefName.BranchProblem(name) is { } problem)
            throw new FailureException(Refused(pattern, $"gives '{name}' for task {id}, and that {problem}", "use a shorter pattern"));
        return Enumerable.Range(1, MaxSuffix)
            .Select(n => n == 1 ? name : $"{name}-{n}")
            .FirstOrDefault(candidate => taken is null || !taken(candidate))
            ?? throw FailureException.Input("branch_name_taken", $"no free branch name near '{name}'", "another branch may stand where a folder of this name is needed; choose another --branch pattern");
    }

    /// <summary>
    /// The predicate for <see cref="For"/> from the short names that exist: equal ones (also where only case differs, which is
    /// one file on macOS), and those where one would need to be a folder and the other a file.
    /// </summary>
    public static Func<string, bool> TakenBy(IReadOnlyCollection<string> branches) =>
        name => branches.Any(branch =>
            branch.Equals(name, StringComparison.OrdinalIgnoreCase)
            || branch.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(branch + "/", StringComparison.OrdinalIgnoreCase));

    private static string Fill(string pattern, string id, string title, string session) =>
        Placeholder().Replace(pattern, match => match.Groups["word"].Value switch
        {
            "id" => id,
            "title" => title,
            _ => session,
        });

    private static Failure Refused(string pattern, string why, string hint) =>
        new(FailureCategory.Input, "branch_pattern_invalid", $"the branch pattern '{pattern}' {why}", hint);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    [GeneratedRegex(@"\{(?<word>[^{}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
