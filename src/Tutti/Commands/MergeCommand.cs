using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti merge</c>: finished work onto the target, at once, by hand, or only looked at.</summary>
internal static class MergeCommand
{
    public static Command Create() => new("merge", "Bring finished work onto the target that waits for a person: of '--land review' and 'manual', after conflicts, or where the target could not be moved.")
    {
        Automatic(),
        Review(),
        Manual(),
    };

    private static Command Automatic()
    {
        var tasks = TasksArgument("Only these of the tasks that need attention; what is integrated goes with them");
        var session = Ids.SessionOption();
        var display = RunCommand.DisplayOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would land, in which order, and whether the target could move; changes nothing" };
        var json = new Option<bool>("--json") { Description = "Answer of the dry run as JSON" };
        var command = new Command("automatic", "Merge, verify as merged, and move the target; on a target that has moved, all is merged and verified anew. Starts no agent.") { tasks, session, display, dryRun, json };
        command.SetAction((parsed, cancellation) =>
        {
            var (work, named) = (MergeWork.Of(parsed.GetValue(session)), parsed.GetValue(tasks) ?? []);
            if (parsed.GetValue(dryRun))
                return MergeRehearsal.ShowAsync(work, named, parsed.GetValue(json), cancellation);
            return parsed.GetValue(json)
                ? throw FailureException.Input("json_of_landing", "--json belongs to --dry-run; a landing tells its story as it happens", "--display json prints its events")
                : LandAsync(work, named, parsed.GetValue(display), cancellation);
        });
        return command;
    }

    private static Command Review()
    {
        var tasks = TasksArgument("Only these");
        var session = Ids.SessionOption();
        var json = Answers.JsonOption();
        var command = new Command("review", "Show what would land: commits, files, conflicts, whether it was verified. Changes nothing.") { tasks, session, json };
        command.SetAction((parsed, cancellation) => MergeReview.ShowAsync(MergeWork.Of(parsed.GetValue(session)), parsed.GetValue(tasks) ?? [], parsed.GetValue(json), cancellation));
        return command;
    }

    private static Command Manual()
    {
        var task = Ids.OfTasks(new Argument<string?>("TASK") { Description = "Open a slot with this one's conflict in it", Arity = ArgumentArity.ZeroOrOne });
        var session = Ids.SessionOption();
        var goOn = new Option<bool>("--continue") { Description = "The conflict is resolved: commit it, verify it, land it" };
        var accept = new Option<bool>("--accept-loss") { Description = "With --continue: what the resolution loses of a side is meant so" };
        var display = RunCommand.DisplayOption();
        var json = new Option<bool>("--json") { Description = "The list as JSON" };
        var command = new Command("manual", "List the branches in their order with the git commands; with a TASK, open its conflict in a slot of its own.") { task, session, goOn, accept, display, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var work = MergeWork.Of(parsed.GetValue(session));
            if (parsed.GetValue(task) is not { } id)
                return await MergeManual.ListAsync(work, parsed.GetValue(json));
            if (parsed.GetValue(json))
                throw FailureException.Input("usage", $"--json belongs to the list, which {id} is not", "'tutti merge manual --json'; 'tutti show' tells of one task");
            if (!parsed.GetValue(goOn))
                return await MergeManual.OpenAsync(work, Ids.Task(work.State, id), cancellation);
            // Taken in before, by one that died or was interrupted while it landed: the landing is all that is left.
            var resolved = Ids.Task(work.State, id);
            if (resolved.Waits || !(resolved.IsOnItsWay || TakingUp.IsLanding(work.State)))
                await MergeManual.TakeInAsync(work, resolved, parsed.GetValue(accept), cancellation);
            return await LandAsync(MergeWork.Of(work.State.Id), [id], parsed.GetValue(display), cancellation);
        });
        return command;
    }

    private static Argument<string[]> TasksArgument(string description) =>
        Ids.OfTasks(new Argument<string[]>("TASK") { Description = description, Arity = ArgumentArity.ZeroOrMore });

    /// <summary>Lands through the session's own machinery, so that its journal records all of it.</summary>
    private static async Task<int> LandAsync(MergeWork work, IReadOnlyList<string> named, string? display, CancellationToken cancellation)
    {
        // A conductor that was ordered to land has died over it: this one goes on where it stands.
        var underWay = TakingUp.IsLanding(work.State);
        var tasks = underWay ? [] : work.ToLand(named);
        if (!underWay && tasks.Count == 0 && work.State.Landing is { IsEmpty: true, Integrated.Count: 0 })
        {
            await Console.Error.WriteLineAsync(work.Nothing);
            return ExitCodes.AllDone;
        }

        if (!underWay)
            work.RequireAtRest();
        var order = new RunOrder(work.Here.Place.Repository, work.Folder, work.Here.Place.Sources(Overrides.Of(work.State.Settings).Over), TimeProvider.System, Workplace.Version) { Land = tasks };
        return await Conducting.RunAsync(order, Displays.Choose(display, TerminalFacts.OfStderr()), cancellation);
    }
}

