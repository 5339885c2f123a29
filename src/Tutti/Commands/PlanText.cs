using Tutti.Core.Views;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>A plan for a terminal: where it is from, its tree, and what of it is done already.</summary>
internal static class PlanText
{
    public static string Of(PlanView plan, string file, TerminalFacts facts)
    {
        var done = plan.Done.Count > 0 ? $", {plan.Done.Count} done already: {string.Join(", ", plan.Done)}" : "";
        var heading = Line.Wrap($"{file}: {Words.Count(plan.TaskCount, "task")} to do{done}", facts.Columns - 1);
        return Screen.Text(plan.TaskCount > 0 ? [.. heading, .. PlanTree.Of(plan, facts)] : heading, facts);
    }
}
