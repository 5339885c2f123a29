using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Conductor;

/// <summary>Where a session's branches are now, which persons may have moved since it was last conducted.</summary>
/// <param name="Target">The target's commit; null where it does not exist.</param>
/// <param name="Mended">New heads of tasks that need attention.</param>
internal sealed record SeenBranches(string? Target, IReadOnlyDictionary<string, string> Mended)
{
    public static async Task<SeenBranches> ReadAsync(Repository repository, SessionState state, CancellationToken cancellation)
    {
        var heads = (await new RefStore(repository.CommonDirectory).ListAsync("refs/heads/", cancellation)).ToDictionary(r => r.Name, r => r.Id, StringComparer.Ordinal);
        var mended = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in state.Tasks.Values.Where(t => t is { Phase: TaskPhase.NeedsAttention, Head: not null, Branch: not null }))
        {
            // Only what builds on the task's work is that work mended; anything else under the name is somebody else's.
            if (heads.TryGetValue($"refs/heads/{task.Branch}", out var tip) && tip != task.Head && await Checkouts.IsAncestorAsync(repository.CommonDirectory, task.Head!, tip, cancellation))
                mended[task.Id] = tip;
        }

        return new SeenBranches(heads.GetValueOrDefault($"refs/heads/{state.Target}"), mended);
    }
}
