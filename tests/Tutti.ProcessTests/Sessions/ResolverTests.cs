using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class ResolverTests
{
    private const string Tasks = """
        tasks:
          - { id: a, title: Says a, run: "echo a > same.txt" }
          - { id: b, title: Says b, run: "echo b > same.txt" }
        """;

    [Fact]
    public async Task A_conflict_is_resolved_in_a_slot_of_its_own_verified_and_landed()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync($$"""
            verify: ["! grep -q '<<<<' same.txt"]
            roles:
              resolve: { agent: shell, run: "echo $TUTTI_STAGE $PWD >> @OUT@/log; cat $TUTTI_PROMPT > @OUT@/prompt; grep -q '<<<<' same.txt && printf 'a\\nb\\n' > same.txt" }
            {{Tasks}}
            """)).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal("a\nb\n", lab.Read("same.txt"));
        var mark = Assert.Single(lab.Marks());
        Assert.StartsWith("resolve ", mark);
        Assert.DoesNotContain(lab.Top + " ", mark + " ");
        var resolved = ran.State.Tasks.Values.Single(t => t.Resolved is not null);
        Assert.EndsWith(" resolve", ran.Stages(resolved.Id).Replace(" land", ""));
        // What it made is the very merge that landed, and it was told of both sides.
        Assert.Equal(resolved.Resolved!.Commit, lab.Git("rev-parse", "main"));
        Assert.Equal(resolved.Resolved.Commit, lab.Git("rev-parse", $"refs/tutti/{ran.State.Id}/{resolved.Id}/{resolved.Attempts.Single(a => a.Stage == Stage.Resolve).Number}"));
        var prompt = File.ReadAllText(Path.Combine(lab.Out, "prompt"));
        Assert.Contains("same.txt", prompt);
        Assert.Contains("Says a", prompt);
        Assert.Contains("Says b", prompt);
        Assert.DoesNotContain("left-", lab.Git("for-each-ref", "refs/tutti"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_resolution_that_loses_a_line_is_refused_and_the_conflict_is_left_to_a_person()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync($$"""
            roles:
              resolve: { agent: shell, run: "echo try >> @OUT@/log; git checkout -q --ours same.txt && git add same.txt" }
            {{Tasks}}
            """)).Exits(4);
        var lost = ran.State.Tasks.Values.Single(t => t.Phase == TaskPhase.NeedsAttention);
        Assert.Equal("merge_conflict", lost.Failure!.Code);
        Assert.Contains("loses", lost.Failure.Message);
        Assert.Equal(2, lab.Marks().Length);
        Assert.Equal(lost.Id, lab.Show(lost.Branch!, "same.txt"));
        Assert.DoesNotContain("conflict", string.Join(' ', lab.Branches("tutti/")));
    }

    [Fact]
    public async Task What_a_resolution_drops_may_be_named_and_is_told()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync($$$"""
            roles:
              resolve:
                agent: shell
                run: |
                  theirs=$(git show MERGE_HEAD:same.txt)
                  git checkout -q --ours same.txt && git add same.txt
                  echo "{\"nonce\": \"$TUTTI_NONCE\", \"verdict\": \"done\", \"summary\": \"ours\", \"decisions\": [{\"topic\": \"dropped\", \"choice\": \"same.txt: $theirs\", \"why\": \"one word is enough\"}]}" > $TUTTI_RESULT
            {{{Tasks}}}
            """)).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Contains(ran.State.Tasks.Values.SelectMany(t => t.Notes), n => n.Contains("one word is enough", StringComparison.Ordinal));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_resolver_outlives_a_crash_and_its_resolution_is_taken_up()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan($$"""
            roles:
              resolve: { agent: shell, run: "echo begun >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; printf 'a\\nb\\n' > same.txt" }
            {{Tasks}}
            """);
        await run.UntilAsync("the resolver works and is known", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks.Values.Any(t => t.Live is { Stage: Stage.Resolve, Process: not null }));
        await run.CrashAsync();
        lab.Mark("go");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(["begun"], lab.Marks());
        Assert.Equal("a\nb\n", lab.Read("same.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_conflict_that_was_resolved_before_is_resolved_by_itself()
    {
        await using var lab = new SessionLab(files: [("list.txt", "one\ntwo\nthree\n")]);
        const string plan = """
            roles:
              resolve: { agent: shell, run: "echo asked >> @OUT@/log; sed -i '/^<<<<\\|^====\\|^>>>>\\|^||||/d; /^two$/d' list.txt" }
            tasks:
              - { id: a, title: A, run: "sed -i s/two/two-a/ list.txt" }
              - { id: b, title: B, run: "sed -i s/two/two-b/ list.txt" }
            """;
        (await lab.RunPlanAsync(plan)).Exits(0);
        var merged = lab.Read("list.txt");
        (await lab.Start("undo").PlainEndAsync()).ToString();
        Assert.Equal("one\ntwo\nthree\n", lab.Read("list.txt"));
        // The order of landing may differ, and so the sides: git knows a conflict by what is in it.
        var again = (await lab.RunPlanAsync(plan)).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Contains("two-a", merged);
        Assert.Contains("two-b", lab.Read("list.txt"));
        Assert.True(lab.Marks().Length == 1, string.Join('\n', again.Events.Select(e => e.ToJsonString()).Where(e => e.Contains("landing"))));
        lab.AssertTidy();
    }
}
