namespace Tutti.Core.Scheduling;

/// <summary>Nothing of an agent, or of everything that draws on one provider's quota, starts for a while.</summary>
/// <param name="Key"><c>agent NAME</c> or <c>provider NAME</c>, see <see cref="Holds"/>.</param>
/// <param name="Until">When it ends by itself; null where only a person's resume ends it.</param>
/// <param name="Why">What led to it.</param>
public sealed record AgentHold(string Key, DateTimeOffset? Until, Failure Why);

/// <summary>How an agent or provider has fared of late; the memory of its breaker.</summary>
/// <param name="Failures">Failures in a row that concern the agent itself.</param>
/// <param name="IsTrying">Its breaker has been open and lets one attempt through at a time.</param>
/// <param name="Successes">Successes since then.</param>
/// <param name="Waits">Waits in a row for a limit whose end nobody told.</param>
public sealed record AgentHealth(int Failures = 0, bool IsTrying = false, int Successes = 0, int Waits = 0)
{
    /// <summary>After an attempt that went well.</summary>
    public AgentHealth Succeeded() => IsTrying && Successes + 1 < AgentPolicy.BreakerSuccesses
        ? new AgentHealth(IsTrying: true, Successes: Successes + 1)
        : new AgentHealth();

    /// <summary>After one that failed for a reason of the agent's own.</summary>
    public AgentHealth Failed() => this with { Failures = Failures + 1, Successes = 0 };

    /// <summary>True where the breaker has to open.</summary>
    public bool MustRest => Failures >= AgentPolicy.BreakerFailures || (IsTrying && Failures > 0);
}
