using System.Text;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>A reading as the screens show it.</summary>
public static class AgentDoing
{
    private const int LongestLine = 300;

    // Some dozens of events, and little enough to be read once a second for fifty agents.
    private const int TailBytes = 64 * 1024;

    /// <summary>What the agent does right now, as far as its stream has told.</summary>
    public static DoingView Of(AgentReading reading) => new(
        reading.Model,
        reading.Tool is { } tool ? Line($"{tool.Name} {tool.Target}") : null,
        LastLine(reading.LastText),
        reading.Plan is { } plan ? new StepsView(plan.Done, plan.Total, plan.Current is { } current ? Line(current) : null) : null,
        reading.Context is { Window: > 0 } context ? (int)Math.Clamp(100 * context.Tokens / context.Window, 0, 100) : null,
        reading.Refusals.Count,
        reading.Retried is { } problem ? Line(problem.Message) : null);

    /// <summary>What a live agent does, for whoever has not followed its stream: from the end of that.</summary>
    /// <param name="reading">A new reading of the agent.</param>
    /// <param name="files">The attempt's.</param>
    public static DoingView At(AgentReading reading, AttemptFolder files)
    {
        foreach (var line in Lines(files.Stdout))
            reading.Take(line);
        // Two files tell no order; what was said on stdout after the last complaint means that the request went through.
        if (reading.HeedsErrors && File.GetLastWriteTimeUtc(files.Stderr) > File.GetLastWriteTimeUtc(files.Stdout))
        {
            foreach (var line in Lines(files.Stderr))
                reading.Heed(line);
        }

        return Of(reading);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(string path) =>
        OutputTail.Read(path, TailBytes).Split('\n').Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line));

    private static string? LastLine(string text)
    {
        var end = text.AsSpan().TrimEnd();
        var line = end[(end.LastIndexOf('\n') + 1)..];
        return line.IsEmpty ? null : Line(line.ToString());
    }

    private static string Line(string text) => DisplayText.Clean(ShortText.Of(text, LongestLine)).ReplaceLineEndings(" ").Trim();
}
