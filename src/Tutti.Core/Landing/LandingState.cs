using System.Collections.Immutable;

namespace Tutti.Core.Landing;

/// <summary>What is being done to the branch at the head of the queue.</summary>
public enum LandingStep
{
    Merging,
    Verifying,
    Moving,
}

/// <summary>The branch that is landing now.</summary>
/// <param name="Onto">The commit it is merged onto.</param>
/// <param name="Commit">The merged commit, once there is one: this and no other lands (P27).</param>
/// <param name="Tries">How often it has been merged anew because the target had moved.</param>
public sealed record LandingCandidate(
    string Task,
    string Head,
    string Onto,
    LandingStep Step,
    string? Commit = null,
    int Tries = 0);

/// <summary>The landing side of a session: one target, one queue, recomputed from state at every change (P20).</summary>
public sealed record LandingState
{
    /// <summary>Finished tasks in the order in which they land.</summary>
    public ImmutableList<string> Queue { get; init; } = [];

    public LandingCandidate? Current { get; init; }

    /// <summary>The commit the next task starts from and the next branch is merged onto.</summary>
    public string Tip { get; init; } = "";

    /// <summary>Where the target is, as last seen.</summary>
    public string Target { get; init; } = "";

    /// <summary>Why work gathers on the integration branch instead of the target; null while the target moves.</summary>
    public Failure? Detour { get; init; }

    /// <summary>The integration branch is being taken to the target.</summary>
    public bool Taking { get; init; }

    /// <summary>Tasks on the integration branch that the target does not have.</summary>
    public ImmutableList<string> Integrated { get; init; } = [];
}
