using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>Moves a target branch forward to the very commit that was verified (PITFALLS P27).</summary>
/// <param name="Branch">As <c>refs/heads/…</c> or short.</param>
/// <param name="From">Full id of where it must stand now.</param>
/// <param name="To">Full id of a commit that builds on it.</param>
public sealed record MoveRequest(string Branch, string From, string To);

/// <summary>Takes a landing back.</summary>
/// <param name="Branch">As <c>refs/heads/…</c> or short.</param>
/// <param name="LandedTip">Full id of where the session left it.</param>
/// <param name="Before">Full id of where it stood before the session.</param>
/// <param name="KeepAt">A ref that will hold what was landed, so that undoing loses no commit.</param>
public sealed record UndoRequest(string Branch, string LandedTip, string Before, string KeepAt);

/// <summary>How a move ended.</summary>
public abstract record MoveOutcome
{
    private MoveOutcome()
    {
    }

    /// <summary>The branch is where it was to go; also when it had been moved before.</summary>
    /// <param name="CheckedOutAt">The checkout whose files moved along; null when it is checked out nowhere.</param>
    public sealed record Moved(string? CheckedOutAt) : MoveOutcome;

    /// <summary>Someone else moved it first, and nothing was changed: merge and verify again on the new place.</summary>
    /// <param name="Actual">Where it stands; null when it was deleted.</param>
    public sealed record MovedByOther(string? Actual) : MoveOutcome;

    /// <summary>It cannot be moved now, and nothing was changed unless the failure says so.</summary>
    public sealed record Refused(Failure Failure) : MoveOutcome;
}
