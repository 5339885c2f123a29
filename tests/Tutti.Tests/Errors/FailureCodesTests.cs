using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Tests.Tidy;

namespace Tutti.Tests.Errors;

/// <summary>Every failure that the sources make is in the table of docs/ERRORS.md, under its category, with what it means and what to do.</summary>
public partial class FailureCodesTests
{
    private const string Documented = "docs/ERRORS.md";

    private static readonly Dictionary<string, string[]> Table = Rows().ToDictionary(row => row[0].Trim('`'), StringComparer.Ordinal);

    [Fact]
    public void Every_code_that_is_made_is_in_the_table_under_its_category()
    {
        var made = Repository.CSharp("src/").SelectMany(file => Made().Matches(file.Text).Select(m => (file.Path, Match: m))).ToList();
        Assert.True(made.Count > 150, $"only {made.Count} places were found: the sources are written in another way now");
        var wrong = made.Select(m => Problem(m.Path, m.Match)).OfType<string>().ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_name_of_an_agents_failure_is_in_the_table_under_its_category()
    {
        foreach (var code in typeof(AgentFailure).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!))
            Assert.Contains(AgentFailure.Category(code).ToString().ToLowerInvariant(), Table[code][1].Split(' '));
    }

    [Fact]
    public void Every_row_says_what_it_means_and_what_to_do_and_is_of_a_code_in_the_sources()
    {
        var sources = string.Concat(Repository.CSharp("src/").Select(file => file.Text));
        foreach (var (code, row) in Table)
        {
            Assert.All(row, cell => Assert.NotEqual("", cell));
            Assert.All(row[1].Split(' '), word => Assert.True(Enum.TryParse<FailureCategory>(word, ignoreCase: true, out _), $"{code}: {word}"));
            Assert.True(sources.Contains($"\"{code}\"", StringComparison.Ordinal) || code is "yaml_broken" or "json_broken", $"{code} is made nowhere");
        }
    }

    [Fact]
    public void Every_failure_that_is_made_with_its_category_has_a_hint()
    {
        var without = Repository.CSharp("src/").SelectMany(file => Hintless().Matches(file.Text).Select(m => $"{file.Path}: {m.Value}")).ToList();
        Assert.True(without.Count == 0, string.Join('\n', without));
    }

    [Fact]
    public void Codes_are_in_order() => Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), Table.Keys);

    [Fact]
    public void Every_category_has_its_exit_code_and_its_recovery_in_the_document()
    {
        var text = Text();
        foreach (var category in Enum.GetValues<FailureCategory>())
            Assert.Contains($"| {category.ToString().ToLowerInvariant()} | {ExitCodes.Of(new Failure(category, "x", "x"))} | ", text);
    }

    private static string? Problem(string file, Match match)
    {
        var code = match.Groups["constant"] is { Success: true } name ? Constant(name.Value) : match.Groups["code"].Value;
        if (code is null)
            return null;
        var category = match.Groups["category"].Value.ToLowerInvariant();
        if (!Table.TryGetValue(code, out var row))
            return $"{file}: {code} ({category}) is not in {Documented}";
        return category.Length == 0 || row[1].Split(' ').Contains(category) ? null : $"{file}: {code} is {category}, and {row[1]} in {Documented}";
    }

    // Null for what only looks like one: an enum's value before the code.
    private static string? Constant(string name) =>
        name.Split('.') is [var type, var field] && Array.Find([typeof(FailureCode), typeof(AgentFailure)], t => t.Name == type) is { } codes
            ? (string?)codes.GetField(field)?.GetRawConstantValue()
            : null;

    private static string Text() => Repository.All.Single(file => file.Path == Documented).Text;

    private static IEnumerable<string[]> Rows() => Text()[Text().IndexOf("## All codes", StringComparison.Ordinal)..].Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|').Select(cell => cell.Trim()).ToArray());

    // new Failure(FailureCategory.Git, "code", new(FailureCategory.Git, FailureCode.Name, FailureException.Input("code", with { Code = "code",
    // and the families that make failures of one category by a method of their own.
    [GeneratedRegex(
        """(?:(?:new Failure|new)\(\s*FailureCategory\.(?<category>\w+),\s*|FailureException\.(?<category>Input|Environment)\(\s*|\bCode = |\b(?:Failed|Found|Refuse|Unfit|Wrong)\((?:[\w.]+,\s*)?)(?:"(?<code>[a-z0-9]+(?:_[a-z0-9]+)+)"|(?<constant>[A-Z]\w*\.\w+))[,\s}]""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Made();

    // new Failure(FailureCategory.Git, "code", $"message") and nothing more; a message may hold strings of its own, in braces.
    [GeneratedRegex(
        """new(?: Failure)?\(\s*FailureCategory\.\w+,\s*(?:"[a-z0-9_]+"|FailureCode\.\w+),\s*\$?"(?:[^"\\{]|\\.|\{\{|\{(?:[^{}"]|"[^"]*"|\$"[^"]*")*\})*"(?:,\s*Detail:[^;]*)?\)""",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Hintless();
}
