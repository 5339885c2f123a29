using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class EtaTests
{
    [Fact]
    public void Nobody_knows_before_the_first_task_is_done()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Begin("a").Wait(100);
        Assert.Null(Eta.Of(script.State, script.Live));
    }

    [Fact]
    public void Independent_work_is_shared_out_among_the_agents()
    {
        // Each is planned alike and the first took 61 seconds: four more among two agents take two of those.
        var script = new SessionScript(SessionScript.Plan("a", "b", "c", "d", "e"), agents: 2).Land("a", 60);
        Assert.Equal(122, Eta.Of(script.State, script.Live)!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void A_chain_takes_its_whole_length_whatever_the_agents()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b", "c<b", "d<c"), agents: 50).Land("a", 60);
        Assert.Equal(183, Eta.Of(script.State, script.Live)!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void What_has_been_worked_already_counts_but_never_for_all()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Land("a", 99).Begin("b").Wait(40);
        Assert.Equal(60, Eta.Of(script.State, script.Live)!.Value.TotalSeconds, 3);
        script.Wait(1000);
        Assert.Equal(10, Eta.Of(script.State, script.Live)!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void Unknown_while_nothing_may_start_and_when_nothing_is_open()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b")).Land("a", 10);
        Assert.NotNull(Eta.Of(script.State, script.Live));
        Assert.Null(Eta.Of(script.State, script.Live with { ConductorAlive = false }));
        Assert.Null(Eta.Of(new SessionScript(SessionScript.Plan("a", "b")).Land("a", 10).Add(new SessionPaused("ada")).State, script.Live));
        Assert.Null(Eta.Of(new SessionScript(SessionScript.Plan("a", "b")).Land("a", 10).Add(new GateClosed("full")).State, script.Live));
        script.Land("b");
        Assert.Null(Eta.Of(script.State, script.Live));
    }
}
