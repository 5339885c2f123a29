using System.Text;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Agents;

/// <summary>
/// What an agent in a role is told, with gaps. <c>{{name}}</c> is a value; <c>{{#name}} … {{/name}}</c> stands only where the value is
/// not empty. Values are put in once and never looked into again, so a task's text cannot name a gap.
/// </summary>
/// <param name="Source">Where it comes from, for error messages.</param>
/// <param name="Text">The template.</param>
public sealed partial record PromptTemplate(string Source, string Text)
{
    /// <summary>Most bytes of a repository's own template.</summary>
    public const int Limit = 256 * 1024;

    /// <summary>The template of a role: the repository's <c>.tutti/prompts/ROLE.md</c> where there is one, else Tutti's own.</summary>
    /// <param name="role">The role.</param>
    /// <param name="repository">The user's top folder (not a slot: an agent could change what the next one is told); null takes Tutti's own.</param>
    /// <exception cref="FailureException">The repository's template is too large or cannot be read.</exception>
    public static PromptTemplate Of(Role role, string? repository)
    {
        var name = role.ToString().ToLowerInvariant();
        if (repository is not null && new FileInfo(Path.Combine(repository, ".tutti", "prompts", $"{name}.md")) is { Exists: true } own)
            return new PromptTemplate(own.FullName, Read(own));
        using var stream = typeof(PromptTemplate).Assembly.GetManifestResourceStream($"Tutti.Engine.Agents.Prompts.{name}.md")!;
        using var reader = new StreamReader(stream);
        return new PromptTemplate($"{name}.md", reader.ReadToEnd());
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
            throw FailureException.Input("prompt_template_invalid", $"{Source}: {{{{#{open.Name}}}}} has no {{{{/{open.Name}}}}}");
        prompt.Append(Text, at, Text.Length - at);
        return prompt.ToString();
    }

    private void Close(Match gap, string name, Stack<(string Name, bool Shown)> kept)
    {
        if (!kept.TryPop(out var section) || section.Name != name)
            throw Bad(gap, $"{gap.Value.Trim()} ends a section that is not open", null);
    }

    private FailureException Bad(Match gap, string what, string? hint) =>
        FailureException.Input("prompt_template_invalid", $"{Source}:{Text.AsSpan(0, gap.Index).Count('\n') + 1}: {what}", hint);

    private static string Read(FileInfo own)
    {
        if (own.Length > Limit)
            throw FailureException.Input("prompt_template_invalid", $"{own.FullName} holds {own.Length} bytes, more than {Limit}");
        try
        {
            return File.ReadAllText(own.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(FailureCategory.Input, "prompt_template_invalid", $"{own.FullName}: {e.Message}", "mend it, or remove it to use the one that comes with Tutti"), e);
        }
    }

    // A section mark alone on its line takes the line with it.
    [GeneratedRegex(@"(?<=^|\n)\{\{(?<kind>[#/])(?<name>[a-z_]+)\}\}\n|\{\{(?<kind>[#/]?)(?<name>[a-z_]+)\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Gaps();
}
