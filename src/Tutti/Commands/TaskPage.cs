using System.Text;
using System.Text.Json;
using Tutti.Core.Views;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>The page of <c>tutti show</c>, for people and as JSON (version 1: names only get additions).</summary>
internal static class TaskPage
{
    private const int Version = 1;

    public static string Text(TaskShown shown, TerminalFacts facts)
    {
        var width = facts.Columns - 1;
        var (task, view) = (shown.Task, shown.View);
        List<Line> lines =
        [
            Line.Row(facts.Look, new Cell(facts.Look.Glyph(view.State), Look.ToneOf(view.State), 1), new Cell($"{view.Id}  {view.Title}", Tone.Strong, width - 2)),
            .. Fact("state", $"{Words.Of(view.State)}{(view.Waiting is { } why ? $": {why}" : "")}", width),
            .. Fact("error", view.Error?.Message, width),
            .. Fact("hint", view.Error?.Hint, width),
            .. Fact("failed as", view.Error is { } error ? $"{error.Code} ({Words.Of(error.Category)}, {Words.Of(error.Severity)}, {(error.Recoverable ? "recoverable" : "to be mended first")}{(error.RetryCount > 0 ? $", {error.RetryCount} failed before" : "")})" : null, width),
            .. Fact("facts", view.Error?.Context, width),
            .. Fact("cause", view.Error?.Cause, width),
            .. Fact("after", string.Join(", ", task.Spec.DependsOn), width),
            .. Fact("files", string.Join(", ", task.Spec.Files), width),
            .. Fact("verify", string.Join("; ", shown.State.Verify.Concat(task.Spec.Verify)), width),
            .. Fact("agent", view.Agent, width),
            .. Fact("branch", view.Branch is { } branch ? $"{branch}{(view.Slot is { } slot ? $" in {slot} ({task.Slot!.Path})" : "")}" : null, width),
            .. Fact("landed", view.LandedCommit, width),
            .. Fact("summary", task.Summary, width),
        ];
        Section(lines, "Asked", task.Spec.Description.Split('\n').SelectMany(line => Line.Wrap(line, width, indent: 2)));
        Section(lines, "Attempts", view.Attempts.Select(attempt => Attempt(attempt, shown, facts)));
        Section(lines, "To be corrected", task.Findings.SelectMany(f => Line.Wrap($"{Words.Of(f.Severity)}: {f.File}{(f.Line is { } at ? $":{at}" : "")} {f.Message}", width, indent: 2)));
        Section(lines, "Commits", shown.Changes.Commits.Select(commit => Pair($"  {Words.Commit(commit.Id)} ", commit.Subject)));
        Section(lines, "Changed", shown.Changes.Files.Select(file => Pair($"  {Count('+', file.Added),6} {Count('-', file.Removed),6}  ", file.Path)));
        Section(lines, "Notes", view.Notes.Concat(task.Work?.Asks ?? []).SelectMany(note => Line.Wrap(note, width, indent: 2)));
        Section(lines, "Kept", (view.Preserved is { } kept ? Line.Wrap(kept, width, indent: 2) : []).Concat(Commands(shown).Select(command => Pair("  ", command))));
        return Screen.Text(lines, facts);
    }

    public static string Json(TaskShown shown)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            Write(json, shown);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, TaskShown shown)
    {
        var spec = shown.Task.Spec;
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("session", shown.State.Id);
        json.WritePropertyName("task");
        JsonSerializer.Serialize(json, shown.View, ViewJson.Default.TaskView);
        json.WriteString("description", spec.Description);
        json.WriteString("summary", shown.Task.Summary);
        Texts(json, "depends_on", spec.DependsOn);
        Texts(json, "files", spec.Files);
        Texts(json, "verify", [.. shown.State.Verify, .. spec.Verify]);
        List(json, "findings", shown.Task.Findings, finding =>
        {
            json.WriteString("severity", Words.Of(finding.Severity));
            json.WriteString("file", finding.File);
            Number(json, "line", finding.Line);
            json.WriteString("message", finding.Message);
        });
        List(json, "commits", shown.Changes.Commits, commit =>
        {
            json.WriteString("id", commit.Id);
            json.WriteString("subject", commit.Subject);
        });
        List(json, "changes", shown.Changes.Files, file =>
        {
            json.WriteString("path", file.Path);
            Number(json, "added", file.Added);
            Number(json, "removed", file.Removed);
        });
        Texts(json, "asks", shown.Task.Work?.Asks ?? []);
        Texts(json, "commands", Commands(shown));
        json.WriteEndObject();
    }

    // The journal says whether; the record, which may be older, only how.
    private static IReadOnlyList<string> Commands(TaskShown shown) => shown.View.Preserved is null ? [] : shown.Kept?.Commands ?? [];

    private static Line Attempt(AttemptView attempt, TaskShown shown, TerminalFacts facts)
    {
        var end = attempt.EndedAt ?? shown.State.At;
        var exit = attempt.ExitCode is { } code && code != 0 ? $" (exit code {code})" : "";
        var why = attempt.Error is { } error ? $"  {Sentences.Message(shown.Task.Id, error.Message)}" : "";
        return Line.Row(
            facts.Look,
            new Cell("", Tone.Plain, 1),
            new Cell($"{attempt.Number}", Tone.Strong, 3, Right: true),
            new Cell(Sentences.StageOf(attempt.Stage, attempt.Round), Tone.Plain, 12),
            new Cell(attempt.Agent, Tone.Plain, 8),
            new Cell(Amounts.Duration(end - attempt.StartedAt), Tone.Dim, 8, Right: true),
            new Cell($"{attempt.State}{exit}{why}", attempt.Error is null ? Tone.Plain : Tone.Bad, Math.Max(0, facts.Columns - 40)));
    }

    private static Line Pair(string first, string rest) => new(new Piece(first, Tone.Dim), new Piece(Printable.Line(rest)));

    private static IEnumerable<Line> Fact(string name, string? text, int width)
    {
        const int column = 10;
        return string.IsNullOrEmpty(text)
            ? []
            : Line.Wrap(text, width, indent: column).Select((line, index) => index == 0 ? Pair(("  " + name).PadRight(column), line.ToString()) : line);
    }

    private static void Section(List<Line> lines, string title, IEnumerable<Line> content)
    {
        var all = content.ToList();
        if (all.Count == 0)
            return;
        lines.Add(Line.Empty);
        lines.Add(Line.Of(title, Tone.Strong));
        lines.AddRange(all);
    }

    private static string Count(char sign, int? lines) => lines is { } known ? $"{sign}{known}" : "bin";

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }
}
