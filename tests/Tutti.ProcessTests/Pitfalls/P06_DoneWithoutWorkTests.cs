using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P6: "done" with nothing committed; success reported without a commit.</summary>
public class P06_DoneWithoutWorkTests
{
    [Theory]
    [InlineData("echo 'All tests pass. I have committed my work.'; echo TASK_DONE")]
    [InlineData("printf '{\\\"nonce\\\":\\\"%s\\\",\\\"verdict\\\":\\\"done\\\",\\\"summary\\\":\\\"all done\\\",\\\"files\\\":[\\\"a.txt\\\"]}' $TUTTI_NONCE > $TUTTI_RESULT")]
    [InlineData("git commit -q --allow-empty -m 'did it all'")]
    [InlineData("echo a > a.txt; git add a.txt; git commit -qm a; git rm -q a.txt; git commit -qm b")]
    [InlineData("echo a > only.ignored")]
    public async Task An_agent_that_says_it_is_done_and_has_changed_nothing_has_failed(string run)
    {
        await using var lab = new SessionLab(limits: "retries: 2");
        var ran = (await lab.RunPlanAsync($"tasks:\n  - {{ id: liar, title: Lies, run: \"{run}\" }}\n")).Exits(1).Has(TaskPhase.Failed, "liar");
        Assert.Equal("nothing_done", ran.Failure("liar").Code);
        Assert.Equal(2, ran.Task("liar").Attempts.Count);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }

    [Theory]
    [InlineData("ln -s /etc/passwd link", "has symlinks that leave the tree: link")]
    [InlineData("git init -q inner; cd inner; git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m inner", "left git repositories in the slot, which were not committed: inner")]
    public async Task What_was_left_and_not_committed_is_named(string run, string left)
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var ran = (await lab.RunPlanAsync($"tasks:\n  - {{ id: a, title: A, run: \"{run}\" }}\n")).Exits(1).Has(TaskPhase.Failed, "a");
        Assert.Equal("nothing_done", ran.Failure("a").Code);
        Assert.Contains(left, ran.Failure("a").Message, StringComparison.Ordinal);
        Assert.Contains("look at ", ran.Failure("a").Hint, StringComparison.Ordinal);
    }
}
