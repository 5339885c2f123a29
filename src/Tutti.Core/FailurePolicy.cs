using Tutti.Core.Scheduling;

namespace Tutti.Core;

/// <summary>How much a failure weighs.</summary>
public enum FailureSeverity
{
    /// <summary>The same thing may succeed when it is tried again.</summary>
    Warning,

    /// <summary>Something did not come to its end.</summary>
    Error,

    /// <summary>Tutti itself is wrong.</summary>
    Critical,
}

/// <summary>What follows from a failure, whoever had it; docs/ERRORS.md tells the same to people.</summary>
public static class FailurePolicy
{
    /// <summary>How much it weighs.</summary>
    public static FailureSeverity SeverityOf(Failure failure) => failure.Category switch
    {
        FailureCategory.Internal => FailureSeverity.Critical,
        FailureCategory.Network or FailureCategory.Resource => FailureSeverity.Warning,
        _ => FailureSeverity.Error,
    };

    /// <summary>True where Tutti tries again or goes on by itself, or a plain resume does; false where something has to be changed first.</summary>
    public static bool IsRecoverable(Failure failure) => failure.Category switch
    {
        FailureCategory.Input or FailureCategory.Environment or FailureCategory.Git => false,
        FailureCategory.Conflict or FailureCategory.Verify or FailureCategory.Timeout or FailureCategory.Internal => true,
        FailureCategory.Agent or FailureCategory.Resource or FailureCategory.Network =>
            AgentPolicy.Of(failure.Code) is not (AgentRemedy.Person or AgentRemedy.PersonForAll),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure.Category, null),
    };
}
