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
        var what = $"task {task.Id}: its budget is spent";
        return task.Spec.Budget is { } own
            ? Spent(task.Usage, own.Usd, own.Tokens, what, $"raise 'budget:' of task {task.Id} in the plan, then 'tutti resume'")
            : Spent(task.Usage, state.Settings.Budget.TaskUsd, state.Settings.Budget.TaskTokens, what, "raise 'budget.task_usd' or 'budget.task_tokens' in .tutti.yaml, then 'tutti resume'");
    }

    /// <summary>True where a limit in money holds for a task that its agents' use does not count against: nobody knows what it costs.</summary>
    public static bool IsBlind(SessionState state, TaskState task, Usage? usage) =>
        usage is { Tokens: > 0, Usd: null } && (state.Settings.Budget.Usd is not null || (task.Spec.Budget is { } own ? own.Usd : state.Settings.Budget.TaskUsd) is not null);

    /// <summary>Ends what lives once the session's budget is used up.</summary>
    internal static void Check(Draft draft)
    {
        if (draft.State.Spent is null && draft.State.Running.Any(id => draft[id].Live is { IsAgent: true }) && Spent(draft.State) is { } spent)
            draft.Record(new BudgetReached(spent));
    }

    private static Failure? Spent(Usage usage, decimal? usd, long? tokens, string what, string hint)
    {
        var estimated = usage.Estimated ? ", partly estimated" : "";
        if (usd is { } most && (usage.Usd ?? 0) >= most)
            return new Failure(FailureCategory.Resource, AgentFailure.BudgetSpent, $"{what}: ${usage.Usd ?? 0:0.00##} of ${most:0.00##}{estimated}", hint);
        return tokens is { } limit && usage.Tokens >= limit
            ? new Failure(FailureCategory.Resource, AgentFailure.BudgetSpent, $"{what}: {usage.Tokens} of {limit} tokens", hint)
            : null;
    }
}
