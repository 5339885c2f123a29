using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Commands;

public sealed class MergeCommandTests : IDisposable
{
    private const string Plan = """
        version: 1
        verify: ["test ! -e forbidden.txt"]
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > one.txt" }
          - { id: two, title: Two, agent: shell, run: "echo 2 > two.txt", depends_on: [one] }
        """;

    private const string Clash = """
        version: 1
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > same.txt" }
          - { id: two, title: Two, agent: shell, run: "echo 2 > same.txt" }
        """;

    private readonly ToolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    // A session that ends with a conflict.
    private async Task ClashAsync(params string[] options)
    {
        _lab.Write(".git/info/exclude", ".tutti.yaml\n");
        _lab.Write(".tutti.yaml", "min_tasks: 2\n");
        await _lab.Session(4, Clash, options);
    }

    // A person opens it and resolves it, in the slot that is returned.
    private async Task<string> ResolveAsync(string conflicting)
    {
        var slot = (await _lab.Says(4, "merge", "manual", conflicting)).Split('|')[1];
        File.WriteAllText(Path.Combine(slot, "same.txt"), "1\n2\n");
        PoolLab.Git(slot, "add", "same.txt");
        return slot;
    }

    // Who of the two did not land.
    private string Conflicting => MainFile("same.txt") == "1" ? "two" : "one";

    private string MainFile(string name) => _lab.Git("show", $"main:{name}");

    [Theory]
    [InlineData("review")]
    [InlineData("manual")]
    public async Task What_waits_is_taken_to_the_target(string mode)
    {
        var id = await _lab.Session(4, Plan, "--land", mode);
        var before = _lab.Git("rev-parse", "main");
        var review = await _lab.Json(0, "merge", "review");
        Assert.Equal(["clean", "clean"], review.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("merges").GetString()));
        Assert.Equal("green as merged", review.GetProperty("tasks")[0].GetProperty("verified").GetString());
        Assert.Contains("git merge --no-ff feature/task-one", await _lab.Says(0, "merge", "manual"));
        Assert.Equal("git merge --no-ff feature/task-one", (await _lab.Json(0, "merge", "manual")).GetProperty("tasks")[0].GetProperty("command").GetString());
        Assert.Equal(before, _lab.Git("rev-parse", "main"));

