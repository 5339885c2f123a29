using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class ForecastTests
{
    // Both commit while they are at work, and then wait to be let go on.
    private const string Two = """
        tasks:
          - { id: a, title: Says a, priority: high, run: "echo a > same.txt; echo a > a.txt; git add -A; git commit -qm a; while [ ! -f @OUT@/go-a ]; do sleep 0.05; done" }
          - { id: b, title: Says b, run: "echo b > same.txt; git add -A; git commit -qm b; while [ ! -f @OUT@/go-b ]; do sleep 0.05; done" }
        """;

    private static bool Collide(SessionLab lab) => lab.Journaled() is { } state && state.Collisions.Exists(c => c is { Task: "a", With: "b" });

    private static long Seq(Ran ran, string type, string task, string? stage = null) =>
        (long)ran.Of(type).First(e => (string?)e["data"]!["task"] == task && (stage is null || (string?)e["data"]!["stage"] == stage))["seq"]!;

    [Fact]
    public async Task A_collision_is_foreseen_while_the_agents_work_is_told_and_is_gone_after_landing()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan(Two);
        await run.UntilAsync("the collision is foreseen", () => Collide(lab));
        var collision = Assert.Single(lab.Journaled()!.Collisions);
        Assert.Equal(("same.txt", "add-add", 1), (collision.Paths[0].Path, collision.Paths[0].Kind, collision.PathCount));

        var status = JsonNode.Parse((await lab.Start("status", "--json").PlainEndAsync()).Text)!;
        Assert.Equal("a and b will collide in same.txt", (string?)status["collisions"]![0]!["message"]);
        Assert.Equal(("b", "a"), ((string?)status["collisions"]![0]!["task"], (string?)status["collisions"]![0]!["with"]));
        Assert.Contains("a and b will collide in same.txt", (await lab.Start("status").PlainEndAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("collision", (await lab.Start("status", "issues").PlainEndAsync()).Text, StringComparison.Ordinal);

        lab.Mark("go-a");
        await run.UntilAsync("a has landed", () => lab.Journaled()!.Tasks["a"].Phase == TaskPhase.Done);
        // What was foreseen with a is now so with what has landed, until b lands or a person must decide.
        Assert.DoesNotContain(lab.Journaled()!.Collisions, c => c.With is not null);
        lab.Mark("go-b");
        var ran = (await run.EndAsync()).Exits(4).Has(TaskPhase.Done, "a").Has(TaskPhase.NeedsAttention, "b");
        Assert.Empty(ran.State.Collisions);
    }

    [Fact]
    public async Task With_warn_the_later_one_goes_on_and_its_agent_is_told()
    {
        await using var lab = new SessionLab(settings: "roles: { finalize: { agent: shell, run: \"cp $TUTTI_PROMPT @OUT@/$TUTTI_TASK.md\" } }");
        var run = lab.StartPlan(Two);
        await run.UntilAsync("the collision is foreseen", () => Collide(lab));
        lab.Mark("go-b");
        await run.UntilAsync("b has finished", () => lab.Journaled()!.Tasks["b"].Phase != TaskPhase.Running);
        Assert.Contains("- task a, Says a:\n  same.txt (add-add)", File.ReadAllText(Path.Combine(lab.Out, "b.md")), StringComparison.Ordinal);
        lab.Mark("go-a");
        var ran = (await run.EndAsync()).Exits(4).Has(TaskPhase.Done, "b").Has(TaskPhase.NeedsAttention, "a");
        // It has finished first, so now a is the later one.
        Assert.Contains("same.txt (add-add)", File.ReadAllText(Path.Combine(lab.Out, "a.md")), StringComparison.Ordinal);
        Assert.Contains(ran.Task("b").Notes, note => note == "was foreseen to collide with a in same.txt");
    }

    [Fact]
    public async Task Branches_that_do_not_collide_are_not_told_of()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: Says a, run: "echo a > a.txt" }
              - { id: b, title: Says b, run: "echo b > b.txt" }
            """)).Exits(0);
        Assert.Empty(ran.Of("forecast.made"));
    }

    [Fact]
    public async Task With_wait_the_later_one_s_next_stage_starts_after_the_first_has_landed()
    {
        await using var lab = new SessionLab(settings: "forecast: wait\nverify: [\"true\"]");
        var run = lab.StartPlan(Two);
        await run.UntilAsync("the collision is foreseen", () => Collide(lab));
        lab.Mark("go-b");
        await run.UntilAsync("b's work is collected", () => lab.Journaled()!.Tasks["b"] is { Step: Step.Due, Stage: Stage.Verify });
        Assert.Contains("waits until a has landed: both change same.txt", (await lab.Start("show", "b").PlainEndAsync()).Text, StringComparison.Ordinal);
        lab.Mark("go-a");
        var ran = (await run.EndAsync()).Exits(4).Has(TaskPhase.Done, "a");
        Assert.True(Seq(ran, "attempt.started", "b", "verify") > Seq(ran, "task.landed", "a"));
    }

    [Fact]
    public async Task With_stack_the_later_one_s_agent_merges_what_has_landed_and_both_land()
    {
        const string merge = "git merge -q $(grep -o 'git merge [0-9a-f]*' $TUTTI_PROMPT | head -n 1 | cut -d ' ' -f 3) || { printf 'a\\nb\\n' > same.txt; git add -A; git commit -qm both; }";
        await using var lab = new SessionLab(settings: $"forecast: stack\nverify: [\"true\"]\nroles: {{ correct: {{ agent: shell, run: {System.Text.Json.JsonSerializer.Serialize(merge)} }} }}");
        var run = lab.StartPlan(Two);
        await run.UntilAsync("the collision is foreseen", () => Collide(lab));
        lab.Mark("go-b");
        await run.UntilAsync("b's work is collected", () => lab.Journaled()!.Tasks["b"] is { Step: Step.Due, Stage: Stage.Verify });
        lab.Mark("go-a");
        var ran = (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal("develop correct verify land", ran.Stages("b"));
        Assert.Equal("a\nb\n", lab.Read("same.txt"));
        // What a brought is no work of b's.
        Assert.Equal(["same.txt"], ran.Task("b").Work!.Files);
        Assert.Equal(ran.Task("a").Landed, ran.Task("b").StackedOn);
        lab.AssertTidy();
    }
}
