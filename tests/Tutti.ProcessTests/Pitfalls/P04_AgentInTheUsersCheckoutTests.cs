using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P4: an agent's folder leaked into the user's checkout, files were overwritten.</summary>
public class P04_AgentInTheUsersCheckoutTests
{
    [Fact]
    public async Task Variables_that_point_git_at_the_user_s_checkout_do_not_reach_the_agent()
    {
        await using var lab = new SessionLab();
        lab.Extra["GIT_DIR"] = Path.Combine(lab.Top, ".git");
        lab.Extra["GIT_WORK_TREE"] = lab.Top;
        lab.Extra["PWD"] = lab.Top;
        var plan = lab.Plan("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt; git rev-parse --show-toplevel > @OUT@/top; echo $PWD >> @OUT@/top; git add a.txt; git commit -qm a\" }\n");
        var ran = (await lab.Start("run", "--plan", plan, "--display", "json").EndAsync()).Exits(0);
        lab.Extra.Clear();
        Assert.All(lab.Marks("top"), path => Assert.StartsWith(lab.Slots, path));
        Assert.Equal(2, lab.Marks("top").Length);
        Assert.Equal(ran.Task("a").Landed, lab.Git("rev-parse", "main"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_change_of_the_user_s_checkout_is_told_as_the_attempt_s()
    {
        await using var lab = new SessionLab(files: [("mine.txt", "mine\n")]);
        var ran = (await lab.RunPlanAsync($"tasks:\n  - {{ id: a, title: A, run: \"echo a > a.txt; echo overwritten > {lab.Top}/mine.txt\" }}\n")).Exits(0);
        Assert.Contains(ran.Task("a").Notes, note => note.Contains("mine.txt"));
    }
}
