using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti control</c>: steers a session that another process conducts, and says what came of it.</summary>
internal static class ControlCommand
{
    public static Command Create() => new("control", "Pause, resume, cancel or scale a session, or some of its tasks.")
    {
        OfTasks("pause", ControlVerb.Pause, "Start nothing new; agents at work go on to the end of their stage."),
        OfTasks("resume", ControlVerb.Resume, "Go on after a pause."),
        OfTasks("cancel", ControlVerb.Cancel, "End agents and give up what has not landed; what they committed is kept."),
        OfAgents("scale-up", ControlVerb.ScaleUp, "Allow more agents at once."),
        OfAgents("scale-down", ControlVerb.ScaleDown, "Allow fewer agents at once; those at work go on."),
    };

    private static Command OfTasks(string name, ControlVerb verb, string description)
    {
        var tasks = Ids.OfTasks(new Argument<string[]>("TASK") { HelpName = "TASK", Description = "Only these tasks (default: the whole session)", Arity = ArgumentArity.ZeroOrMore });
        var session = Ids.SessionOption();
        var command = new Command(name, description) { tasks, session };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(session), new Control(verb, [.. (parsed.GetValue(tasks) ?? []).SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct()], 0, "tutti control"), cancellation));
        return command;
    }

    private static Command OfAgents(string name, ControlVerb verb, string description)
    {
        var count = new Option<int>("--count", "-n") { Description = "By how many agents", HelpName = "N", DefaultValueFactory = _ => 1 };
        var session = Ids.SessionOption();
        var command = new Command(name, description) { count, session };
        command.SetAction((parsed, cancellation) =>
        {
            var by = parsed.GetValue(count);
            return by is >= 1 and <= 200
                ? RunAsync(parsed.GetValue(session), new Control(verb, [], by, "tutti control"), cancellation)
                : throw FailureException.Input("out_of_range", $"--count must be from 1 to 200, not {by}");
        });
        return command;
    }

    private static async Task<int> RunAsync(string? session, Control control, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var folder = session is not null ? place.Session(session) : Newest(place);
        using var follow = new JournalFollow(folder, watch: true);
        var state = follow.State ?? Workplace.Read(folder);
        foreach (var id in control.Tasks)
            Ids.Task(state, id);
        var answer = Workplace.IsConducted(follow.Conductor) ? await AskAsync(folder, follow, control, cancellation) : null;
        if (answer is null)
            return await WithoutConductorAsync(place, folder, follow.State!, control, cancellation);
        await Console.Out.WriteLineAsync(answer);
        return ExitCodes.AllDone;
    }

    // The one that can still be steered, rather than one that was started and ended since.
    internal static SessionFolder Newest(Workplace place) =>
        SessionFolder.All(place.Repository.StateDirectory)
            .FirstOrDefault(IsSteerable)
        ?? place.Session(null);

    // What is damaged hides no other session; where it is the newest of all, its damage is told.
    private static bool IsSteerable(SessionFolder folder)
    {
        try
        {
            return Workplace.IsConducted(JournalReading.Of(folder.Journal).Conductor);
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.JournalDamaged)
        {
            return false;
        }
    }

    // Null where the conductor has died of it, or meanwhile.
    private static async Task<string?> AskAsync(SessionFolder folder, JournalFollow follow, Control control, CancellationToken cancellation)
    {
        var wish = new ControlWish(control, follow.State!);
        if (wish.IsDone(follow.State!))
            return wish.Said(follow.State!, already: true);
        return await Asking.AskAsync(folder, follow, control, wish.IsDone, cancellation) switch
        {
            Asked.Done => wish.Said(follow.State!, already: false),
            Asked.Unanswered when follow.State!.Cancelled => $"Session {folder.Id} is being cancelled; its agents take their time to end. 'tutti status --watch' shows it.",
            Asked.Unanswered => throw Asking.NoAnswer(folder, "tutti status --watch"),
            _ => null,
        };
    }

    private static async Task<int> WithoutConductorAsync(Workplace place, SessionFolder folder, SessionState state, Control control, CancellationToken cancellation)
    {
        var over = state.EndedAt is not null && state.Status != SessionStatus.Paused;
        if (over)
            throw FailureException.Input("session_ended", $"session {state.Id} is at its end ({Words.Of(state.Status)}); there is nothing to steer", "'tutti report' shows what it came to");
        if (control.Verb != ControlVerb.Cancel || control.Tasks.Count > 0)
            throw FailureException.Input("no_conductor", $"nothing conducts session {state.Id}, so that nothing would obey", "'tutti resume' takes it up; 'tutti control cancel' without tasks ends all of it");
        var run = new RunOrder(place.Repository, folder, null, TimeProvider.System, Workplace.Version) { Resume = true, Cancel = true };
        using var conducted = await SessionRun.OpenAsync(run, _ => { }, cancellation);
        await conducted.RunAsync(cancellation);
        await Console.Out.WriteLineAsync(new ControlWish(control, state).Said(conducted.State, already: false));
        return ExitCodes.AllDone;
    }
}
