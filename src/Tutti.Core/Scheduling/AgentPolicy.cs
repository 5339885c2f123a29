using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>What follows from an agent's failure.</summary>
public enum AgentRemedy
{
    /// <summary>Tried again from where the stage began, a limited number of times.</summary>
    Retry,

    /// <summary>The same, but going on in the same conversation: nothing is wrong with the work.</summary>
    GoOn,

    /// <summary>No start of this provider until its limit ends; then it goes on in the same conversation. Counts as no failure.</summary>
    Wait,

    /// <summary>A fresh attempt takes over, in a conversation of its own.</summary>
    HandOver,

    /// <summary>Only a person can mend it; the task needs attention.</summary>
    Person,

    /// <summary>The same, and it concerns every task: no start of this provider until a resume.</summary>
    PersonForAll,
}

/// <summary>What follows from each named failure: the one table of it.</summary>
public static class AgentPolicy
{
    /// <summary>Failures in a row that open the breaker of an agent.</summary>
    public const int BreakerFailures = 5;

    /// <summary>Successes that close it again.</summary>
    public const int BreakerSuccesses = 2;

    /// <summary>How long it stays open before one attempt is let through.</summary>
    public static readonly TimeSpan BreakerPause = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a limit whose end nobody has told.</summary>
    public static readonly TimeSpan LongestQuotaWait = TimeSpan.FromMinutes(30);

    /// <summary>Most waits in a row for limits whose end nobody has told; then a person must look.</summary>
    public const int MostQuotaWaits = 10;

    /// <summary>Most hand-overs of one stage to a fresh attempt.</summary>
    public const int MostHandOvers = 5;

    /// <summary>What follows.</summary>
    /// <param name="code">Of the failure, see <see cref="AgentFailure"/>; any other code is simply retried.</param>
    public static AgentRemedy Of(string code) => code switch
    {
        AgentFailure.RateLimited => AgentRemedy.Wait,
        AgentFailure.Overloaded or AgentFailure.Network or AgentFailure.Killed or AgentFailure.Lost => AgentRemedy.GoOn,
        AgentFailure.ContextExhausted or AgentFailure.ConversationUnknown => AgentRemedy.HandOver,
        AgentFailure.NotSignedIn or AgentFailure.BudgetSpent => AgentRemedy.PersonForAll,
        AgentFailure.NotInstalled or AgentFailure.ModelUnknown or AgentFailure.Misconfigured or AgentFailure.PermissionRefused or AgentFailure.Blocked
            or FailureCode.SandboxFailed or FailureCode.SlotBroken or FailureCode.PromptTemplateInvalid or FailureCode.SigningFailed or FailureCode.GitProgramMissing => AgentRemedy.Person,
        _ => AgentRemedy.Retry,
    };

    /// <summary>True for failures that say something about the program or its provider, and not about the work: these count for the breaker.</summary>
    public static bool ConcernsTheAgent(string code) => code is
        AgentFailure.Overloaded or AgentFailure.Network or AgentFailure.Crashed or AgentFailure.Killed or AgentFailure.Other
        or AgentFailure.NotInstalled or AgentFailure.NotStarted;

    /// <summary>How long to wait for a limit whose end nobody has told: doubles each time in a row.</summary>
    /// <param name="first">The first wait.</param>
    /// <param name="before">Such waits in a row before this one.</param>
    public static TimeSpan QuotaWait(TimeSpan first, int before)
    {
        var doubled = first * Math.Pow(2, Math.Clamp(before, 0, 20));
        return doubled < LongestQuotaWait ? doubled : LongestQuotaWait;
    }
}
