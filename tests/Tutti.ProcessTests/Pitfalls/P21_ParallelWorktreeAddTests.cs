using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P21: of parallel <c>git worktree add</c>, 17–29 % failed on a lock of the configuration.</summary>
public class P21_ParallelWorktreeAddTests
{
    [Fact]
    public async Task Many_first_leases_at_once_all_succeed_and_write_no_configuration()
    {
        await using var lab = new SessionLab(settings: "max_agents: 16");
        lab.Git("config", "branch.autoSetupMerge", "always");
        var before = lab.Read(".git/config");
        var tasks = Enumerable.Range(1, 16).Select(i => $"  - {{ id: t{i}, title: T, run: \"echo {i} > t{i}.txt\" }}");
        var ran = (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        Assert.Equal(16, ran.State.Count(TaskPhase.Done));
        Assert.Empty(ran.Of("slot.failed"));
        Assert.Equal(before, lab.Read(".git/config"));
    }
}
