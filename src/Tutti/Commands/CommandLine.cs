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

        StandardStreams.Occupy();
        Console.SetError(new Story(Console.Error));
        if (TrySnapshot(args))
            return ExitCodes.AllDone;
        var parsed = CommandCatalog.Root().Parse(args);
        var debug = parsed.GetValue(Debug);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction or null)
            return FailurePrinter.Print(Console.Error, Wrong(parsed));
        if (MistypedOption(parsed) is { } mistyped)
            return FailurePrinter.Print(Console.Error, Unknown(parsed.CommandResult, mistyped));
        if (Valueless(parsed, args) is { } valueless)
            return FailurePrinter.Print(Console.Error, valueless);
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

    private static bool TrySnapshot(string[] args)
    {
        try
        {
            return StatusCommand.TrySnapshot(args);
        }
        catch (Exception e) when (e is FailureException or IOException or UnauthorizedAccessException)
        {
            // The command itself will find the same, and say it as every failure is said.
            return false;
        }
    }

    private static Failure Wrong(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return Unknown(parsed.CommandResult, unknown);
        var error = parsed.Errors[0];
        var command = parsed.CommandResult.Command;
        var message = error.SymbolResult is (OptionResult or ArgumentResult) and { Tokens: [var token, ..] } given && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
            ? $"{(given is OptionResult option ? option.Option.Name : ((ArgumentResult)given).Argument.Name)} does not understand '{token.Value}'"
            : command.Subcommands.Count > 0 && command.Action is null ? "no command was given" : error.Message;
        return new Failure(FailureCategory.Input, "usage", message, $"'{PathOf(parsed.CommandResult)} --help' shows what it takes");
    }

    // The parser takes an unknown option for a word of the request where a command takes any words: `run "…" --dry-rn` would run.
    // After `--` every word is meant as it is, and a request may well begin with "- ".
    private static string? MistypedOption(ParseResult parsed)
    {
        var meant = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Where(token => !meant.Contains(token) && token.Value.Length > 1 && token.Value[0] == '-' && !token.Value.Any(char.IsWhiteSpace) && !char.IsAsciiDigit(token.Value[1]))
            .Select(token => token.Value.Split('=')[0])
            .FirstOrDefault();
    }

    // The parser takes whatever stands behind an option for its value: `run --tag --dry-run` would run.
    private static Failure? Valueless(ParseResult parsed, string[] args)
    {
        var known = OptionWords(parsed.CommandResult.Command).Where(args.Contains).ToHashSet(StringComparer.Ordinal);
        var given = parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => option.Tokens.Any(token => known.Contains(token.Value)));
        if (given is null)
            return null;
        var value = given.Tokens.First(token => known.Contains(token.Value)).Value;
        return new Failure(
            FailureCategory.Input, "usage", $"{given.Option.Name} needs a value, and the option {value} stands in its place", $"where that is the value: {given.Option.Name}={value}");
    }

    private static IEnumerable<string> OptionWords(Command command) =>
        command.Options.Concat(CommandCatalog.RecursiveOptions).SelectMany(option => option.Aliases.Prepend(option.Name));

    private static Failure Unknown(CommandResult result, string unknown)
    {
        var (command, path) = (result.Command, PathOf(result));
        var known = unknown.StartsWith('-')
            ? OptionWords(command).ToList()
            : [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var what = unknown.StartsWith('-') ? "option" : known.Count > 0 ? "command" : "argument";
        var near = Nearest.To(unknown, known) is { } word ? $"did you mean '{word}'? " : "";
        return new Failure(FailureCategory.Input, "usage", $"unknown {what} '{unknown}'", $"{near}'{path} --help' shows what it takes");
    }

    private static string PathOf(CommandResult result) => string.Join(' ', Path(result).Reverse());

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command.Name;
    }
}
