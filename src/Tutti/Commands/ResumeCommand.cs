using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Engine.Sources;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti resume</c>: takes a session up where its journal stands, adopting agents that still work.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var session = new Argument<string?>("SESSION") { Description = "Its id; the newest with something left to do without one", Arity = ArgumentArity.ZeroOrOne };
        var retry = new Option<bool>("--retry-failed") { Description = "Try failed tasks again" };
        var budget = new BudgetOptions();
        var display = RunCommand.DisplayOption();
        var detach = new Option<bool>("--detach") { Description = "Go on in the background" };
        var command = new Command("resume", "Take a session up where it stands: after a crash, an interrupt, or a person's decision.") { session, retry };
        budget.AddTo(command);
        command.Options.Add(display);
        command.Options.Add(detach);
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(session), new ResumeFlags(parsed.GetValue(retry), parsed.GetValue(detach), parsed.GetValue(display)), budget.Over(parsed, new Overrides()), cancellation));
        return command;
    }

    /// <summary>Takes a session up.</summary>
    /// <param name="id">Which; null takes the newest with something left to do.</param>
    /// <param name="flags">How.</param>
    /// <param name="said">A budget in place of the one the session has.</param>
    /// <param name="cancellation">Leaves it at once.</param>
    public static async Task<int> RunAsync(string? id, ResumeFlags flags, Overrides said, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var folder = id is null ? Newest(place) : place.Session(id);
        var state = Workplace.Read(folder);
        Failpoint.At("resume.read");
        if (TakingUp.IsOver(state))
            return await OverAsync(state);

        if (HandOff.IsDue(state) && File.Exists(folder.File(HandOff.FileName(state))))
            await Console.Error.WriteLineAsync($"Session {folder.Id} is taken up from the hand-off in {folder.File(HandOff.FileName(state))}.");
        var before = Overrides.Of(state.Settings);
        var above = before with { Usd = said.Usd ?? before.Usd, Tokens = said.Tokens ?? before.Tokens };
        var run = new RunOrder(place.Repository, folder, place.Sources(above.Over), TimeProvider.System, Workplace.Version) { Resume = true, RetryFailed = flags.RetryFailed };
        if (flags.Detach)
            return await Background.StartAsync(run, BudgetOptions.Words(said), cancellation);
        return await Conducting.RunAsync(run with { TaskLimits = await RaisedAsync(state) }, Displays.Choose(flags.Display, TerminalFacts.OfStderr()), cancellation);
    }

    /// <summary>Says that nothing of a session is left to resume.</summary>
    /// <returns>The session's own exit code.</returns>
    public static async Task<int> OverAsync(SessionState state)
    {
        var how = state.Ending?.Reason is { Code: FailureCode.Undone, Message: var undone } ? $"was {undone}" : $"is {state.Status.ToString().ToLowerInvariant()}";
        await Console.Error.WriteLineAsync($"Session {state.Id} {how}; there is nothing to resume.");
        return state.ExitCode ?? ExitCodes.AllDone;
    }

    // Who is told to raise a task's budget does so where it stands: in the plan.
    private static async Task<IReadOnlyDictionary<string, TaskLimits>> RaisedAsync(SessionState state)
    {
        try
        {
            // A plan that came through a pipe (/dev/stdin) is over; what stands there now is the terminal, or nothing.
            if (state.Source is { Kind: "plan", File: { } file } && RegularFile.Is(file))
                return TaskLimits.Changed(state, PlanFile.Read(file).Tasks);
        }
        catch (FailureException e)
        {
            await Console.Error.WriteLineAsync($"  note: budgets and time limits of single tasks stay as they were: {Printable.Line(e.Failure.Message)}");
        }

        return new Dictionary<string, TaskLimits>();
    }

    private static SessionFolder Newest(Workplace place)
    {
        // One that was killed before its first event was whole never started, and must not hide those that did.
        var open = SessionFolder.All(place.Repository.StateDirectory)
            .FirstOrDefault(folder => JournalReading.Of(folder.Journal).State is { } state && !TakingUp.IsOver(state));
        return open ?? throw FailureException.Input("nothing_to_resume", "there is no session to resume", "'tutti run' starts one, 'tutti status' shows the last");
    }
}

/// <summary>How a session is taken up; see the options of <c>tutti resume</c>.</summary>
internal sealed record ResumeFlags(bool RetryFailed, bool Detach, string? Display);
