using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary><c>boundary: group</c>: a session hands over after each group, and a resume goes on with the next.</summary>
public class BoundaryTests
{
    private const string Plan = """
        tasks:
          - { id: a, title: "First *half*", run: "echo a >> @OUT@/log; echo a > a.txt; printf '{\"nonce\":\"%s\",\"verdict\":\"done\",\"summary\":\"made a\",\"decisions\":[{\"topic\":\"store\",\"choice\":\"a file\",\"why\":\"simple\"}]}' $TUTTI_NONCE > $TUTTI_RESULT" }
          - { id: b, title: Second half, run: "echo b >> @OUT@/log; echo b > b.txt" }
          - { id: c, title: Both, depends_on: [a, b], run: "echo c >> @OUT@/log; cat a.txt b.txt > c.txt" }
          - { id: d, title: Last, depends_on: [c], run: "echo d >> @OUT@/log; cp c.txt d.txt" }
        """;

    [Fact]
    public async Task A_session_hands_over_after_each_group_and_a_resume_takes_the_next_up()
    {
        await using var lab = new SessionLab(settings: "boundary: group");
        var first = (await lab.RunPlanAsync(Plan)).Exits(4).Has(TaskPhase.Done, "a", "b").Has(TaskPhase.Pending, "c", "d");
        Assert.Equal(["a", "b"], lab.Marks().Order());
        Assert.Equal((SessionStatus.Paused, "group_boundary"), (first.State.Status, first.State.Ending!.Reason!.Code));
        Assert.Contains("group 1 of 3", first.State.Ending.Reason.Message, StringComparison.Ordinal);
        Assert.Equal(["group-1"], first.State.Checkpoints.Select(c => c.Name));
        Assert.Empty(lab.Processes());

        var folder = lab.Sessions[0];
        var handOff = await File.ReadAllTextAsync(folder.File("handoff-group-1.md"), TestContext.Current.CancellationToken);
        foreach (var said in new[] { "group 1 of 3 is through", "**a** First \\*half\\*: done", "made a", "store: a file (simple)", "**b** Second half", "## What comes next: group 2", "**c** Both", $"tutti resume {folder.Id}", "tutti checkpoint restore group-1" })
            Assert.Contains(said, handOff, StringComparison.Ordinal);
        Assert.DoesNotContain("**d**", handOff, StringComparison.Ordinal);
        Assert.DoesNotContain("Still to be settled", handOff, StringComparison.Ordinal);

        var second = (await lab.ResumeAsync()).Exits(4).Has(TaskPhase.Done, "c").Has(TaskPhase.Pending, "d");
        Assert.Contains("taken up from the hand-off in", second.Stderr, StringComparison.Ordinal);
        Assert.Contains("handoff-group-1.md", second.Stderr, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("handoff-group-2.md")));

        var last = (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b", "c", "d");
        Assert.Equal(["group-1", "group-2"], last.State.Checkpoints.Select(c => c.Name));
        Assert.Equal(["c", "d"], lab.Marks()[2..]);
        Assert.Equal("a\nb", lab.Show("main", "d.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task What_failed_in_a_group_is_in_its_hand_off_and_does_not_hold_the_others_up()
    {
        await using var lab = new SessionLab("retries: 1", "boundary: group");
        var first = (await lab.RunPlanAsync("""
            tasks:
              - { id: bad, title: Bad, run: "exit 3" }
              - { id: good, title: Good, run: "echo 1 > good.txt" }
              - { id: after, title: After, depends_on: [good], run: "echo 2 > after.txt" }
              - { id: never, title: Never, depends_on: [bad], run: "echo 3 > never.txt" }
            """)).Exits(4).Has(TaskPhase.Failed, "bad").Has(TaskPhase.Blocked, "never").Has(TaskPhase.Pending, "after");
        var handOff = await File.ReadAllTextAsync(lab.Sessions[0].File("handoff-group-1.md"), TestContext.Current.CancellationToken);
        Assert.Contains("## Still to be settled", handOff, StringComparison.Ordinal);
        Assert.Contains("**bad** failed", handOff, StringComparison.Ordinal);
        Assert.DoesNotContain("**never** Never", handOff, StringComparison.Ordinal);
        Assert.Single(first.State.Checkpoints);

        (await lab.ResumeAsync()).Exits(1).Has(TaskPhase.Done, "good", "after").Has(TaskPhase.Failed, "bad");
        Assert.False(File.Exists(lab.Sessions[0].File("handoff-group-2.md")));
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_a_group_does_not_open_the_next()
    {
        await using var lab = new SessionLab(settings: "boundary: group");
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
              - { id: b, title: B, depends_on: [a], run: "echo b >> @OUT@/log; echo b > b.txt" }
            """);
        await run.UntilAsync("the first works", () => lab.Marks().Length == 1);
        await run.CrashAsync();
        lab.Mark("go");
        var resumed = (await lab.ResumeAsync()).Exits(4).Has(TaskPhase.Done, "a").Has(TaskPhase.Pending, "b");
        Assert.Equal(["crash", "group-1"], resumed.State.Checkpoints.Select(c => c.Name));
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
    }
}
