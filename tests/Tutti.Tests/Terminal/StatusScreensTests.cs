using Spectre.Console.Rendering;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class StatusScreensTests
{
    private readonly SessionScript _script = SessionScript.Everything(new Settings { Budget = new Budget(10m, 50_000) });

    [Fact]
    public void Summary_has_a_row_for_each_task()
    {
        var lines = Draw(StatusScreens.Summary, 80);
        Assert.Equal("session 2026-01-02-001  active  → main", lines[0].TrimEnd());
        Assert.Contains(lines, line => line.Contains("1/10 done", StringComparison.Ordinal));
        Assert.Contains(lines, line => Matches(line, "✓ done ", "done", "claude"));
        Assert.Contains(lines, line => Matches(line, "✗ bad ", "failed", "`./test.sh`"));
        Assert.Contains(lines, line => Matches(line, "! ask ", "needs-attention"));
        Assert.Contains(lines, line => Matches(line, "● run ", "review", "1m 35s"));
        Assert.Contains(lines, line => Matches(line, "· late ", "pending", "waits for run"));
        Assert.StartsWith("2 running · 3 waiting · 1 failed · 1 blocked · 1 needs attention", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Forty_columns_keep_what_matters()
    {
        var lines = Draw(StatusScreens.Summary, 40);
        Assert.Contains(lines, line => Matches(line, "✗ bad ", "failed"));
        Assert.Contains(lines, line => Matches(line, "! ask ", "needs-attention"));
        Assert.Contains("1 blocked · 1 needs attention", lines);
        Draw(StatusScreens.Detailed, 40);
        Draw(StatusScreens.Resources, 40);
        Assert.NotEmpty(Terminals.Draw(StatusScreens.Issues(IssuesView.From(_script.State, _script.Live), Terminals.Of(40)), Terminals.Of(40)));
    }

    [Fact]
    public void Detailed_says_branch_slot_attempts_and_trouble()
    {
        var text = string.Join('\n', Draw(StatusScreens.Detailed, 100));
        Assert.Contains("branch   feature/task-run at 1a2b3c4d in wt-run", text, StringComparison.Ordinal);
        Assert.Contains("attempts 1 develop failed (1), 2 develop timed-out", text, StringComparison.Ordinal);
        Assert.Contains("hint     look at its output with 'tutti logs bad'", text, StringComparison.Ordinal);
        Assert.Contains("kept     its branch has commits that are nowhere else", text, StringComparison.Ordinal);
        Assert.Contains("note     b.cs is outside the claim", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Resources_say_what_is_used_and_what_is_left()
    {
        var live = _script.Live with
        {
            Host = new HostResources(6L << 30, 100L << 30, 2.5, 8),
            Activity = new Dictionary<string, AgentActivity>(StringComparer.Ordinal) { ["run"] = new(null, null, 0.5, 200L << 20) },
        };
        var text = string.Join('\n', Terminals.Draw(StatusScreens.Resources(StatusView.From(_script.State, live), Terminals.Of(80)), Terminals.Of(80)));
        Assert.Contains("memory   6 GB free", text, StringComparison.Ordinal);
        Assert.Contains("load     2.5 on 8 cores", text, StringComparison.Ordinal);
        Assert.Contains("budget   $0.25 of $10.00", text, StringComparison.Ordinal);
        Assert.Matches(@"run +codex +0\.5 cores +200 MB wt-run process 4002", text);
    }

    [Fact]
    public void Issues_say_what_to_do()
    {
        var text = string.Join('\n', Terminals.Draw(StatusScreens.Issues(IssuesView.From(_script.State, _script.Live), Terminals.Of(80)), Terminals.Of(80)));
        Assert.Contains("needs-attention  ask  (merge_conflict)", text, StringComparison.Ordinal);
        Assert.Contains("hint: resolve it on feature/task-ask, then 'tutti resume'", text, StringComparison.Ordinal);
        var none = new SessionScript(SessionScript.Plan("a"));
        Assert.Equal(["session 2026-01-02-001: no problems"], Terminals.Draw(StatusScreens.Issues(IssuesView.From(none.State, none.Live), Terminals.Of(80)), Terminals.Of(80)));
    }

    [Fact]
    public void A_stale_session_says_so_and_how_to_go_on()
    {
        var status = StatusView.From(_script.State, _script.Live with { ConductorAlive = false });
        var text = string.Join('\n', Terminals.Draw(StatusScreens.Summary(status, Terminals.Of(80)), Terminals.Of(80)));
        Assert.Contains("stale: nothing conducts it any more; 'tutti resume' takes it up", text, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Draw(Func<StatusView, TerminalFacts, IEnumerable<IRenderable>> screen, int width) =>
        Terminals.Draw(screen(StatusView.From(_script.State, _script.Live), Terminals.Of(width)), Terminals.Of(width));

    private static bool Matches(string line, params string[] parts) =>
        line.StartsWith(parts[0], StringComparison.Ordinal) && parts.Skip(1).All(part => line.Contains(part, StringComparison.Ordinal));
}
