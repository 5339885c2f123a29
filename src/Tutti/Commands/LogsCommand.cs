using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti logs</c>: what the agents of a task printed.</summary>
internal static class LogsCommand
{
    private const int DefaultLines = 500;
    private const int MostLines = 1_000_000;

    public static Command Create()
    {
        var task = Ids.OfTasks(new Argument<string>("TASK") { HelpName = "TASK", Description = "Its id" });
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes, through all attempts, until the task is at its end" };
        var attempt = new Option<int?>("--attempt") { Description = "This attempt (default: the newest)", HelpName = "N" };
        var lines = new Option<int>("--lines", "-n") { Description = "So many of the last lines of each output", HelpName = "N", DefaultValueFactory = _ => DefaultLines };
        var raw = new Option<bool>("--raw") { Description = "What the program printed, as it printed it, instead of what it means" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var session = Ids.SessionOption();
        var command = new Command("logs", "Show what a task's agents printed.") { task, follow, attempt, lines, raw, json, session };
        command.SetAction(async (parsed, cancellation) =>
        {
            var most = parsed.GetValue(lines);
            if (most is < 1 or > MostLines)
                throw FailureException.Input("out_of_range", $"--lines must be from 1 to {MostLines}, not {most}");
            var place = Workplace.Here();
            var folder = place.Session(parsed.GetValue(session));
            using var journal = new JournalFollow(folder, parsed.GetValue(follow));
            var state = journal.State ?? Workplace.Read(folder);
            var chosen = Ids.Task(state, parsed.GetRequiredValue(task));
            var logs = new TaskLogs(folder, journal, new SessionSecrets(place).Of(state), chosen.Id, most, parsed.GetValue(raw), parsed.GetValue(json));
            if (parsed.GetValue(attempt) is { } number)
                await logs.ShowAsync(Attempt(chosen, number), parsed.GetValue(follow), cancellation);
            else if (parsed.GetValue(follow))
                await logs.FollowAsync(cancellation);
            else
                await logs.ShowNewestAsync(cancellation);
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static AttemptState Attempt(TaskState task, int number) => task.Attempts.Find(a => a.Number == number)
        ?? throw FailureException.Input("attempt_unknown", $"task {task.Id} has no attempt {number}", task.Attempts.Count == 0 ? "it has none yet" : $"it has 1 to {task.Attempts[^1].Number}");
}