/// <summary>A session's work that waits to be merged.</summary>
/// <param name="Here">The repository and its pool.</param>
/// <param name="Folder">The session's.</param>
/// <param name="State">As its journal has it.</param>
internal sealed record MergeWork(Pools Here, SessionFolder Folder, SessionState State)
{
    // Each journal is read for it.
    private const int SessionsLookedAt = 20;

    /// <summary>The session of that id, or the newest.</summary>
    public static MergeWork Of(string? session)
    {
        var here = Pools.Here(spare: 1);
        var folder = here.Place.Session(session);
        return new MergeWork(here, folder, Workplace.Read(folder));
    }

    /// <summary>Tasks whose branches wait: integrated ones first, in their order, then those whose landing was interrupted or that need attention.</summary>
    public IReadOnlyList<TaskState> Waiting =>
    [
        .. State.Landing.Integrated.Select(id => State.Tasks[id]),
        .. State.Plan.Tasks.Select(spec => State.Tasks[spec.Id]).Where(t => t.Waits || (t.IsOnItsWay && TakingUp.MayLand(State))).OrderBy(t => State.Index.Level(t.Id)),
    ];

    /// <summary>What is said where nothing waits; it names the newest other session of which something does.</summary>
    public string Nothing => $"Session {State.Id} has nothing that waits to be merged{(Other() is { } other ? $"; session {other} has: --session {other}" : "")}.";

    private string? Other() =>
        SessionFolder.All(Here.Place.Repository.StateDirectory).Where(folder => folder.Id != State.Id).Take(SessionsLookedAt).FirstOrDefault(HasWaiting)?.Id;

    private bool HasWaiting(SessionFolder folder)
    {
        try
        {
            return JournalReading.Of(folder.Journal).State is { } state && (this with { Folder = folder, State = state }).Waiting.Count > 0;
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.JournalDamaged)
        {
            // It hides no other session, and is told where it is asked for.
            return false;
        }
    }

    /// <summary>Ids of the tasks that need attention and are to be tried: those that had come as far as landing, or those that are named.</summary>
    /// <exception cref="FailureException"><c>task_unknown</c> or <c>not_to_be_merged</c>.</exception>
    public IReadOnlyList<string> ToLand(IReadOnlyList<string> named)
    {
        var chosen = named.Select(id => Ids.Task(State, id)).ToList();
        foreach (var task in chosen.Where(t => !t.Waits && t.Phase != TaskPhase.Landing))
            throw FailureException.Input("not_to_be_merged", $"task {task.Id} is {Core.Views.Words.Of(task.Shown)}, and has no finished work that waits", "'tutti merge manual' lists what does");
        var wanted = named.Count > 0 ? chosen : Waiting.Where(t => t.ReachedLanding);
        return [.. wanted.Where(t => t.Waits).Select(t => t.Id)];
    }

    /// <summary>Makes sure that landing is all that is left to do.</summary>
    /// <exception cref="FailureException"><c>session_open</c>.</exception>
    public void RequireAtRest()
    {
        if (!TakingUp.MayLand(State))
            throw FailureException.Input("session_open", $"session {State.Id} has tasks that are not finished", $"'tutti resume {State.Id}' goes on with them, 'tutti control cancel' gives them up");
    }
}
