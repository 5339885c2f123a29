using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class AgentAvailabilityTests
{
    [Fact]
    public void A_task_that_nobody_is_to_develop_is_refused_before_anything_starts()
    {
        var failure = Refused(Role.Develop, new AgentChoice(AgentChoice.None));
        Assert.Equal("no_agent", failure.Code);
        Assert.Contains("nobody is to develop task a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_is_named_to_resolve_conflicts_has_to_be_there_too() =>
        Assert.Equal("agent_missing", Refused(Role.Resolve, new AgentChoice("away")).Code);

    private static Failure Refused(Role role, AgentChoice choice)
    {
        var settings = new Settings
        {
            Agent = AgentChoice.Shell,
            Roles = new Dictionary<Role, AgentChoice> { [role] = choice },
            Agents = new Dictionary<string, AgentEntry> { ["away"] = new("claude", Command: "/nowhere/claude") },
        };
        var plan = new PlanSpec { Tasks = [new TaskSpec { Id = "a", Title = "A", Run = "true" }] };
        return Assert.Throws<FailureException>(() => AgentAvailability.Require(plan, settings)).Failure;
    }
}
