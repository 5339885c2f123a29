using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Tests.Scheduling;

public sealed class HoldsTests
{
    private static readonly Failure Quota = new(FailureCategory.Resource, AgentFailure.RateLimited, "no more today");

    [Fact]
    public void One_quota_signal_of_a_live_attempt_holds_every_start_until_the_reset_and_then_all_goes_on()
    {
        var played = new Played(["a", "b", "c", "d"], Played.Settings() with { MaxAgents = 2 });
        Assert.Equal(["a", "b"], played.Live);
        var reset = Played.Start + TimeSpan.FromHours(2);

        played.Hear("a", limit: Quota, resetsAt: reset).End("b");
        Assert.Equal(["a"], played.Live);
        Assert.Equal(reset, Recover.NextWake(played.State, played.State.At));

        played.Fail("a", AgentFailure.RateLimited, reset).Collect("a").Wait(TimeSpan.FromHours(1));
        Assert.Empty(played.Live);
        Assert.Null(played.State.EndedAt);

        played.Wait(TimeSpan.FromHours(1));
        Assert.Equal(["a", "c"], played.Live);
        Assert.Equal((2, 0), (played.State.Tasks["a"].Attempts.Count, played.State.Tasks["a"].Failures));
    }

    [Fact]
    public void Agents_of_other_providers_go_on()
    {
        var settings = Played.Settings(Role.Review) with { Roles = new Dictionary<Role, AgentChoice> { [Role.Review] = new("codex"), [Role.Qa] = new("none") } };
        var played = new Played(["a", "b"], settings).Hear("a", limit: Quota).End("b");
        Assert.Equal("codex", played.State.Tasks["b"].Live?.Agent);
        Assert.Equal("claude", played.State.Tasks["a"].Live?.Agent);
    }

