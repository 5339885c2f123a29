using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Commands;

public sealed class PoolCommandTests : IDisposable
{
    private readonly ToolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    private async Task<(string Slot, string Path, string Branch)> Acquire(string task)
    {
        var parts = (await _lab.Says(0, "pool", "acquire", task)).Split('|');
        return (parts[0], parts[1], parts[2]);
    }

    [Fact]
    public async Task A_slot_leased_by_hand_stays_leased_after_its_process_and_is_the_same_when_asked_again()
    {
        var first = await Acquire("login");
        Assert.Equal(("wt-1", Path.Combine(_lab.Root, "wt-1"), "feature/task-login"), first);
        Assert.Equal(first, await Acquire("login"));
        Assert.Equal("wt-2", (await Acquire("mail")).Slot);
        var cleanup = await _lab.Json(0, "pool", "cleanup");
        Assert.Equal(2, cleanup.GetProperty("kept").GetArrayLength());
        var slot = (await _lab.Json(0, "pool", "status")).GetProperty("slots")[0];
        Assert.Equal(("leased", "manual", "login", false), (slot.GetProperty("state").GetString(), slot.GetProperty("session").GetString(), slot.GetProperty("task").GetString(), slot.GetProperty("stale").GetBoolean()));
        Assert.Equal("The pool is well.", await _lab.Says(0, "pool", "health"));
    }

    [Fact]
    public async Task Merge_brings_clean_branches_onto_the_target_and_tells_the_conflict()
    {
        foreach (var (task, file, text) in new[] { ("a", "one.txt", "a\n"), ("b", "two.txt", "b\n"), ("c", "one.txt", "c\n"), ("d", "dirty.txt", "d\n") })
        {
            var (_, path, _) = await Acquire(task);
            PoolLab.Write(path, file, text);
            if (task != "d")
                PoolLab.Commit(path, task);
        }

        var before = _lab.Git("rev-parse", "main");
        var merged = await _lab.Json(4, "pool", "merge");
        Assert.Equal(["merged", "merged", "conflict", "dirty"], merged.GetProperty("slots").EnumerateArray().Select(s => s.GetProperty("result").GetString()));
        Assert.Equal("one.txt", merged.GetProperty("slots")[2].GetProperty("paths")[0].GetString());
        Assert.Equal((before, _lab.Git("rev-parse", "main")), (merged.GetProperty("before").GetString(), merged.GetProperty("after").GetString()));
        Assert.Equal("a\n", File.ReadAllText(Path.Combine(_lab.Top, "one.txt")));
        Assert.Equal("", _lab.Git("status", "--porcelain"));

        Assert.Contains("was merged, and is gone", await _lab.Says(0, "pool", "release", "wt-1"));
        Assert.Contains("its branch feature/task-c stays", await _lab.Says(0, "pool", "release", "c"));
        Assert.Contains("is kept", await _lab.Says(4, "pool", "release", "wt-4"));
        Assert.Equal("d\n", File.ReadAllText(Path.Combine(_lab.Root, "wt-4", "dirty.txt")));
    }

    [Theory]
    [InlineData("wt-1")]
    [InlineData("login")]
    public async Task A_release_that_was_killed_drops_the_merged_branch_when_it_is_asked_again(string name)
    {
        await Acquire("login");
        var killed = await _lab.Shell(_lab.Top, "TUTTI_FAILPOINTS=pool.replaced exec $1 pool release wt-1");
        Assert.NotInRange(killed.ExitCode, 0, 130);
        Assert.Contains("feature/task-login", _lab.Git("branch"));
        Assert.Contains("was merged, and is gone", await _lab.Says(0, "pool", "release", name));
        Assert.Equal("* main", _lab.Git("branch"));
        Assert.Contains("is free already", await _lab.Says(0, "pool", "release", name));
    }

    [Fact]
    public async Task A_slot_of_a_lost_record_is_told_how_it_comes_back()
    {
        var (slot, path, _) = await Acquire("login");
        File.Delete(Path.Combine(_lab.State, "pool.json"));
        Assert.Contains("then: tutti pool cleanup", await _lab.Says(4, "pool", "health"));
        Assert.Contains("then: tutti pool cleanup", (await _lab.Tutti("pool", "release", slot)).Error);
        Assert.Contains($"Removed: {slot}", await _lab.Says(0, "pool", "cleanup"));
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task What_breaks_the_verify_commands_as_merged_is_left_out()
    {
        _lab.Write(".tutti.yaml", "verify: [\"test ! -e bad.txt\"]\n");
        var (_, bad, _) = await Acquire("bad");
        PoolLab.Write(bad, "bad.txt", "x\n");
        PoolLab.Commit(bad, "bad");
        var (_, good, _) = await Acquire("good");
        PoolLab.Write(good, "good.txt", "x\n");
        PoolLab.Commit(good, "good");
        var merged = await _lab.Json(4, "pool", "merge");
        Assert.Equal(["red", "merged"], merged.GetProperty("slots").EnumerateArray().Select(s => s.GetProperty("result").GetString()));
        Assert.True(File.Exists(Path.Combine(_lab.Top, "good.txt")));
        Assert.False(File.Exists(Path.Combine(_lab.Top, "bad.txt")));
        Assert.Equal("", _lab.Git("for-each-ref", "refs/heads/tutti"));
    }

    // Git dies of one that is longer than its stack.
    [Fact]
    public async Task A_name_that_no_branch_can_have_is_no_branch()
    {
        var merged = await _lab.Tutti("pool", "merge", new string('x', 100_000));
        Assert.Equal(2, merged.ExitCode);
        Assert.Contains("there is no branch 'xxx", merged.Error);
        Assert.True(merged.Error.Length < 1000);
    }

    [Fact]
    public async Task A_slot_that_does_not_exist_is_answered_with_the_nearest()
    {
        await _lab.Says(0, "pool", "init", "2");
        var result = await _lab.Tutti("pool", "release", "wt-11");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is no slot 'wt-11'", result.Error);
        Assert.Contains("did you mean 'wt-1'?", result.Error);
        Assert.Equal(2, (await _lab.Tutti("pool", "init", "0")).ExitCode);
        Assert.Equal("Removed: wt-1 wt-2", await _lab.Says(0, "pool", "cleanup"));
    }
}
