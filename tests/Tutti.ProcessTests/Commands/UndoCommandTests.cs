using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Commands;

public sealed class UndoCommandTests : IDisposable
{
    private const string Plan = """
        version: 1
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > one.txt" }
          - { id: two, title: Two, agent: shell, run: "echo 2 > two.txt", depends_on: [one] }
        """;

    private readonly ToolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task What_a_session_landed_is_taken_back_and_and_kept()
    {
        var before = _lab.Git("rev-parse", "main");
        await _lab.Says(0, "run", "--from", _lab.Write("plan.yaml", Plan), "--yes", "--display", "plain");
        var landed = _lab.Git("rev-parse", "main");
        Assert.True(File.Exists(Path.Combine(_lab.Top, "two.txt")));

        var undone = await _lab.Json(0, "undo");
        Assert.Equal((landed, before), (undone.GetProperty("from").GetString(), undone.GetProperty("to").GetString()));
        Assert.Equal((before, landed), (_lab.Git("rev-parse", "main"), _lab.Git("rev-parse", undone.GetProperty("kept_at").GetString()!)));
        Assert.False(File.Exists(Path.Combine(_lab.Top, "one.txt")));
        Assert.True(File.Exists(Path.Combine(_lab.Top, "plan.yaml")));

        var again = await _lab.Tutti("undo");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("it was undone before", again.Error);
        var resumed = await _lab.Tutti("resume", undone.GetProperty("session").GetString()!);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("was taken back by", resumed.Error);
        Assert.Contains("there is nothing to resume", resumed.Error);
        Assert.Equal(before, _lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task What_somebody_has_built_on_stays()
    {
        var id = await _lab.Session(0, Plan);
        _lab.Git("commit", "-q", "--allow-empty", "-m", "mine");
        var mine = _lab.Git("rev-parse", "main");
        var result = await _lab.Tutti("undo", id);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("was built on since", result.Error);
        Assert.Equal(mine, _lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task A_target_that_is_gone_is_told_with_how_it_comes_back()
    {
        _lab.Git("branch", "side");
        var before = _lab.Git("rev-parse", "side");
        await _lab.Session(0, Plan, "--target", "side");
        var landed = _lab.Git("rev-parse", "side");
        _lab.Git("branch", "-D", "side");
        var result = await _lab.Tutti("undo");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"git branch side {before[..10]}", result.Error);
        Assert.Contains($"git branch side {landed[..10]}", result.Error);
    }

    [Fact]
    public async Task A_session_that_never_started_hides_no_other_and_undo_asks_which_is_meant()
    {
        var id = await _lab.Session(0, Plan);
        var landed = _lab.Git("rev-parse", "main");
        // As a run or a restore leaves it that is killed before its first event, or that is about to write it.
        var never = Directory.CreateDirectory(Path.Combine(_lab.State, "sessions", id[..^3] + "900")).FullName;
        await File.WriteAllTextAsync(Path.Combine(never, "claim"), "");

        Assert.Equal(id, (await _lab.Json(0, "checkpoint", "list")).GetProperty("session").GetString());
        Assert.Equal(id, (await _lab.Json(0, "replay")).GetProperty("session").GetString());
        Assert.Contains(id, await _lab.Says(0, "report"), StringComparison.Ordinal);
        var undo = await _lab.Tutti("undo");
        Assert.Equal(2, undo.ExitCode);
        Assert.Contains($"tutti undo {id}", undo.Error, StringComparison.Ordinal);
        Assert.Equal(landed, _lab.Git("rev-parse", "main"));
        await _lab.Says(0, "undo", id);
    }

    [Fact]
    public async Task A_session_that_landed_nothing_is_answered_so()
    {
        await _lab.Session(4, Plan, "--land", "review");
        var result = await _lab.Tutti("undo");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has nothing on main", result.Error);
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task In_every_style_all_goes_back_that_is_the_sessions_and_nothing_that_is_not(string style)
    {
        _lab.Write(".git/info/exclude", ".tutti.yaml\n");
        _lab.Write(".tutti.yaml", $"min_tasks: 1\nmerge_style: {style}\n");
        var before = _lab.Git("rev-parse", "main");
        var first = await _lab.Session(0, Several("first"));
        var between = _lab.Git("rev-parse", "main");
        Assert.Equal("first", _lab.Git("show", "main:one.txt"));

        // Someone's commit on top: refused, with who and what.
        _lab.Git("-c", "user.name=Ada", "commit", "-q", "--allow-empty", "-m", "on top of it");
        var mine = _lab.Git("rev-parse", "main");
        var refused = await _lab.Tutti("undo", first);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("Ada: on top of it", refused.Error);
        Assert.Equal(mine, _lab.Git("rev-parse", "main"));
        _lab.Git("reset", "-q", "--hard", between);

        // A second session on top is built on it too; taken back itself, the first can be.
        var second = await _lab.Session(0, Several("second"));
        var both = _lab.Git("rev-parse", "main");
        refused = await _lab.Tutti("undo", first);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("was built on since", refused.Error);
        Assert.Equal(both, _lab.Git("rev-parse", "main"));
        await _lab.Says(0, "undo", second);
        Assert.Equal((between, "first"), (_lab.Git("rev-parse", "main"), _lab.Git("show", "main:one.txt")));
        await _lab.Says(0, "undo", first);
        Assert.Equal((before, ""), (_lab.Git("rev-parse", "main"), _lab.Git("status", "--porcelain")));
        Assert.Equal((between, both), (_lab.Git("rev-parse", $"refs/tutti/{first}/undone"), _lab.Git("rev-parse", $"refs/tutti/{second}/undone")));
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task An_integration_branch_that_was_taken_is_taken_back(string style)
    {
        _lab.Write(".git/info/exclude", ".tutti.yaml\n");
        _lab.Write(".tutti.yaml", $"min_tasks: 1\nmerge_style: {style}\n");
        var id = await _lab.Session(4, Several("work"), "--land", "review");
        PoolLab.Write(_lab.Top, "mine.txt", "mine\n");
        PoolLab.Commit(_lab.Top, "mine");
        var before = _lab.Git("rev-parse", "main");
        await _lab.Says(0, "merge", "automatic", "--display", "plain");
        var landed = _lab.Git("rev-parse", "main");
        Assert.Equal(("work", "mine"), (_lab.Git("show", "main:one.txt"), _lab.Git("show", "main:mine.txt")));

        // A change of the user's in the way keeps it where it is.
        PoolLab.Write(_lab.Top, "one.txt", "changed\n");
        Assert.Equal(4, (await _lab.Tutti("undo", id)).ExitCode);
        Assert.Equal((landed, "changed\n"), (_lab.Git("rev-parse", "main"), File.ReadAllText(Path.Combine(_lab.Top, "one.txt"))));
        _lab.Git("checkout", "-q", "one.txt");
        await _lab.Says(0, "undo", id);
        Assert.Equal((before, ""), (_lab.Git("rev-parse", "main"), _lab.Git("status", "--porcelain")));
        Assert.Equal(landed, _lab.Git("rev-parse", $"refs/tutti/{id}/undone"));
    }

    [Fact]
    public async Task The_boxes_of_a_list_that_were_ticked_are_open_again()
    {
        _lab.Write(".git/info/exclude", ".tutti.yaml\nTASKS.md\n");
        _lab.Write(".tutti.yaml", "agents: { shell: { command: \"echo $TUTTI_TASK > $TUTTI_TASK.txt\" } }\n");
        var list = _lab.Write("TASKS.md", "- [x] Long done\n- [ ] One\n- [ ] Two (depends: 2)\n");
        await _lab.Says(0, "run", "--from", "markdown", "-a", "shell", "--yes", "--display", "plain");
        var ticked = await File.ReadAllTextAsync(list);

        await _lab.Says(0, "undo");

        Assert.Equal("- [x] Long done\n- [x] One\n- [x] Two (depends: 2)\n", ticked);
        Assert.Equal("- [x] Long done\n- [ ] One\n- [ ] Two (depends: 2)\n", await File.ReadAllTextAsync(list));
    }

    // One and two side by side, three after both, each of two commits, all over the same files as a session before.
    private static string Several(string word) => $$"""
        version: 1
        verify: ["true"]
        tasks:
          - { id: one, title: One, agent: shell, run: "echo {{word}} > one.txt; git add -A; git commit -qm part; echo {{word}} > more-one.txt" }
          - { id: two, title: Two, agent: shell, run: "echo {{word}} > two.txt; git add -A; git commit -qm part; echo {{word}} > more-two.txt" }
          - { id: three, title: Three, agent: shell, run: "echo {{word}} > three.txt", depends_on: [one, two] }
        """;
}
