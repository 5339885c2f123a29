using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>All of <c>tutti status --json</c> (SPEC 6): its names and meanings only ever get additions within a version.</summary>
/// <param name="Version">Of this shape.</param>
/// <param name="Tasks">In the order of the plan.</param>
/// <param name="EtaSeconds">Null when unknown.</param>
/// <param name="Collisions">Live branches that would conflict, as last forecast; additional.</param>
public sealed record StatusView(
    int Version,
    SessionView Session,
    IReadOnlyList<TaskView> Tasks,
    TotalsView Totals,
    long? EtaSeconds,
    ResourcesView Resources,
    IReadOnlyList<CollisionView> Collisions)
{
    /// <summary>The version of the shape.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The session as it stands.</summary>
    public static StatusView From(SessionState state, LiveInfo live) => new(
        CurrentVersion,
        SessionView.From(state, live),
        [.. state.Plan.Tasks.Select(spec => TaskView.From(state, state.Tasks[spec.Id], live))],
        TotalsView.From(state),
        Eta.Of(state, live) is { } eta ? (long)Math.Ceiling(eta.TotalSeconds) : null,
        ResourcesView.From(state, live),
        CollisionView.Of(state));
}
