using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti checkpoint</c>: named positions of a session's journal, and a new session made of one.</summary>
internal static class CheckpointCommand
{
    public static Command Create() => new("checkpoint", "Named positions of a session: list, make, look at, and make a new session of one.")
    {
        List(),
        Make(),
        Show(),
        Restore(),
    };

    private static Command List()
    {
        var (session, json) = (Ids.SessionOption(), Answers.JsonOption());
        var command = new Command("list", "List a session's checkpoints, oldest first.") { session, json };
        command.SetAction((parsed, _) => ListAsync(Workplace.Here().Session(parsed.GetValue(session)), parsed.GetValue(json)));
        return command;
    }

    private static Command Make()
    {
        var name = new Argument<string>("NAME") { Description = "Letters, digits, and . _ - between them" };
        var why = new Option<string?>("--message", "-m") { Description = "What it is for", HelpName = "TEXT" };
        var (session, json) = (Ids.SessionOption(), Answers.JsonOption());
        var command = new Command("create", "Give the position at which a session stands a name; one that is being conducted is not disturbed.") { name, why, session, json };
        command.SetAction((parsed, cancellation) =>
            CheckpointMaking.RunAsync(parsed.GetValue(session), parsed.GetRequiredValue(name), parsed.GetValue(why), parsed.GetValue(json), cancellation));
        return command;
    }

    private static Command Show()
    {
        var (name, session, json) = (NameArgument(), Ids.SessionOption(), Answers.JsonOption());
        var command = new Command("show", "Show a checkpoint, and the session as it stood there.") { name, session, json };
        command.SetAction((parsed, _) => ShowAsync(Workplace.Here().Session(parsed.GetValue(session)), parsed.GetRequiredValue(name), parsed.GetValue(json)));
        return command;
    }

    private static Command Restore()
    {
        var (name, session, json) = (NameArgument(), Ids.SessionOption(), Answers.JsonOption());
        var command = new Command("restore", "Make a new session of a checkpoint; the old one stays as it is, and nothing starts before 'tutti resume'.") { name, session, json };
        command.SetAction((parsed, cancellation) => RestoreAsync(parsed.GetValue(session), parsed.GetRequiredValue(name), parsed.GetValue(json), cancellation));
        return command;
    }

