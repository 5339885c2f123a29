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
    public async Task A_session_that_landed_nothing_is_answered_so()
    {
        await _lab.Session(4, Plan, "--land", "review");
        var result = await _lab.Tutti("undo");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has nothing on main", result.Error);
    }
}
