using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

public sealed class SimulationTests
{
    // So many tell more than the first alone, and less than all.
    private const int MostFailures = 10;

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("TUTTI_SIM_SEEDS"), out var n) ? n : 2000;

    [Fact]
    public void Every_seed_ends_without_breaking_an_invariant()
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("TUTTI_SIM_SEED"), out var one) ? one : 1;
        var last = Environment.GetEnvironmentVariable("TUTTI_SIM_SEED") is null ? Count : first;
        var failures = new List<Exception>();
        for (var seed = first; seed <= last && failures.Count < MostFailures; seed++)
        {
            var world = Seeds.World(seed);
            if (Record.Exception(() => Told(seed, world, first == last ? int.MaxValue : 60, () => PlayToTheEnd(world))) is { } failure)
                failures.Add(failure);
            if (first == last)
                TestContext.Current.TestOutputHelper!.WriteLine(world.Story());
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Select((f, i) => i == 0 ? f.ToString() : f.Message.Split('\n')[0])));
    }

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
        Told(seed, world, 60, () => PlayToTheEnd(world));
        Assert.True(world.Ended);
    }

    private static void PlayToTheEnd(World world)
    {
        world.Run();
        AfterTheEnd(world);
        GoOn(world);
        LandTheRest(world);
    }

    // Whatever goes wrong is told as the story that led to it.
    private static void Told(int seed, World world, int most, Action play)
    {
        try
        {
            play();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{world.Story(most)}", e);
        }
    }

    // A session that stopped because no key was there, or no money left, goes on when a person has mended that.
    private static void GoOn(World world)
    {
        for (var again = 0; again < 5 && world.State is { Status: SessionStatus.Paused, Ending.Reason: not null }; again++)
        {
            world.Resume();
            world.Run();
            AfterTheEnd(world);
        }

        if (world.State is not { Status: SessionStatus.Failed } || world.State.Count(TaskPhase.Failed) == 0)
            return;
        world.Resume(retryFailed: true);
        world.Run();
        AfterTheEnd(world);
    }

    // Whatever a session has left to a person lands when they say so, without a single agent.
    private static void LandTheRest(World world)
    {
        var (agents, seen) = (Agents(world.State), world.Journal.Count);
        if (!world.Land())
            return;
        world.Run();
        AfterTheEnd(world);
        // Unless somebody resumes the session meanwhile, which is another order.
        if (!world.Journal.Skip(seen).Any(r => r.Event is SessionResumed))
            Assert.Equal(agents, Agents(world.State));
    }

    private static int Agents(SessionState state) => state.Tasks.Values.Sum(t => t.Attempts.Count(a => a.Agent != AttemptState.Commands));

    [Theory]
    [InlineData(LandMode.Review)]
    [InlineData(LandMode.Manual)]
    [InlineData(LandMode.Pr)]
    public void What_waits_for_a_person_lands_when_they_say_so_even_on_a_target_that_has_moved(LandMode mode)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var world = new World(seed, Seeds.Plan(new Random(seed), 10), new Settings { Verify = ["true"], Land = mode }, Weather.Kind);
            Told(seed, world, 60, () => world.Run());
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
            Told(seed, world, 60, () => world.Run());
            Assert.True(world.State is { Status: SessionStatus.Completed } && world.State.Count(TaskPhase.Done) == 12, $"seed {seed}\n{world.Story()}");
            Assert.Empty(world.State.Collisions);
            waited += world.Waited;
            stacked += world.Journal.Count(r => r.Event is TaskStacked);
        }

        Assert.Equal(mode != ForecastMode.Warn, waited > 0);
        Assert.Equal(mode == ForecastMode.Stack, stacked > 0);
    }

    private static void AfterTheEnd(World world)
    {
        var state = world.State;
        // A session that stops for a person leaves its tasks where they stand; nothing is in flight at any end.
        if (state.Status != SessionStatus.Paused)
            Assert.Empty(state.Running);
        Assert.All(state.Tasks.Values, t => Assert.True(t.Step == Step.None || (t.Step == Step.Due && state.Status == SessionStatus.Paused), $"{t.Id} is at {t.Step} at the end"));
        Assert.All(state.Tasks.Values, t => Assert.True(t.IsSettled || t.IsIntegrated || state.Status == SessionStatus.Paused, $"{t.Id} is {t.Phase} at the end"));
        Assert.All(state.Tasks.Values.Where(t => t.Phase == TaskPhase.Done), t => Assert.NotNull(t.Landed));
        var counted = Enum.GetValues<TaskPhase>().ToDictionary(p => p, p => state.Tasks.Values.Count(t => t.Phase == p));
        Assert.All(counted, pair => Assert.Equal(pair.Value, state.Count(pair.Key)));
    }
}
