namespace Tutti.Core.Landing;

/// <summary>Whether the target holds a branch's work.</summary>
public enum MergedState
{
    /// <summary>The target has content that would be lost without the branch, or it could not be told.</summary>
    No,

    /// <summary>The branch's commit is in the target's history.</summary>
    Ancestor,

    /// <summary>Squashed, rebased or picked: merging the branch gives the target's very tree, or the journal names the commit of the target that brought it (PITFALLS P17).</summary>
    ByContent,
}

/// <summary>What is true of a finished task's branch and slot.</summary>
/// <param name="Merged">Whether the target holds the work.</param>
/// <param name="Clean">True when the slot has nothing uncommitted, or there is no slot.</param>
/// <param name="InUse">True when an attempt is alive in the slot, or the branch is checked out outside it.</param>
/// <param name="HeldElsewhere">True when another ref that stays also holds the branch's commit.</param>
public sealed record CleanupFacts(MergedState Merged, bool Clean, bool InUse, bool HeldElsewhere);

/// <summary>What clean-up does with a task's branch and slot (SPEC 3.7).</summary>
/// <param name="ReleaseSlot">The slot goes back to the pool.</param>
/// <param name="DeleteBranch">The branch goes, by compare-and-swap on the commit that was judged.</param>
/// <param name="Why">Why something is preserved, as a stable code: <c>in_use</c>, <c>not_merged</c>, <c>not_merged_dirty</c>, <c>merged_dirty</c>, <c>only_ref</c>; null when all is cleaned.</param>
public sealed record CleanupDecision(bool ReleaseSlot, bool DeleteBranch, string? Why)
{
    /// <summary>Decides by what is true. Nothing that is not in the target is ever deleted, nor a commit that no other ref holds.</summary>
    public static CleanupDecision For(CleanupFacts facts) => facts switch
    {
        { InUse: true } => Preserve("in_use"),
        { Merged: MergedState.No, Clean: false } => Preserve("not_merged_dirty"),
        { Merged: MergedState.No } => Preserve("not_merged"),
        { Clean: false } => Preserve("merged_dirty"),
        { Merged: MergedState.ByContent, HeldElsewhere: false } => new(ReleaseSlot: true, DeleteBranch: false, "only_ref"),
        _ => new(ReleaseSlot: true, DeleteBranch: true, Why: null),
    };

    private static CleanupDecision Preserve(string why) => new(ReleaseSlot: false, DeleteBranch: false, why);
}
