using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class IssuesViewTests
{
    [Fact]
    public void Problems_are_told_worst_first_with_code_and_hint()
    {
        var script = SessionScript.Everything();
        var issues = IssuesView.From(script.State, script.Live).Issues;
        Assert.Equal(
            [(IssueKind.NeedsAttention, "ask", "merge_conflict"), (IssueKind.Failed, "bad", "verify_failed"), (IssueKind.Blocked, "stuck", "dependency_failed"), (IssueKind.Paused, "held", "task_paused")],
            issues.Select(i => (i.Kind, i.Task!, i.Code)));
        Assert.All(issues, issue => Assert.NotNull(issue.Hint));
    }

    [Theory]
    [InlineData(5, 89, false)]
    [InlineData(5, 91, true)]
    [InlineData(2, 59, false)]
    [InlineData(2, 61, true)]
    public void An_agent_is_quiet_after_three_heartbeats_or_half_of_what_is_allowed(int allowed, double silence, bool told)
    {
        var script = new SessionScript(SessionScript.Plan("a"), new Settings { Limits = new Limits { Stall = TimeSpan.FromMinutes(allowed) } }).Begin("a").Wait(silence);
        var live = script.Live with { Activity = new Dictionary<string, AgentActivity>(StringComparer.Ordinal) { ["a"] = new("x", SessionScript.Start) } };
        Assert.Equal(told, IssuesView.From(script.State, live).Issues.Any(i => i.Kind == IssueKind.Quiet));
        Assert.Empty(IssuesView.From(script.State, script.Live).Issues);
    }

    [Fact]
    public void A_session_says_that_it_is_stale_gated_or_paused()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Add(new GateClosed("memory is short"), new SessionPaused("ada"));
        Assert.Equal(["no_room", "paused"], Codes(script, true));
        Assert.Equal(["stale", "no_room"], Codes(script, false));
        script.Add(new EndReached(SessionStatus.Paused, 4, new Failure(FailureCategory.Resource, "budget_spent", "the budget is spent", "a larger one")));
        Assert.Contains("budget_spent", Codes(script, true));
    }

    private static IEnumerable<string> Codes(SessionScript script, bool alive) =>
        IssuesView.From(script.State, script.Live with { ConductorAlive = alive }).Issues.Select(i => i.Code);
}
