using System.Text.RegularExpressions;
using Tutti.Core.Plan;

namespace Tutti.Engine.Sources;

/// <summary>The text of a check-box with what is said in it about the task taken out: <c>Add login (id: login) (depends: db) !high</c>.</summary>
internal sealed record MarkdownText(string Title)
{
    // Without backtracking: time stays linear, whatever the file holds.
    private static readonly Regex FieldPattern = new(@"\((?<key>id|depends|depends[ _-]on|after|files):(?<value>[^()]*)\)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);
    private static readonly Regex PriorityPattern = new(@"(?:^|\s)!(?<word>critical|urgent|high|medium|low)(?:\s|$)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);
    private static readonly Regex TagPattern = new(@"(?:^|\s)#(?<tag>[\p{L}_][\p{L}\p{N}_/-]*)", RegexOptions.NonBacktracking);

    private const int MaxId = 200;

    public string? Id { get; init; }

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public Priority? Priority { get; init; }

    /// <summary>Words after <c>#</c>, which stay in the title.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public static MarkdownText Parse(string text)
    {
        var fields = FieldPattern.Matches(text).ToLookup(match => SourceWords.Plain(match.Groups["key"].Value), match => match.Groups["value"].Value.Trim());
        var urgency = PriorityPattern.Match(text);
        var title = PriorityPattern.Replace(FieldPattern.Replace(text, " "), " ");
        return new MarkdownText(title.Trim())
        {
            Id = fields["id"].FirstOrDefault(id => id.Length is > 0 and <= MaxId && !id.Any(char.IsControl)),
            DependsOn = [.. Lists(fields["depends"].Concat(fields["depends-on"]).Concat(fields["after"]))],
            Files = [.. Lists(fields["files"])],
            Priority = urgency.Success ? SourceWords.Priority(urgency.Groups["word"].Value) : null,
            Tags = [.. TagPattern.Matches(text).Select(match => match.Groups["tag"].Value)],
        };
    }

    private static IEnumerable<string> Lists(IEnumerable<string> values) =>
        values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal);
}
