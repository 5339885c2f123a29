using Tutti.Core.Session;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class SentencesTests
{
    private readonly SessionScript _script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a").Wait(130).End("a");

    [Fact]
    public void Every_event_there_is_has_a_sentence_of_its_own()
    {
        var samples = SampleEvents.Of(_script);
        var known = typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract);
        Assert.Empty(known.Except(samples.Select(e => e.GetType())));
        var sentences = samples.Select(e => Sentences.Of(e, _script.State)).ToList();
        Assert.Equal(sentences.Count, sentences.Distinct(StringComparer.Ordinal).Count());
        Assert.All(sentences, sentence => Assert.Matches("^[a-z]", sentence));
        Assert.All(sentences, sentence => Assert.DoesNotContain("Tutti.", sentence, StringComparison.Ordinal));
        Assert.All(samples.OfType<TaskEvent>(), e => Assert.StartsWith("a ", Sentences.Of(e, _script.State), StringComparison.Ordinal));
    }

    [Fact]
    public void Sentences_say_who_what_and_why()
    {
        Assert.Equal("a develop started (attempt 1, claude)", Of(new AttemptStarted("a", 1, Stage.Develop, 1, "claude", Place.Slot, null)));
        Assert.Equal("a verify (2) started (attempt 4, verify commands)", Of(new AttemptStarted("a", 4, Stage.Verify, 2, AttemptState.Commands, Place.Slot, null)));
        Assert.Equal("a develop succeeded after 2m 10s", Of(new AttemptEnded("a", 1, AttemptOutcome.Succeeded, 0, null, null, null, null)));
        Assert.Equal("a develop timed-out after 2m 10s with exit code 143", Of(new AttemptEnded("a", 1, AttemptOutcome.TimedOut, 143, null, null, null, null)));
        Assert.Equal("a landed on main as 1a2b3c4d", Of(new TaskLanded("a", SessionScript.Commit, false)));
        Assert.Equal("a landed on tutti/2026-01-02-001 as 1a2b3c4d", Of(new TaskLanded("a", SessionScript.Commit, true)));
    }

    [Fact]
    public void A_failure_does_not_name_its_task_twice() =>
        Assert.Equal("bad failed: `./test.sh` failed with exit code 1", Of(new TaskFailed("bad", SessionScript.Broken)));

    // It waits for a slot to be tested in, or for the provider of the one who resolves its conflict.
    [Fact]
    public void What_cannot_land_now_does_not_say_that_it_was_to_be_tested() =>
        Assert.Equal("a cannot land for now: `./test.sh` failed with exit code 1", Of(new LandingDelayed("a", default, SessionScript.Broken with { Message = "task a: `./test.sh` failed with exit code 1" })));

    [Fact]
    public void A_sentence_is_one_line_whatever_is_in_it() =>
        Assert.Equal("paused by evil x: what runs goes on, nothing new starts", Of(new SessionPaused("\u001b[2Jevil\nx")));

    [Fact]
    public void A_notice_is_told_for_each_end_of_a_task_and_not_for_each_step()
    {
        var look = new Look(Unicode: true);
        var told = SampleEvents.Of(_script).Where(e => Notices.Of(e, _script.State, look) is not null).Select(e => e.GetType().Name).ToList();
        Assert.Empty(new[] { nameof(TaskLanded), nameof(TaskFailed), nameof(TaskBlocked), nameof(TaskNeedsAttention), nameof(TaskCancelled), nameof(TargetRefused) }.Except(told));
        Assert.Empty(told.Intersect([nameof(AttemptStarted), nameof(StageDue), nameof(SlotLeased), nameof(EndReached)]));
        Assert.Equal("· a kept: not merged", Notices.Of(new TaskCleaned("a", TaskPhase.Failed, false, "not merged"), _script.State, look)!.ToString());
        var script = new SessionScript(SessionScript.Plan("auth")).Land("auth", 129);
        Assert.Equal("✓ auth landed on main as 1a2b3c4d (2m 10s)", Notices.Of(new TaskLanded("auth", SessionScript.Commit, false), script.State, look)!.ToString());
    }

    private string Of(Event e) => Sentences.Of(e, _script.State);
}
