using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti show</c>: all about one task.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var task = Ids.OfTasks(new Argument<string>("TASK") { HelpName = "TASK", Description = "Its id" });
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var session = Ids.SessionOption();
        var command = new Command("show", "Show all about a task: what was asked, who tried, what changed, where it is.") { task, json, session };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(session), parsed.GetRequiredValue(task), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? session, string id, bool json, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var folder = place.Session(session);
        using var journal = new JournalFollow(folder, watch: false);
        var state = journal.State ?? Workplace.Read(folder);
        var shown = await LookAsync(place, folder, state, Ids.Task(state, id), journal.Conductor, cancellation);
        await Console.Out.WriteAsync(json ? TaskPage.Json(shown) : TaskPage.Text(shown, TerminalFacts.OfStdout()));
        return ExitCodes.AllDone;
    }

    private static async Task<TaskShown> LookAsync(
        Workplace place, SessionFolder folder, SessionState state, TaskState task, ProcessRef? conductor, CancellationToken cancellation)
    {
        var live = await new StatusLook(place, folder).AtAsync(state, Workplace.IsConducted(conductor), cancellation);
        var changes = task is { Base: { } from, Head: { } head }
            ? await BranchChanges.BetweenAsync(place.Top, from, head, cancellation)
            : BranchChanges.None;
        var records = await new PreservationStore(folder.Path).ReadAllAsync(cancellation);
        return new TaskShown(state, task, TaskView.From(state, task, live), changes, records.FirstOrDefault(record => record.Task == task.Id));
    }
}

/// <summary>A task with all that belongs to it.</summary>
/// <param name="State">Its session.</param>
/// <param name="Task">As the journal has it.</param>
/// <param name="View">As every screen shows it.</param>
/// <param name="Changes">What its branch does.</param>
/// <param name="Kept">Why and where its work is kept; null when it is not.</param>
internal sealed record TaskShown(SessionState State, TaskState Task, TaskView View, BranchChanges Changes, PreservationRecord? Kept);
