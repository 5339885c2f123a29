using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>
/// How many tasks stand where. <c>running</c> includes those that land, <c>pending</c> those that are ready or paused;
/// the seven counts add up to <c>total</c>.
/// </summary>
/// <param name="CostUsd">Null where no price is known.</param>
/// <param name="BudgetUsedUp">That the session has used up its budget, where that is not why it ended.</param>
public sealed record TotalsView(
    int Done,
    int Failed,
    int Blocked,
    int Running,
    int Pending,
    decimal? CostUsd,
    int NeedsAttention,
    int Cancelled,
    int Total,
    TokensView Tokens,
    string? BudgetUsedUp = null)
{
    /// <summary>The totals as they stand.</summary>
    public static TotalsView From(SessionState state)
    {
        var paused = state.Running.Count(id => state.Tasks[id].Shown == TaskPhase.Paused);
        return new TotalsView(
            state.Count(TaskPhase.Done),
            state.Count(TaskPhase.Failed),
            state.Count(TaskPhase.Blocked),
            state.Count(TaskPhase.Running) + state.Count(TaskPhase.Landing) - paused,
            state.Count(TaskPhase.Pending) + paused,
            state.Usage.Usd,
            state.Count(TaskPhase.NeedsAttention),
            state.Count(TaskPhase.Cancelled),
            state.Tasks.Count,
            TokensView.Of(state.Usage),
            Budgets.UsedUp(state));
    }
}
