using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Tests.Simulation;

/// <summary>What follows from a seed: a plan, settings, and unkind weather.</summary>
public static class Seeds
{
    /// <summary>The world of a seed: the same whenever it is asked for.</summary>
    public static World World(int seed, Mutation? mutation = null)
    {
        var random = new Random(seed);
        var settings = new Settings
        {
            MaxAgents = random.Next(1, 6),
            Verify = random.Next(2) == 0 ? [] : ["true"],
            Setup = random.Next(3) == 0 ? ["true"] : [],
            Land = random.Next(5) switch { 0 => LandMode.Review, 1 => LandMode.Manual, 2 => LandMode.Pr, _ => LandMode.Automatic },
            Agent = random.Next(2) == 0 ? "claude" : null,
            Roles = random.Next(2) == 0 ? new Dictionary<Role, AgentChoice> { [Role.Resolve] = new(random.Next(2) == 0 ? "claude" : AgentChoice.Shell) } : [],
            Budget = random.Next(6) == 0 ? new Budget(Tokens: random.Next(500, 20_000), TaskTokens: random.Next(500, 8_000)) : new Budget(),
            Boundary = random.Next(5) == 0 ? Boundary.Group : Boundary.None,
            VerifySlots = random.Next(1, 5),
            Hooks = new HookSettings("a", "b", "c"),
            Forecast = (ForecastMode)(seed % 3),
        };
        return new World(seed, Plan(random, random.Next(1, 15)), settings, new Weather(), mutation);
    }

    /// <summary>A world in which tasks differ in who does them and how they land, and people change their minds about it. Its own kind of seed: those above stay what they were.</summary>
    public static World Motley(int seed)
    {
        var random = new Random(seed);
        var settings = new Settings
        {
            MaxAgents = random.Next(1, 6),
            Parallel = random.Next(5) > 0,
            Verify = random.Next(3) == 0 ? [] : ["true"],
            Setup = random.Next(4) == 0 ? ["true"] : [],
            Land = random.Next(4) == 0 ? (LandMode)random.Next(4) : LandMode.Automatic,
            Agent = random.Next(3) == 0 ? null : "claude",
            Review = (ReviewMode)random.Next(3),
            Roles = Roles(random),
            Budget = random.Next(4) == 0 ? new Budget(Tokens: random.Next(5_000, 100_000), TaskTokens: random.Next(2_000, 20_000)) : new Budget(),
            Boundary = random.Next(6) == 0 ? Boundary.Group : Boundary.None,
            VerifySlots = random.Next(1, 5),
            Hooks = random.Next(2) == 0 ? new HookSettings("a", "b", "c") : new HookSettings(),
            Forecast = (ForecastMode)random.Next(3),
            AutoCleanup = random.Next(5) > 0,
        };
        var plan = Plan(random, random.Next(1, 12));
        plan = plan with { Tasks = [.. plan.Tasks.Select(task => Varied(random, task))] };
        return new World(seed, plan, settings, Harsh(random, new Weather(Odd: 0.1, TellsLate: 0.3, Mends: 0.3, Untold: 0.1, Rearranges: 0.5)));
    }

    // Some things happen far more often than elsewhere.
    private static Weather Harsh(Random random, Weather weather)
    {
        double Often(double chance, double often) => random.Next(5) == 0 ? often : chance;
        return weather with
        {
            Crashes = Often(weather.Crashes, 0.15),
            Tears = Often(weather.Tears, 0.1),
            Meddles = Often(weather.Meddles, 0.2),
            Breaks = Often(weather.Breaks, 0.03),
            Conflicts = Often(weather.Conflicts, 0.5),
            VerifyFails = Often(weather.VerifyFails, 0.4),
            Rejects = Often(weather.Rejects, 0.5),
            AgentNamed = Often(weather.AgentNamed, 0.4),
            TargetMoves = Often(weather.TargetMoves, 0.5),
            TargetRefuses = Often(weather.TargetRefuses, 0.3),
            Asks = Often(weather.Asks, 0.2),
            Slow = Often(weather.Slow, 0.3),
        };
    }

    /// <summary>Who does what, by chance.</summary>
    public static Dictionary<Role, AgentChoice> Roles(Random random)
    {
        string[] agents = ["claude", "codex", AgentChoice.Shell, AgentChoice.None];
        return Enum.GetValues<Role>().Where(role => role is not (Role.Develop or Role.Plan) && random.Next(3) == 0).ToDictionary(role => role, _ => new AgentChoice(agents[random.Next(agents.Length)]));
    }

    private static TaskSpec Varied(Random random, TaskSpec task) => task with
    {
        Priority = (Priority)random.Next(4),
        Verify = random.Next(4) == 0 ? ["own"] : [],
        WorkType = random.Next(4) == 0 ? "frontend" : null,
        Land = random.Next(5) == 0 ? (LandMode)random.Next(4) : null,
        Milestone = random.Next(3) == 0 ? $"m{random.Next(3)}" : null,
        Budget = random.Next(8) == 0 ? new TaskBudget(Tokens: random.Next(500, 20_000)) : null,
        Timeout = random.Next(6) == 0 ? TimeSpan.FromMinutes(random.Next(5, 90)) : null,
        Agents = random.Next(3) == 0 ? Roles(random).Append(new(Role.Develop, new AgentChoice(random.Next(2) == 0 ? "codex" : AgentChoice.Shell))).ToDictionary() : task.Agents,
    };

    /// <summary>A plan of so many tasks, some of which depend on others or claim files.</summary>
    public static PlanSpec Plan(Random random, int count) => new()
    {
        Tasks =
        [
            .. Enumerable.Range(0, count).Select(i => new TaskSpec
            {
                Id = $"t{i}",
                Title = $"Task {i}",
                DependsOn = [.. Enumerable.Range(0, i).Where(_ => random.Next(6) == 0).Select(d => $"t{d}")],
                Files = random.Next(3) == 0 ? [$"dir{random.Next(3)}/**"] : [],
            }),
        ],
    };
}
