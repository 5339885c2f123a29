using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void Every_seed_ends_without_breaking_an_invariant() => Endings.EachIsGood(seed => Seeds.World(seed), Endings.Count);

    // Seeds that lie beyond those of CI, and what they found: work that a tip on the integration branch held already was said to be on the
    // target (13155), and what was on the target to be on that branch (25274); a task failed while it was on its way to the target, by a test
    // that nobody waited for any more (20666); one that was opened again in the middle of its clean-up was started twice, and ended as done
    // with nothing done (48170); a clean-up was blamed for what is tested in a slot of the session's (the others).
    [Theory]
    [InlineData(3128)]
    [InlineData(4382)]
    [InlineData(13155)]
    [InlineData(20666)]
    [InlineData(25274)]
    [InlineData(48170)]
    public void A_seed_that_found_something_stays_mended(int seed)
    {
        var world = Seeds.World(seed);
        Endings.Told(seed, world, 60, () => Endings.Play(world));
        Assert.True(world.Ended);
    }

    [Theory]
    [InlineData(LandMode.Review)]
    [InlineData(LandMode.Manual)]
    [InlineData(LandMode.Pr)]
    public void What_waits_for_a_person_lands_when_they_say_so_even_on_a_target_that_has_moved(LandMode mode)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var world = new World(seed, Seeds.Plan(new Random(seed), 10), new Settings { Verify = ["true"], Land = mode }, Weather.Kind);
            Endings.Told(seed, world, 60, () => world.Run());
            Assert.Equal((SessionStatus.Paused, 10), (world.State.Status, world.State.Landing.Integrated.Count));
            Assert.True(world.Land());
            world.Run();
            Assert.Equal((SessionStatus.Completed, 10), (world.State.Status, world.State.Count(TaskPhase.Done)));
            Assert.Empty(world.State.Landing.Integrated);
            Assert.All(world.State.Tasks.Values, t => Assert.Equal(0, t.Unmet));
        }
    }

    [Fact]
    public void In_kind_weather_everything_lands()
    {
        var world = new World(1, Seeds.Plan(new Random(1), 30), new Settings { Verify = ["true"], MaxAgents = 4 }, Weather.Kind);
        world.Run();
        Assert.Equal(SessionStatus.Completed, world.State.Status);
        Assert.Equal(0, world.State.ExitCode);
        Assert.All(world.State.Tasks.Values, t => Assert.Equal(TaskPhase.Done, t.Phase));
    }

    [Theory]
    [InlineData(ForecastMode.Warn)]
    [InlineData(ForecastMode.Wait)]
    [InlineData(ForecastMode.Stack)]
    public void Where_tasks_collide_everything_lands_all_the_same_and_nobody_waits_for_ever(ForecastMode mode)
    {
        var (waited, stacked) = (0, 0);
        for (var seed = 1; seed <= 200; seed++)
        {
            var settings = new Settings { Verify = ["true"], MaxAgents = 1 + (seed % 6), Forecast = mode, Agent = "claude" };
            var world = new World(seed, Seeds.Plan(new Random(seed), 12), settings, Weather.Kind with { Forecasts = 0.5, Crashes = 0.02 });
            Endings.Told(seed, world, 60, () => world.Run());
            Assert.True(world.State is { Status: SessionStatus.Completed } && world.State.Count(TaskPhase.Done) == 12, $"seed {seed}\n{world.Story()}");
            Assert.Empty(world.State.Collisions);
            waited += world.Waited;
            stacked += world.Journal.Count(r => r.Event is TaskStacked);
        }

        Assert.Equal(mode != ForecastMode.Warn, waited > 0);
        Assert.Equal(mode == ForecastMode.Stack, stacked > 0);
    }
}
