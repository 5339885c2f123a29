using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>
/// Which agents may not start now. One quota signal holds everything that draws on the same provider (P12); an agent that fails
/// again and again rests for a moment, and then one attempt tries whether it works again (circuit breaker).
/// </summary>
public static class Holds
{
    // A limit that ends this very moment is given a little time, so that nothing starts into it.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    // An end that is over by more than that tells nothing: there are agents that repeat an old one, and starting anew at once would go on for ever.
    private static readonly TimeSpan Outdated = TimeSpan.FromMinutes(1);

    /// <summary>The key of an agent of the configuration.</summary>
    public static string AgentKey(string agent) => $"agent {agent}";

    /// <summary>The key of a provider.</summary>
    public static string ProviderKey(string provider) => $"provider {provider}";

    /// <summary>True for the key of an agent, false for a provider's.</summary>
    public static bool IsAgent(string key) => key.StartsWith(AgentKey(""), StringComparison.Ordinal);

    /// <summary>Who an attempt is done by, as far as the settings still say.</summary>
    public static AgentChoice ChoiceOf(SessionState state, TaskState task, AttemptState attempt) =>
        Crew.For(state.Plan, state.Settings, task.Spec, Crew.RoleOf(attempt.Stage)) is { } choice && choice.Agent == attempt.Agent ? choice : new AgentChoice(attempt.Agent);

    /// <summary>The key of the provider an agent's work draws on.</summary>
    public static string ProviderKey(SessionState state, AgentChoice choice) =>
        ProviderKey(Provider.Of(choice, state.Settings.Agents.GetValueOrDefault(choice.Agent ?? "")));

    /// <summary>Why an agent may not start now; null where it may.</summary>
    public static Failure? For(SessionState state, AgentChoice choice)
    {
        if (choice.Agent is not { } agent || agent == AgentChoice.Shell)
            return null;
        if ((state.Holds.GetValueOrDefault(ProviderKey(state, choice)) ?? state.Holds.GetValueOrDefault(AgentKey(agent))) is { } hold)
            return hold.Why;
        return state.Health.GetValueOrDefault(AgentKey(agent)) is { IsTrying: true } && state.Running.Any(id => state.Tasks[id].Live?.Agent == agent)
            ? Resting(agent, null)
            : null;
    }

    /// <summary>Why a stage of a task may not start now; null where it may, or where it needs no agent.</summary>
    public static Failure? For(SessionState state, TaskState task, Role role) =>
        Crew.For(state.Plan, state.Settings, task.Spec, role) is { } choice ? For(state, choice) : null;

    /// <summary>When the first hold ends by itself; null where none does.</summary>
    public static DateTimeOffset? NextEnd(SessionState state) => state.Holds.Values.Min(hold => hold.Until);

    /// <summary>The hold that keeps a session's work from going on until a person acts; null where there is none.</summary>
    public static AgentHold? ForPerson(SessionState state) => state.Holds.Values.FirstOrDefault(hold => hold.Until is null);

    /// <summary>Ends the holds whose time is over.</summary>
    internal static void Expire(Draft draft)
    {
        foreach (var hold in draft.State.Holds.Values.Where(hold => hold.Until <= draft.Now).ToList())
            draft.Record(new AgentsReleased(hold.Key));
    }

    /// <summary>Holds a provider because of a limit that refuses, known from a live stream or from an attempt's end.</summary>
    internal static void Limit(Draft draft, AgentChoice choice, Failure why, DateTimeOffset? resetsAt)
    {
        var key = ProviderKey(draft.State, choice);
        if (resetsAt < draft.Now - Outdated)
            resetsAt = null;
        // An attempt that met the limit tells of it while it lives and again at its end: that is one wait, not two.
        if (resetsAt is null && draft.State.Holds.ContainsKey(key))
            return;
        var waits = draft.State.Health.GetValueOrDefault(key)?.Waits ?? 0;
        var until = resetsAt is { } at
            ? Later(at, draft.Now + Least)
            : draft.Now + AgentPolicy.QuotaWait(draft.State.Settings.Limits.QuotaWait, waits);
        if (resetsAt is null && waits >= AgentPolicy.MostQuotaWaits)
            Hold(draft, key, null, why);
        else
            Hold(draft, key, until, why);
    }

    /// <summary>Holds a provider until a person has mended what keeps everybody from using it.</summary>
    internal static void UntilResumed(Draft draft, AgentChoice choice, Failure why) => Hold(draft, ProviderKey(draft.State, choice), null, why);

    /// <summary>Lets an agent rest that has failed too often.</summary>
    internal static void Rest(Draft draft, string agent, Failure last)
    {
        if (draft.State.Health.GetValueOrDefault(AgentKey(agent)) is { MustRest: true })
            Hold(draft, AgentKey(agent), draft.Now + AgentPolicy.BreakerPause, Resting(agent, last));
    }

    // A longer hold is never made shorter by a later, less certain signal.
    private static void Hold(Draft draft, string key, DateTimeOffset? until, Failure why)
    {
        var known = draft.State.Holds.GetValueOrDefault(key);
        if (known is null || (known.Until is { } end && (until is null || until > end)))
            draft.Record(new AgentsHeld(key, until, why));
    }

    private static Failure Resting(string agent, Failure? last) => new(
        FailureCategory.Network,
        "agent_rests",
        $"{agent} failed {AgentPolicy.BreakerFailures} times in a row and rests for {AgentPolicy.BreakerPause.TotalSeconds} s{(last is null ? "" : $": {last.Message}")}",
        last?.Hint,
        last?.Detail);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
