using System.Text;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Host;

namespace Tutti.Engine.Agents;

/// <summary>
/// What an agent in a role is told, with gaps. <c>{{name}}</c> is a value; <c>{{#name}} … {{/name}}</c> stands only where the value is
/// not empty. Values are put in once and never looked into again, so a task's text cannot name a gap.
/// </summary>
/// <param name="Source">Where it comes from, for error messages.</param>
/// <param name="Text">The template.</param>
public sealed partial record PromptTemplate(string Source, string Text)
{
    /// <summary>Where a repository keeps its own, below its top.</summary>
    private const string Folder = ".tutti/prompts";

    private const string Mend = "mend it, or remove it to use the one that comes with Tutti";

    /// <summary>Most bytes of a repository's own template.</summary>
    public const int Limit = 256 * 1024;

    /// <summary>The template of a role: the repository's <c>.tutti/prompts/ROLE.md</c> where there is one, else Tutti's own.</summary>
    /// <param name="role">The role.</param>
    /// <param name="repository">The user's top folder (not a slot: an agent could change what the next one is told); null takes Tutti's own.</param>
    /// <exception cref="FailureException">The repository's template is too large, cannot be read, or lacks what the role cannot do without.</exception>
    public static PromptTemplate Of(Role role, string? repository)
    {
        var name = role.ToString().ToLowerInvariant();
        if (repository is not null && Path.Combine(repository, Folder, $"{name}.md") is var own && Path.Exists(own))
            return new PromptTemplate(own, Read(new FileInfo(own))).Whole(role);
        using var stream = typeof(PromptTemplate).Assembly.GetManifestResourceStream($"Tutti.Engine.Agents.Prompts.{name}.md")!;
        using var reader = new StreamReader(stream);
        return new PromptTemplate($"{name}.md", reader.ReadToEnd());
    }

    /// <summary>Looks at all of a repository's own templates, so that none is found to be wrong when its turn comes.</summary>
    /// <param name="repository">The user's top folder.</param>
    /// <returns>Files there that are no role's.</returns>
    /// <exception cref="FailureException">One of them cannot be used.</exception>
    public static IReadOnlyList<string> Check(string repository)
    {
        var folder = Path.Combine(repository, Folder);
        if (!Directory.Exists(folder))
            return [];
        var roles = Enum.GetValues<Role>().ToDictionary(role => $"{role.ToString().ToLowerInvariant()}.md", StringComparer.Ordinal);
        foreach (var role in roles.Values)
            Of(role, repository).Render(new PromptValues { Role = role, ResultPath = "", Nonce = "" });
        return
        [
            .. Directory.EnumerateFiles(folder, "*.md").Select(file => Path.GetFileName(file)!).Where(name => !roles.ContainsKey(name)).Order(StringComparer.Ordinal)
                .Select(name => $"{Folder}/{name} is no role's prompt, and is not used; {Nearest.Hint(name, [.. roles.Keys])}"),
        ];
    }

    /// <summary>The prompt.</summary>
    /// <exception cref="FailureException">The template has a gap that nothing fills, or a section without its end.</exception>
    public string Render(PromptValues values)
    {
        var filled = values.ToDictionary();
        var prompt = new StringBuilder();
        var kept = new Stack<(string Name, bool Shown)>();
        var at = 0;
        foreach (Match gap in Gaps().Matches(Text))
        {
            if (kept.All(section => section.Shown))
                prompt.Append(Text, at, gap.Index - at);
            at = gap.Index + gap.Length;
            var name = gap.Groups["name"].Value;
            var value = filled.TryGetValue(name, out var found)
                ? found
                : throw Bad(gap, $"'{gap.Value.Trim()}' names nothing that Tutti knows", Nearest.Hint(name, filled.Keys));
            if (gap.Groups["kind"].Value == "#")
                kept.Push((name, value.Length > 0));
            else if (gap.Groups["kind"].Value == "/")
                Close(gap, name, kept);
            else if (kept.All(section => section.Shown))
                prompt.Append(value);
        }

        if (kept.TryPeek(out var open))
            throw FailureException.Input(FailureCode.PromptTemplateInvalid, $"{Source}: {{{{#{open.Name}}}}} has no {{{{/{open.Name}}}}}");
        prompt.Append(Text, at, Text.Length - at);
        return prompt.ToString();
    }

    // Without its task an agent works blindly (a check of the whole may do without), and without the nonce no judge's answer counts, and no plan.
    private PromptTemplate Whole(Role role)
    {
        var gaps = Gaps().Matches(Text).Where(gap => gap.Groups["kind"].Length == 0).Select(gap => gap.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var subject = role switch { Role.Plan => "request", Role.Resolve => "conflicts", Role.Correct => "findings", Role.Develop or Role.Review => "task", _ => null };
        if (subject is not null && !gaps.Contains(subject))
            throw FailureException.Input(FailureCode.PromptTemplateInvalid, $"{Source}: it lacks {{{{{subject}}}}}, so that the agent would not know what to do", Mend);
        return gaps.Contains("answer") || gaps.Contains("nonce") || !(role == Role.Plan || ResultSchema.IsJudge(role))
            ? this
            : throw FailureException.Input(FailureCode.PromptTemplateInvalid, $"{Source}: it lacks {{{{answer}}}}, so that the agent would not know how to give its result", Mend);
    }

    private void Close(Match gap, string name, Stack<(string Name, bool Shown)> kept)
    {
        if (!kept.TryPop(out var section) || section.Name != name)
            throw Bad(gap, $"{gap.Value.Trim()} ends a section that is not open", null);
    }

    private FailureException Bad(Match gap, string what, string? hint) =>
        FailureException.Input(FailureCode.PromptTemplateInvalid, $"{Source}:{Text.AsSpan(0, gap.Index).Count('\n') + 1}: {what}", hint);

    private static string Read(FileInfo own)
    {
        if (!own.Exists)
            throw FailureException.Input(FailureCode.PromptTemplateInvalid, $"{own.FullName} is no file", Mend);
        var length = RegularFile.Length(own.FullName);
        if (length > Limit)
            throw FailureException.Input(FailureCode.PromptTemplateInvalid, $"{own.FullName} holds {length} bytes, more than {Limit}", Mend);
        // A pipe or a device has no length either, and reading one may never end.
        if (length == 0)
            return "";
        try
        {
            return File.ReadAllText(own.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(FailureCategory.Input, FailureCode.PromptTemplateInvalid, $"{own.FullName}: {e.Message}", Mend), e);
        }
    }

    // A section mark alone on its line takes the line with it.
    [GeneratedRegex(@"(?<=^|\n)\{\{(?<kind>[#/])(?<name>[a-z_]+)\}\}\n|\{\{(?<kind>[#/]?)(?<name>[a-z_]+)\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Gaps();
}
