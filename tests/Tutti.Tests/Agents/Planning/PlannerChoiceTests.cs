using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Agents.Planning;

namespace Tutti.Tests.Agents.Planning;

public sealed class PlannerChoiceTests
{
    private static readonly Settings Two = new()
    {
        Agent = "one",
        Agents = new Dictionary<string, AgentEntry> { ["one"] = new("claude", "sh"), ["two"] = new("codex", "sh"), ["gone"] = new("claude", "no-such-program-anywhere") },
    };

    [Fact]
    public void The_role_counts_before_the_default_agent()
    {
        Assert.Equal("one", Asked(Two).Name);
        Assert.Equal("two", Asked(Role(new AgentChoice("two"))).Name);
        Assert.Equal(new AgentChoice("one", "large"), Asked(Role(new AgentChoice(Model: "large"))).Choice);
    }

    [Fact]
    public void A_command_makes_it_the_shell()
    {
        var asked = Asked(Role(new AgentChoice(Run: "./planner.sh")));
        Assert.Equal(("shell", "./planner.sh"), (asked.Name, asked.Choice.Run));
    }

    [Theory]
    [InlineData("none", "no agent is wanted")]
    [InlineData("shell", "nothing to run")]
    [InlineData("gone", "'gone' is not installed")]
    public void Where_nobody_can_be_asked_it_is_said_why(string agent, string why) =>
        Assert.Contains(why, Assert.IsType<PlannerChoice.Nobody>(PlannerChoice.Of(Role(new AgentChoice(agent)))).Why);

    [Fact]
    public void An_agent_of_no_known_kind_is_a_mistake() =>
        Assert.Equal("agent_unknown", Assert.Throws<FailureException>(() => PlannerChoice.Of(Role(new AgentChoice("clod")))).Failure.Code);

    private static PlannerChoice.Asked Asked(Settings settings) => Assert.IsType<PlannerChoice.Asked>(PlannerChoice.Of(settings));

    private static Settings Role(AgentChoice choice) => Two with { Roles = new Dictionary<Role, AgentChoice> { [Core.Plan.Role.Plan] = choice } };
}
