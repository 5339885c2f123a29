using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents.Planning;

/// <summary>How a planner gets on.</summary>
/// <param name="Elapsed">Since it was first asked.</param>
/// <param name="Doing">What its stream told last; null where it has none.</param>
/// <param name="Asked">How often it has been asked.</param>
public sealed record PlannerNews(TimeSpan Elapsed, DoingView? Doing, int Asked);

/// <summary>One asking of a planner, from its start to the end of its last process.</summary>
/// <param name="agent">The adapter.</param>
/// <param name="request">What is asked.</param>
/// <param name="limits">How long it may take.</param>
/// <param name="secrets">Covered in what it has printed.</param>
/// <param name="time">The clock.</param>
internal sealed class PlannerAttempt(IAgent agent, AttemptRequest request, Limits limits, Secrets secrets, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks and waits for the end; cancelling ends the agent with everything it has started.</summary>
    /// <param name="goesOn">Called a few times a second while the agent works, never by two at once; false ends it.</param>
    /// <param name="hurry">Ends it without a grace, once it is told to end.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<(AttemptConclusion Conclusion, AgentReading? Reading)> AskAsync(Func<AgentReading?, bool> goesOn, CancellationToken hurry, CancellationToken cancellation)
    {
        var reading = agent.Open(request);
        using var lines = new OutputLines(request.Folder.Stdout, AgentReading.LongestLine);
        using var errors = new OutputLines(request.Folder.Stderr, AgentReading.LongestLine);
        AttemptExit exit;
        try
        {
            var within = new WatchLimits(time.GetUtcNow(), limits.Attempt, limits.Stall) { Grace = limits.Grace };
            await AttemptProcess.StartAsync(request.Folder, agent.Prepare(request), cancellation);
            var watching = AttemptProcess.WatchAsync(request.Folder, within, time, cancellation: cancellation);
            while (!watching.IsCompleted)
            {
                Read();
                if (!goesOn(reading))
                    await AttemptProcess.EndAsync(request.Folder, limits.Grace);
                await Task.WhenAny(watching, Task.Delay(LookEvery, time, CancellationToken.None));
            }

            exit = await watching;
        }
        finally
        {
            await EndAsync(cancellation.IsCancellationRequested ? limits.Grace : TimeSpan.Zero, hurry);
            request.Folder.RemoveTemporary();
        }

        Read();
        lines.Rest(line => reading?.Take(line));
        reading?.End();
        var conclusion = agent.Conclude(request, exit, reading);
        await request.Folder.CoverSecretsAsync(secrets, CancellationToken.None);
        return (conclusion, reading);

        void Read()
        {
            lines.Read(line => reading?.Take(line));
            if (reading is { HeedsErrors: true })
                errors.Read(line => reading.Heed(line));
        }
    }

    private async Task EndAsync(TimeSpan grace, CancellationToken hurry)
    {
        var ending = AttemptProcess.EndAsync(request.Folder, grace);
        await Task.WhenAny(ending, Task.Delay(Timeout.InfiniteTimeSpan, time, hurry));
        if (!ending.IsCompleted)
            await AttemptProcess.EndAsync(request.Folder, TimeSpan.Zero);
        await ending;
    }
}
