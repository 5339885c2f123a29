using System.Runtime.CompilerServices;
using System.Text;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>An agent's stream as lines a person can read, while it comes or afterwards.</summary>
public static class AgentLines
{
    private const int LongestLine = 2_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The lines of an attempt's stdout, from its start. Ends after <paramref name="ended"/>, once all that was written by then has been given.</summary>
    /// <param name="path">The attempt's stdout.</param>
    /// <param name="reading">A new reading of the agent that wrote it.</param>
    /// <param name="ended">Completes when nothing more will be written; however it completes.</param>
    /// <param name="cancellation">Ends at once, by exception.</param>
    public static async IAsyncEnumerable<string> LinesAsync(string path, AgentReading reading, Task ended, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var output = new OutputLines(path, AgentReading.LongestLine);
        var told = new List<string>();
        var saying = new List<string>();
        void Take(ReadOnlyMemory<byte> line) => Add(reading.Take(line), told, saying);
        while (true)
        {
            var last = ended.IsCompleted;
            var any = output.Read(Take);
            if (last)
            {
                output.Rest(Take);
                Add(reading.End(), told, saying);
                Flush(saying, told);
            }

            foreach (var line in told)
                yield return line;
            told.Clear();
            cancellation.ThrowIfCancellationRequested();
            if (last)
                yield break;
            if (!any)
                await Task.WhenAny(ended, Task.Delay(Pause, cancellation));
        }
    }

    /// <summary>Lines of an agent's stderr: what its reading heeds as what that means, the others as they are.</summary>
    /// <param name="printed">Lines of an attempt's stderr.</param>
    /// <param name="reading">A new reading of the agent that wrote them.</param>
    /// <param name="cancellation">Ends at once, by exception.</param>
    public static async IAsyncEnumerable<string> OfErrorsAsync(IAsyncEnumerable<string> printed, AgentReading reading, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var line in printed.WithCancellation(cancellation))
        {
            var heard = reading.Heed(Encoding.UTF8.GetBytes(line));
            foreach (var text in heard.Count > 0 ? heard.Select(Line).OfType<string>().Select(Fit) : [line])
                yield return text;
        }
    }

    // Pieces of one message are put together: some agents say a word a line.
    private static void Add(IReadOnlyList<AgentEvent> events, List<string> told, List<string> saying)
    {
        foreach (var e in events)
        {
            if (e is not AgentEvent.Said { Continues: true })
                Flush(saying, told);
            if (e is AgentEvent.Said said)
                saying.Add(said.Text);
            else if (Line(e) is { } line)
                told.Add(Fit(line));
        }
    }

    private static void Flush(List<string> saying, List<string> told)
    {
        if (saying.Count > 0)
            told.AddRange(DisplayText.Clean(string.Concat(saying)).Trim().Split('\n').Select(line => ShortText.Of(line, LongestLine)));
        saying.Clear();
    }

    private static string? Line(AgentEvent e) => e switch
    {
        AgentEvent.Started x => $"▸ {x.Model ?? "begun"}{(x.Conversation is { } id ? $", conversation {id}" : "")}",
        AgentEvent.ToolUsed x => $"→ {x.Name} {x.Target}{(x.Failed ? " (failed)" : "")}",
        AgentEvent.FileChanged x => $"± {Words.Of(x.Change)} {x.Path}",
        AgentEvent.PlanMoved x => $"☐ {x.Done} of {x.Total}{(x.Current is { } now ? $": {now}" : "")}",
        AgentEvent.Limited x => $"! {x.Message}{(x.ResetsAt is { } at ? $" until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}",
        AgentEvent.Retrying x => $"! {x.Problem.Message}",
        AgentEvent.PermissionRefused x => $"! refused {x.Tool}: {x.Why}",
        AgentEvent.Ended { Problem: { } problem } => $"✗ {problem.Message}",
        AgentEvent.Ended { Structured: { } answer } => $"✓ {answer}",
        AgentEvent.Ended => "✓",
        _ => null,
    };

    private static string Fit(string text) => ShortText.Of(DisplayText.Clean(text).ReplaceLineEndings(" ").TrimEnd(), LongestLine);
}
