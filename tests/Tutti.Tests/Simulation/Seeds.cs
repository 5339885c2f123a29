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
