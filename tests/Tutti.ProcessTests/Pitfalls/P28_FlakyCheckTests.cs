using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P28: a flaky check was blamed on a change.</summary>
public class P28_FlakyCheckTests
{
    [Theory]
    [InlineData("verify", "develop verify verify land")]
    [InlineData("land", "develop verify land land")]
    public async Task A_check_that_fails_once_is_tried_again_and_nobody_is_blamed(string stage, string stages)
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync($$"""
            verify: ["[ $TUTTI_STAGE != {{stage}} ] || [ -f @OUT@/once ] || { : > @OUT@/once; exit 1; }"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """)).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(stages, ran.Stages("a"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_check_that_is_red_without_any_change_is_blamed_on_the_base()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync("""
            verify: ["exit 1"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
            """)).Exits(4);
        Assert.Equal("base_red", ran.Failure("a").Code);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }
}
