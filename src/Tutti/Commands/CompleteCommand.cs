using System.CommandLine;
using System.CommandLine.Completions;
using Tutti.Core;

namespace Tutti.Commands;

/// <summary><c>tutti complete -- WORDS</c>, for the shells' scripts: what the last word may become, one a line; nothing leaves it to the shell, which knows files.</summary>
internal static class CompleteCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("WORDS") { Description = "The words after 'tutti', the last one unfinished", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete", "Print what the last word may become.") { words };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            foreach (var word in Of(CommandCatalog.Root(), parsed.GetValue(words) ?? []))
                await Console.Out.WriteLineAsync(word);
            return ExitCodes.AllDone;
        });
        return command;
    }

    /// <summary>What the last of the words may become, in the order of the help.</summary>
    public static IEnumerable<string> Of(Command root, IReadOnlyList<string> words)
    {
        var last = words.Count > 0 ? words[^1] : "";
        var (command, option) = Walk(root, words.SkipLast(1));
        IEnumerable<string> offers = option is not null ? Labels(option.GetCompletions(CompletionContext.Empty))
            : last.StartsWith('-') ? Options(command).Select(o => o.Name)
            : [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name), .. command.Arguments.SelectMany(a => Labels(a.GetCompletions(CompletionContext.Empty)))];
        return offers.Where(offer => offer.StartsWith(last, StringComparison.Ordinal)).Distinct();
    }

    // Down the commands; the option is the one whose value comes next.
    private static (Command Command, Option? Option) Walk(Command root, IEnumerable<string> words)
    {
        var (command, option) = (root, (Option?)null);
        foreach (var word in words)
        {
            if (option is not null)
                option = null;
            else if (word.StartsWith('-'))
                option = Options(command).FirstOrDefault(o => (o.Name == word || o.Aliases.Contains(word)) && TakesValue(o));
            else
                command = command.Subcommands.FirstOrDefault(c => c.Name == word) ?? command;
        }

        return (command, option);
    }

    private static IEnumerable<Option> Options(Command command) => command.Options.Concat(CommandCatalog.RecursiveOptions).Where(o => !o.Hidden).DistinctBy(o => o.Name);

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static IEnumerable<string> Labels(IEnumerable<CompletionItem> items) => items.Select(item => item.Label);
}
