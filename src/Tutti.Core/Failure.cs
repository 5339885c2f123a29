namespace Tutti.Core;

/// <summary>What kind of thing went wrong; it selects the recovery (SPEC 4, row 001).</summary>
public enum FailureCategory
{
    /// <summary>The user gave something that cannot be used (exit code 2).</summary>
    Input,

    /// <summary>The machine or repository is not fit for the work (exit code 3).</summary>
    Environment,

    /// <summary>Git refused, or a repository is not as expected.</summary>
    Git,

    /// <summary>Two sides changed the same thing, and a person or a resolver must decide.</summary>
    Conflict,

    /// <summary>An agent failed, crashed, or did not do what it said.</summary>
    Agent,

    /// <summary>A verify command failed.</summary>
    Verify,

    /// <summary>An attempt took too long, or said nothing for too long.</summary>
    Timeout,

    /// <summary>Disk, memory or a quota ran short; going on later may succeed.</summary>
    Resource,

    /// <summary>A network call failed; going on later may succeed.</summary>
    Network,

    /// <summary>A defect of Tutti itself (exit code 70).</summary>
    Internal,
}

/// <summary>
/// An expected failure, as a value: what happened, where, and what to do next. Expected failures are returned or
/// recorded, never thrown past the edge; a broken invariant throws instead.
/// </summary>
/// <param name="Category">Selects exit code and recovery.</param>
/// <param name="Code">A stable snake_case name that scripts may test, for example <c>plan_cycle</c>.</param>
/// <param name="Message">One line: what happened, and where.</param>
/// <param name="Hint">One line: what to do next; null when the message says it all.</param>
/// <param name="Detail">More, over several lines: an output's tail, the list of conflicting files.</param>
public sealed record Failure(
    FailureCategory Category,
    string Code,
    string Message,
    string? Hint = null,
    string? Detail = null)
{
    /// <summary>Facts that belong to it, as <c>command=git status; exit_code=128</c>; null where the message says all.</summary>
    public string? Context { get; init; }

    /// <summary>The error beneath it, in its own words; null where it is the first.</summary>
    public string? Cause { get; init; }

    /// <summary>True where the same thing may succeed when tried again later. For readers of the journal and of <c>--json</c>, where it stands too.</summary>
    public bool IsTransient => Category is FailureCategory.Network or FailureCategory.Resource;
}

/// <summary>
/// Carries a <see cref="Failure"/> from the place that found it to the one function at the edge that turns it into
/// message, hint and exit code. For expected failures only, and only on paths with nothing left to undo.
/// </summary>
public sealed class FailureException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    /// <summary>What happened.</summary>
    public Failure Failure { get; } = inner is null || failure.Cause is not null ? failure : failure with { Cause = $"{inner.GetType().Name}: {inner.Message}" };

    /// <summary>A failure of the user's input (exit code 2).</summary>
    public static FailureException Input(string code, string message, string? hint = null) =>
        new(new Failure(FailureCategory.Input, code, message, hint));

    /// <summary>A failure of the surroundings (exit code 3).</summary>
    public static FailureException Environment(string code, string message, string? hint = null) =>
        new(new Failure(FailureCategory.Environment, code, message, hint));
}
