using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class SchedulingTests
{
    private const string Marking = "echo start $TUTTI_TASK >> @OUT@/log; sleep 0.3; echo $TUTTI_TASK > $TUTTI_TASK.txt; echo stop $TUTTI_TASK >> @OUT@/log";

    [Fact]
    public async Task There_are_never_more_agents_at_once_than_allowed_but_as_many_as_that()
    {
        await using var lab = new SessionLab(settings: "max_agents: 3");
        var tasks = Enumerable.Range(1, 9).Select(i => $"  - {{ id: t{i}, title: Task {i}, run: \"{Marking}\" }}");
        (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        Assert.Equal(3, MostAtOnce(lab.Marks()));
    }

    [Fact]
    public async Task Tasks_that_claim_the_same_files_do_not_run_at_once()
    {
        await using var lab = new SessionLab();
        var tasks = Enumerable.Range(1, 3).Select(i => $"  - {{ id: t{i}, title: Task {i}, files: [\"src/**\", \"t{i}.txt\"], run: \"{Marking}\" }}")
            .Append("  - { id: other, title: Other, files: [other.txt], run: \"echo other > other.txt\" }")
            .Append("  - { id: other2, title: Other 2, files: [other2.txt], run: \"echo other > other2.txt\" }");
        (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        Assert.Equal(1, MostAtOnce(lab.Marks()));
    }

    [Fact]
    public async Task The_critical_path_starts_first_and_then_what_is_urgent()
    {
        await using var lab = new SessionLab(settings: "max_agents: 1");
        (await lab.RunPlanAsync("""
            tasks:
              - { id: low, title: Low, priority: low, run: "echo low >> @OUT@/log; echo x > low.txt" }
              - { id: urgent, title: Urgent, priority: critical, run: "echo urgent >> @OUT@/log; echo x > urgent.txt" }
              - { id: root, title: Root of a long line, priority: low, run: "echo root >> @OUT@/log; echo x > root.txt" }
              - { id: mid, title: Middle, priority: low, depends_on: [root], run: "echo mid >> @OUT@/log; echo x > mid.txt" }
              - { id: leaf, title: Leaf, priority: low, depends_on: [mid], run: "echo leaf >> @OUT@/log; echo x > leaf.txt" }
            """)).Exits(0);
        Assert.Equal("root", lab.Marks()[0]);
        Assert.True(Array.IndexOf(lab.Marks(), "urgent") < Array.IndexOf(lab.Marks(), "low"));
    }

    [Fact]
    public async Task A_changed_setting_counts_from_the_next_decision_on_and_a_broken_one_changes_nothing()
    {
        await using var lab = new SessionLab(settings: "max_agents: 2");
        var tasks = Enumerable.Range(1, 6).Select(i => $"  - {{ id: t{i}, title: Task {i}, run: \"echo $TUTTI_TASK >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo x > t{i}.txt\" }}");
        var run = lab.StartPlan($"tasks:\n{string.Join('\n', tasks)}");
        await run.UntilAsync("two agents work", () => lab.Marks().Length == 2);
        lab.Write(".tutti.yaml", "max_agents: [what]\n");
        await run.UntilAsync("the broken file is told", () => File.ReadAllText(lab.Sessions[0].Journal).Contains("settings.rejected"));
        Assert.Equal(2, lab.Marks().Length);
        lab.Settings(settings: "max_agents: 4");
        await run.UntilAsync("four agents work", () => lab.Marks().Length == 4);
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);
    }

    [Fact]
    public async Task Two_sessions_at_once_share_one_repository()
    {
        await using var lab = new SessionLab();
        string Tasks(string prefix) => $"tasks:\n{string.Join('\n', Enumerable.Range(1, 4).Select(i => $"  - {{ id: {prefix}{i}, title: Task {prefix}{i}, run: \"echo {prefix} > {prefix}{i}.txt\" }}"))}";
        var first = lab.Start("run", "--plan", lab.Plan(Tasks("a"), "a.yaml"), "--display", "json");
        var second = lab.Start("run", "--plan", lab.Plan(Tasks("b"), "b.yaml"), "--display", "json");
        (await first.EndAsync()).Exits(0);
        (await second.EndAsync()).Exits(0);
        Assert.Equal(2, lab.Sessions.Count);
        Assert.All(lab.Sessions, session => Assert.Equal(SessionStatus.Completed, lab.Journaled(session.Id)!.Status));
        Assert.Superset(Enumerable.Range(1, 4).SelectMany(i => new[] { $"a{i}.txt", $"b{i}.txt" }).ToHashSet(), lab.Tree("main").ToHashSet());
        lab.AssertTidy();
    }

    [Fact]
    public async Task Sixty_tasks_at_eight_agents_all_land_and_leave_nothing()
    {
        await using var lab = new SessionLab(settings: "max_agents: 8");
        var tasks = Enumerable.Range(1, 60).Select(i => $"  - {{ id: t{i}, title: Task {i}, depends_on: [{(i > 20 ? $"t{i - 20}" : "")}], run: \"echo {i} > f{i}.txt\" }}");
        var ran = (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        Assert.Equal(60, ran.State.Count(TaskPhase.Done));
        Assert.Equal(60, lab.Tree("main").Count(path => path.StartsWith('f')));
        Assert.InRange(Directory.GetDirectories(lab.Slots, "wt-*").Length, 1, 18);
        lab.AssertTidy();
        lab.Git("fsck", "--full");
    }

    private static int MostAtOnce(string[] marks)
    {
        var (now, most) = (0, 0);
        foreach (var mark in marks)
        {
            now += mark.StartsWith("start", StringComparison.Ordinal) ? 1 : -1;
            most = Math.Max(most, now);
        }

        Assert.Equal(0, now);
        return most;
    }
}
