namespace Tutti.Engine.Git.Work;

/// <summary>What to collect, from which slot, and where it belongs. The attempt's processes must have ended.</summary>
/// <param name="Slot">The worktree's top folder.</param>
/// <param name="Branch">The leased branch, as <c>refs/heads/…</c> or short.</param>
/// <param name="Base">The commit the branch started from, as a full id.</param>
/// <param name="Message">The message for what the agent left uncommitted, "Title\n\nTutti-Task: id".</param>
/// <param name="Ref">The attempt's ref, from <see cref="AttemptRef.For"/>.</param>
public sealed record CollectRequest(string Slot, string Branch, string Base, string Message, string Ref)
{
    /// <summary>Says of a path (relative, with <c>/</c>) that it is not the task's work, besides <see cref="Litter"/>: copied <c>.env</c> files and the like.</summary>
    public Func<string, bool> Exclude { get; init; } = static _ => false;
}
