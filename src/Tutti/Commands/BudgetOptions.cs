using System.CommandLine;
using System.Globalization;
using Tutti.Core;

namespace Tutti.Commands;

/// <summary>The options that say what a session may spend: of <c>tutti run</c>, and of <c>tutti resume</c>, which raises it.</summary>
internal sealed class BudgetOptions
{
    private readonly Option<decimal?> _usd = new("--budget-usd") { Description = "Start no new work beyond so many dollars", HelpName = "N" };
    private readonly Option<long?> _tokens = new("--budget-tokens") { Description = "Start no new work beyond so many tokens", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Options.Add(_usd);
        command.Options.Add(_tokens);
    }

    /// <summary>The same with the budget that was given.</summary>
    /// <exception cref="FailureException"><c>out_of_range</c>: it is nothing.</exception>
    public Overrides Over(ParseResult parsed, Overrides said)
    {
        var (usd, tokens) = (parsed.GetValue(_usd), parsed.GetValue(_tokens));
        return usd <= 0 || tokens <= 0
            ? throw FailureException.Input("out_of_range", "a budget must be more than zero")
            : said with { Usd = usd, Tokens = tokens };
    }

    /// <summary>A budget as it is given on a command line.</summary>
    public static IEnumerable<string> Words(Overrides said)
    {
        if (said.Usd is { } usd)
            yield return string.Create(CultureInfo.InvariantCulture, $"--budget-usd={usd}");
        if (said.Tokens is { } tokens)
            yield return string.Create(CultureInfo.InvariantCulture, $"--budget-tokens={tokens}");
    }
}
