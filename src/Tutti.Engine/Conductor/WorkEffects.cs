using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>Commits what an attempt left and measures it: done is what git says, not what the agent says (P6).</summary>
internal static class WorkEffects
{
    public static async Task<Input> CollectAsync(SlotPool pool, CollectWork effect, SessionState state, CancellationToken cancellation)
    {
        var task = state.Tasks[effect.Task];
        // What git would find there is then the agent's own, and no work of this repository.
        if (pool.Astray(task.Slot!.Name) is { } why)
            return new CollectEnded(effect.Task, effect.Number, null, new Failure(
                FailureCategory.Git, FailureCode.SlotBroken, $"nothing can be collected from {task.Slot.Name}: {why}", $"put right what was done there (git worktree repair '{task.Slot.Path}'), then 'tutti resume'"));
        var start = await StartAsync(task, cancellation);
        var request = new CollectRequest(task.Slot.Path, task.Branch!, start, Message(state, task), AttemptRef.For(state.Id, task.Id, effect.Number))
        {
            Exclude = path => state.Copy.Contains(path, StringComparer.Ordinal),
        };
        try
        {
            var collected = await WorkCollector.CollectAsync(request, cancellation);
            return collected.Empty
                ? new CollectEnded(effect.Task, effect.Number, null, null) { LeftOut = LeftOut(collected) }
                : new CollectEnded(effect.Task, effect.Number, Measure(collected, task), null);
        }
        catch (FailureException e)
        {
            return new CollectEnded(effect.Task, effect.Number, null, e.Failure);
        }
    }

    // All there is of the attempt's doing; without it, "changed nothing" would be said of a slot that is kept for what is in it.
    private static string? LeftOut(CollectedWork collected)
    {
        var left = Hygiene.Judge(collected with { Changes = [] }, _ => true).Select(finding => finding.Message).ToList();
        return left.Count > 0 ? string.Join(", and ", left) : null;
    }

    // One that has brought in what landed before it (forecast: stack) is measured against that: the rest is not its own work. Whether
    // its agent really did is git's to say.
    private static async Task<string> StartAsync(TaskState task, CancellationToken cancellation) =>
        task.StackedOn is { } commit && await Checkouts.IsAncestorAsync(task.Slot!.Path, commit, $"refs/heads/{task.Branch}", cancellation) ? commit : task.Base!;

    private static string Message(SessionState state, TaskState task) =>
        $"{CommitTrailers.OneLine(task.Spec.Title)}\n\n{CommitTrailers.Of(task.Id, state.Id)}";

    // Most paths a session's journal keeps of one task; the count of all is kept beside them.
    private const int PathsKept = 1000;

    private static Work Measure(CollectedWork collected, TaskState task)
    {
        var claim = ClaimedFiles.Parse(task.Spec.Files);
        var findings = Hygiene.Judge(collected, path => claim.IsEmpty || claim.Covers(path), path => task.Spec.Files.Contains(path, StringComparer.Ordinal));
        return new Work(
            collected.Head,
            [.. collected.Changes.Take(PathsKept).Select(c => c.Path)],
            collected.ChangeCount,
            [.. collected.Notes, .. findings.Where(f => f.Severity == FindingSeverity.Tell).Select(f => f.Message)],
            [.. findings.Where(f => f.Severity == FindingSeverity.Ask).Select(f => f.Message)]);
    }
}
