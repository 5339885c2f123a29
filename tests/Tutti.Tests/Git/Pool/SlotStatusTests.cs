using Tutti.Engine.Git.Pool;

namespace Tutti.Tests.Git.Pool;

public sealed class SlotStatusTests
{
    private const string Id = "0123456789012345678901234567890123456789";

    [Fact]
    public void Every_kind_of_entry_gives_its_path()
    {
        var status = SlotStatus.Parse(string.Join('\0',
            $"# branch.oid {Id}",
            "# branch.head feature/x",
            $"1 .M N... 100644 100644 100644 {Id} {Id} a b.txt",
            $"2 R. N... 100644 100644 100644 {Id} {Id} R100 new name",
            "? old name",
            $"u UU N... 100644 100644 100644 100644 {Id} {Id} {Id} both.txt",
            "? line\nbreak/",
            ""));

        Assert.Equal((Id, "feature/x", 4), (status.Head, status.Branch, status.Count));
        Assert.Equal(["a b.txt", "new name", "both.txt", "line\nbreak/"], status.Paths);
    }

    [Fact]
    public void What_is_missing_is_null()
    {
        var status = SlotStatus.Parse("# branch.oid (initial)\0# branch.head (detached)\0");

        Assert.Equal((null, null), (status.Head, status.Branch));
        Assert.True(status.IsClean);
    }

    [Fact]
    public void All_are_counted_and_few_are_kept()
    {
        var status = SlotStatus.Parse(string.Concat(Enumerable.Range(0, 5000).Select(n => $"? f{n}\0")));

        Assert.Equal((5000, 50), (status.Count, status.Paths.Count));
    }
}
