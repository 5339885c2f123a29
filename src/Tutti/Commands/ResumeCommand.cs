using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti resume</c>: takes a session up where its journal stands, adopting agents that still work.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var session = new Argument<string?>("SESSION") { Description = "Its id; the newest that is not completed without one", Arity = ArgumentArity.ZeroOrOne };
        var retry = new Option<bool>("--retry-failed") { Description = "Try failed tasks again" };
        var display = RunCommand.DisplayOption();
        var detach = new Option<bool>("--detach") { Description = "Go on in the background" };
        var command = new Command("resume", "Take a session up where it stands: after a crash, an interrupt, or a person's decision.") { session, retry, display, detach };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(session), parsed.GetValue(retry), parsed.GetValue(display), parsed.GetValue(detach), cancellation));
        return command;
    }

    public static async Task<int> RunAsync(string? id, bool retryFailed, string? display, bool detach, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var folder = id is null ? Newest(place) : place.Session(id);
        var state = Workplace.Read(folder);
        if (state.Status == SessionStatus.Completed)
        {
            await Console.Error.WriteLineAsync($"Session {folder.Id} is completed; there is nothing to resume.");
            return ExitCodes.AllDone;
        }

        if (HandOff.IsDue(state) && File.Exists(folder.File(HandOff.FileName(state))))
            await Console.Error.WriteLineAsync($"Session {folder.Id} is taken up from the hand-off in {folder.File(HandOff.FileName(state))}.");
        var run = new RunOrder(place.Repository, folder, place.Sources(s => s), TimeProvider.System, Workplace.Version) { Resume = true, RetryFailed = retryFailed };
        return detach
            ? await Background.StartAsync(run, cancellation)
            : await Conducting.RunAsync(run, Displays.Choose(display, TerminalFacts.OfStderr()), cancellation);
    }

    private static SessionFolder Newest(Workplace place)
    {
        // One that was killed before its first event was whole never started, and must not hide those that did.
        var open = SessionFolder.All(place.Repository.StateDirectory)
            .FirstOrDefault(folder => JournalReading.Of(folder.Journal).State is { Status: not SessionStatus.Completed });
        return open ?? throw FailureException.Input("nothing_to_resume", "there is no session to resume", "'tutti run' starts one, 'tutti status' shows the last");
    }
}
