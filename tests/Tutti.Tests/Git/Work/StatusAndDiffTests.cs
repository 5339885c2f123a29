using System.Text;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Work;

namespace Tutti.Tests.Git.Work;

public class StatusAndDiffTests
{
    private static readonly string Id = new('a', 40);
    private static readonly string Zero = new('0', 40);

    private static CheckoutStatus Status(string text) => CheckoutStatus.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_status_says_where_the_checkout_stands()
    {
        Assert.Equal((Id, "feature/x"), (Status($"# branch.oid {Id}\0# branch.head feature/x\0").Head, Status($"# branch.oid {Id}\0# branch.head feature/x\0").Branch));
        Assert.Null(Status("# branch.oid (initial)\0# branch.head main\0").Head);
        Assert.Null(Status($"# branch.oid {Id}\0# branch.head (detached)\0").Branch);
    }

    [Fact]
    public void All_are_counted_and_few_are_named()
    {
        var status = Status(string.Concat(Enumerable.Range(0, 5000).Select(n => $"? f{n}\0")));
        Assert.Equal((5000, CheckoutStatus.MostNamed, false), (status.Entries.Count, status.Named.Count, status.IsClean));
    }

    [Fact]
    public void A_path_may_hold_anything_but_nul()
    {
        var entry = Assert.Single(Status($"1 AM N... 000000 100644 100755 {Zero} {Id} with space\tand\nnewline \0").Entries);
        Assert.Equal("with space\tand\nnewline ", entry.Path);
        Assert.Equal(('A', 'M', true, false), (entry.Index, entry.Tree, entry.IsStaged, entry.IsUntracked));
    }

    [Fact]
    public void Submodules_nested_repositories_and_conflicts_are_told_apart()
    {
        var entries = Status($"1 .M SC.U 160000 160000 160000 {Id} {Id} sub\0? nested/\0? plain\0u UU N... 100644 100644 100644 100644 {Id} {Id} {Id} in conflict\0").Entries;
        Assert.Equal(["sub", "nested/", "plain", "in conflict"], entries.Select(e => e.Path));
        Assert.Equal([true, false, false, false], entries.Select(e => e.IsSubmodule));
        Assert.Equal([false, true, false, false], entries.Select(e => e.IsNestedRepository));
        Assert.Equal([false, false, false, true], entries.Select(e => e.IsUnmerged));
    }

    [Fact]
    public void A_raw_diff_gives_both_paths_of_a_rename_and_counts_deletions()
    {
        var diff = RawDiff.Parse(Encoding.UTF8.GetBytes(
            $":100644 100644 {Id} {Id} R086\0old\0new\0:100644 000000 {Id} {Zero} D\0gone\nwith newline\0:000000 160000 {Zero} {Id} A\0sub\0"));
        Assert.Equal([new('R', "new", "old", "100644"), new('D', "gone\nwith newline", null, "000000"), new('A', "sub", null, "160000")], diff.Kept);
        Assert.Equal((3, 1), (diff.Count, diff.Deleted));
        Assert.True(diff.Kept[2].IsSubmodule);
    }

    [Theory]
    [InlineData(":100644 100644 AAAA BBBB M")]
    [InlineData(":100644 100644 AAAA BBBB M\0cut off")]
    [InlineData(":100644 100644 AAAA BBBB R100\0old\0cut off")]
    public void A_record_cut_off_does_not_count(string cut)
    {
        var diff = RawDiff.Parse(Encoding.UTF8.GetBytes($":100644 100644 {Id} {Id} M\0whole\0" + cut));
        Assert.Equal("whole", Assert.Single(diff.Kept).Path);
        Assert.Equal(1, diff.Count);
    }

    [Fact]
    public void More_changes_than_are_kept_are_counted()
    {
        var many = string.Concat(Enumerable.Range(0, CollectedWork.ChangesKept + 5).Select(n => $":100644 000000 {Id} {Zero} D\0{n}\0"));
        var diff = RawDiff.Parse(Encoding.UTF8.GetBytes(many));
        Assert.Equal((CollectedWork.ChangesKept, CollectedWork.ChangesKept + 5, CollectedWork.ChangesKept + 5), (diff.Kept.Count, diff.Count, diff.Deleted));
    }
}
