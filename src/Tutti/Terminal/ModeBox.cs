using Spectre.Console;
using Spectre.Console.Rendering;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The execution-mode box (seed 004, SPEC 3.3): what is run how, and why; always said before anything starts.</summary>
public static class ModeBox
{
    /// <summary>Tasks a box names; a longer plan is for <c>tutti plan show</c>.</summary>
    private const int MostTasks = 30;

    private const int MostWidth = 100;

    /// <summary>The box, as wide as the terminal up to 100 columns.</summary>
    public static IRenderable Of(PlanView plan, TerminalFacts facts)
    {
        var width = Math.Min(MostWidth, facts.Columns - 1);
        var inner = width - Box.Frame;
        var lines = plan.Mode == "parallel" ? Parallel(plan, inner, facts.Look) : Sequential(plan, inner, facts.Look);
        return new Rows(Box.Of($"Execution mode: {plan.Mode.ToUpperInvariant()}", lines, width, facts.Look));
    }

    private static IEnumerable<Line> Parallel(PlanView plan, int width, Look look)
    {
        foreach (var line in Line.Wrap(plan.ModeReason, width))
            yield return line;
        var room = MostTasks;
        foreach (var group in plan.Groups.TakeWhile(_ => room > 0))
        {
            yield return Line.Empty;
            yield return Line.Row(look, new Cell(Heading(group), Tone.Strong, width));
            foreach (var line in PlanTree.Rows(group.Tasks, room, width, look))
                yield return line;
            room -= group.Tasks.Count;
        }

        if (room < 0 || plan.TaskCount > MostTasks)
            yield return Line.Of($"{look.Ellipsis} and {plan.TaskCount - MostTasks} more; 'tutti plan show' draws all", Tone.Dim);
    }

    private static string Heading(PlanGroupView group) =>
        group.Number == 1 ? "Group 1" : $"Group {group.Number} (each as soon as what it waits for has landed)";

    private static IEnumerable<Line> Sequential(PlanView plan, int width, Look look)
    {
        var order = plan.Groups.SelectMany(group => group.Tasks).Select(task => task.Id).Take(MostTasks).ToList();
        var more = plan.TaskCount > order.Count ? $" {look.Arrow} {look.Ellipsis} and {plan.TaskCount - order.Count} more" : "";
        return [.. Line.Wrap($"Reason: {plan.ModeReason}", width), .. Line.Wrap($"Order: {string.Join($" {look.Arrow} ", order)}{more}", width)];
    }
}
