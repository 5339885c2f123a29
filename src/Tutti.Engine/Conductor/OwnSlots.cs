using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>The slots a session leases for itself: their owners' names are no task's, because a task's id never begins with a space.</summary>
internal static class OwnSlots
{
    /// <summary>What such a slot is for.</summary>
    /// <param name="Owner">How its owner's name begins.</param>
    /// <param name="Branch">How its branch's name begins, behind the session's.</param>
    /// <param name="Rest">What the rest of the owner's name is in the branch's.</param>
    private sealed record Use(string Owner, string Branch, Func<string, string> Rest);

    private static readonly Use Landing = new(" landing", "landing", number => number.Replace(' ', '-'));
    private static readonly Use Base = new(" base of ", "base-", AttemptRef.Segment);
    private static readonly Use Conflict = new(" conflict of ", "conflict-", AttemptRef.Segment);
    private static readonly Use[] Uses = [Landing, Base, Conflict];

    /// <summary>Owner of the slot in which merged states are verified, one of several; the first is 1.</summary>
    public static string Verify(int number) => number == 1 ? Landing.Owner : $"{Landing.Owner} {number}";

    /// <summary>Owner of a slot in which the base of a task is verified.</summary>
    public static string BaseOf(string task) => Base.Owner + task;

    /// <summary>Owner of the slot in which a task's conflict is resolved by an agent.</summary>
    public static string ConflictOf(string task) => Conflict.Owner + task;

    /// <summary>The branch such a slot needs; it lives no longer than the session.</summary>
    public static string Branch(string session, string owner)
    {
        var use = Uses.Single(u => owner.StartsWith(u.Owner, StringComparison.Ordinal));
        return BranchPrefix(session, use) + use.Rest(owner[use.Owner.Length..]);
    }

    /// <summary>The merges that were tested: whatever a verify command leaves on top of one is nobody's work, and the merge can be made again.</summary>
    public static IReadOnlySet<string> Tested(SessionState state) =>
        state.Tasks.Values.SelectMany(t => t.Attempts).Where(a => a is { Stage: Stage.Land, Commit: not null }).Select(a => a.Commit!).ToHashSet(StringComparer.Ordinal);

    /// <summary>Gives the session's own slots back, or the one of an owner, and removes their branches.</summary>
    public static Task ReleaseAsync(SessionContext context, SessionState state, string? owner, CancellationToken cancellation) =>
        ReleaseAsync(context, state.Id, owner, Tested(state), cancellation);

    /// <summary>The same for a session of which no more than the id is known.</summary>
    public static Task ReleaseAsync(SessionContext context, string session, CancellationToken cancellation) =>
        ReleaseAsync(context, session, owner: null, tested: null, cancellation);

    private static async Task ReleaseAsync(SessionContext context, string session, string? owner, IReadOnlySet<string>? tested, CancellationToken cancellation)
    {
        var refs = new RefStore(context.Repository.CommonDirectory);
        foreach (var slot in context.Pool.Status().Slots.Where(s => IsOwn(s, session, owner)))
        {
            var lease = slot.Lease!;
            await context.Pool.ResetAsync(lease, lease.Base, tested, cancellation);
            if (await context.Pool.ReleaseAsync(slot.Name, session, lease.Owner.Task, cancellation) is ReleaseOutcome.Released)
                await DropAsync(refs, await refs.ListAsync($"refs/heads/{lease.Branch}", cancellation), cancellation);
        }

        if (owner is not null)
            return;
        // A crash between giving a slot back and removing its branch leaves a branch without a slot.
        var leased = context.Pool.Status().Slots.Select(s => $"refs/heads/{s.Lease?.Branch}").ToHashSet(StringComparer.Ordinal);
        var all = await refs.ListAsync("refs/heads/tutti", cancellation);
        await DropAsync(refs, all.Where(r => IsOwnBranch(r.Name, session) && !leased.Contains(r.Name)), cancellation);
    }

    private static async Task DropAsync(RefStore refs, IEnumerable<NamedRef> branches, CancellationToken cancellation)
    {
        foreach (var branch in branches)
            await refs.ApplyAsync([RefChange.Delete(branch.Name, branch.Id)], "tutti: done with it", cancellation);
    }

    private static bool IsOwnBranch(string name, string session) =>
        Uses.Any(use => name.StartsWith($"refs/heads/{BranchPrefix(session, use)}", StringComparison.Ordinal));

    private static string BranchPrefix(string session, Use use) => $"tutti/{session}-{use.Branch}";

    private static bool IsOwn(SlotView slot, string session, string? owner) =>
        slot is { State: SlotState.Leased, Lease.Owner: { } holder }
        && holder.Session == session
        && holder.Task.StartsWith(' ')
        && (owner is null || holder.Task == owner);
}
