using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Session;

public sealed class ConversationsTests
{
    private static readonly StageResult Corrections = new("n", Verdict.CorrectionsNeeded, "not yet", null, [], [new Correction(Severity.Major, "a", 1, "wrong")], []);

    [Fact]
    public void A_correction_goes_on_with_the_developers_own_conversation()
    {
        var played = new Played(["a"], Played.Settings(Role.Review)).Hear("a", conversation: "dev").End("a").Hear("a", conversation: "rev").End("a", result: Corrections);
        Assert.Equal((Stage.Correct, 1), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Continues));

        // The second correction goes on from the first, the second review begins anew: it must not be led by what it said before.
        played.Hear("a", conversation: "dev").End("a");
        Assert.Equal((Stage.Review, null), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Continues));
        played.End("a", result: Corrections with { Corrections = [new Correction(Severity.Major, "a", 1, "another")] });
        Assert.Equal((Stage.Correct, 3), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Continues));
    }

    // "messages.5: `tool_use` ids were found without `tool_result` blocks", or a session that its agent cannot go on with: each try would meet it again.
    [Theory]
    [InlineData(AgentFailure.Other, null)]
    [InlineData(AgentFailure.Crashed, null)]
    [InlineData(AgentFailure.Overloaded, 3)]
    [InlineData(AgentFailure.Killed, 3)]
    public void A_correction_that_went_wrong_begins_a_new_conversation(string code, int? continues)
    {
        var played = new Played(["a"], Played.Settings(Role.Review)).Hear("a", conversation: "dev").End("a").End("a", result: Corrections);
        played.Hear("a", conversation: "dev").Fail("a", code).Collect("a").Wait(TimeSpan.FromMinutes(1));
        Assert.Equal((Stage.Correct, 4, continues), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Number, played.State.Tasks["a"].Live?.Continues));
    }

    [Fact]
    public void Another_agent_begins_a_conversation_of_its_own()
    {
        var settings = Played.Settings(Role.Review) with { Roles = new Dictionary<Role, AgentChoice> { [Role.Correct] = new("codex"), [Role.Qa] = new("none") } };
        var played = new Played(["a"], settings).Hear("a", conversation: "dev").End("a").End("a", result: Corrections);
        Assert.Equal((Stage.Correct, "codex", null), (played.State.Tasks["a"].Stage, played.State.Tasks["a"].Live?.Agent, played.State.Tasks["a"].Live?.Continues));
    }

    [Theory]
    [InlineData(AgentFailure.Overloaded, true)]
    [InlineData(AgentFailure.Network, true)]
    [InlineData(AgentFailure.Killed, true)]
    [InlineData("attempt_lost", true)]
    [InlineData(AgentFailure.Crashed, false)]
    [InlineData(AgentFailure.ConversationUnknown, false)]
    public void A_stage_that_something_else_broke_off_goes_on_and_one_that_went_wrong_starts_over(string code, bool goesOn)
    {
        var played = new Played(["a"]).Hear("a", conversation: "dev").Fail("a", code).Collect("a").Wait(TimeSpan.FromMinutes(1));
        Assert.Equal(2, played.State.Tasks["a"].Live?.Number);
        Assert.Equal(goesOn ? 1 : null, played.State.Tasks["a"].Live?.Continues);
        Assert.Equal(code == AgentFailure.Crashed, played.Events.OfType<StageDue>().Last().ResetTo is not null);
    }

    [Fact]
    public void A_nearly_full_context_hands_over_to_a_fresh_attempt_with_a_checkpoint()
    {
        var played = new Played(["a"]).Hear("a", context: 79, conversation: "dev");
        Assert.DoesNotContain(played.Effects, e => e is EndAttempt);
        played.Hear("a", context: 80);
        Assert.Equal(AttemptOutcome.HandedOver, Assert.Single(played.Effects.OfType<EndAttempt>()).As);

        played.End("a", AttemptOutcome.HandedOver);
        var task = played.State.Tasks["a"];
        Assert.Equal((2, Stage.Develop, null, 0), (task.Live?.Number, task.Stage, task.Live?.Continues, task.Failures));
        Assert.Null(played.Events.OfType<StageDue>().Last().ResetTo);
        var checkpoint = Assert.Single(played.State.Checkpoints);
        Assert.Contains("80 %", checkpoint.Why);
        Assert.Contains("half of it is done", checkpoint.Summary);
    }

    [Fact]
    public void Hand_overs_have_an_end()
    {
        var played = new Played(["a"], Played.Settings() with { Limits = new Limits { Retries = 1 } });
        for (var i = 0; i < Core.Scheduling.AgentPolicy.MostHandOvers; i++)
            played.Hear("a", context: 90).End("a", AttemptOutcome.HandedOver);
        played.Hear("a", context: 99);
        Assert.DoesNotContain(played.Effects, e => e is EndAttempt);
        played.Fail("a", AgentFailure.ContextExhausted).Collect("a");
        Assert.Equal((TaskPhase.Failed, AgentFailure.ContextExhausted), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
    }

    [Fact]
    public void Hand_overs_are_counted_by_stage_and_attempts_that_failed_are_none()
    {
        var played = new Played(["a"], Played.Settings(Role.Review) with { Roles = new Dictionary<Role, AgentChoice> { [Role.Qa] = new(AgentChoice.None) } });
        for (var i = 0; i < Core.Scheduling.AgentPolicy.MostHandOvers - 1; i++)
            played.Hear("a", context: 90).End("a", AttemptOutcome.HandedOver);
        for (var i = 0; i < 2; i++)
            played.Fail("a", AgentFailure.Crashed).Collect("a", work: false).Wait(TimeSpan.FromHours(1));
        played.Hear("a", context: 90);
        Assert.Single(played.Effects.OfType<EndAttempt>());
        played.End("a", AttemptOutcome.HandedOver).End("a");

        Assert.Equal(Stage.Review, played.State.Tasks["a"].Live?.Stage);
        played.Hear("a", context: 90);
        Assert.Single(played.Effects.OfType<EndAttempt>());
    }

    [Theory]
    [InlineData(AgentFailure.ModelUnknown)]
    [InlineData(AgentFailure.Misconfigured)]
    [InlineData(AgentFailure.NotInstalled)]
    [InlineData(AgentFailure.PermissionRefused)]
    public void What_only_a_person_can_mend_is_not_tried_again(string code)
    {
        var played = new Played(["a"]).Fail("a", code).Collect("a");
        Assert.Equal((TaskPhase.NeedsAttention, code, 1), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code, played.State.Tasks["a"].Attempts.Count));
    }

    [Fact]
    public void An_agent_that_was_refused_a_tool_and_did_nothing_says_so()
    {
        var played = new Played(["a"]).End("a", refused: "Bash: not allowed", work: false);
        Assert.Equal((TaskPhase.NeedsAttention, AgentFailure.PermissionRefused), (played.State.Tasks["a"].Phase, played.State.Tasks["a"].Failure?.Code));
        Assert.Contains("Bash: not allowed", played.State.Tasks["a"].Failure?.Message);
    }
}
