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
        var path = string.Join(' ', Path(parsed.CommandResult).Reverse());
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (unknown is null)
            return new Failure(FailureCategory.Input, "usage", parsed.Errors[0].Message, $"'{path} --help' shows what it takes");
        var known = unknown.StartsWith('-')
            ? command.Options.Concat(CommandCatalog.RecursiveOptions).SelectMany(o => o.Aliases.Prepend(o.Name)).ToList()
            : [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var what = unknown.StartsWith('-') ? "option" : known.Count > 0 ? "command" : "argument";
        var near = Nearest.To(unknown, known) is { } word ? $"did you mean '{word}'? " : "";
        return new Failure(FailureCategory.Input, "usage", $"unknown {what} '{unknown}'", $"{near}'{path} --help' shows what it takes");
    }

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command.Name;
    }
}