    [Fact]
    public void Entries_that_draw_on_one_provider_are_held_together()
    {
        var settings = Played.Settings() with
        {
            MaxAgents = 1,
            Agents = new Dictionary<string, AgentEntry> { ["claude"] = new("claude"), ["mine"] = new("opencode", Model: "claude/sonnet") },
            Roles = new Dictionary<Role, AgentChoice> { [Role.Review] = new("mine"), [Role.Qa] = new("none") },
        };
        var played = new Played(["a"], settings).Hear("a", limit: Quota).End("a");
        Assert.Equal((Stage.Review, Step.Due), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Step));
    }

    [Fact]
    public void A_limit_whose_end_nobody_tells_is_waited_for_longer_each_time_and_at_last_is_for_a_person()
    {
        var played = new Played(["a"]);
        var waits = new List<double>();
        while (played.State.EndedAt is null)
        {
            played.Fail("a", AgentFailure.RateLimited).Collect("a");
            if (played.State.Holds.Values.Single().Until is not { } until)
                break;
            waits.Add((until - played.Now).TotalMinutes);
            played.Wait(until - played.Now);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, 30, 30], waits);
        Assert.Equal((SessionStatus.Paused, AgentFailure.RateLimited), (played.State.Status, played.State.Ending?.Reason?.Code));
    }

    [Fact]
    public void A_limit_that_is_told_while_the_attempt_lives_and_again_at_its_end_is_waited_for_once()
    {
        var played = new Played(["a"]).Hear("a", limit: Quota).Fail("a", AgentFailure.RateLimited).Collect("a");
        Assert.Equal(Played.Start + TimeSpan.FromMinutes(1), played.State.Holds.Values.Single().Until);
    }

    // There are agents that repeat an end which is long over (claude-code#11429): each start would be refused within a second, for ever.
    [Fact]
    public void A_limit_that_ended_long_ago_is_one_whose_end_nobody_tells()
    {
        var played = new Played(["a"]);
        for (var failed = 0; failed <= AgentPolicy.MostQuotaWaits; failed++)
        {
            played.Fail("a", AgentFailure.RateLimited, Played.Start - TimeSpan.FromHours(1)).Collect("a");
            if (played.State.Holds.Values.Single().Until is { } until)
                played.Wait(until - played.Now);
        }

        Assert.Equal((SessionStatus.Paused, AgentFailure.RateLimited), (played.State.Status, played.State.Ending?.Reason?.Code));
    }

    [Fact]
    public void Without_a_key_nothing_more_starts_and_a_resume_goes_on()
    {
        var played = new Played(["a", "b", "c"], Played.Settings() with { MaxAgents = 1 }).Fail("a", AgentFailure.NotSignedIn).Collect("a");
        Assert.Equal((TaskPhase.NeedsAttention, "a hint"), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Hint));
        Assert.Equal((SessionStatus.Paused, ExitCodes.Environment), (played.State.Status, played.State.ExitCode));
        Assert.Empty(played.State.Tasks["b"].Attempts);

        played.Take(new TakeUp(new ProcessRef(1, "1", "boot"), "1", Resume: true, RetryFailed: false, "me"));
        Assert.Single(played.Live);
        Assert.Empty(played.State.Holds);
    }

    [Fact]
    public void Five_failures_in_a_row_let_an_agent_rest_and_two_successes_close_its_breaker()
    {
        var played = new Played(["a", "b", "c", "d", "e", "f", "g"], Played.Settings() with { Limits = new Limits { Retries = 1 } });
        foreach (var task in new[] { "a", "b", "c", "d", "e" })
            played.Fail(task, AgentFailure.Crashed).Collect(task);
        var hold = Assert.Single(played.State.Holds.Values);
        Assert.Equal(("agent claude", Played.Start + TimeSpan.FromSeconds(30)), (hold.Key, hold.Until));

        // f and g live on; their success while it rests says nothing yet.
        Assert.Equal(["f", "g"], played.Live);
        played.Wait(TimeSpan.FromSeconds(30));
        Assert.True(played.State.Health["agent claude"].IsTrying);
        played.End("f");
        Assert.True(played.State.Health["agent claude"].IsTrying);
        played.End("g");
        Assert.Empty(played.State.Health);
    }

    [Fact]
    public void While_it_is_tried_one_attempt_runs_at_a_time_and_a_failure_lets_it_rest_again()
    {
        var played = new Played(["a", "b", "c", "d", "e"], Played.Settings() with { Limits = new Limits { Backoff = TimeSpan.Zero, Retries = 9 } });
        foreach (var task in new[] { "a", "b", "c", "d", "e" })
            played.Fail(task, AgentFailure.Crashed);
        foreach (var task in new[] { "a", "b", "c", "d", "e" })
            played.Collect(task);
        Assert.Empty(played.Live);

        played.Wait(AgentPolicy.BreakerPause);
        var trying = Assert.Single(played.Live);
        played.Fail(trying, AgentFailure.Crashed).Collect(trying);
        Assert.Empty(played.Live);
        Assert.Equal(played.Now + AgentPolicy.BreakerPause, played.State.Holds["agent claude"].Until);
    }

    [Fact]
    public void Failures_of_the_work_never_open_a_breaker()
    {
        var played = new Played(["a", "b", "c", "d", "e", "f"], Played.Settings() with { Limits = new Limits { Retries = 1 } });
        foreach (var task in new[] { "a", "b", "c", "d", "e", "f" })
            played.Fail(task, AgentFailure.NoResult).Collect(task);
        Assert.Empty(played.State.Holds);
    }

    [Theory]
    [InlineData("claude", null, null, "claude")]
    [InlineData("opencode", "anthropic/claude-sonnet-4-5", null, "anthropic")]
    [InlineData("opencode", "anthropic/claude-sonnet-4-5", "team", "team")]
    public void A_provider_is_the_entrys_word_or_the_models_prefix_or_the_kind(string agent, string? model, string? said, string provider)
    {
        Assert.Equal(provider, Provider.Of(new AgentChoice(agent, model), said is null ? null : new AgentEntry(agent, Provider: said)));
        Assert.Equal("codex", Provider.Of(new AgentChoice("second"), new AgentEntry("codex")));
        // A protocol is no provider: the sign-in that one of its programs lacks is not that of another.
        Assert.Equal("mybot", Provider.Of(new AgentChoice("mybot"), new AgentEntry("acp")));
    }
}
