using Tutti.Core.Landing;

namespace Tutti.Tests.Landing;

public class CleanupMatrixTests
{
    [Theory]
    [InlineData(MergedState.Ancestor, true, false, true, "release delete ")]
    [InlineData(MergedState.ByContent, true, false, true, "release delete ")]
    [InlineData(MergedState.ByContent, true, false, false, "release keep only_ref")]
    [InlineData(MergedState.Ancestor, false, false, true, "hold keep merged_dirty")]
    [InlineData(MergedState.ByContent, false, false, true, "hold keep merged_dirty")]
    [InlineData(MergedState.No, true, false, true, "hold keep not_merged")]
    [InlineData(MergedState.No, false, false, true, "hold keep not_merged_dirty")]
    [InlineData(MergedState.Ancestor, true, true, true, "hold keep in_use")]
    [InlineData(MergedState.No, false, true, false, "hold keep in_use")]
    public void The_matrix_is_this(MergedState merged, bool clean, bool inUse, bool held, string expected)
    {
        var decision = CleanupDecision.For(new CleanupFacts(merged, clean, inUse, held));
        Assert.Equal(expected, $"{(decision.ReleaseSlot ? "release" : "hold")} {(decision.DeleteBranch ? "delete" : "keep")} {decision.Why}");
    }

    [Fact]
    public void Nothing_unmerged_dirty_in_use_or_held_by_nothing_is_ever_deleted()
    {
        bool[] either = [false, true];
        var all = from merged in Enum.GetValues<MergedState>()
                  from clean in either
                  from inUse in either
                  from held in either
                  select new CleanupFacts(merged, clean, inUse, held);
        foreach (var facts in all)
        {
            var decision = CleanupDecision.For(facts);
            var safe = facts is { Clean: true, InUse: false, Merged: MergedState.Ancestor } or { Clean: true, InUse: false, Merged: MergedState.ByContent, HeldElsewhere: true };
            Assert.Equal(safe, decision.DeleteBranch);
            Assert.Equal(decision.DeleteBranch, decision.Why is null);
        }
    }
}
