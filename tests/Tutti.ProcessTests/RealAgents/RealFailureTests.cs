using ModelServer;
using Tutti.Core.Session;

namespace Tutti.ProcessTests.RealAgents;

/// <summary>What the real programs do when their provider refuses, fails or is silent, and what Tutti makes of it.</summary>
public sealed class RealFailureTests
{
    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("gemini")]
    public async Task Without_a_valid_key_the_task_says_so_once_and_no_other_starts(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none");
        var plan = "version: 1\ntasks:\n" + AgentLab.TaskOf("a", null, "@fail 401") + AgentLab.TaskOf("b", null, "@fail 401");
        var ran = (await lab.Lab.RunPlanAsync(plan, "-m", "1")).Exits(3);
        Assert.Equal((AgentFailure.NotSignedIn, 1), (ran.Failure("a").Code, ran.Task("a").Attempts.Count));
        Assert.NotNull(ran.Failure("a").Hint);
        Assert.Empty(ran.Task("b").Attempts);
        Assert.Equal(AgentFailure.NotSignedIn, ran.State.Ending?.Reason?.Code);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("gemini")]
    public async Task A_rate_limit_is_waited_for_and_then_it_goes_on_by_itself(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none", "quota_wait: 1s");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@fail 429 4", "@sh echo done > a.txt"))).Exits(0).Has(TaskPhase.Done, "a");
        Assert.NotEmpty(ran.Of("agents.held"));
        Assert.All(ran.Task("a").Attempts.Where(a => a.Failure is not null), a => Assert.True(a.Failure!.Code is AgentFailure.RateLimited or AgentFailure.ConversationUnknown, a.Failure.Message));
    }

    // It waits by itself for as long as the provider says, in silence, which is not to be taken for a hang.
    [Fact]
    public async Task A_rate_limit_that_opencode_waits_for_itself_holds_its_provider_and_counts_as_no_failure()
    {
        await using var lab = await AgentLab.StartAsync("develop: opencode, review: none, qa: none", "quota_wait: 1s, stall: 40s, retries: 1");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@sh echo one > a.txt", "@fail 429 1 3600", "@sh echo two >> a.txt"))).Exits(0).Has(TaskPhase.Done, "a");
        Assert.NotEmpty(ran.Of("agents.held"));
        var attempts = ran.Task("a").Attempts.Where(a => a.IsAgent).ToList();
        Assert.Equal((AttemptOutcome.Stalled, AgentFailure.RateLimited), (attempts[0].Outcome, attempts[0].Failure?.Code));
        Assert.Equal((1, attempts[0].Conversation), (attempts[1].Continues, attempts[1].Conversation));
        Assert.Equal("one\ntwo", lab.Lab.Show("main", "a.txt"));
    }

    // What it waits for is in its log alone.
    [Fact]
    public async Task A_busy_provider_that_codex_waits_for_itself_is_what_it_met_and_it_goes_on_where_it_was()
    {
        await using var lab = await AgentLab.StartAsync("develop: codex, review: none, qa: none", "stall: 40s, retries: 2");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@sh echo one > a.txt", "@fail 503 1 3600", "@sh echo two >> a.txt"))).Exits(0).Has(TaskPhase.Done, "a");
        var attempts = ran.Task("a").Attempts.Where(a => a.IsAgent).ToList();
        Assert.Equal((AttemptOutcome.Stalled, AgentFailure.Overloaded), (attempts[0].Outcome, attempts[0].Failure?.Code));
        Assert.Equal((1, attempts[0].Conversation), (attempts[1].Continues, attempts[1].Conversation));
        Assert.Equal("one\ntwo", lab.Lab.Show("main", "a.txt"));
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("gemini")]
    public async Task A_stream_that_breaks_is_got_over(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none");
        (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@cut 1", "@sh echo done > a.txt"))).Exits(0).Has(TaskPhase.Done, "a");
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("gemini")]
    public async Task A_model_that_is_not_there_is_named(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@fail 404"))).Exits(4);
        Assert.Equal((AgentFailure.ModelUnknown, 1), (ran.Failure("a").Code, ran.Task("a").Attempts.Count));
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    public async Task A_provider_that_fails_is_tried_again_in_the_same_conversation_and_then_given_up_with_its_name(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none", "retries: 2");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@fail 500"))).Exits(1);
        Assert.Equal((AgentFailure.Overloaded, 2), (ran.Failure("a").Code, ran.Task("a").Attempts.Count));
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("gemini")]
    public async Task One_that_is_silent_is_ended_at_its_limit(string agent)
    {
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none", "retries: 1, attempt: 25s, stall: 20s");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@hang"))).Exits(1);
        Assert.Contains(ran.Failure("a").Code, new[] { "attempt_stalled", "attempt_timed_out" });
        Assert.Empty(lab.Lab.Processes());
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("opencode")]
    public async Task A_context_that_is_nearly_full_hands_over_to_a_fresh_attempt(string agent)
    {
        // Its first conversation is nearly full after one step, and the model says nothing more in it.
        var obedient = new Obedient();
        string? first = null;
        await using var lab = await AgentLab.StartAsync($"develop: {agent}, review: none, qa: none", script: request =>
        {
            var reply = obedient.Reply(request);
            if (request.IsAside || request.Prompt != (first ??= request.Prompt))
                return reply;
            return request.Turn == 0 ? reply with { Tokens = new(170_000, 10) } : new Hang();
        });
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@sh test -e a.txt || echo one > a.txt", "@sh true"))).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal([AttemptOutcome.HandedOver, AttemptOutcome.Succeeded], ran.Task("a").Attempts.Where(a => a.IsAgent).Select(a => a.Outcome!.Value));
        Assert.Single(ran.State.Checkpoints);
        Assert.NotEqual(ran.Task("a").Attempts[0].Conversation, ran.Task("a").Attempts[1].Conversation);
    }

    [Fact]
    public async Task The_budget_ends_what_lives()
    {
        await using var lab = await AgentLab.StartAsync("develop: claude, review: none, qa: none");
        var ran = (await lab.Lab.RunPlanAsync(AgentLab.Plan("a", "@tokens 60000 100", "@sh echo one > a.txt", "@hang"), "--budget-tokens", "50000")).Exits(4);
        Assert.Equal((AttemptOutcome.OverBudget, null), (ran.Task("a").Attempts[0].Outcome, ran.Task("a").Attempts[0].Failure));
        Assert.Equal(AgentFailure.BudgetSpent, ran.State.Ending?.Reason?.Code);
        Assert.Empty(lab.Lab.Processes());
    }
}
