using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Agents.Planning;

/// <summary>Who makes a plan of a request: an agent, or nobody.</summary>
public abstract record PlannerChoice
{
    private PlannerChoice()
    {
    }

    /// <summary>This agent.</summary>
    /// <param name="Choice">With its name, and the role's model and command.</param>
    /// <param name="Agent">Its adapter; the program is there.</param>
    /// <param name="Entry">Its entry of the configuration.</param>
    public sealed record Asked(AgentChoice Choice, IAgent Agent, AgentEntry? Entry) : PlannerChoice
    {
        public string Name => Choice.Agent!;
    }

    /// <summary>Nobody, so the request is split without an agent.</summary>
    /// <param name="Why">The reason, as half a sentence.</param>
    public sealed record Nobody(string Why) : PlannerChoice;

    /// <summary>The role <c>plan</c> of the settings, else their default agent, else the first one that is installed.</summary>
    /// <exception cref="FailureException"><c>agent_unknown</c>: the settings name a kind that there is not.</exception>
    public static PlannerChoice Of(Settings settings)
    {
        var role = settings.Roles.GetValueOrDefault(Role.Plan);
        var name = role?.Agent ?? (role?.Run is null ? null : AgentChoice.Shell) ?? settings.Agent ?? AgentAvailability.Default(settings);
        if (name is null)
            return new Nobody("no coding agent is installed");
        if (name == AgentChoice.None)
            return new Nobody("no agent is wanted for the role plan");
        var entry = settings.Agents.GetValueOrDefault(name);
        var agent = AgentCatalog.For(name, entry);
        var choice = (role ?? new AgentChoice()) with { Agent = name };
        if (agent.Kind == AgentChoice.Shell && choice.Run is null && entry?.Command is null)
            return new Nobody("the shell agent has nothing to run for the role plan");
        return agent.Find(entry) is { Found: false } missing
            ? new Nobody($"the agent '{name}' is not installed ({missing.Hint})")
            : new Asked(choice, agent, entry);
    }
}
