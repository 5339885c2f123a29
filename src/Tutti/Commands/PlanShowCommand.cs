using System.CommandLine;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Views;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Host;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti plan show</c>: checks a plan or task list, draws its groups, and says what could start now.</summary>
internal static class PlanShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "A plan or task list (default: what is found)", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from") { Description = "taskmaster, plan, markdown, issues, beads, or a file", HelpName = "SOURCE" };
        from.CompletionSources.Add("taskmaster", "plan", "markdown", "issues", "beads");
        var tag = new Option<string?>("--tag") { Description = "Only the tasks of this tag", HelpName = "TAG" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command("show", "Check a plan, draw it, and say which tasks could start now.") { file, from, tag, json };
        command.SetAction((parsed, cancellation) =>
            RunAsync(Choice(parsed.GetValue(file), parsed.GetValue(from)), parsed.GetValue(tag), parsed.GetValue(json), cancellation));
        return command;
    }

    private static string? Choice(string? file, string? from)
    {
        if (file is not null && from is not null)
            throw FailureException.Input("usage", "a file or --from, not both");
        return file is null ? from : GivenFile.Required(file);
    }

    private static async Task<int> RunAsync(string? from, string? tag, bool json, CancellationToken cancellation)
    {
        var top = Top();
        var (list, read) = TaskChoice.Look(from, tag, top);
        var (tasks, notes) = Selection.Runnable(list);
        var plan = read with { Tasks = tasks };
        if (PlanValidation.Check(plan, _ => null) is [var first, ..] && first.Code != "plan_empty")
            throw new FailureException(first with { Message = $"{list.File}: {first.Message}" });
        var settings = SettingsLoader.Load(SettingsSources.OfHost(top)).Settings;
        var mode = ExecutionMode.Decide(plan, TaskGraph.Build(plan.Tasks), settings, await HostProbe.MeasureAsync(top, cancellation));
        var view = PlanView.From(plan, settings, mode) with { Done = [.. list.Tasks.Where(task => list.Statuses[task.Id] == SourceStatus.Done).Select(task => task.Id)] };
        foreach (var note in notes)
            await Console.Error.WriteLineAsync($"  note: {Printable.Line(note)}");
        await Console.Out.WriteAsync(json ? JsonSerializer.Serialize(view, ViewJson.Default.PlanView) + "\n" : PlanText.Of(view, list.File, TerminalFacts.OfStdout()));
        return ExitCodes.AllDone;
    }

    // A plan can be looked at anywhere.
    private static string Top()
    {
        var here = Workplace.Folder();
        try
        {
            return Repository.Discover(here).Folder;
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.NotARepository)
        {
            return here;
        }
    }
}
