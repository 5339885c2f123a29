using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>What a session asks of a repository before it starts.</summary>
/// <param name="Target">Branch to land on, short or as <c>refs/heads/…</c>; null is the current branch.</param>
/// <param name="MinFreeDisk">Bytes that must be free at the state directory and at <paramref name="PoolRoot"/>.</param>
/// <param name="PoolRoot">Folder of the slots, which need not exist yet; null checks no disk for it.</param>
public sealed record PreflightNeeds(string? Target = null, long MinFreeDisk = 0, string? PoolRoot = null);

/// <summary>What was found. A session may start when <see cref="Failures"/> is empty.</summary>
/// <param name="Target">Full ref name of the target, for example <c>refs/heads/main</c>; null when a failure says why.</param>
/// <param name="TargetCommit">The commit it is at; null when a failure says why.</param>
/// <param name="GitVersion">As git says it, for example <c>2.39.5</c>; null when there is no git.</param>
/// <param name="Identity">Who commits, as <c>Name &lt;mail&gt;</c>; null when a failure says why.</param>
/// <param name="TargetCheckout">Top folder of the worktree that has the target checked out; null when none has.</param>
/// <param name="Failures">Everything that stops a session, not only the first.</param>
/// <param name="Notes">What the user should know, but does not stop a session.</param>
public sealed record PreflightReport(
    string? Target,
    string? TargetCommit,
    string? GitVersion,
    string? Identity,
    string? TargetCheckout,
    IReadOnlyList<Failure> Failures,
    IReadOnlyList<string> Notes)
{
    /// <summary>True when nothing stops a session.</summary>
    public bool IsFit => Failures.Count == 0;
}
