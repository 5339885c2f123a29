using System.Text.Json.Nodes;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.RealAgents;

public sealed class RealPlanTests
{
    private const string Two = """{"tasks":[{"id":"login","title":"Add a login","acceptance_criteria":["it logs in"],"depends_on":[],"priority":"high","complexity":3,"work_type":"backend","files":["src/login/**"],"verify":["true"]},{"id":"docs","title":"Write it down","acceptance_criteria":[],"depends_on":["login"],"priority":"low","complexity":1,"work_type":"docs","files":["docs/**"],"verify":[]}]}""";
    private const string Cycle = """{"tasks":[{"id":"a","title":"A","depends_on":["b"]},{"id":"b","title":"B","depends_on":["a"]}]}""";

    public static TheoryData<string> Agents => [.. AgentLab.All];

    [Theory]
    [MemberData(nameof(Agents))]
    public async Task A_real_agent_makes_the_plan(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"plan: {agent}");

        var ran = await PlanAsync(lab, $"Do this:\n@plan-say I look around.\n@plan-sh ls; echo x > stray.txt\n@plan-answer {Two}");

        Assert.True(ran.Error.Contains($"planned by {agent} in ", StringComparison.Ordinal), ran.Error);
        Assert.Equal(["login", "docs"], JsonNode.Parse(ran.Text)!["tasks"]!.AsArray().Select(t => (string)t!["id"]!));
        lab.Lab.AssertTidy();
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public async Task One_that_insists_on_a_plan_that_cannot_be_used_is_asked_twice(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"plan: {agent}");

        var ran = await PlanAsync(lab, $"Do this:\n@plan-answer {Cycle}");

        Assert.True(ran.Error.Contains("asked again it gave no better one: tasks wait for each other", StringComparison.Ordinal), ran.Error);
        lab.Lab.AssertTidy();
    }

    [Fact]
    public async Task One_that_is_refused_by_its_provider_leaves_the_request_to_be_split()
    {
        await using var lab = await AgentLab.StartAsync("plan: claude");

        var ran = await PlanAsync(lab, "Do this:\n@plan-fail 401");

        Assert.True(ran.Error.Contains("split without an agent, because claude gave no plan", StringComparison.Ordinal), ran.Error);
        lab.Lab.AssertTidy();
    }

    private static async Task<CommandResult> PlanAsync(AgentLab lab, string request)
    {
        var ran = await lab.Lab.Start("plan", request, "--json").PlainEndAsync();
        Assert.True(ran.ExitCode == 0, ran.Error);
        return ran;
    }
}
