using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class CrewTests
{
    private static AgentChoice? Resolver(Settings settings, params (Role Role, AgentChoice Choice)[] own) =>
        Crew.For(new PlanSpec { Tasks = [] }, settings, new TaskSpec { Id = "t", Title = "T", Agents = own.ToDictionary(o => o.Role, o => o.Choice) }, Role.Resolve);

    private static Settings With(string? agent, params (Role Role, AgentChoice Choice)[] roles) =>
        new() { Agent = agent, Roles = roles.ToDictionary(r => r.Role, r => r.Choice) };

    [Fact]
    public void Conflicts_are_resolved_by_whoever_corrects_unless_that_is_the_shell()
    {
        Assert.Equal("claude", Resolver(With("claude"))!.Agent);
        Assert.Equal(new AgentChoice("codex", "big"), Resolver(With("claude", (Role.Correct, new AgentChoice("codex", "big")))));
        Assert.Equal("gemini", Resolver(With("claude"), (Role.Develop, new AgentChoice("gemini")))!.Agent);
        Assert.Null(Resolver(With(null)));
        Assert.Null(Resolver(With("claude"), (Role.Develop, new AgentChoice(AgentChoice.Shell, null, "make"))));
    }

    [Fact]
    public void Who_is_named_to_resolve_does_or_nobody()
    {
        Assert.Equal("codex", Resolver(With("claude", (Role.Resolve, new AgentChoice("codex"))))!.Agent);
        Assert.Equal(new AgentChoice(AgentChoice.Shell, null, "./resolve.sh"), Resolver(With(null, (Role.Resolve, new AgentChoice(null, null, "./resolve.sh")))));
        Assert.Null(Resolver(With("claude", (Role.Resolve, new AgentChoice(AgentChoice.None)))));
        Assert.Null(Resolver(With("claude"), (Role.Resolve, new AgentChoice(AgentChoice.None))));
    }
}
