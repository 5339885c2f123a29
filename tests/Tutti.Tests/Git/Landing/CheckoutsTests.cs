using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Tests.Git.Landing;

public class CheckoutsTests
{
    private static readonly string Id = new('a', 40);

    [Fact]
    public void A_worktree_list_is_read_with_all_its_kinds()
    {
        var list = Checkouts.Parse(
            $"worktree /r\0HEAD {Id}\0branch refs/heads/main\0\0worktree /with\nnewline\0HEAD {Id}\0detached\0locked why\0\0worktree /bare.git\0bare\0\0worktree /gone\0HEAD {Id}\0branch refs/heads/x\0prunable gitdir file points to non-existent location\0");
        Assert.Equal([new("/r", Id, "refs/heads/main"), new("/with\nnewline", Id, null), new("/bare.git", null, null), new("/gone", Id, "refs/heads/x")], list);
    }

    [Fact]
    public void Nothing_is_an_empty_list() => Assert.Empty(Checkouts.Parse(""));

    [Theory]
    [InlineData("HEAD")]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("--upload-pack")]
    public void Only_whole_ids_pass(string id) => Assert.Throws<ArgumentException>(() => ObjectId.Check(id));
}
