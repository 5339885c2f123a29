using System.CommandLine;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti undo</c>: takes back what a session landed.</summary>
internal static class UndoCommand
{
    public static Command Create()
    {
        var session = new Argument<string?>("SESSION") { Description = "Its id; the newest without one", Arity = ArgumentArity.ZeroOrOne };
        var json = Answers.JsonOption();
        var command = new Command("undo", "Put the target back to where it was before a session, if nobody has built on it; no commit is lost.") { session, json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(session), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? id, bool json, CancellationToken cancellation)
    {
        var here = Pools.Here();
        var folder = here.Place.Session(id);
        if (id is null)
            RequireNewest(here.Place, folder);
        var undone = await SessionUndo.RunAsync(here.Place.Repository, folder, here.Pool.Root, TimeProvider.System, "command line", cancellation);
        if (json)
        {
            await Answers.JsonAsync(new UndoAnswer(1, undone.Id, undone.Target, undone.From, undone.To, undone.Tasks, undone.KeptAt, undone.Notes), UndoJson.Default.UndoAnswer);
            return ExitCodes.AllDone;
        }

        await Answers.LineAsync($"{undone.Target} went back from {undone.From[..10]} to {undone.To[..10]}; taken back: {string.Join(", ", undone.Tasks)}");
        foreach (var note in undone.Notes)
            await Console.Error.WriteLineAsync($"  note: {note}");
        await Console.Error.WriteLineAsync($"  What was landed is kept: git log {undone.KeptAt}; to have it again: git merge --ff-only {undone.KeptAt}");
        return ExitCodes.AllDone;
    }

    // A newer one that has no event yet may be starting at this moment, and be the one that is meant.
    private static void RequireNewest(Workplace place, SessionFolder folder)
    {
        if (SessionFolder.All(place.Repository.StateDirectory)[0] is var newest && newest.Id != folder.Id)
            throw newest.Empty($"the one before it: tutti undo {folder.Id}");
    }
}

/// <summary>All of <c>tutti undo --json</c>.</summary>
/// <param name="KeptAt">The ref that holds what was landed.</param>
internal sealed record UndoAnswer(int Version, string Session, string Target, string From, string To, IReadOnlyList<string> Tasks, string KeptAt, IReadOnlyList<string> Notes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(UndoAnswer))]
internal sealed partial class UndoJson : JsonSerializerContext;
