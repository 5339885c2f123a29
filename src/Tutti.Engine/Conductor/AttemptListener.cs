using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Follows the stream of a live attempt: what concerns decisions is told to the conductor, the rest is there for the screens. What an
/// adopted attempt said before is simply read again.
/// </summary>
internal sealed class AttemptListener(SessionContext context, string task, int number, AgentReading reading, AttemptFolder folder)
{
    // Often enough for a person who watches; fifty agents cost the conductor fifty small reads each time.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    // Sums that change with every message are journaled no more often than this.
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);

    private readonly LimitSeen _limits = new();
    private DateTimeOffset _told = DateTimeOffset.MinValue;
    private AttemptHeard? _last;

    /// <summary>Reads until the attempt is over, and then to the end of what it wrote.</summary>
    /// <param name="exited">Completes when the agent itself has ended: what it said last is read beside whatever follows.</param>
    /// <param name="over">Completes when nothing more will be written.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task FollowAsync(Task exited, Task over, CancellationToken cancellation)
    {
        using var lines = new OutputLines(folder.Stdout, AgentReading.LongestLine);
        using var errors = new OutputLines(folder.Stderr, AgentReading.LongestLine);
        while (true)
        {
            // Asked before the read: what was written before the end is then read after it.
            var last = over.IsCompleted;
            if (lines.Read(Take) | (reading.HeedsErrors && errors.Read(Heed)))
                await TellAsync(last);
            if (last)
                break;
            await Task.WhenAny(exited.IsCompleted ? over : exited, Task.Delay(LookEvery, context.Time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }

        lines.Rest(Take);
        _limits.Note(reading.End());
        await TellAsync(all: true);
    }

    private void Take(ReadOnlyMemory<byte> line) => _limits.Note(reading.Take(line));

    private void Heed(ReadOnlyMemory<byte> line) => _limits.Note(reading.Heed(line));

    private async Task TellAsync(bool all)
    {
        context.Live.Note(task, reading);
        var heard = new AttemptHeard(task, number)
        {
            Conversation = reading.Conversation,
            Model = reading.Model,
            Usage = reading.Usage,
            Context = Percent(reading.Context),
        };
        var urgent = heard.Conversation != _last?.Conversation || heard.Context != _last?.Context;
        if (_limits.Take() is { } limit)
            await context.Tell(heard with { Limit = Failure(limit), ResetsAt = limit.ResetsAt });
        else if (heard == _last || !(all || urgent || context.Time.GetUtcNow() - _told >= TellEvery))
            return;
        else
            await context.Tell(heard);
        (_last, _told) = (heard, context.Time.GetUtcNow());
    }

    private static int? Percent(AgentEvent.ContextFilled? context) =>
        context is { Window: > 0 } ? (int)Math.Clamp(100 * context.Tokens / context.Window, 0, 100) : null;

    private Failure Failure(AgentProblem limit) =>
        new(AgentFailure.Category(limit.Code), limit.Code, $"attempt {number} of task {task}: {limit.Message}", "nothing to do: Tutti goes on by itself when the limit ends");

    /// <summary>The last limit that was told of and not yet handed on.</summary>
    private sealed class LimitSeen
    {
        private AgentProblem? _limit;

        public void Note(IReadOnlyList<AgentEvent> events)
        {
            foreach (var e in events)
            {
                if (e is AgentEvent.Limited { Refused: true } limited)
                    _limit = new AgentProblem(AgentFailure.RateLimited, limited.Message, limited.ResetsAt);
                else if (e is AgentEvent.Retrying { Problem: { Code: AgentFailure.RateLimited } problem })
                    _limit ??= problem;
            }
        }

        public AgentProblem? Take()
        {
            var limit = _limit;
            _limit = null;
            return limit;
        }
    }
}
