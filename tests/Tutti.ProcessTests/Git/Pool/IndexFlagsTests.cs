using Tutti.Engine.Git.Pool;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>Indexes as git itself writes them, in each version.</summary>
public sealed class IndexFlagsTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public void Hidden_entries_are_seen_in_every_version(string version)
    {
        foreach (var n in Enumerable.Range(0, 100))
            PoolLab.Write(_lab.Top, $"deep/folder/{new string('x', n)}/file{n}", $"{n}");
        PoolLab.Git(_lab.Top, "add", ".");
        PoolLab.Git(_lab.Top, "update-index", "--index-version", version);
        Assert.False(MayHide());

        PoolLab.Git(_lab.Top, "update-index", "--assume-unchanged", "src/b.txt");
        Assert.True(MayHide());
        PoolLab.Git(_lab.Top, "update-index", "--no-assume-unchanged", "src/b.txt");
        Assert.False(MayHide());

        PoolLab.Git(_lab.Top, "update-index", "--skip-worktree", "src/b.txt");
        Assert.True(MayHide());
        Assert.False(MayHide(sparse: true));
    }

    [Fact]
    public void Entries_that_are_only_meant_to_be_added_hide_nothing()
    {
        PoolLab.Write(_lab.Top, "later.txt", "later");
        PoolLab.Git(_lab.Top, "add", "--intent-to-add", "later.txt");

        Assert.False(MayHide());
    }

    [Fact]
    public void Names_longer_than_the_length_field_are_passed_over()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 200), 21));
        var blob = PoolLab.Git(_lab.Top, "rev-parse", "HEAD:a.txt");
        PoolLab.Git(_lab.Top, "update-index", "--add", "--cacheinfo", $"100644,{blob},{name}");
        Assert.False(MayHide());

        PoolLab.Git(_lab.Top, "update-index", "--assume-unchanged", "src/b.txt");
        Assert.True(MayHide());
    }

    [Fact]
    public void A_split_index_is_not_believed()
    {
        PoolLab.Git(_lab.Top, "update-index", "--split-index");

        Assert.True(MayHide());
    }

    [Fact]
    public void An_index_of_long_ids_is_read()
    {
        var other = Path.Combine(_lab.Folder, "sha256");
        PoolLab.Git(_lab.Folder, "init", "-q", "--object-format=sha256", other);
        PoolLab.Write(other, "a.txt", "a");
        PoolLab.Write(other, "b.txt", "b");
        PoolLab.Git(other, "add", ".");

        Assert.False(MayHide(other, idBytes: 32));
        PoolLab.Git(other, "update-index", "--assume-unchanged", "b.txt");
        Assert.True(MayHide(other, idBytes: 32));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("DIRC", true)]
    [InlineData("garbage garbage garbage", true)]
    [InlineData("DIRC\0\0\0\u0002\0\0\u00ff\u00ff", true)]
    public void What_cannot_be_read_may_hide_anything(string index, bool hides) =>
        Assert.Equal(hides, IndexFlags.MayHide(System.Text.Encoding.Latin1.GetBytes(index), 20, sparse: false));

    private bool MayHide(bool sparse = false) => MayHide(_lab.Top, sparse: sparse);

    private static bool MayHide(string top, int idBytes = 20, bool sparse = false) =>
        IndexFlags.MayHide(File.ReadAllBytes(Path.Combine(top, ".git/index")), idBytes, sparse);
}
