using System.Collections.Immutable;
using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>A test that is worth running: the commit that has all of these on top of the tip.</summary>
internal sealed record WantedCheck(string Commit, ImmutableList<string> Tasks);

/// <summary>
/// What to test next, as a function of the state alone. The train is cut into as many parts as there are verify slots and each prefix is
/// tested at once: the longest green one lands whole, whatever is shorter. A red part leaves the train and is tested apart, by halves,
/// while the others go on without it; its green halves come back. So a failure costs those it does not concern nothing but one test.
/// </summary>
internal static class Speculation
{
    /// <summary>How many tests may run at once: slots that agents may need are left to them.</summary>
    public static int Slots(SessionState state) =>
        Math.Max(1, Math.Min(state.Settings.VerifySlots, state.Settings.Worktrees.Pool - state.MaxAgents));

    /// <summary>The train, on the tip.</summary>
    public static LandingPath Main(SessionState state) => LandingPath.Of(state, state.Landing.Train);

    /// <summary>The half of each group of suspects that is tested next, on the tip.</summary>
    public static IEnumerable<LandingPath> Halves(SessionState state) => state.Landing.Suspects.Select(group => LandingPath.Of(state, Half(group)));

    /// <summary>All merges that are to be made now: the next of each path.</summary>
    /// <param name="state">The session.</param>
    /// <param name="main">Its <see cref="Main"/>.</param>
    public static IEnumerable<MergeBranch> Merges(SessionState state, LandingPath main) =>
        state.Landing is { Train.IsEmpty: true, Suspects.IsEmpty: true }
            ? []
            : Halves(state).Prepend(main).Select(path => path.Missing).OfType<MergeBranch>().DistinctBy(merge => merge.Key);

    /// <summary>True where no command has anything to say about these tasks' merge.</summary>
    public static bool NeedsNoCheck(SessionState state, IEnumerable<string> tasks) =>
        state.Verify.Count == 0 && tasks.All(id => state.Tasks[id].Spec.Verify.Count == 0);

    /// <summary>The tests to start now, best first; those that run already are not among them.</summary>
    /// <param name="state">The session.</param>
    /// <param name="main">Its <see cref="Main"/>.</param>
    public static IEnumerable<WantedCheck> Wanted(SessionState state, LandingPath main)
    {
        var (slots, running) = (Slots(state), state.Landing.Checks);
        // While the tip is moving, a test on its old place would tell less than one on the new.
        var apart = (state.Landing.Moving is null ? Halves(state) : []).Select(Whole).OfType<WantedCheck>()
            .Where(check => !running.Any(r => !r.Outdated && IsPart(r.Tasks, check.Tasks))).ToList();
        var apartRunning = running.Count(r => IsApart(state, r));
        // Half of the slots find out who is to blame, the others go on; where one has nothing to do, the other has them all.
        var mostApart = main.Steps.IsEmpty ? slots : Math.Max(1, slots / 2);
        var first = apart.Take(Math.Max(0, mostApart - apartRunning)).ToList();
        return first.Concat(Cuts(state, main, slots - running.Count - first.Count)).Concat(apart.Skip(first.Count));
    }

    /// <summary>True where nothing follows from a test any more: its merge cannot land, and whom it would blame or clear is known.</summary>
    public static bool IsPointless(SessionState state, LandingPath main, LandingCheck check)
    {
        if (check.Outdated)
            return true;
        if (check.Tasks.IsEmpty)
            return !state.Landing.IsLastChance(check.Owner);
        if (state.Landing.Moving is { } moving && moving.Tasks.Contains(check.Owner))
            return true;
        return main.Steps.TrueForAll(step => step.Commit != check.Commit)
            && !IsApart(state, check);
    }

    /// <summary>The half of a group that is tested: the whole of it once it is one task.</summary>
    public static ImmutableList<string> Half(ImmutableList<string> group) => group.GetRange(0, Math.Max(1, group.Count / 2));

    // Prefixes of the train beyond the longest that runs or is green, each with a fair share of the window more than the one before.
    private static IEnumerable<WantedCheck> Cuts(SessionState state, LandingPath main, int free)
    {
        if (free <= 0 || main.Missing is not null || main.Steps.IsEmpty)
            yield break;
        var covered = main.Steps.FindLastIndex(step => state.GreenBases.Contains(step.Commit) || state.Landing.Checks.Exists(check => !check.Outdated && check.Commit == step.Commit));
        var rest = main.Steps.GetRange(covered + 1, main.Steps.Count - covered - 1);
        var fresh = rest.Count(step => !state.Landing.Cleared.Contains(step.Task));
        if (rest.IsEmpty)
            yield break;
        var share = Math.Max(1, Math.Min(Up(state.Landing.Window, Slots(state)), Up(fresh, free)));
        var (taken, cuts) = (0, 0);
        for (var i = covered + 1; i < main.Steps.Count && cuts < free; i++)
        {
            var last = i == main.Steps.Count - 1;
            taken += state.Landing.Cleared.Contains(main.Steps[i].Task) ? 0 : 1;
            // Those who were green once ride along with the part before them.
            if (!last && (taken < share || state.Landing.Cleared.Contains(main.Steps[i + 1].Task)))
                continue;
            (taken, cuts) = (0, cuts + 1);
            yield return new WantedCheck(main.Steps[i].Commit, [.. main.Steps.Take(i + 1).Select(s => s.Task)]);
        }
    }

    private static WantedCheck? Whole(LandingPath path) =>
        path is { Missing: null, Steps: [.., var last] } ? new WantedCheck(last.Commit, [.. path.Tasks]) : null;

    private static bool IsApart(SessionState state, LandingCheck check) => state.Landing.Suspects.Exists(group => IsPart(check.Tasks, Half(group)));

    private static bool IsPart(ImmutableList<string> tasks, ImmutableList<string> whole) => !tasks.IsEmpty && tasks.All(whole.Contains);

    private static int Up(int value, int parts) => (value + parts - 1) / parts;
}
