using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Session;

/// <summary>What a task list is told that could not be written.</summary>
public sealed class TellingTests
{
    private static readonly Failure Broken = new(FailureCategory.Input, "source_broken", "tasks.json line 1 is not JSON", "mend it");

    [Fact]
    public void A_list_that_could_not_be_written_is_told_once_more_at_the_sessions_end()
    {
        var played = Ended();

        Assert.Contains(new TellSource("a", TaskPhase.Failed), played.Effects);
        Assert.Null(played.State.EndedAt);
        played.Take(new TellEnded("a", TaskPhase.Failed, null));
        played.Take(new TellEnded("b", TaskPhase.Failed, null));

        Assert.Equal(SessionStatus.Failed, played.State.Status);
        Assert.Empty(played.State.Tasks["a"].Notes);
    }

    [Fact]
    public void One_that_cannot_be_written_then_either_is_named_in_the_report()
    {
        var played = Ended();

        played.Take(new TellEnded("a", TaskPhase.Failed, Broken));
        played.Take(new TellEnded("b", TaskPhase.Failed, null));

        Assert.Equal(SessionStatus.Failed, played.State.Status);
        Assert.Equal(["could not be written to its task list: tasks.json line 1 is not JSON"], played.State.Tasks["a"].Notes);
        Assert.Empty(played.State.Tasks["b"].Notes);
    }

    // Both have failed; the list could not be told of a, while b was still at work.
    private static Played Ended()
    {
        var played = new Played(["a", "b"], Played.Settings() with { Limits = new() { Retries = 1 } }, new SourceRef("taskmaster", "tasks.json", Writable: true));
        played.Fail("a", AgentFailure.NoResult).Collect("a", work: false);
        played.Take(new TellEnded("a", TaskPhase.Failed, Broken));
        Assert.Equal(TaskPhase.Failed, played.State.Tasks["a"].Phase);
        return played.Fail("b", AgentFailure.NoResult).Collect("b", work: false);
    }
}
