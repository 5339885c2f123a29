using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P15: a review loop never converged: 27 rounds, 8.2 hours.</summary>
public class P15_ReviewNeverEndsTests
{
    [Fact]
    public async Task Findings_that_do_not_change_end_the_loop_long_before_the_limit()
    {
        await using var lab = new SessionLab(limits: "review_rounds: 20");
        var ran = (await lab.RunPlanAsync("""
            roles:
              review:
                agent: shell
                run: |
                  printf '{"nonce":"%s","verdict":"corrections_needed","summary":"no","corrections":[{"severity":"major","file":"a.txt","line":%s,"message":"still wrong"}]}' "$TUTTI_NONCE" "$TUTTI_ATTEMPT" > "$TUTTI_RESULT"
              correct: { agent: shell, run: "echo again >> a.txt" }
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """)).Exits(4).Has(TaskPhase.NeedsAttention, "a");
        Assert.Equal("review_stuck", ran.Failure("a").Code);
        Assert.InRange(ran.Task("a").Attempts.Count(x => x.Stage == Stage.Review), 2, 3);
        Assert.Equal("a\nagain", lab.Show(ran.Task("a").Branch!, "a.txt")[..7]);
    }
}
