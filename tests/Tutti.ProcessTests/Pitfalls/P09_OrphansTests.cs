using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P9: orphans after cancel or crash.</summary>
public class P09_OrphansTests
{
    [Fact]
    public async Task What_an_agent_leaves_running_ends_with_its_attempt()
    {
        await using var lab = new SessionLab();
        (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"setsid sleep 1000 & sh -c 'setsid sleep 1000 & exit 0'; echo a > a.txt\" }\n")).Exits(0);
        Assert.Empty(lab.Processes());
    }

    [Fact]
    public async Task An_interrupt_ends_children_that_ignore_it_and_sit_in_sessions_of_their_own()
    {
        await using var lab = new SessionLab(limits: "grace: 200ms");
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"trap '' INT TERM HUP; setsid sh -c \\\"trap '' INT TERM; sleep 1000\\\" & : > @OUT@/here; sleep 1000\" }\n");
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(lab.Out, "here")));
        await run.SignalAsync("INT");
        (await run.EndAsync()).Exits(130);
        Assert.Empty(lab.Processes());
    }

    [Fact]
    public async Task A_resume_after_a_crash_ends_what_the_adopted_agent_leaves()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"setsid sleep 1000 & : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt\" }\n");
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(lab.Out, "here")));
        await run.CrashAsync();
        lab.Mark("go");
        (await lab.ResumeAsync()).Exits(0);
        Assert.Empty(lab.Processes());
    }
}
