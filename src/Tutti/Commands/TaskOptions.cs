using System.CommandLine;
using Tutti.Core.Plan;

namespace Tutti.Commands;

/// <summary>The options that say which tasks are meant; shared by <c>run</c> and <c>plan</c>.</summary>
internal sealed class TaskOptions
{
    private readonly Option<string?> _plan = new("--plan") { Description = "Run this plan (YAML or JSON)", HelpName = "FILE" };
    private readonly Option<string?> _from = new("--from") { Description = "taskmaster, plan, markdown, issues, beads, or a file (default: what is found)", HelpName = "SOURCE" };
    private readonly Option<string?> _tag = new("--tag") { Description = "Only the tasks of this tag", HelpName = "TAG" };
    private readonly Option<string[]> _priority = new("--priority") { Description = "Only tasks of this priority: critical, high, medium, low", HelpName = "PRIORITY", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _milestone = new("--milestone") { Description = "Only tasks of this milestone", HelpName = "NAME" };

    public TaskOptions()
    {
        _from.CompletionSources.Add("taskmaster", "plan", "markdown", "issues", "beads");
        _priority.CompletionSources.Add("critical", "high", "medium", "low");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _plan, _from, _tag, _priority, _milestone })
            command.Options.Add(option);
    }

    /// <summary>What the user said.</summary>
    public TaskWish Wish(ParseResult parsed, IReadOnlyList<string> words) => new(
        words,
        parsed.GetValue(_plan),
        parsed.GetValue(_from),
        parsed.GetValue(_tag),
        [.. (parsed.GetValue(_priority) ?? []).SelectMany(p => p.Split(',')).Select(word => RunOptions.Word<Priority>(_priority.Name, word))],
        parsed.GetValue(_milestone));
}
