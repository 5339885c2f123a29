using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>Tasks as rows whose columns line up, with as many columns as there is room for.</summary>
public static class TaskRows
{
    private const int MostId = 12;
    private const int RoomForAgent = 60;
    private const int RoomForOutput = 72;
    private const int Agent = 8;
    private const int Time = 7;

    /// <summary>A row for each task: state, id, title, stage and round, agent, time, and what is happening.</summary>
    /// <param name="tasks">The tasks to show.</param>
    /// <param name="width">Columns of a row.</param>
    /// <param name="look">The terminal's signs.</param>
    public static IEnumerable<Line> Of(IReadOnlyList<TaskView> tasks, int width, Look look)
    {
        var id = Longest(tasks.Select(t => t.Id), MostId);
        var stage = Longest(tasks.Select(StageOf), 15);
        var agent = width >= RoomForAgent ? Agent : 0;
        var rest = width - 1 - 1 - id - 1 - 1 - stage - 1 - Time - (agent > 0 ? agent + 1 : 0);
        var title = Math.Max(0, width >= RoomForOutput ? Longest(tasks.Select(t => t.Title), rest / 2) : rest);
        var output = Math.Max(0, rest - title - 1);
        return tasks.Select(task => Line.Row(
            look,
            new Cell(look.Glyph(task.State), Look.ToneOf(task.State), 1),
            new Cell(task.Id, Tone.Strong, id),
            new Cell(task.Title, Tone.Plain, title),
            new Cell(StageOf(task), Look.ToneOf(task.State), stage),
            new Cell(task.Agent ?? "", Tone.Plain, agent),
            new Cell(task.ElapsedSeconds is { } seconds ? Amounts.Duration(seconds) : "", Tone.Plain, Time, Right: true),
            new Cell(Happening(task), Tone.Dim, output)));
    }

    /// <summary>The stage with its round where one runs, else the state.</summary>
    public static string StageOf(TaskView task) => task is { State: TaskPhase.Running, Stage: { } stage }
        ? Sentences.StageOf(stage, task.Round)
        : Words.Of(task.State);

    /// <summary>What a person would want to know of the task now: its agent's last line, why it waits, why it failed.</summary>
    public static string Happening(TaskView task) => task switch
    {
        { Error: { } error } => Sentences.Message(task.Id, error.Message),
        { Waiting: { } why } => why,
        { LandedCommit: { } commit } => $"as {Words.Commit(commit)}",
        _ => task.LastLine ?? "",
    };

    /// <summary>Columns for the longest of these texts, within a limit.</summary>
    public static int Longest(IEnumerable<string> texts, int most) =>
        Math.Min(most, texts.Select(text => Printable.Width(Printable.Line(text))).DefaultIfEmpty(0).Max());
}
