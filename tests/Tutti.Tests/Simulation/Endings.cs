using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>Plays worlds to their ends, as a person would have it: what stopped is resumed, what failed is tried again, what waits is landed.</summary>
internal static class Endings
{
    // So many tell more than the first alone, and less than all.
    private const int MostFailures = 10;

    /// <summary>How many seeds are played where a world is as good as another.</summary>
    public static int Count => int.TryParse(Environment.GetEnvironmentVariable("TUTTI_SIM_SEEDS"), out var n) ? n : 2000;

    /// <summary>Plays so many seeds, or the one that was asked for, and tells of those that break something.</summary>
    public static void EachIsGood(Func<int, World> worldOf, int count)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("TUTTI_SIM_SEED"), out var one) ? one : 1;
        var last = Environment.GetEnvironmentVariable("TUTTI_SIM_SEED") is null ? count : first;
        var failures = new List<Exception>();
        for (var seed = first; seed <= last && failures.Count < MostFailures; seed++)
        {
            var world = worldOf(seed);
            if (Record.Exception(() => Told(seed, world, first == last ? int.MaxValue : 60, () => Play(world))) is { } failure)
                failures.Add(failure);
            if (first == last)
                TestContext.Current.TestOutputHelper!.WriteLine(world.Story());
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Select((f, i) => i == 0 ? f.ToString() : f.Message.Split('\n')[0])));
    }

    /// <summary>Plays a world until nothing is left that a person can order.</summary>
    public static void Play(World world)
    {
        world.Run();
        AfterTheEnd(world);
        GoOn(world);
        LandTheRest(world);
    }

    /// <summary>Whatever goes wrong is told as the story that led to it.</summary>
    public static void Told(int seed, World world, int most, Action play)
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
            Again(world, retryFailed: false);

        if (world.State is { Status: SessionStatus.Failed } && world.State.Count(TaskPhase.Failed) > 0)
            Again(world, retryFailed: true);
        if (world.State.Count(TaskPhase.NeedsAttention) > 0 && !TakingUp.IsOver(world.State))
            Again(world, retryFailed: false);
    }

    private static void Again(World world, bool retryFailed)
    {
        world.Resume(retryFailed);
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
