using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Tutti.Core;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>The edge: words in, exit code out. Every expected failure becomes one message, a hint and its exit code here.</summary>
internal static class CommandLine
{
    public static readonly Option<bool> Debug = new("--debug")
    {
        Description = "Show where an error came from",
        Recursive = true,
    };

    /// <summary>Runs one command line to its end.</summary>
    /// <returns>The exit code of SPEC 2.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (OperatingSystem.IsWindows())
        {
            await Console.Error.WriteLineAsync("tutti: Windows is not supported; run it inside WSL (https://learn.microsoft.com/windows/wsl)");
            return ExitCodes.Environment;
        }

        var parsed = CommandCatalog.Root().Parse(args);
        var debug = parsed.GetValue(Debug);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction or null)
            return FailurePrinter.Print(Console.Error, Wrong(parsed));
        try
        {
            // Without a termination timeout the library leaves Ctrl-C alone: conducting has its own answer to it, which takes longer
            // than a forced exit would wait, and everywhere else the signal's own effect is right.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            // The last place that sees it: expected failures, interruptions and defects all become a line and an exit code.
            return FailurePrinter.Print(Console.Error, e, debug);
        }
    }

    private static Failure Wrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"'{string.Join(' ', Path(parsed.CommandResult).Reverse())} --help' shows what it takes";
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return Unknown(command, unknown, help);
        if (parsed.Errors[0].SymbolResult is OptionResult { Tokens: [var token, ..] } option && parsed.Errors[0].Message.StartsWith("Cannot parse", StringComparison.Ordinal))
            return new Failure(FailureCategory.Input, "usage", $"{option.Option.Name} does not understand '{token.Value}'", help);
        return command.Subcommands.Count > 0 && command.Action is null
            ? new Failure(FailureCategory.Input, "usage", "no command was given", $"'tutti demo' shows what it does; {help}")
            : new Failure(FailureCategory.Input, "usage", parsed.Errors[0].Message, help);
    }

    private static Failure Unknown(Command command, string unknown, string help)
    {
        var known = unknown.StartsWith('-')
            ? command.Options.Concat(CommandCatalog.RecursiveOptions).SelectMany(o => o.Aliases.Prepend(o.Name)).ToList()
            : [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var what = unknown.StartsWith('-') ? "option" : known.Count > 0 ? "command" : "argument";
        var near = Nearest.To(unknown, known) is { } word ? $"did you mean '{word}'? " : "";
        return new Failure(FailureCategory.Input, "usage", $"unknown {what} '{unknown}'", near + help);
    }

    /// <summary>Refuses what looks like an option among free words: a slip would otherwise become part of a request.</summary>
    /// <exception cref="FailureException"><c>usage</c>, naming the nearest option.</exception>
    public static void RefuseOptionsAmong(ParseResult parsed, IEnumerable<string> words)
    {
        // Behind a lone -- everything is meant as it stands.
        if (!parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash) && words.FirstOrDefault(w => w.StartsWith('-') && w.Length > 1) is { } slip)
            throw new FailureException(Unknown(parsed.CommandResult.Command, slip, "words that begin with - go behind --"));
    }

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command.Name;
    }
}
