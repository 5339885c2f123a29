using System.CommandLine;
using System.CommandLine.Parsing;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Config;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti run</c>: from a request, ids, a plan or a task list to merged work.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("REQUEST | TASK-IDS") { Description = "What to do, or ids of the task list (8 9 14 or 8,9,14); nothing takes what is available there", Arity = ArgumentArity.ZeroOrMore };
        var tasks = new TaskOptions();
        var run = new RunOptions();
        var display = DisplayOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan and the decision, touch nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Ask nothing" };
        var detach = new Option<bool>("--detach") { Description = "Go on in the background" };
        var resume = new Option<string?>("--resume") { Description = "As 'tutti resume'; takes its options and no others", HelpName = "SESSION", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("run", "Run tasks with many agents at once, and land their work.") { words };
        tasks.AddTo(command);
        run.AddTo(command);
        foreach (var option in new Option[] { display, dryRun, yes, detach, resume })
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetResult(resume) is not null)
            {
                OnlyOfResume(parsed, resume, yes);
                return await ResumeCommand.RunAsync(parsed.GetValue(resume), new ResumeFlags(RetryFailed: false, parsed.GetValue(detach), parsed.GetValue(display)), run.Overrides(parsed), cancellation);
            }

            var wish = tasks.Wish(parsed, parsed.GetValue(words) ?? []);
            var flags = new RunFlags(parsed.GetValue(dryRun), parsed.GetValue(yes), parsed.GetValue(detach), parsed.GetValue(display));
            return await RunAsync(wish, run.Overrides(parsed), flags, cancellation);
        });
        return command;
    }

    // A session keeps what it was started with: whatever else is said here would be passed over without a word, '--dry-run' too.
    private static void OnlyOfResume(ParseResult parsed, Option resume, Option yes)
    {
        HashSet<string> taken = [.. ResumeCommand.Create().Options.Concat(CommandCatalog.RecursiveOptions).Append(resume).Append(yes).Select(option => option.Name)];
        var other = parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && !taken.Contains(option.Option.Name))?.Option.Name
            ?? parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).FirstOrDefault()?.Value;
        if (other is not null)
            throw FailureException.Input("usage", $"'{other}' does not go with --resume", "'tutti resume --help' shows what it takes; 'tutti control' and .tutti.yaml change a session that is there");
    }

    public static Option<string?> DisplayOption()
    {
        var display = new Option<string?>("--display", "-d") { Description = "compact, detailed, plain (the default without a terminal), json", HelpName = "MODE" };
        display.CompletionSources.Add("compact", "detailed", "plain", "json");
        return display;
    }

    private static async Task<int> RunAsync(TaskWish wish, Overrides said, RunFlags flags, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        return await RunAsync(place, place.Sources(said.Over), wish, flags, cancellation);
    }

    /// <summary>Plans, checks, says how it will be done, and conducts.</summary>
    public static async Task<int> RunAsync(Workplace place, SettingsSources sources, TaskWish wish, RunFlags flags, CancellationToken cancellation)
    {
        var loaded = SettingsLoader.Load(sources);
        var chosen = TaskChoice.Make(wish, place.Top);
        var order = new SessionOrder(place.Repository, chosen.Plan, loaded.Settings, chosen.Source, chosen.Request);
        var facts = TerminalFacts.OfStderr();
        var mode = Displays.Choose(flags.Display ?? loaded.Display, facts);
        var session = await SessionOpening.CheckAsync(order, flags.DryRun, cancellation);
        if (chosen.Request is not null)
        {
            // Only what could start is worth an agent's time.
            chosen = flags.DryRun ? Planning.Foretell(loaded.Settings, chosen) : await Planning.AskAsync(place, loaded.Settings, session.TargetCommit, chosen, cancellation);
            session = await SessionOpening.CheckAsync(order with { Plan = chosen.Plan, Planning = chosen.Planning }, flags.DryRun, cancellation);
        }

        var plan = PlanView.From(session.Order.Plan, session.Order.Settings, session.Mode);
        await Console.Error.WriteAsync(Screen.Text([ModeBox.Of(plan, facts)], facts));
        foreach (var note in loaded.Notes.Concat(chosen.Notes).Concat(session.Notes))
            await Console.Error.WriteLineAsync($"  note: {Printable.Line(note)}");
        if (flags.DryRun)
            return ExitCodes.AllDone;
        if (chosen.Request is not null && !flags.Yes && !await AskAsync(cancellation))
            return ExitCodes.Interrupted;
        var (folder, started) = await SessionOpening.CreateAsync(session, TimeProvider.System, cancellation);
        var run = new RunOrder(place.Repository, folder, sources, TimeProvider.System, Workplace.Version) { Started = started };
        return flags.Detach ? await Background.StartAsync(run, [], cancellation) : await Conducting.RunAsync(run, mode, cancellation);
    }

    // A plan somebody else made of the user's words is worth a look, where there is somebody to look.
    private static async Task<bool> AskAsync(CancellationToken cancellation)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            return true;
        await Console.Error.WriteAsync("Start? [Y/n] ");
        var answer = await Console.In.ReadLineAsync(cancellation);
        return answer is not null && (answer.Trim().Length == 0 || answer.Trim().StartsWith("y", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>What is said of a run beside its tasks and settings; see the options of <c>tutti run</c>.</summary>
internal sealed record RunFlags(bool DryRun, bool Yes, bool Detach, string? Display);
