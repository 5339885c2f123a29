using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Scheduling;

public sealed class GateTests
{
    private static readonly HostResources Ample = new(long.MaxValue, long.MaxValue, 0, 2);

    [Fact]
    public void Room_that_runs_short_is_told_once_and_its_return_once()
    {
        var played = new Played(["a"]);
        played.Take(new HostMeasured(Ample));
        Assert.Empty(Told(played));
        foreach (var room in new[] { Ample with { FreeDisk = 0 }, Ample with { FreeMemory = 0 }, Ample, Ample })
            played.Take(new HostMeasured(room));
        Assert.Equal([typeof(GateClosed), typeof(GateOpened)], Told(played).Select(e => e.GetType()));
        Assert.StartsWith("disk is short", Told(played).OfType<GateClosed>().Single().Reason, StringComparison.Ordinal);
        Assert.Null(played.State.Gate);
    }

    [Fact]
    public void Exactly_what_an_agent_needs_is_enough()
    {
        var limits = Played.Settings().Limits;
        var just = Ample with { FreeMemory = limits.MemoryPerAgent, FreeDisk = limits.MinFreeDisk };
        Assert.Null(Reason(just));
        Assert.StartsWith("memory is short", Reason(just with { FreeMemory = just.FreeMemory - 1 }), StringComparison.Ordinal);
        Assert.StartsWith("disk is short", Reason(just with { FreeDisk = just.FreeDisk - 1 }), StringComparison.Ordinal);
    }

    private static string? Reason(HostResources room)
    {
        var played = new Played(["a"]);
        played.Take(new HostMeasured(room));
        return played.State.Gate;
    }

    private static List<Event> Told(Played played) => [.. played.Events.Where(e => e is GateClosed or GateOpened)];
}
