using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Views;
using Tutti.Engine.Sources;

namespace Tutti.Commands;

/// <summary><c>tutti plan</c>: makes a plan without running it, or shows one.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("REQUEST") { Description = "What is to be done, in plain words", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--output", "-o") { Description = "Write it to this file (YAML, or JSON where it ends in .json)", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Overwrite the file" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command("plan", "Make a plan of a request, without running it.") { words, output, force, json };
        command.Subcommands.Add(PlanShowCommand.Create());
        command.SetAction((parsed, cancellation) =>
            RunAsync(string.Join(' ', parsed.GetValue(words) ?? []), parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string request, string? output, bool force, bool json, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request))
            throw FailureException.Input("usage", "there is no request to make a plan of", "tutti plan \"what you want\"; 'tutti plan show' shows what is there");
        var plan = TaskChoice.FromRequest(request).Plan;
        var format = json || output?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) == true ? PlanFormat.Json : PlanFormat.Yaml;
        var text = PlanFile.Write(plan, format);
        if (output is null)
        {
            await Console.Out.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
            return ExitCodes.AllDone;
        }

        NewFile.Write(output, text, force);
        var groups = TaskGraph.Build(plan.Tasks).Groups.Count;
        await Console.Error.WriteLineAsync($"{output}: {Words.Count(plan.Tasks.Count, "task")} in {Words.Count(groups, "group")}. Look at it, edit it, then: tutti run --plan {output}");
        return ExitCodes.AllDone;
    }
}
