using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>All that is known of each task in a table; columns that do not fit are left out, the least needed first.</summary>
public static class TaskTable
{
    private const int RoomForTitle = 12;

    // In the order in which they stand; the number says which is left out first where there is little room.
    private static readonly (string Head, int Width, int Keep, bool Right, Func<TaskView, string> Text)[] Optional =
    [
        ("try", 3, 5, true, task => task.Attempts.Count > 0 ? $"{task.Attempts.Count}" : ""),
        ("agent", 8, 4, false, task => task.Agent ?? ""),
        ("time", 7, 6, true, task => task.ElapsedSeconds is { } s ? Amounts.Duration(s) : ""),
        ("cpu", 5, 2, true, task => task.Cpu is { } cores ? $"{cores * 100:0}%" : ""),
        ("mem", 7, 3, true, task => task.MemoryBytes is { } bytes ? Amounts.Bytes(bytes) : ""),
        ("cost", 7, 1, true, task => task.CostUsd is { } usd ? Amounts.Usd(usd) : ""),
    ];

    /// <summary>A heading and at most <paramref name="room"/> rows, the last saying how many more there are.</summary>
    /// <param name="tasks">The tasks to show, the most important first.</param>
    /// <param name="room">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="look">The terminal's signs.</param>
    public static IEnumerable<Line> Of(IReadOnlyList<TaskView> tasks, int room, int width, Look look)
    {
        var id = Math.Max(2, TaskRows.Longest(tasks.Select(t => t.Id), 12));
        var stage = Math.Max(5, TaskRows.Longest(tasks.Select(TaskRows.StageOf), 15));
        var way = Math.Max(4, tasks.Select(t => t.Way.Count).DefaultIfEmpty(0).Max());
        var left = width - (1 + 1 + id + 1 + stage + 1 + way);
        var kept = Kept(left - RoomForTitle - 1);
        var title = Math.Max(0, left - 1 - kept.Sum(column => column.Width + 1));
        yield return Line.Row(look, [
            new Cell(" ", Tone.Dim, 1), new Cell("id", Tone.Dim, id), new Cell("title", Tone.Dim, title), new Cell("stage", Tone.Dim, stage), new Cell("way", Tone.Dim, way),
            .. kept.Select(column => new Cell(column.Head, Tone.Dim, column.Width, column.Right))]);
        var shown = tasks.Count <= room ? tasks.Count : Math.Max(0, room - 1);
        foreach (var task in tasks.Take(shown))
        {
            var tone = Look.ToneOf(task.State);
            yield return Line.Row(look, [
                new Cell(look.Glyph(task.State), tone, 1), new Cell(task.Id, Tone.Strong, id), new Cell(task.Title, Tone.Plain, title),
                new Cell(TaskRows.StageOf(task), tone, stage), new Cell(Way(task, look), tone, way),
                .. kept.Select(column => new Cell(column.Text(task), Tone.Plain, column.Width, column.Right))]);
        }

        if (shown < tasks.Count)
            yield return Line.Of($"{look.Ellipsis} and {tasks.Count - shown} more", Tone.Dim);
    }

    /// <summary>The task's stages as signs: done, the one it is at, still to come.</summary>
    public static string Way(TaskView task, Look look)
    {
        var at = task.State == TaskPhase.Done ? task.Way.Count : task.Stage is { } stage ? At(task.Way, stage) : -1;
        return string.Concat(task.Way.Select((_, index) =>
            index < at ? look.Glyph(TaskPhase.Done) : index == at ? look.Glyph(task.State) : look.Glyph(TaskPhase.Pending)));
    }

    // A correction stands where develop ends: everything after it is done again. A conflict is resolved on the way onto the target.
    private static int At(IReadOnlyList<Stage> way, Stage stage) => stage switch
    {
        Stage.Correct => 0,
        Stage.Resolve => way.Count - 1,
        _ => way.Count(s => s < stage),
    };

    private static List<(string Head, int Width, int Keep, bool Right, Func<TaskView, string> Text)> Kept(int room)
    {
        var kept = Optional.ToList();
        while (kept.Count > 0 && kept.Sum(column => column.Width + 1) > room)
            kept.Remove(kept.MinBy(column => column.Keep));
        return kept;
    }
}
