using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>Spending limits: looked at before each start, and each time an agent tells what it has used (P13).</summary>
public static class Budgets
{
    /// <summary>Why the session may spend nothing more; null while it may.</summary>
    public static Failure? Spent(SessionState state) => Spent(state.Settings.Budget, state.Usage);

    /// <summary>Why a session with that budget may spend nothing more, which may not have begun; null while it may.</summary>
    public static Failure? Spent(Budget budget, Usage usage) =>
        Spent(usage, budget.Usd, budget.Tokens, "the budget is spent", "'tutti resume' with a larger --budget-usd or --budget-tokens goes on");

    /// <summary>Why a task may spend nothing more; null while it may.</summary>
    public static Failure? Spent(SessionState state, TaskState task)
    {
        var (usd, tokens) = LimitsOf(state, task);
        var where = task.Spec.Budget is null ? "'budget.task_usd' or 'budget.task_tokens' in .tutti.yaml" : $"'budget:' of task {task.Id} in the plan";
        return Spent(task.Usage, usd, tokens, $"task {task.Id}: its budget is spent", $"raise {where}, then 'tutti resume'");
    }

    /// <summary>That a task which is at its end has used up its budget without being stopped by it: some agents tell what they used only when they end. Else null.</summary>
    public static string? UsedUp(SessionState state, TaskState task)
    {
        if (!task.IsSettled || task.Failure?.Code == AgentFailure.BudgetSpent)
            return null;
        var (usd, tokens) = LimitsOf(state, task);
        return Amount(task.Usage, usd, tokens) is { } amount ? $"has used up its budget: {amount}" : null;
    }

    /// <summary>The same of a session whose end was not for that; null while it runs.</summary>
    public static string? UsedUp(SessionState state) =>
        state.EndedAt is not null && state.Ending?.Reason?.Code != AgentFailure.BudgetSpent && Amount(state.Usage, state.Settings.Budget.Usd, state.Settings.Budget.Tokens) is { } amount
            ? $"the budget is used up: {amount}"
            : null;

    /// <summary>That a limit in money holds for a task which its agent's use does not count against, since nobody knows what it costs; else null.</summary>
    public static string? Blind(SessionState state, TaskState task, string agent, Usage? usage) =>
        Blind(LimitsOf(state, task).Usd ?? state.Settings.Budget.Usd, agent, usage);

    /// <summary>The same of any limit in money.</summary>
    public static string? Blind(decimal? usd, string agent, Usage? usage) => usd is not null && usage is { Tokens: > 0, Usd: null }
        ? $"{agent} tells no price, and its model is in no table, so the budget in dollars does not see it; one in tokens does"
        : null;

    /// <summary>Ends what lives once the session's budget is used up.</summary>
    internal static void Check(Draft draft)
    {
        if (draft.State.Spent is null && draft.State.Running.Any(id => draft[id].Live is { IsAgent: true }) && Spent(draft.State) is { } spent)
            draft.Record(new BudgetReached(spent));
    }

    // A task's own budget stands in the place of the session's for each task, as a whole.
    private static (decimal? Usd, long? Tokens) LimitsOf(SessionState state, TaskState task) =>
        task.Spec.Budget is { } own ? (own.Usd, own.Tokens) : (state.Settings.Budget.TaskUsd, state.Settings.Budget.TaskTokens);

    private static Failure? Spent(Usage usage, decimal? usd, long? tokens, string what, string hint) =>
        Amount(usage, usd, tokens) is { } amount ? new Failure(FailureCategory.Resource, AgentFailure.BudgetSpent, $"{what}: {amount}", hint) : null;

    // What was used, of which limit; null while there is some left.
    private static string? Amount(Usage usage, decimal? usd, long? tokens)
    {
        if (usd is { } most && (usage.Usd ?? 0) >= most)
            return $"${usage.Usd ?? 0:0.00##} of ${most:0.00##}{(usage.Estimated ? ", partly estimated" : "")}";
        return tokens is { } limit && usage.Tokens >= limit ? $"{usage.Tokens} of {limit} tokens" : null;
    }
}
