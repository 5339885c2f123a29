using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P12: 133 agents were started after the first quota failure. The pause of a whole provider belongs to its agents.</summary>
public class P12_StartsAfterFailureTests
{
    [Fact]
    public async Task Failing_agents_are_started_a_limited_number_of_times_with_growing_pauses()
    {
        await using var lab = new SessionLab(limits: "retries: 3, backoff: 50ms, backoff_max: 1s", settings: "max_agents: 4");
        var tasks = Enumerable.Range(1, 8).Select(i => $"  - {{ id: t{i}, title: T, run: \"echo $TUTTI_TASK >> @OUT@/log; echo quota exceeded >&2; exit 1\" }}");
        var ran = (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(1);
        Assert.Equal(24, lab.Marks().Length);
        Assert.All(ran.State.Tasks.Values, task => Assert.Equal(3, task.Attempts.Count));
        Assert.All(ran.State.Tasks.Values, task => Assert.True(Pause(task, 1) >= TimeSpan.FromMilliseconds(50) && Pause(task, 2) >= TimeSpan.FromMilliseconds(100)));
    }

    private static TimeSpan Pause(TaskState task, int after) => task.Attempts[after].StartedAt - task.Attempts[after - 1].EndedAt!.Value;
}