        await _lab.Says(0, "merge", "automatic", "--display", "plain");
        Assert.Equal(("1", "2"), (MainFile("one.txt"), MainFile("two.txt")));
        Assert.Equal("", _lab.Git("for-each-ref", "refs/heads/tutti", "refs/heads/feature", $"refs/tutti/{id}/integration"));
        Assert.Equal("", _lab.Git("status", "--porcelain"));
        Assert.Contains("nothing that waits", (await _lab.Tutti("merge", "automatic")).Error);
    }

    [Fact]
    public async Task Where_nothing_waits_the_session_of_which_something_does_is_named()
    {
        var id = await _lab.Session(4, Plan, "--land", "review");
        var later = await _lab.Session(0, "version: 1\ntasks:\n  - { id: three, title: Three, agent: shell, run: \"echo 3 > three.txt\" }\n");
        var said = $"Session {later} has nothing that waits to be merged; session {id} has: --session {id}.";
        Assert.Contains(said, (await _lab.Tutti("merge", "automatic")).Error);
        foreach (var words in new string[][] { ["automatic", "--dry-run"], ["manual"], ["review"] })
            Assert.Contains(said, await _lab.Says(0, ["merge", .. words]));
        await _lab.Says(0, "merge", "automatic", "--session", id, "--display", "plain");
        Assert.Equal(("1", "2", "3"), (MainFile("one.txt"), MainFile("two.txt"), MainFile("three.txt")));
        Assert.EndsWith("has nothing that waits to be merged.", (await _lab.Tutti("merge", "automatic")).Error.TrimEnd());
    }

    [Fact]
    public async Task On_a_target_that_has_moved_all_is_merged_and_verified_anew()
    {
        await _lab.Session(4, Plan, "--land", "review");
        PoolLab.Write(_lab.Top, "mine.txt", "m\n");
        PoolLab.Commit(_lab.Top, "mine");
        var mine = _lab.Git("rev-parse", "main");
        Assert.True((await _lab.Json(0, "merge", "review")).GetProperty("target_moved").GetBoolean());
        await _lab.Says(0, "merge", "automatic", "--display", "plain");
        Assert.Equal(("1", "2", "m"), (MainFile("one.txt"), MainFile("two.txt"), MainFile("mine.txt")));
        _lab.Git("merge-base", "--is-ancestor", mine, "main");
        Assert.Equal("", _lab.Git("for-each-ref", "refs/heads/tutti"));
    }

    [Fact]
    public async Task What_is_red_on_the_moved_target_does_not_land()
    {
        await _lab.Session(4, Plan, "--land", "review");
        PoolLab.Write(_lab.Top, "forbidden.txt", "m\n");
        PoolLab.Commit(_lab.Top, "mine");
        var mine = _lab.Git("rev-parse", "main");
        await _lab.Says(4, "merge", "automatic", "--display", "plain");
        Assert.Equal(mine, _lab.Git("rev-parse", "main"));
        Assert.Equal("feature/task-one\nfeature/task-two", _lab.Git("branch", "--format=%(refname:short)", "--list", "feature/*"));

        // Mended by hand on the target, both land after all.
        _lab.Git("rm", "-q", "forbidden.txt");
        PoolLab.Commit(_lab.Top, "mended");
        await _lab.Says(0, "merge", "automatic", "--display", "plain");
        Assert.Equal(("1", "2"), (MainFile("one.txt"), MainFile("two.txt")));
        Assert.Equal("* main", _lab.Git("branch"));
    }

    [Fact]
    public async Task A_conflict_is_opened_in_a_slot_resolved_and_lands()
    {
        await ClashAsync();
        var conflicting = Conflicting;
        var review = (await _lab.Json(4, "merge", "review")).GetProperty("tasks")[0];
        Assert.Equal("conflict", review.GetProperty("merges").GetString());
        var detail = review.GetProperty("conflict_details")[0];
        Assert.Equal(("same.txt", "add_add"), (detail.GetProperty("path").GetString(), detail.GetProperty("kind").GetString()));
        Assert.Equal(conflicting == "two" ? "one" : "two", detail.GetProperty("ours")[0].GetProperty("task").GetString());
        Assert.Contains("=======", detail.GetProperty("hunks")[0].GetProperty("text").GetString());
        Assert.Contains("conflict: same.txt (add add)", (await _lab.Tutti("merge", "review")).Text);
        var still = await _lab.Tutti("merge", "automatic", "--display", "plain");
        Assert.Equal(4, still.ExitCode);

        var opened = (await _lab.Says(4, "merge", "manual", conflicting)).Split('|');
        Assert.Equal(4, (await _lab.Tutti("merge", "manual", conflicting, "--continue")).ExitCode);
        Assert.Contains("<<<<<<<", File.ReadAllText(Path.Combine(opened[1], "same.txt")));
        File.WriteAllText(Path.Combine(opened[1], "same.txt"), "both\n");
        PoolLab.Git(opened[1], "add", "same.txt");
        Assert.Equal(opened, (await _lab.Says(4, "merge", "manual", conflicting)).Split('|'));
        var loses = await _lab.Tutti("merge", "manual", conflicting, "--continue");
        Assert.Equal(4, loses.ExitCode);
        Assert.Contains("the resolution loses something", loses.Error);
        Assert.Contains("--accept-loss", loses.Error);
        await _lab.Says(0, "merge", "manual", conflicting, "--continue", "--accept-loss", "--display", "plain");
        Assert.Equal("both", MainFile("same.txt"));
        Assert.Equal("* main", _lab.Git("branch"));
        Assert.DoesNotContain("leased", await _lab.Says(0, "pool", "status"));
    }

    [Fact]
    public async Task A_resolution_whose_landing_was_killed_lands_when_it_is_continued_again()
    {
        await ClashAsync();
        var conflicting = Conflicting;
        await ResolveAsync(conflicting);
        var killed = await _lab.Shell(_lab.Top, $"TUTTI_FAILPOINTS=move-target.before exec $1 merge manual {conflicting} --continue --display plain");
        Assert.NotInRange(killed.ExitCode, 0, 130);
        Assert.NotEqual("1\n2", MainFile("same.txt"));
        await _lab.Says(0, "merge", "manual", conflicting, "--continue", "--display", "plain");
        Assert.Equal("1\n2", MainFile("same.txt"));
        Assert.Equal("* main", _lab.Git("branch"));
    }

    [Theory]
    [InlineData("review")]
    [InlineData("manual")]
    public async Task A_conflict_with_what_is_integrated_is_shown_opened_resolved_and_lands(string mode)
    {
        await ClashAsync("--land", mode);
        var review = (await _lab.Json(4, "merge", "review")).GetProperty("tasks");
        Assert.Equal(["clean", "conflict"], review.EnumerateArray().Select(t => t.GetProperty("merges").GetString()));
        var conflicting = review[1].GetProperty("id").GetString()!;

        await ResolveAsync(conflicting);
        await _lab.Says(0, "merge", "manual", conflicting, "--continue", "--display", "plain");
        Assert.Equal("1\n2", MainFile("same.txt"));
        Assert.Equal("* main", _lab.Git("branch"));
    }

    [Theory]
    [InlineData("review")]
    [InlineData("manual")]
    public async Task What_is_integrated_is_where_it_is_told_to_be(string mode)
    {
        _lab.Write("one.txt", "of the user\n");
        var id = await _lab.Session(4, Plan, "--land", mode);
        var said = (await _lab.Tutti("merge", "manual")).Error;
        var named = said.Split("git merge --ff-only ")[1].Split('\n')[0];
        Assert.Equal(("1", "2"), (_lab.Git("show", $"{named}:one.txt"), _lab.Git("show", $"{named}:two.txt")));

        Assert.Contains(named, (await _lab.Tutti("status")).Text);
        Assert.Contains($"tutti/{id}", await _lab.Says(4, "merge", "automatic", "--display", "plain"));
        Assert.Equal(_lab.Git("rev-parse", named), _lab.Git("rev-parse", $"refs/heads/tutti/{id}"));
        File.Delete(Path.Combine(_lab.Top, "one.txt"));
        await _lab.Says(0, "merge", "automatic", "--display", "plain");
        Assert.Equal(("1", "2", "* main"), (MainFile("one.txt"), MainFile("two.txt"), _lab.Git("branch")));
        Assert.Equal("", _lab.Git("for-each-ref", named));
    }

    [Theory]
    [InlineData("after the branch")]
    [InlineData("before the slot is given back")]
    public async Task A_resolution_that_was_killed_while_it_was_taken_in_is_finished_when_it_is_continued_again(string where)
    {
        await ClashAsync();
        var conflicting = Conflicting;
        var slot = await ResolveAsync(conflicting);
        if (where == "after the branch")
            PoolLab.Git(slot, "update-ref", $"refs/heads/feature/task-{conflicting}", PoolLab.Git(slot, "commit-tree", "-p", "HEAD", "-p", "MERGE_HEAD", "-m", "resolved", PoolLab.Git(slot, "write-tree")));
        else
            Assert.NotInRange((await _lab.Shell(_lab.Top, $"TUTTI_FAILPOINTS=pool.written:1 exec $1 merge manual {conflicting} --continue --display plain")).ExitCode, 0, 130);
        await _lab.Says(0, "merge", "manual", conflicting, "--continue", "--display", "plain");
        Assert.Equal("1\n2", MainFile("same.txt"));
        Assert.Equal("* main", _lab.Git("branch"));
        Assert.DoesNotContain("leased", await _lab.Says(0, "pool", "status"));
    }

    [Fact]
    public async Task A_task_that_does_not_wait_is_refused()
    {
        await _lab.Session(0, Plan);
        Assert.Contains("is done", (await _lab.Tutti("merge", "automatic", "one")).Error);
        Assert.Contains("is done", (await _lab.Tutti("merge", "manual", "one", "--continue")).Error);
        var unknown = await _lab.Tutti("merge", "manual", "ones");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("did you mean 'one'?", unknown.Error);
    }
}
