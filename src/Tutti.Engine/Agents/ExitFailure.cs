using System.Globalization;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>What an exit means when the agent itself has nothing to say about it; the same for all agents.</summary>
public static class ExitFailure
{
    /// <summary>The failure of an attempt that did not end well, or null when it did.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="exit">Its exit.</param>
    /// <param name="tail">End of its output, which becomes the detail.</param>
    public static Failure? Of(AttemptRequest request, AttemptExit exit, string tail)
    {
        var what = $"{request.Stage} of task {request.Task} (attempt {request.Number})";
        Failure? failure = exit.Cause switch
        {
            ExitCause.TimedOut => new Failure(FailureCategory.Timeout, "attempt_timed_out", $"{what} took longer than its limit and was ended", "raise 'timeout' of the task or 'limits.attempt'", tail),
            ExitCause.Stalled => new Failure(FailureCategory.Timeout, "attempt_stalled", $"{what} printed nothing for too long and was ended", "raise 'limits.stall' if it works, or waits for its provider, without a word", tail),
            ExitCause.Lost => Lost(what, tail),
            ExitCause.Exited when exit.Code == 0 => null,
            ExitCause.Exited => new Failure(FailureCategory.Agent, AgentFailure.Other, $"{what} {Ended(exit)}", $"'tutti logs {request.Task}' shows what it said", tail),
            _ => throw new ArgumentOutOfRangeException(nameof(exit), exit.Cause, null),
        };
        return failure is null ? null : failure with { Context = exit.Facts };
    }

    /// <summary>The failure of what left no exit.</summary>
    /// <param name="what">The attempt or the command, as the message names it.</param>
    /// <param name="tail">End of its output, which becomes the detail.</param>
    public static Failure Lost(string what, string tail) =>
        new(AgentFailure.Category(AgentFailure.Lost), AgentFailure.Lost, $"{what} disappeared: killed from outside, or the machine was restarted", "'tutti resume --retry-failed' tries again", tail);

    /// <summary>How it ended by itself, as a message goes on: "failed with exit code 2".</summary>
    public static string Ended(AttemptExit exit) =>
        exit.Signal is { } signal ? $"was ended by signal {signal}" : $"failed with exit code {exit.Code?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}";
}
