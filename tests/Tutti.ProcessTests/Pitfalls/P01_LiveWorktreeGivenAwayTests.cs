using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P1: a live, idle worktree was given to another task.</summary>
public class P01_LiveWorktreeGivenAwayTests
{
    [Fact]
    public async Task A_slot_whose_agent_is_idle_for_long_is_not_given_to_another_session_s_tasks()
    {
        await using var lab = new SessionLab();
        var idle = lab.Start("run", "--display", "json", "--plan", lab.Plan("""
            tasks:
              - { id: idle, title: Idle, run: "echo draft > draft.txt; : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; cp draft.txt idle.txt" }
            """, "idle.yaml"));
        await idle.UntilAsync("the agent idles", () => File.Exists(Path.Combine(lab.Out, "here")));
        var mine = lab.Journaled()!.Tasks["idle"].Slot!;

        var busy = (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', Enumerable.Range(1, 6).Select(i => $"  - {{ id: t{i}, title: T, run: \"echo {i} > t{i}.txt\" }}"))}")).Exits(0);
        Assert.DoesNotContain(busy.Of("slot.leased"), lease => (string?)lease["data"]!["slot"]!["name"] == mine.Name);
        Assert.Equal("draft\n", File.ReadAllText(Path.Combine(mine.Path, "draft.txt")));
        Assert.Equal("feature/task-idle", lab.GitIn(mine.Path, "symbolic-ref", "--short", "HEAD"));

        lab.Mark("go");
        (await idle.EndAsync()).Exits(0);
        Assert.Equal("draft\n", lab.Read("idle.txt"));
        lab.AssertTidy();
    }
}
