namespace Tutti.Core.Session;

/// <summary>
/// The names of what goes wrong with an attempt. Adapters find most of them in streams and exit codes; what follows from each is decided
/// in one place, by name (<see cref="Scheduling.AgentPolicy"/>).
/// </summary>
public static class AgentFailure
{
    /// <summary>The program is not there.</summary>
    public const string NotInstalled = "agent_missing";

    /// <summary>No key, a wrong one, or a sign-in that has run out.</summary>
    public const string NotSignedIn = "not_signed_in";

    /// <summary>A quota or rate limit refuses until a time that may be known.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The provider has no capacity, or fails by itself (HTTP 5xx).</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The conversation no longer fits the model's context.</summary>
    public const string ContextExhausted = "context_exhausted";

    /// <summary>A tool the work needs was not allowed.</summary>
    public const string PermissionRefused = "permission_refused";

    /// <summary>Money or tokens are used up: Tutti's budget, the agent's own, or the account's credit.</summary>
    public const string BudgetSpent = "budget_spent";

    /// <summary>The provider does not know the model.</summary>
    public const string ModelUnknown = "model_unknown";

    /// <summary>The provider could not be reached, or the connection broke.</summary>
    public const string Network = "network";

    /// <summary>Ended without the end its stream should have, or with an exit code nobody can explain.</summary>
    public const string Crashed = "agent_crashed";

    /// <summary>Ended by a signal from outside.</summary>
    public const string Killed = "agent_killed";

    /// <summary>Gone without a trace of how it ended: killed with its shim, or the machine was restarted.</summary>
    public const string Lost = "attempt_lost";

    /// <summary>Could not be started at all.</summary>
    public const string NotStarted = "attempt_not_started";

    /// <summary>It said that it cannot go on without a person.</summary>
    public const string Blocked = "agent_blocked";

    /// <summary>Ended well without the result that was asked for.</summary>
    public const string NoResult = "no_result";

    /// <summary>The conversation to go on with is not known to it any more.</summary>
    public const string ConversationUnknown = "conversation_unknown";

    /// <summary>Wrong options or configuration.</summary>
    public const string Misconfigured = "agent_misconfigured";

    /// <summary>Anything else it calls an error.</summary>
    public const string Other = "agent_failed";

    /// <summary>The category under which such a failure is reported.</summary>
    public static FailureCategory Category(string code) => code switch
    {
        NotInstalled or NotStarted or NotSignedIn or ModelUnknown or Misconfigured => FailureCategory.Environment,
        RateLimited or BudgetSpent => FailureCategory.Resource,
        Overloaded or Network => FailureCategory.Network,
        _ => FailureCategory.Agent,
    };
}
