using System.Collections.Immutable;
using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>A task and the commit that has its work on top of all before it.</summary>
internal sealed record PathStep(string Task, string Commit);

/// <summary>
/// An assumption about what lands: these tasks, one merged on top of the other, from the tip on. As far as the merges are known.
/// </summary>
/// <param name="Steps">Those merged so far.</param>
/// <param name="Missing">The merge that is to be made next; null where the path is complete.</param>
internal sealed record LandingPath(ImmutableList<PathStep> Steps, MergeBranch? Missing)
{
    public IEnumerable<string> Tasks => Steps.Select(s => s.Task);

    /// <summary>
    /// Follows tasks from the tip. One that conflicts with those ahead of it, or whose dependency is neither landed nor ahead, is left
    /// out: what is behind it does not wait.
    /// </summary>
    public static LandingPath Of(SessionState state, IEnumerable<string> tasks)
    {
        var (steps, at) = (ImmutableList.CreateBuilder<PathStep>(), state.Landing.Tip);
        foreach (var id in tasks)
        {
            var task = state.Tasks[id];
            if (task.Spec.DependsOn.Any(d => state.Tasks[d].Landed is null && steps.TrueForAll(s => s.Task != d)))
                continue;
            if (state.Landing.Merge(id, at) is not { } merge)
                return new LandingPath(steps.ToImmutable(), new MergeBranch(id, task.Resolved?.Commit ?? task.Head!, at));
            if (merge.Commit is not { } commit)
                continue;
            steps.Add(new PathStep(id, commit));
            at = commit;
        }

        return new LandingPath(steps.ToImmutable(), null);
    }
}
