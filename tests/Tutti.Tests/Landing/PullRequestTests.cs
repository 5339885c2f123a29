using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;

namespace Tutti.Tests.Landing;

public sealed class PullRequestTests
{
    private const string Url = "https://example.org/pull/1";

    private static readonly Failure NoNetwork = new(FailureCategory.Environment, "gh_failed", "no network");

    private static TrainLab Gathered()
    {
        var lab = new TrainLab("a b", land: LandMode.Pr).Green("c0+a+b");
        Assert.Equal(new OpenPullRequest("tutti/s", "c0+a+b"), Assert.Single(Pending.OfLanding(lab.State)));
        Assert.Null(lab.State.EndedAt);
        Assert.Equal("c0", lab.State.Landing.Target);
        return lab;
    }

    [Fact]
    public void What_is_gathered_is_opened_once_and_the_session_waits_with_its_address()
    {
        var lab = Gathered();
        lab.Feed(new PullRequestEnded("c0+a+b", Url, null));
        Assert.Equal((SessionStatus.Paused, ExitCodes.PersonMustAct, PullRequest.Open), (lab.State.Status, lab.State.ExitCode, lab.State.Ending!.Reason!.Code));
        Assert.Contains(Url, lab.State.Ending.Reason.Message);
        lab.Restart();
        Assert.NotNull(lab.State.EndedAt);
        Assert.Equal(Url, lab.State.Landing.PullRequest!.Url);
        Assert.Single(lab.Journal, r => r.Event is PullRequestOpening);
    }

    [Fact]
    public void One_that_failed_ends_the_session_with_the_reason_and_is_tried_again_by_a_resume()
    {
        var lab = Gathered();
        lab.Feed(new PullRequestEnded("c0+a+b", null, NoNetwork));
        Assert.Equal((SessionStatus.Paused, ExitCodes.PersonMustAct, "gh_failed"), (lab.State.Status, lab.State.ExitCode, lab.State.Ending!.Reason!.Code));
        lab.Restart();
        Assert.Null(lab.State.EndedAt);
        lab.Feed(new PullRequestEnded("c0+a+b", Url, null));
        Assert.Equal(PullRequest.Open, lab.State.Ending!.Reason!.Code);
    }

    [Fact]
    public void A_crash_while_it_is_being_opened_asks_again_and_an_outcome_for_another_commit_counts_for_nothing()
    {
        var lab = Gathered().Restart();
        Assert.Equal(new OpenPullRequest("tutti/s", "c0+a+b"), Assert.Single(Pending.OfLanding(lab.State)));
        lab.Feed(new PullRequestEnded("c9", Url, null));
        Assert.Null(lab.State.Landing.PullRequest!.Url);
        lab.Feed(new EffectBroke(new OpenPullRequest("tutti/s", "c0+a+b"), NoNetwork));
        Assert.Equal("gh_failed", lab.State.Ending!.Reason!.Code);
    }

    [Fact]
    public void It_can_be_landed_here_all_the_same()
    {
        var lab = Gathered();
        lab.Feed(new PullRequestEnded("c0+a+b", Url, null));
        lab.Feed(new TakeUp(new ProcessRef(3, "1", "b"), "lab", false, false, "test") { Land = new LandNow("c0", []) });
        Assert.True(lab.State.Landing.Taking);
        lab.Feed(new TakeEnded("c0+a+b", null));
        Assert.Equal(("Done", "Done", "c0+a+b"), (lab.Phase("a"), lab.Phase("b"), lab.State.Landing.Target));
    }
}
