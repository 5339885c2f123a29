using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Scheduling;

/// <summary>What follows from a failure by its category: one test for each row of the table in docs/ERRORS.md that a session decides.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void Environment_the_task_needs_attention_the_others_go_on_and_a_resume_looks_again()
    {
        var played = new Played(["a", "b"]).Fail("a", AgentFailure.NotInstalled).Collect("a");
        Assert.Equal(TaskPhase.NeedsAttention, played.State.Tasks["a"].Phase);
        Assert.Equal(["b"], played.Live);
        Assert.False(FailurePolicy.IsRecoverable(played.State.Tasks["a"].Failure!));

        // At the session's end.
        played.Fail("b", AgentFailure.NotInstalled).Collect("b");
        Assert.NotNull(played.State.EndedAt);
        played.Take(new TakeUp(new ProcessRef(2, "2", "boot"), "1", Resume: true, RetryFailed: false, "test"));
        Assert.Equal(["a", "b"], played.Live);
    }

    [Fact]
    public void Git_what_cannot_be_collected_is_tried_again_and_fails_the_task_only()
    {
        var played = new Played(["a", "b"]);
        while (played.State.Tasks["a"].Phase != TaskPhase.Failed)
        {
            var number = played.State.Tasks["a"].Attempts.Count;
            played.Take(new AttemptIsOver("a", number, AttemptOutcome.Succeeded, 0, null));
            played.Take(new CollectEnded("a", number, null, new Failure(FailureCategory.Git, "git_failed", "git status: no", "look")));
            played.Wait(TimeSpan.FromMinutes(5));
        }

        Assert.Equal("git_failed", played.State.Tasks["a"].Failure?.Code);
        Assert.Equal(played.State.Settings.Limits.Retries, played.State.Tasks["a"].Attempts.Count);
        Assert.Equal(["b"], played.Live);
    }

    [Fact]
    public void Conflict_is_for_a_person_where_no_resolver_is_named_and_what_it_would_land_is_kept()
    {
        var played = new Played(["a"], Played.Settings() with { Roles = Nobody(Role.Review, Role.Qa, Role.Resolve) }).End("a");
        var merge = played.Effects.OfType<MergeBranch>().Single();
        played.Take(new MergeEnded("a", merge.Onto, null, new Failure(FailureCategory.Conflict, "merge_conflict", "both changed x", "look")) { Head = merge.Head });
        Assert.Equal((TaskPhase.NeedsAttention, "merge_conflict"), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
        Assert.True(played.State.Tasks["a"].Waits);
    }

    [Fact]
    public void Agent_is_tried_again_with_waits_that_double_and_fails_after_its_last_retry()
    {
        var played = new Played(["a"]);
        var waits = new List<TimeSpan>();
        while (played.State.Tasks["a"].Phase != TaskPhase.Failed)
        {
            played.Fail("a", AgentFailure.NoResult).Collect("a", work: false);
            if (played.State.Tasks["a"] is { Phase: not TaskPhase.Failed, NotBefore: { } at })
            {
                waits.Add(at - played.Now);
                played.Wait(waits[^1]);
            }
        }

        var limits = played.State.Settings.Limits;
        Assert.Equal(Enumerable.Range(0, limits.Retries - 1).Select(n => limits.Backoff * Math.Pow(2, n)), waits);
        Assert.Equal(limits.Retries, played.State.Tasks["a"].Attempts.Count);
    }

    [Fact]
    public void Agent_with_a_full_context_is_handed_over_to_a_fresh_conversation_and_counts_as_no_failure()
    {
        var played = new Played(["a"]).Hear("a", conversation: "one").Fail("a", AgentFailure.ContextExhausted).Collect("a");
        Assert.Equal((2, 0), (played.State.Tasks["a"].Attempts.Count, played.State.Tasks["a"].Failures));
        Assert.NotEqual("one", played.State.Tasks["a"].Live?.Conversation);
    }

    [Fact]
    public void Verify_is_tried_once_more_in_a_clean_tree()
    {
        var played = new Played(["a"], Played.Settings() with { Verify = ["make test"] }).End("a");
        Assert.Equal((Stage.Verify, AttemptState.Commands), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Agent));
        played.Take(new AttemptIsOver("a", 2, AttemptOutcome.Failed, 1, null, new Failure(FailureCategory.Verify, "verify_failed", "red", "mend it"), FailedCommand: 0));
        Assert.Equal(played.State.Tasks["a"].Head, Assert.Single(played.Effects.OfType<PrepareSlot>()).ResetTo);
        Assert.Equal((Stage.Verify, 3), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Attempts.Count));
    }

    [Theory]
    [InlineData(AttemptOutcome.TimedOut)]
    [InlineData(AttemptOutcome.Stalled)]
    public void Timeout_is_tried_again_like_any_failure(AttemptOutcome outcome)
    {
        var played = new Played(["a"]).End("a", outcome, work: false);
        Assert.Equal(1, played.State.Tasks["a"].Failures);
        played.Wait(played.State.Settings.Limits.Backoff);
        Assert.Equal(["a"], played.Live);
    }

    [Fact]
    public void Network_goes_on_in_the_same_conversation_after_a_wait()
    {
        var played = new Played(["a"]).Hear("a", conversation: "one").Fail("a", AgentFailure.Network).Collect("a");
        Assert.Empty(played.Live);
        played.Wait(played.State.Settings.Limits.Backoff);
        Assert.Equal(["a"], played.Live);
        Assert.Equal(1, played.State.Tasks["a"].Attempts[^1].Continues);
    }

    [Fact]
    public void Internal_fails_the_task_that_the_effect_was_for_and_the_session_goes_on()
    {
        var played = new Played(["a", "b"]);
        var broken = new Failure(FailureCategory.Internal, "effect_broke", "index out of range", "report it");
        played.Take(new EffectBroke(new RunAttempt("a", 1), broken));
        Assert.Equal((TaskPhase.Failed, "effect_broke"), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
        Assert.Equal(["b"], played.Live);
        Assert.Null(played.State.EndedAt);
    }

    private static Dictionary<Role, AgentChoice> Nobody(params Role[] roles) => roles.ToDictionary(role => role, _ => new AgentChoice(AgentChoice.None));
}
