using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti replay</c>: a session as it stood at an event of its journal, and the events that led there.</summary>
internal static class ReplayCommand
{
    // Without --from: enough to see what was going on.
    private const int Led = 10;

    public static Command Create()
    {
        var session = new Argument<string?>("SESSION") { Description = "Its id; the newest without one", Arity = ArgumentArity.ZeroOrOne };
        session.CompletionSources.Add(_ => Ids.Sessions().Select(id => new CompletionItem(id)));
        var until = new Option<long?>("--until", "-u") { Description = "As it stood after this event (default: the last)", HelpName = "SEQ" };
        var from = new Option<long?>("--from") { Description = $"Tell the events from this one on (default: the last {Led})", HelpName = "SEQ" };
        var json = Answers.JsonOption();
        var command = new Command("replay", "Show a session as it stood at any event of its journal; changes nothing.") { session, until, from, json };
        command.SetAction((parsed, cancellation) =>
            RunAsync(Workplace.Here().Session(parsed.GetValue(session)), parsed.GetValue(from), parsed.GetValue(until), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(SessionFolder folder, long? from, long? until, bool json, CancellationToken cancellation)
    {
        if (from < 1 || until < 1 || from > until)
            throw FailureException.Input("out_of_range", $"events are counted from 1, and --from comes before --until, not {from ?? 1} to {until}");
        var (state, last) = Fold(folder, from, until);
        var live = new LiveInfo(state.At) { Folder = folder.Path };
        var events = from is { } first ? new JournalReader(folder.Journal).Read().SkipWhile(r => r.Seq < first).TakeWhile(r => r.Seq <= state.Seq) : last;
        if (json)
            await WriteJsonAsync(state, live, events, cancellation);
        else
            await WriteTextAsync(state, live, events);
        return ExitCodes.AllDone;
    }

    // Read to the position and no further: what is damaged behind it does not keep anybody from looking at what is whole.
    private static (SessionState State, IReadOnlyCollection<Recorded> Last) Fold(SessionFolder folder, long? from, long? until)
    {
        SessionState? state = null;
        var last = new Queue<Recorded>();
        foreach (var recorded in new JournalReader(folder.Journal).Read())
        {
            state = Core.Session.Fold.Apply(state, recorded);
            last.Enqueue(recorded);
            if (last.Count > Led)
                last.Dequeue();
            if (recorded.Seq == until)
                break;
        }

        if (state is null)
            throw folder.Empty();
        if ((until ?? from ?? 1) > state.Seq)
            throw FailureException.Input("out_of_range", $"session {state.Id} has no event {until ?? from}", $"it has 1 to {state.Seq}");
        return (state, last);
    }

    private static async Task WriteTextAsync(SessionState state, LiveInfo live, IEnumerable<Recorded> events)
    {
        foreach (var recorded in events)
            await Answers.LineAsync($"{recorded.Seq} {recorded.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} {Sentences.Of(recorded.Event, state)}");
        await Console.Out.WriteLineAsync($"\nAs it stood after event {state.Seq}, at {state.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC:\n");
        await Console.Out.WriteAsync(StatusText.Of(StatusKind.Summary, state, live));
    }

    // As a stream: a million events are no document that anybody wants in memory.
    private static async Task WriteJsonAsync(SessionState state, LiveInfo live, IEnumerable<Recorded> events, CancellationToken cancellation)
    {
        await using var stdout = Console.OpenStandardOutput();
        await using var json = new Utf8JsonWriter(stdout);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("session", state.Id);
        json.WriteNumber("seq", state.Seq);
        json.WriteString("at", state.At.UtcDateTime);
        json.WriteStartArray("events");
        foreach (var recorded in events)
        {
            Write(json, recorded, state);
            await json.FlushAsync(cancellation);
        }

        json.WriteEndArray();
        json.WritePropertyName("status");
        JsonSerializer.Serialize(json, StatusView.From(state, live), ViewJson.Default.StatusView);
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        await stdout.WriteAsync("\n"u8.ToArray(), cancellation);
    }

    private static void Write(Utf8JsonWriter json, Recorded recorded, SessionState state)
    {
        var kind = EventTypes.Of(recorded.Event);
        json.WriteStartObject();
        json.WriteNumber("seq", recorded.Seq);
        json.WriteString("at", recorded.At.UtcDateTime);
        json.WriteString("type", kind.Name);
        json.WriteString("sentence", Sentences.Of(recorded.Event, state));
        json.WritePropertyName("data");
        JsonSerializer.Serialize(json, recorded.Event, kind.Json);
        if (recorded.Correlation is { } correlation)
            json.WriteString("correlation", correlation);
        if (recorded.Cause is { } cause)
            json.WriteNumber("cause", cause);
        json.WriteEndObject();
    }
}
