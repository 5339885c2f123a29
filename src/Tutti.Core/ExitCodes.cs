namespace Tutti.Core;

/// <summary>The exit codes of every command (SPEC 2).</summary>
public static class ExitCodes
{
    public const int AllDone = 0;

    /// <summary>Some task failed or was blocked.</summary>
    public const int SomeFailed = 1;

    /// <summary>Wrong usage or invalid input.</summary>
    public const int Input = 2;

    /// <summary>The environment is not fit: no git, no agent, not a repository.</summary>
    public const int Environment = 3;

    /// <summary>A person must act: a review, a conflict.</summary>
    public const int PersonMustAct = 4;

    /// <summary>A defect of Tutti.</summary>
    public const int Bug = 70;

    public const int Interrupted = 130;

    /// <summary>The exit code of a command that ends with this failure.</summary>
    public static int Of(Failure failure) => failure.Category switch
    {
        FailureCategory.Input => Input,
        FailureCategory.Environment or FailureCategory.Git or FailureCategory.Resource or FailureCategory.Network => Environment,
        FailureCategory.Conflict => PersonMustAct,
        FailureCategory.Agent or FailureCategory.Verify or FailureCategory.Timeout => SomeFailed,
        FailureCategory.Internal => Bug,
        _ => Bug,
    };
}
