using Tutti.Core.Views;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>A reading as the screens show it.</summary>
public static class AgentDoing
{
    private const int LongestLine = 300;

    /// <summary>What the agent does right now, as far as its stream has told.</summary>
    public static DoingView Of(AgentReading reading) => new(
        reading.Model,
        reading.Tool is { } tool ? Line($"{tool.Name} {tool.Target}") : null,
        LastLine(reading.LastText),
        reading.Plan is { } plan ? new StepsView(plan.Done, plan.Total, plan.Current is { } current ? Line(current) : null) : null,
        reading.Context is { Window: > 0 } context ? (int)Math.Clamp(100 * context.Tokens / context.Window, 0, 100) : null,
        reading.Refusals.Count);

    private static string? LastLine(string text)
    {
        var end = text.AsSpan().TrimEnd();
        var line = end[(end.LastIndexOf('\n') + 1)..];
        return line.IsEmpty ? null : Line(line.ToString());
    }

    private static string Line(string text)
    {
        var line = DisplayText.Clean(text.Length > LongestLine ? text[..LongestLine] : text).ReplaceLineEndings(" ");
        return line.Trim();
    }
}
