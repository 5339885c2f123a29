namespace Tutti.Engine.Agents.Acp;

/// <summary>What a driver is to do.</summary>
/// <param name="Command">The agent's program and its arguments.</param>
/// <param name="Directory">Where it works, absolute.</param>
/// <param name="Environment">Its whole environment.</param>
/// <param name="Prompt">What it is told.</param>
public sealed record AcpOrder(IReadOnlyList<string> Command, string Directory, IReadOnlyDictionary<string, string> Environment, string Prompt)
{
    /// <summary>The model to choose; null leaves it to the agent.</summary>
    public string? Model { get; init; }

    /// <summary>The mode to choose, by the agent's own id; null, unless <see cref="Reject"/>, takes one without questions and without a sandbox of its own, where it has one.</summary>
    public string? Mode { get; init; }

    /// <summary>The session to go on with; null begins one.</summary>
    public string? Session { get; init; }

    /// <summary>What it asks leave for is refused.</summary>
    public bool Reject { get; init; }

    /// <summary>Longest wait for each answer before the work begins; programs that <c>npx</c> downloads first take their time.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest wait for the work. The attempt's own limit is the conductor's; this one is for when there is none left.</summary>
    public TimeSpan WorkLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest wait for a turn that was cancelled, and for each step of the agent's leaving.</summary>
    public TimeSpan LeaveLimit { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>How a driver ends.</summary>
public static class AcpExit
{
    /// <summary>The agent ended its turn.</summary>
    public const int Well = 0;

    /// <summary>The agent refused, reached a limit, or answered with an error; the stream says which.</summary>
    public const int Failed = 10;

    /// <summary>The agent's program died, or closed its stdout, in the middle.</summary>
    public const int Gone = 11;

    /// <summary>The agent's program could not be started.</summary>
    public const int NotStarted = 12;

    /// <summary>The driver was told to stop.</summary>
    public const int Cancelled = 130;
}
