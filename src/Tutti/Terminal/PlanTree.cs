using Spectre.Console.Rendering;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>A plan as a tree of groups (<c>tutti plan show</c>).</summary>
public static class PlanTree
{
    private const int RoomForAgent = 60;
    private const int RoomForFiles = 72;

    /// <summary>The mode, then every group with every task, who could start now; what verifies.</summary>
    public static IEnumerable<IRenderable> Of(PlanView plan, TerminalFacts facts)
    {
        var (look, width) = (facts.Look, facts.Columns - 1);
        yield return new Line(new Piece(plan.Mode.ToUpperInvariant(), Tone.Strong));
        foreach (var line in Line.Wrap(plan.ModeReason, width))
            yield return line;
        foreach (var group in plan.Groups)
        {
            yield return Line.Empty;
            yield return Line.Row(look, new Cell($"Group {group.Number}: {Words.Count(group.Tasks.Count, "task")}", Tone.Strong, width));
            foreach (var line in Rows(group.Tasks, group.Tasks.Count, width, look))
                yield return line;
        }

        yield return Line.Empty;
        var now = plan.Groups.SelectMany(group => group.Tasks).Where(task => task.CouldStart).Select(task => task.Id).ToList();
        foreach (var line in Line.Wrap($"{now.Count} of {Words.Count(plan.TaskCount, "task")} could start now: {string.Join(", ", now)}", width))
            yield return line;
        if (plan.Verify.Count > 0)
            yield return Line.Row(look, new Cell($"verified by: {string.Join("; ", plan.Verify)}", Tone.Dim, width));
    }

    /// <summary>Tasks as branches: <c>├── Agent 1: auth  Add authentication  claude  src/auth/**</c>.</summary>
    /// <param name="tasks">The tasks of one group.</param>
    /// <param name="room">Most rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="look">The terminal's signs.</param>
    public static IEnumerable<Line> Rows(IReadOnlyList<PlanTaskView> tasks, int room, int width, Look look)
    {
        var number = $"Agent {tasks.Select(task => task.Slot).DefaultIfEmpty(0).Max()}:".Length;
        var id = TaskRows.Longest(tasks.Select(task => task.Id), 12);
        var agent = width >= RoomForAgent ? 8 : 0;
        var rest = width - 3 - 1 - number - 1 - id - 1 - (agent > 0 ? agent + 1 : 0);
        var side = width >= RoomForFiles ? (rest - 1) / 2 : 0;
        var title = side > 0 ? rest - side - 1 : rest;
        return tasks.Take(room).Select((task, index) => Line.Row(
            look,
            new Cell(index == tasks.Count - 1 ? look.Branches.Last : look.Branches.Middle, Tone.Dim, 3),
            new Cell($"Agent {task.Slot}:", Tone.Dim, number),
            new Cell(task.Id, Tone.Strong, id),
            new Cell(task.Title, Tone.Plain, title),
            new Cell(task.Agent ?? "", Tone.Plain, agent),
            new Cell(Side(task), Tone.Dim, side)));
    }

    private static string Side(PlanTaskView task) => string.Join("  ", new[]
    {
        task.DependsOn.Count > 0 ? $"after {string.Join(", ", task.DependsOn)}" : "",
        string.Join(" ", task.Files),
    }.Where(text => text.Length > 0));
}
