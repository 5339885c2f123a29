using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents.Planning;

/// <summary>Plans whose maker died while an agent worked: nobody waits for their answer any more.</summary>
internal static class AbandonedPlans
{
    /// <summary>Ends their agents and gives their slots back.</summary>
    /// <returns>What could not be given back, a line each.</returns>
    public static async Task<IReadOnlyList<string>> ClearAsync(Repository repository, SlotPool pool)
    {
        var left = new List<string>();
        foreach (var path in PlanFolder.Abandoned(repository.StateDirectory))
        {
            foreach (var attempt in Attempts(path))
                await AttemptProcess.EndAsync(attempt, TimeSpan.Zero);
            if (await PlannerSlot.GiveBackAsync(repository, pool, Path.GetFileName(path)) is { } note)
                left.Add(note);
            PlanFolder.Settle(path);
        }

        return left;
    }

    private static IEnumerable<AttemptFolder> Attempts(string plan)
    {
        var attempts = Path.Combine(plan, "attempts");
        return Directory.Exists(attempts) ? Directory.EnumerateDirectories(attempts).SelectMany(Directory.EnumerateDirectories).Select(path => new AttemptFolder(path)) : [];
    }
}
