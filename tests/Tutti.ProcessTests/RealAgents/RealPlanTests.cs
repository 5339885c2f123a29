using System.Text.Json.Nodes;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.RealAgents;

public sealed class RealPlanTests
{
    // Complete, since some of the programs hold the model to the schema.
    private static readonly string Two = Plan(Task("login", ""), Task("docs", "\"login\""));
    private static readonly string Cycle = Plan(Task("a", "\"b\""), Task("b", "\"a\""));

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

        Assert.True(ran.Error.Contains("asked again it gave no better one", StringComparison.Ordinal), ran.Error);
        Assert.True(ran.Error.Contains("give them with --plan", StringComparison.Ordinal), ran.Error);
        lab.Lab.AssertTidy();
    }

    [Fact]
    public async Task One_that_is_refused_by_its_provider_leaves_the_request_to_be_split()
    {
        await using var lab = await AgentLab.StartAsync("plan: claude");

        var ran = await PlanAsync(lab, "Do this:\n@plan-fail 401");

        Assert.True(ran.Error.Contains("split without an agent, because claude gave no plan", StringComparison.Ordinal), ran.Error);
        Assert.True(ran.Error.Contains("'claude /login'", StringComparison.Ordinal) || ran.Error.Contains("ANTHROPIC_API_KEY", StringComparison.Ordinal), ran.Error);
        lab.Lab.AssertTidy();
    }

    // It tells of what it waits for on stderr alone.
    [Fact]
    public async Task One_that_waits_for_its_provider_until_it_is_ended_is_told_by_what_that_said()
    {
        await using var lab = await AgentLab.StartAsync("plan: opencode", "stall: 60s, attempt: 60s");

        var ran = await PlanAsync(lab, "Do this:\n@plan-fail 429 1 3600");

        Assert.True(ran.Error.Contains("waited in silence, and was ended, after: ", StringComparison.Ordinal), ran.Error);
        lab.Lab.AssertTidy();
    }

    [Fact]
    public async Task What_the_planner_used_counts_towards_the_budget()
    {
        await using var lab = await AgentLab.StartAsync("plan: claude, develop: claude, review: none, qa: none");

        var ran = await lab.Lab.Start("run", $"Do this:\n@plan-tokens 1500 40\n@plan-answer {Two}", "--yes", "--budget-tokens", "1500", "--display", "json").EndAsync();

        Assert.Equal("budget_spent", ran.State.Ending?.Reason?.Code);
        Assert.True(ran.State.Usage.Tokens >= 1500, $"{ran.State.Usage}");
        Assert.All(ran.State.Tasks.Values, task => Assert.Empty(task.Attempts));
        lab.Lab.AssertTidy();
    }

    private static string Plan(params string[] tasks) => $"{{\"tasks\":[{string.Join(',', tasks)}]}}";

    private static string Task(string id, string dependsOn) =>
        $$"""{"id":"{{id}}","title":"The task {{id}}","description":"Do it.","acceptance_criteria":["it is done"],"depends_on":[{{dependsOn}}],"priority":"high","complexity":3,"work_type":"backend","files":["{{id}}/**"],"verify":["true"]}""";

    private static async Task<CommandResult> PlanAsync(AgentLab lab, string request)
    {
        var ran = await lab.Lab.Start("plan", request, "--json").PlainEndAsync();
        Assert.True(ran.ExitCode == 0, ran.Error);
        return ran;
    }
}
