using Tutti.Core.Views;
using Tutti.Engine.Agents.Planning;

namespace Tutti.Terminal;

/// <summary>The line that says, while an agent makes a plan, what it does; gone when the plan is there. Where nothing can be redrawn it is printed once.</summary>
/// <param name="stderr">Where the story is told.</param>
/// <param name="facts">What can be shown there.</param>
/// <param name="agent">Who is asked.</param>
public sealed class PlannerLine(TextWriter stderr, TerminalFacts facts, string agent) : IProgress<PlannerNews>, IDisposable
{
    private readonly LiveRegion _region = new();
    private string? _shown;

    public void Report(PlannerNews value)
    {
        if (!facts.CanRedraw && _shown is not null)
            return;
        var text = Printable.Cut(Text(agent, value), facts.Columns - 1, facts.Look.Ellipsis);
        if (text == _shown)
            return;
        _shown = text;
        stderr.Write(facts.CanRedraw ? _region.Redraw("", [text], facts.Columns, facts.Height) : $"Asking {agent} for a plan\n");
    }

    public void Dispose()
    {
        if (facts.CanRedraw && _shown is not null)
            stderr.Write(_region.Redraw("", [], facts.Columns, facts.Height));
    }

    /// <summary>What the line says.</summary>
    public static string Text(string agent, PlannerNews news)
    {
        var again = news.Asked > 1 ? " to put its plan right" : " for a plan";
        var doing = news.Doing switch
        {
            { Retrying: not null } retrying => $": {retrying.ToLine()}",
            { Tool: { } tool } => $": {tool}",
            { Said: { } said } => $": {said}",
            _ => "",
        };
        return Printable.Line($"Asking {agent}{again}, {Amounts.Duration(news.Elapsed)}{doing}");
    }
}
