using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

public class RefStoreTests
{
    [Fact]
    public async Task Changes_are_all_or_nothing_and_each_expects_the_old_value()
    {
        using var repo = new ScratchRepository();
        var one = repo.Commit("one");
        var two = repo.Commit("two");
        var refs = new RefStore(repo.Common);
        Assert.Null(await refs.ApplyAsync([RefChange.Create("refs/tutti/s/a", one), RefChange.Create("refs/heads/tutti/s", one)]));
        Assert.Equal("ref_moved", (await refs.ApplyAsync([RefChange.Update("refs/tutti/s/a", one, two), RefChange.Create("refs/heads/tutti/s", two)]))!.Code);
        Assert.Equal("ref_moved", (await refs.ApplyAsync([RefChange.Delete("refs/tutti/s/a", two)]))!.Code);
        Assert.Equal("ref_moved", (await refs.ApplyAsync([RefChange.Update("refs/tutti/s/none", one, two)]))!.Code);
        Assert.Equal([new NamedRef("refs/tutti/s/a", one)], await refs.ListAsync("refs/tutti/"));
        Assert.Null(await refs.ApplyAsync([RefChange.Update("refs/tutti/s/a", one, two), RefChange.Delete("refs/heads/tutti/s", one)]));
        Assert.Equal(two, await refs.ReadAsync("refs/tutti/s/a"));
        Assert.Null(await refs.ReadAsync("refs/tutti/s"));
        Assert.Null(await refs.ReadAsync("refs/heads/tutti/s"));
        Assert.Null(await refs.ApplyAsync([]));
    }

    [Theory]
    [InlineData("main")]
    [InlineData("--stdin")]
    [InlineData("refs/heads/x\0delete refs/heads/main")]
    public async Task A_name_that_could_be_read_as_more_than_a_ref_is_a_defect(string name)
    {
        using var repo = new ScratchRepository();
        var one = repo.Commit("one");
        await Assert.ThrowsAsync<ArgumentException>(() => new RefStore(repo.Common).ApplyAsync([RefChange.Create(name, one)]));
    }

    [Fact]
    public async Task A_lock_that_another_process_holds_is_told_apart()
    {
        using var repo = new ScratchRepository();
        var one = repo.Commit("one");
        Directory.CreateDirectory(Path.Combine(repo.Common, "refs", "tutti"));
        File.WriteAllText(Path.Combine(repo.Common, "refs", "tutti", "a.lock"), "");
        Assert.Equal("ref_locked", (await new RefStore(repo.Common).ApplyAsync([RefChange.Create("refs/tutti/a", one)]))!.Code);
    }
}