    private static Argument<string> NameArgument()
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME | SEQ", Description = "A checkpoint's name, or the number of an event" };
        name.CompletionSources.Add(_ => Ids.Checkpoints().Select(known => new CompletionItem(known)));
        return name;
    }

    private static async Task<int> ListAsync(SessionFolder folder, bool json)
    {
        var state = Workplace.Read(folder);
        if (json)
        {
            await Answers.JsonAsync(new CheckpointList(1, state.Id, [.. state.Checkpoints.Select(CheckpointView.Of)]), CheckpointJson.Default.CheckpointList);
            return ExitCodes.AllDone;
        }

        if (state.Checkpoints.IsEmpty)
            await Answers.LineAsync($"Session {state.Id} has no checkpoint; 'tutti checkpoint create NAME' makes one.");
        foreach (var line in Answers.Columns([.. state.Checkpoints.Select(c => (IReadOnlyList<string>)[c.Name, $"{c.Seq}", $"{c.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}", c.Why])]))
            await Console.Out.WriteLineAsync(line);
        return ExitCodes.AllDone;
    }

    private static async Task<int> ShowAsync(SessionFolder folder, string name, bool json)
    {
        var position = JournalPosition.Find(folder, name);
        var live = new LiveInfo(position.At.At) { Folder = folder.Path };
        if (json)
        {
            var shown = new CheckpointShown(1, position.At.Id, position.At.Seq, position.Checkpoint is { } c ? CheckpointView.Of(c) : null, JsonSerializer.SerializeToElement(StatusView.From(position.At, live), ViewJson.Default.StatusView));
            await Answers.JsonAsync(shown, CheckpointJson.Default.CheckpointShown);
            return ExitCodes.AllDone;
        }

        await SayAsync(position);
        await Console.Out.WriteAsync(StatusText.Of(StatusKind.Summary, position.At, live));
        await Console.Error.WriteLineAsync($"  What led there: tutti replay {position.At.Id} --until {position.At.Seq}; a new session of it: tutti checkpoint restore {name} --session {position.At.Id}");
        return ExitCodes.AllDone;
    }

    private static async Task SayAsync(JournalPosition position)
    {
        if (position.Checkpoint is { } checkpoint)
        {
            await Answers.LineAsync($"Checkpoint {checkpoint.Name} of session {position.At.Id}, event {checkpoint.Seq}, {checkpoint.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
            await Answers.LineAsync($"  {(checkpoint.Task is null ? "" : $"task {checkpoint.Task}: ")}{checkpoint.Why}");
            await Answers.LineAsync($"  {checkpoint.Summary}");
        }

        if (position.Damage is { } damage)
            await Console.Error.WriteLineAsync($"  note: {damage.Message}");
        await Console.Out.WriteLineAsync($"\nAs it stood after event {position.At.Seq}:\n");
    }

    private static async Task<int> RestoreAsync(string? session, string name, bool json, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var restored = await new SessionRestore(place.Repository, place.Sources(s => s), TimeProvider.System).RunAsync(place.Session(session), name, cancellation);
        if (json)
        {
            await Answers.JsonAsync(restored, CheckpointJson.Default.RestoredSession);
            return ExitCodes.AllDone;
        }

        await Answers.LineAsync(restored.Session);
        await TellAsync($"Session {restored.Session} stands where {restored.From} stood at {(restored.Checkpoint is { } c ? $"checkpoint {c}" : $"event {restored.Seq}")}; 'tutti resume {restored.Session}' goes on with it.");
        await TellAsync("  landed:      ", restored.Landed);
        await TellAsync("  taken along: ", restored.TakenAlong);
        await TellAsync("  from nothing:", restored.Anew);
        if (restored.LandedSince.Count > 0)
            await TellAsync($"  note: {string.Join(", ", restored.LandedSince)} had not landed there, but has since, and stays landed; 'tutti undo {restored.From}' first takes landings back");
        if (restored.TargetNow != restored.TargetThen)
            await TellAsync($"  note: {restored.Target} was at {Words.Commit(restored.TargetThen)} there and is at {Words.Commit(restored.TargetNow)} now; the new session builds on that");
        foreach (var note in restored.Notes)
            await TellAsync($"  note: {note}");
        return ExitCodes.AllDone;
    }

    private static Task TellAsync(string heading, IReadOnlyList<string> tasks) => tasks.Count == 0 ? Task.CompletedTask : TellAsync($"{heading} {string.Join(", ", tasks)}");

    private static Task TellAsync(string line) => Console.Error.WriteLineAsync(line[..(line.Length - line.TrimStart().Length)] + Terminal.Printable.Line(line));
}

/// <summary>A checkpoint as JSON has it.</summary>
internal sealed record CheckpointView(string Name, long Seq, DateTimeOffset At, string? Task, string Why, string Summary)
{
    public static CheckpointView Of(Checkpoint c) => new(c.Name, c.Seq, c.At, c.Task, c.Why, c.Summary);
}

/// <summary>What <c>tutti checkpoint list --json</c> answers.</summary>
internal sealed record CheckpointList(int Version, string Session, IReadOnlyList<CheckpointView> Checkpoints);

/// <summary>What <c>tutti checkpoint create --json</c> answers.</summary>
internal sealed record CheckpointMadeView(int Version, string Session, CheckpointView Checkpoint);

/// <summary>What <c>tutti checkpoint show --json</c> answers; the checkpoint is null where only an event's number was given.</summary>
internal sealed record CheckpointShown(int Version, string Session, long Seq, CheckpointView? Checkpoint, JsonElement Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CheckpointList))]
[JsonSerializable(typeof(CheckpointMadeView))]
[JsonSerializable(typeof(CheckpointShown))]
[JsonSerializable(typeof(RestoredSession))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
