using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>What people do to a session that runs: they pause, resume, cancel, scale, and edit the settings and the plan.</summary>
/// <param name="random">What they think of.</param>
/// <param name="editVerify">They also change what is verified.</param>
/// <param name="rearranges">How often an edit of theirs changes who does what and how it lands.</param>
public sealed class People(Random random, bool editVerify, double rearranges)
{
    /// <summary>Something they do now.</summary>
    public Input Meddle(SessionState state)
    {
        var ids = state.Tasks.Keys.Order(StringComparer.Ordinal).ToList();
        var one = ids[random.Next(ids.Count)];
        return random.Next(14) switch
        {
            0 => All(ControlVerb.Pause),
            1 or 2 => All(ControlVerb.Resume),
            3 => One(ControlVerb.Pause, one),
            4 or 5 => One(ControlVerb.Resume, one),
            6 => new Control(ControlVerb.ScaleUp, [], random.Next(1, 3), "person"),
            7 => new Control(ControlVerb.ScaleDown, [], random.Next(1, 4), "person"),
            8 => One(ControlVerb.Cancel, one),
            9 => random.Next(6) == 0 ? All(ControlVerb.Cancel) : All(ControlVerb.Resume),
            10 => random.Next(4) == 0 ? All(ControlVerb.Interrupt) : All(ControlVerb.Resume),
            11 => new SettingsRead(null, new Failure(FailureCategory.Input, "config", "the settings file is broken")),
            _ => new SettingsRead(Edited(state.Settings), null),
        };
    }

    /// <summary>What they have changed in the plan when the session is taken up again: the limits of a task, mostly nothing.</summary>
    public IReadOnlyDictionary<string, TaskLimits> Amended(SessionState state)
    {
        var limits = new Dictionary<string, TaskLimits>();
        if (random.Next(4) == 0)
        {
            var one = state.Tasks.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(state.Tasks.Count));
            limits[one] = new(random.Next(2) == 0 ? null : new TaskBudget(Tokens: random.Next(500, 8_000)), random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(5, 90)));
        }

        return limits;
    }

    /// <summary>A plan without limits of its tasks.</summary>
    public static IReadOnlyDictionary<string, TaskLimits> Freed(SessionState state) => state.Tasks.Keys.ToDictionary(id => id, _ => new TaskLimits(null, null), StringComparer.Ordinal);

    private static Control All(ControlVerb verb) => new(verb, [], 0, "person");

    private static Control One(ControlVerb verb, string task) => new(verb, [task], 0, "person");

    private Settings Edited(Settings settings) => rearranges > 0 && random.NextDouble() < rearranges ? Rearranged(settings) : Changed(settings);

    private Settings Rearranged(Settings settings) => random.Next(7) switch
    {
        0 => settings with { Roles = Seeds.Roles(random) },
        1 => settings with { Agent = random.Next(3) == 0 ? null : "codex" },
        2 => settings with { Land = (LandMode)random.Next(4) },
        3 => settings with { Review = (ReviewMode)random.Next(3) },
        4 => settings with { Boundary = (Boundary)random.Next(2) },
        5 => settings with { Limits = settings.Limits with { Context = random.Next(50, 100), ReviewRounds = random.Next(1, 5) } },
        _ => settings with { Setup = settings.Setup.Count > 0 ? [] : ["true"], AutoCleanup = random.Next(2) == 0 },
    };

    private Settings Changed(Settings settings) => random.Next(8) switch
    {
        0 => settings with { MaxAgents = random.Next(1, 7) },
        1 when editVerify => settings with { Verify = settings.Verify.Count > 0 ? [] : ["true"] },
        2 => settings with { VerifySlots = random.Next(1, 5) },
        3 => settings with { Forecast = (ForecastMode)random.Next(3) },
        4 => settings with { Budget = new Budget(Tokens: random.Next(5_000, 50_000)) },
        5 => settings with { Budget = new Budget() },
        6 => settings with { Limits = settings.Limits with { Retries = random.Next(1, 5), Attempt = TimeSpan.FromMinutes(random.Next(5, 90)) } },
        _ => settings with { Hooks = settings.Hooks.TaskDone is null ? new HookSettings("a", "b", "c") : new HookSettings() },
    };
}
