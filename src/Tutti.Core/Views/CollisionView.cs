using Tutti.Core.Landing;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>Two live branches that would conflict if both landed as they are.</summary>
/// <param name="Task">The one that lands later, as things stand, and will have the conflict.</param>
/// <param name="With">The one before it; null where it is what has landed already.</param>
/// <param name="Paths">Where, the first of them.</param>
/// <param name="PathCount">How many there are in all.</param>
/// <param name="Message">The same as a sentence.</param>
public sealed record CollisionView(string Task, string? With, IReadOnlyList<CollisionPath> Paths, int PathCount, string Message)
{
    /// <summary>All that are foreseen.</summary>
    public static IReadOnlyList<CollisionView> Of(SessionState state) => state.EndedAt is null ? [.. state.Collisions.Select(c => Of(state, c))] : [];

    /// <summary>A collision in words: <c>auth and db will collide in src/a.cs (+2)</c>.</summary>
    public static string Sentence(Collision c, string target) => c.With is { } with
        ? $"{c.Task} and {with} will collide in {Forecasts.Where(c)}"
        : $"{c.Task} will collide with what is on {target}, in {Forecasts.Where(c)}";

    private static CollisionView Of(SessionState state, Collision c)
    {
        var later = c.With is { } with && Forecasts.IsAhead(state, state.Tasks[c.Task], state.Tasks[with]) ? with : c.Task;
        return new CollisionView(later, c.Other(later), c.Paths, c.PathCount, Sentence(c, state.Target));
    }
}
