using System.CommandLine;
using Tutti.Core;

namespace Tutti.Commands;

/// <summary>The options of <c>tutti run</c> that say how a session is run (SPEC 2), and what they change in the settings.</summary>
internal sealed class RunOptions
{
    private readonly Option<int?> _maxAgents = new("--max-agents", "-m") { Description = "Agents at once, never exceeded (default 5)", HelpName = "N" };
    private readonly Option<string?> _review = new("--review", "-r") { Description = "How much reviewers insist on: strict, balanced, lenient", HelpName = "MODE" };
    private readonly Option<string?> _profile = new("--profile", "-p") { Description = "conservative, balanced, aggressive, ci, or one of your own", HelpName = "NAME" };
    private readonly Option<string?> _branch = new("--branch", "-b") { Description = "Branch name per task (default feature/task-{id})", HelpName = "PATTERN" };
    private readonly Option<string?> _agent = new("--agent", "-a") { Description = "The agent of every role that names none", HelpName = "NAME" };
    private readonly Option<string?> _target = new("--target", "-t") { Description = "Where the work lands (default: the current branch)", HelpName = "BRANCH" };
    private readonly Option<string?> _land = new("--land", "-l") { Description = "automatic, review (stop with an integration branch ready), manual (leave the branches), pr (review, then a pull request by gh)", HelpName = "MODE" };
    private readonly BudgetOptions _budget = new();

    public RunOptions()
    {
        _review.CompletionSources.Add("strict", "balanced", "lenient");
        _profile.CompletionSources.Add("conservative", "balanced", "aggressive", "ci");
        _land.CompletionSources.Add("automatic", "review", "manual", "pr");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _maxAgents, _review, _profile, _branch, _agent, _target, _land })
            command.Options.Add(option);
        _budget.AddTo(command);
    }

    /// <summary>What the command line says, to be laid over the settings of the files.</summary>
    /// <exception cref="FailureException">A word that means nothing, a number out of range.</exception>
    public Overrides Overrides(ParseResult parsed) => _budget.Over(parsed, new Overrides
    {
        MaxAgents = parsed.GetValue(_maxAgents),
        Review = Choice<ReviewMode>(parsed, _review),
        Profile = parsed.GetValue(_profile),
        Branch = parsed.GetValue(_branch),
        Agent = parsed.GetValue(_agent),
        Target = parsed.GetValue(_target),
        Land = Choice<LandMode>(parsed, _land),
    });

    /// <summary>A word of an enumeration, case aside.</summary>
    public static T? Choice<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum => parsed.GetValue(option) is { } word ? Word<T>(option.Name, word) : null;

    /// <summary>The same, of an option that takes several.</summary>
    public static T Word<T>(string option, string word)
        where T : struct, Enum
    {
        var known = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        return known.Contains(word.ToLowerInvariant())
            ? Enum.Parse<T>(word, ignoreCase: true)
            : throw FailureException.Input("unknown_value", $"{option} does not know '{word}'", Nearest.Hint(word, known));
    }
}
