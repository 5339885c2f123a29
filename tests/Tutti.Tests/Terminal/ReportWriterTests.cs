using System.Text.Json;
using System.Xml.Linq;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class ReportWriterTests
{
    private static readonly ReportView Everything = ReportView.From(SessionScript.Everything().State, SessionScript.Everything().Live);

    [Fact]
    public void Text_tells_every_outcome_with_reason_and_what_is_kept()
    {
        var text = ReportWriter.Text(Everything, Terminals.Of(100));
        foreach (var expected in new[]
        {
            "1 landed on main", "1 failed", "1 blocked", "1 for a person to decide", "1 cancelled", "5 not finished",
            "why  `./test.sh` failed with exit code 1", "hint look at its output with 'tutti logs bad'",
            "kept branch feature/task-bad: its branch has commits that are nowhere else", "look git diff 1a2b3c4d...feature/task-bad",
            "times one agent", "1.3k tokens, $0.25",
        })
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.Matches(@"bad +40s +0s +2\(1\) +1 +0 +- develop 40s", text);
        Assert.Matches(@"done +1 █+", text);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void Text_keeps_within_its_columns_whatever_the_titles(int width)
    {
        Terminals.Draw(ReportText.Of(Everything, Terminals.Of(width)), Terminals.Of(width));
        Terminals.Draw(ReportText.Of(Hostile(), Terminals.Of(width)), Terminals.Of(width));
    }

    [Fact]
    public void What_is_kept_names_its_branch_once()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a").Add(new TaskFailed("a", SessionScript.Broken), new StepDropped("a"), new TaskCleaned("a", TaskPhase.Failed, false, "branch feature/task-a is kept: not merged"));
        var task = ReportView.From(script.State, script.Live).Tasks[0];
        Assert.Contains(("kept", "branch feature/task-a is kept: not merged"), ReportSections.Facts(task));
    }

    [Fact]
    public void Json_is_the_view()
    {
        using var json = JsonDocument.Parse(ReportWriter.Json(Everything));
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        var bad = json.RootElement.GetProperty("tasks").EnumerateArray().Single(t => t.GetProperty("id").GetString() == "bad");
        Assert.Equal("git diff 1a2b3c4d...feature/task-bad", bad.GetProperty("kept").GetProperty("command").GetString());
        Assert.Equal(1, bad.GetProperty("retries").GetInt32());
    }

    [Fact]
    public void Markdown_has_sections_and_a_table()
    {
        var text = ReportWriter.Markdown(Everything);
        Assert.Contains("## 1 landed on main\n\n- **done** Title of done (`1a2b3c4d`)\n", text, StringComparison.Ordinal);
        Assert.Contains("  - look: `git diff 1a2b3c4d...feature/task-bad`\n", text, StringComparison.Ordinal);
        Assert.Contains("| bad | 40s | 0s | 2 | 1 | 1 | 0 | - | develop 40s |\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_of_hostile_text_is_only_text()
    {
        var text = ReportWriter.Markdown(Hostile());
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.Equal(@"\[x\]\(y\) \*b\* \`c\` \| \<i\>", ReportMarkdown.Text("[x](y) *b* `c` | <i>"));
        Assert.Equal("`` a`b ``", ReportMarkdown.Code("a`b"));
    }

    [Fact]
    public void Html_is_one_page_without_script_or_network_and_everything_is_escaped()
    {
        var page = ReportWriter.Html(Hostile());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)(src|href)\\s*=|url\\(|https?://|\\son\\w+=", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void The_timeline_is_a_picture_with_a_bar_for_each_attempt()
    {
        var svg = XElement.Parse(TimelineSvg.Of(Everything));
        Assert.Equal(Everything.Timeline.Sum(bar => bar.Parts.Count), svg.Descendants("rect").Count());
        Assert.Contains(svg.Descendants("title"), title => title.Value == "bad develop timed-out, codex, 10s");
    }

    [Fact]
    public void A_session_without_any_attempt_can_be_reported_in_every_form()
    {
        var script = new SessionScript(SessionScript.Plan("a"));
        var report = ReportView.From(script.State, script.Live);
        Assert.Contains("1 not finished", ReportWriter.Text(report, Terminals.Of(80)), StringComparison.Ordinal);
        Assert.Contains("1 not finished", ReportWriter.Markdown(report), StringComparison.Ordinal);
        Assert.Contains("1 not finished", ReportWriter.Html(report), StringComparison.Ordinal);
    }

    private static ReportView Hostile()
    {
        var plan = new PlanSpec { Tasks = [.. Terminals.HostileTitles.Select((title, n) => new TaskSpec { Id = $"t{n}", Title = title })] };
        var script = new SessionScript(plan);
        foreach (var (task, text) in plan.Tasks.Zip(Terminals.HostileTitles))
        {
            var result = new StageResult("n", Verdict.Done, text, null, [], [], [new AgentDecision(text, text, text)]);
            script.Begin(task.Id).Wait(3).End(task.Id, result: result).Add(new TaskFailed(task.Id, new Core.Failure(Core.FailureCategory.Agent, "x", text, text, text)));
        }

        return ReportView.From(script.State, script.Live);
    }
}
