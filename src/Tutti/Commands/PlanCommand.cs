using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Views;
using Tutti.Engine.Config;
using Tutti.Engine.Sources;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti plan</c>: makes a plan without running it, or shows one.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("REQUEST") { Description = "What is to be done, in plain words", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--output", "-o") { Description = "Write it to this file (YAML, or JSON where it ends in .json)", HelpName = "FILE" };
        var agent = new Option<string?>("--agent", "-a") { Description = "Who makes the plan (default: the role plan, else the agent of the configuration); none splits the request without one", HelpName = "NAME" };
        var force = new Option<bool>("--force") { Description = "Overwrite the file" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command("plan", "Make a plan of a request, without running it.") { words, output, agent, force, json };
        command.Subcommands.Add(PlanShowCommand.Create());
        command.SetAction((parsed, cancellation) =>
            RunAsync(string.Join(' ', parsed.GetValue(words) ?? []), parsed.GetValue(agent), new PlanTo(parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(json)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string request, string? agent, PlanTo to, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request))
            throw FailureException.Input("usage", "there is no request to make a plan of", "tutti plan \"what you want\"; 'tutti plan show' shows what is there");
        if (to is { File: { } file, Force: false })
            NewFile.RequireNone(file);
        var chosen = await MakeAsync(TaskChoice.FromRequest(request), agent, cancellation);
        foreach (var note in chosen.Notes)
            await Console.Error.WriteLineAsync($"  note: {Printable.Line(note)}");
        await WriteAsync(chosen.Plan, to);
        return ExitCodes.AllDone;
    }

    private static async Task<ChosenPlan> MakeAsync(ChosenPlan split, string? agent, CancellationToken cancellation)
    {
        if (agent == AgentChoice.None)
            return split;
        if (Place() is not { } place)
            return Planning.WithoutAgent(split, "this is no git repository for one to look at");
        var loaded = SettingsLoader.Load(place.Sources(settings => agent is null ? settings : By(agent, settings)));
        var chosen = await Planning.CommitAsync(place, loaded.Settings, cancellation) is { } commit
            ? await Planning.AskAsync(place, loaded.Settings, commit, split, cancellation)
            : Planning.WithoutAgent(split, "there is no commit for one to look at");
        return chosen with { Notes = [.. loaded.Notes, .. chosen.Notes] };
    }

    private static Workplace? Place()
    {
        try
        {
            return Workplace.Here();
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.NotARepository)
        {
            // A request can be split anywhere.
            return null;
        }
    }

    // Another agent's model or command would be wrong for it.
    private static Settings By(string agent, Settings settings)
    {
        var role = settings.Roles.GetValueOrDefault(Role.Plan);
        var choice = role is not null && (role.Agent ?? (role.Run is null ? null : AgentChoice.Shell)) == agent ? role : new AgentChoice(agent);
        return settings with { Roles = new Dictionary<Role, AgentChoice>(settings.Roles) { [Role.Plan] = choice } };
    }

    private static async Task WriteAsync(PlanSpec plan, PlanTo to)
    {
        var (output, force, json) = to;
        var format = json || output?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) == true ? PlanFormat.Json : PlanFormat.Yaml;
        var text = PlanFile.Write(plan, format);
        if (output is null)
        {
            await Console.Out.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
            return;
        }

        NewFile.Write(output, text, force);
        var groups = TaskGraph.Build(plan.Tasks).Groups.Count;
        await Console.Error.WriteLineAsync($"{output}: {Words.Count(plan.Tasks.Count, "task")} in {Words.Count(groups, "group")}. Look at it, edit it, then: tutti run --plan {output}");
    }

    /// <summary>Where the plan goes.</summary>
    private sealed record PlanTo(string? File, bool Force, bool Json);
}
