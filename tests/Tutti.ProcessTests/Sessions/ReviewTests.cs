using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class ReviewTests
{
    // A reviewer that answers with the n-th of its answers in the n-th round, the last one again and again.
    private const string Answer = """
        n=$(ls @OUT@ | grep -c ^review); : > @OUT@/review$n
        printf '{"nonce":"%s","verdict":"%s","summary":"round %s","corrections":[%s]}' "$TUTTI_NONCE" "$V" "$n" "$C" > "$TUTTI_RESULT"
        """;

    private static string Plan(string reviewer) => $$"""
        roles:
          review:
            agent: shell
            run: |
              {{reviewer.ReplaceLineEndings("\n      ")}}
              {{Answer.ReplaceLineEndings("\n      ")}}
          correct: { agent: shell, run: "echo corrected >> work.txt; cp \"$TUTTI_PROMPT\" @OUT@/correct-prompt" }
        tasks:
          - { id: work, title: Do the work, run: "echo worked > work.txt" }
        """;

    private const string Finding = """{\"severity\":\"major\",\"file\":\"work.txt\",\"line\":1,\"message\":\"M\"}""";

    [Fact]
    public async Task What_a_reviewer_finds_is_corrected_reviewed_again_and_lands_once_approved()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync(Plan($"if grep -q corrected work.txt; then V=approved; C=; else V=corrections_needed; C=\"{Finding}\"; fi"))).Exits(0);
        Assert.Equal("develop review correct review", ran.Stages("work"));
        Assert.Equal("worked\ncorrected\n", lab.Read("work.txt"));
        Assert.Contains("work.txt", string.Join('\n', lab.Marks("correct-prompt")));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Rounds_are_limited_and_then_a_person_decides_with_the_work_kept_on_its_branch()
    {
        await using var lab = new SessionLab(limits: "review_rounds: 2");
        var ran = (await lab.RunPlanAsync(Plan($"V=corrections_needed; C=$(printf '%s' \"{Finding}\" | sed \"s/M/another $(ls @OUT@ | wc -l)/\")"))).Exits(4).Has(TaskPhase.NeedsAttention, "work");
        Assert.Equal("develop review correct review", ran.Stages("work"));
        Assert.Equal("review_rounds", ran.Failure("work").Code);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("worked\ncorrected", lab.Show(ran.Task("work").Branch!, "work.txt"));
    }

    [Fact]
    public async Task Findings_below_what_the_mode_insists_on_do_not_hold_the_work_up()
    {
        await using var lab = new SessionLab(settings: "review: lenient");
        var ran = (await lab.RunPlanAsync(Plan($"V=corrections_needed; C=\"{Finding}\""))).Exits(0);
        Assert.Equal("develop review", ran.Stages("work"));
    }

    [Fact]
    public async Task A_reviewer_s_changes_to_the_tree_are_not_taken_for_work()
    {
        await using var lab = new SessionLab();
        (await lab.RunPlanAsync(Plan("V=approved; C=; echo scribble >> work.txt; echo y > stray.txt"))).Exits(0);
        Assert.Equal("worked\n", lab.Read("work.txt"));
        Assert.DoesNotContain("stray.txt", lab.Tree("main"));
        lab.AssertTidy();
    }

    [Theory]
    [InlineData("qa", "ls >> @OUT@/seen; echo TASK_APPROVED")]
    [InlineData("finalize", "ls >> @OUT@/seen")]
    public async Task What_a_reviewer_and_a_verify_command_leave_stops_no_later_stage_and_is_not_taken_for_its_work(string role, string run)
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        (await lab.RunPlanAsync($$"""
            verify: ["echo coverage > coverage.txt"]
            roles:
              review: { agent: shell, run: "echo scribble >> work.txt; echo y > stray.txt; echo TASK_APPROVED" }
              {{role}}: { agent: shell, run: "{{run}}" }
            tasks:
              - { id: work, title: Do the work, run: "echo worked > work.txt" }
            """)).Exits(0);
        Assert.DoesNotContain("stray.txt", lab.Marks("seen"));
        Assert.Equal("worked\n", lab.Read("work.txt"));
        Assert.Equal([".gitignore", ".tutti.yaml", "readme.md", "work.txt"], lab.Tree("main"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Another_attempt_s_result_proves_nothing()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            roles:
              review: { agent: shell, run: "echo '{\"nonce\":\"aaaaaaaaaaaaaaaa\",\"verdict\":\"approved\",\"summary\":\"\"}' > \"$TUTTI_RESULT\"" }
            tasks:
              - { id: work, title: Do the work, run: "echo worked > work.txt" }
            """)).Exits(1);
        Assert.Equal(TaskPhase.Failed, ran.Task("work").Phase);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task Qa_sees_a_fresh_tree_without_what_earlier_stages_left_ignored()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            setup: ["echo made > set-up.ignored"]
            verify: ["test -f set-up.ignored", "echo $TUTTI_STAGE >> @OUT@/verified"]
            roles:
              qa: { agent: shell, run: "ls > @OUT@/qa; echo READY; echo TASK_APPROVED" }
            tasks:
              - { id: work, title: Do the work, run: "echo worked > work.txt; echo left > left.ignored" }
            """)).Exits(0);
        Assert.Equal("develop verify qa qa land", ran.Stages("work"));
        Assert.DoesNotContain("left.ignored", lab.Marks("qa"));
        Assert.Contains("set-up.ignored", lab.Marks("qa"));
        lab.AssertTidy();
    }
}
