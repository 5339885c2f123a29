using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>What the machine has to spare.</summary>
public sealed record HostView(long FreeMemoryBytes, long FreeDiskBytes, double Load, int Cores);

/// <summary>What one live agent uses.</summary>
/// <param name="Cpu">Cores; null when not measured.</param>
/// <param name="MemoryBytes">Null when not measured.</param>
public sealed record AgentUseView(string Task, string Agent, int? Pid, string? Slot, double? Cpu, long? MemoryBytes);

/// <summary>A limit on spending, and what is spent.</summary>
public sealed record BudgetView(decimal? LimitUsd, decimal? SpentUsd, long? LimitTokens, long SpentTokens);

/// <summary>An agent or provider that may not be started for a while.</summary>
/// <param name="Key"><c>agent NAME</c> or <c>provider NAME</c>.</param>
/// <param name="Until">When that ends by itself; null where it ends with a resume.</param>
public sealed record HoldView(string Key, DateTimeOffset? Until, ErrorView Why)
{
    /// <summary>The view of a hold.</summary>
    public static HoldView From(AgentHold hold) => new(hold.Key, hold.Until, ErrorView.Of(hold.Why)!);

    /// <summary>When it ends, as the end of a sentence.</summary>
    internal static string Ending(AgentHold hold) => hold.Until is { } until ? $" until {until.UtcDateTime:HH:mm:ss} UTC" : " until a resume";
}

/// <summary>The <c>resources</c> object of <c>tutti status --json</c>, and all of <c>tutti status resources</c>.</summary>
/// <param name="Agents">Agents at work.</param>
/// <param name="MaxAgents">Most agents at once.</param>
/// <param name="Host">Null when not measured.</param>
/// <param name="Cpu">Cores all agents use together; null when none was measured.</param>
/// <param name="MemoryBytes">Bytes all agents hold together; null when none was measured.</param>
/// <param name="Gate">Why nothing new starts although there is work.</param>
/// <param name="Budget">Null where there is no limit.</param>
/// <param name="Uses">One for each live agent.</param>
/// <param name="Holds">Agents and providers that may not be started now.</param>
public sealed record ResourcesView(
    int Agents,
    int MaxAgents,
    HostView? Host,
    double? Cpu,
    long? MemoryBytes,
    string? Gate,
    BudgetView? Budget,
    IReadOnlyList<AgentUseView> Uses,
    IReadOnlyList<HoldView> Holds)
{
    /// <summary>The resources as they stand.</summary>
    public static ResourcesView From(SessionState state, LiveInfo live)
    {
        var uses = state.Running.Union(state.Claiming)
            .Select(id => state.Tasks[id])
            .Where(task => task.Live is not null)
            .Select(task => Use(task, live))
            .ToList();
        return new ResourcesView(
            uses.Count,
            state.MaxAgents,
            live.Host is { } host ? new HostView(host.FreeMemory, host.FreeDisk, host.Load, host.Cores) : null,
            uses.Exists(u => u.Cpu is not null) ? uses.Sum(u => u.Cpu ?? 0) : null,
            uses.Exists(u => u.MemoryBytes is not null) ? uses.Sum(u => u.MemoryBytes ?? 0) : null,
            state.Gate,
            Spending(state),
            uses,
            [.. state.Holds.Values.Select(HoldView.From)]);
    }

    private static AgentUseView Use(TaskState task, LiveInfo live)
    {
        var activity = live.Activity.GetValueOrDefault(task.Id);
        var attempt = task.Live!;
        return new AgentUseView(task.Id, attempt.Agent, attempt.Process?.Pid, task.Slot?.Name, activity?.Cpu, activity?.Memory);
    }

    private static BudgetView? Spending(SessionState state) => state.Settings.Budget is { Usd: null, Tokens: null } ? null
        : new BudgetView(state.Settings.Budget.Usd, state.Usage.Usd, state.Settings.Budget.Tokens, state.Usage.Tokens);
}
