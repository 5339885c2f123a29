using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Terminal;

public sealed class ModeBoxTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public void The_box_is_tidy_at_every_width(int width)
    {
        var lines = Terminals.Draw([ModeBox.Of(PlanViewTests.Of(SessionScript.Plan("a", "b", "c", "d<a,b")), Terminals.Of(width))], Terminals.Of(width));
        var widths = lines.Select(Printable.Width).Distinct().ToList();
        Assert.Equal([Math.Min(100, width - 1)], widths);
        Assert.StartsWith("╭─ Execution mode: PARALLEL ─", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("│ ├── Agent 1: a", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("│ └── Agent 4: d", StringComparison.Ordinal));
    }

    [Fact]
    public void Parallel_says_groups_agents_and_files()
    {
        var plan = SessionScript.Plan("a", "b", "c", "d<a,b");
        plan = plan with { Tasks = [plan.Tasks[0] with { Files = ["src/**"] }, .. plan.Tasks.Skip(1)] };
        var text = string.Join('\n', Terminals.Draw([ModeBox.Of(PlanViewTests.Of(plan), Terminals.Of(100))], Terminals.Of(100)));
        Assert.Contains("4 tasks in 2 groups; 3 agents at once", text, StringComparison.Ordinal);
        Assert.Contains("src/**", text, StringComparison.Ordinal);
        Assert.Contains("after a, b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequential_says_order_and_reason()
    {
        var text = string.Join('\n', Terminals.Draw([ModeBox.Of(PlanViewTests.Of(SessionScript.Plan("a", "b<a")), Terminals.Of(80))], Terminals.Of(80)));
        Assert.Contains("Execution mode: SEQUENTIAL", text, StringComparison.Ordinal);
        Assert.Contains("Order: a → b", text, StringComparison.Ordinal);
        Assert.Contains("Reason: all 2 tasks depend on one another in a line", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_unicode_it_keeps_to_ascii()
    {
        var lines = Terminals.Draw([ModeBox.Of(PlanViewTests.Of(SessionScript.Plan("a", "b", "c", "d<a")), Terminals.Of(80, unicode: false))], Terminals.Of(80, unicode: false));
        Assert.All(lines, line => Assert.All(line, c => Assert.True(char.IsAscii(c), line)));
        Assert.Contains(lines, line => line.Contains("`-- Agent 4: d", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(100)]
    public void Hostile_titles_do_not_break_the_frame(int width)
    {
        var plan = new PlanSpec { Tasks = [.. Terminals.HostileTitles.Select((title, n) => new TaskSpec { Id = $"t{n}", Title = title })] };
        var facts = Terminals.Of(width);
        var lines = Terminals.Draw([ModeBox.Of(PlanViewTests.Of(plan), facts)], facts);
        Assert.All(lines, line => Assert.Equal(width - 1, Printable.Width(line)));
        Terminals.Draw(PlanTree.Of(PlanViewTests.Of(plan), facts), facts);
    }

    [Fact]
    public void A_long_plan_is_cut_in_the_box_and_whole_in_the_tree()
    {
        var view = PlanViewTests.Of(SessionScript.Plan([.. Enumerable.Range(1, 100).Select(n => $"t{n}")]), new Settings());
        var facts = Terminals.Of(80);
        Assert.Contains(Terminals.Draw([ModeBox.Of(view, facts)], facts), line => line.Contains("… and 70 more", StringComparison.Ordinal));
        var tree = Terminals.Draw(PlanTree.Of(view, facts), facts);
        Assert.Equal(100, tree.Count(line => line.Contains("Agent ", StringComparison.Ordinal)));
        Assert.Contains(tree, line => line.StartsWith("100 of 100 tasks could start now: t1,", StringComparison.Ordinal));
    }
}
