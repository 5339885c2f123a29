namespace Tutti.ProcessTests.Commands;

public sealed class CleanCommandTests : IDisposable
{
    private const string Whole = """
        version: 1
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > one.txt" }
        """;

    private const string Torn = """
        version: 1
        tasks:
          - { id: good, title: Good, agent: shell, run: "echo 1 > good.txt" }
          - { id: bad, title: Bad, agent: shell, run: "echo 1 > bad.txt; exit 3" }
        """;

    private readonly ToolLab _lab = new();

    public CleanCommandTests() => _lab.Write(".git/info/exclude", ".tutti.yaml\n");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_completed_session_goes_whole_and_its_work_stays_on_the_target()
    {
        var id = await _lab.Session(0, Whole);
        var head = _lab.Git("rev-parse", "main");
        var dry = (await _lab.Json(0, "clean", "success", "--dry-run")).GetProperty("sessions")[0];
        Assert.Equal((id, true), (dry.GetProperty("id").GetString(), dry.GetProperty("removed").GetBoolean()));
        Assert.True(Directory.Exists(Path.Combine(_lab.State, "sessions", id)));
        Assert.NotEqual("", _lab.Git("for-each-ref", "refs/tutti"));

        await _lab.Says(0, "clean", "success");
        Assert.False(Directory.Exists(Path.Combine(_lab.State, "sessions", id)));
        Assert.Equal("", _lab.Git("for-each-ref", "refs/tutti"));
        Assert.Equal((head, ""), (_lab.Git("rev-parse", "main"), _lab.Git("fsck", "--unreachable", "--no-reflogs", "--no-progress")));
        Assert.Equal("There is no such session.", await _lab.Says(0, "clean", "all"));
    }

    [Fact]
    public async Task Commits_that_are_nowhere_else_stay_until_they_are_given_up()
    {
        _lab.Write(".tutti.yaml", "limits: { retries: 1 }\n");
        var id = await _lab.Session(1, Torn);
        Assert.Equal("There is no such session.", await _lab.Says(0, "clean", "success"));
        var kept = (await _lab.Json(0, "clean", "failed")).GetProperty("sessions")[0];
        Assert.False(kept.GetProperty("removed").GetBoolean());
        Assert.NotEqual(0, kept.GetProperty("kept").GetArrayLength());
        var bad = _lab.Git("for-each-ref", "--format=%(objectname)", $"refs/tutti/{id}/bad").Split('\n')[^1];
        Assert.Equal("1", _lab.Git("show", $"{bad}:bad.txt"));

        var forced = await _lab.Tutti("clean", "failed", id, "--force");
        Assert.Equal(0, forced.ExitCode);
        Assert.Contains(bad, forced.Error);
        Assert.Equal(("", "* main"), (_lab.Git("for-each-ref", "refs/tutti"), _lab.Git("branch")));
    }

    [Fact]
    public async Task A_session_with_a_damaged_journal_blocks_no_other_command_and_can_be_given_up()
    {
        var id = await _lab.Session(0, Whole);
        var journal = Path.Combine(_lab.State, "sessions", id, "journal.jsonl");
        var bytes = File.ReadAllBytes(journal);
        bytes[100] ^= 1;
        File.WriteAllBytes(journal, bytes);

        Assert.Equal(70, (await _lab.Tutti("status")).ExitCode);
        await _lab.Says(0, "pool", "status");
        await _lab.Says(0, "pool", "health");
        Assert.Contains("is damaged at byte 0", (await _lab.Tutti("doctor")).Text, StringComparison.Ordinal);
        Assert.Contains($"(tutti clean all {id} --force)", await _lab.Says(0, "clean", "all"), StringComparison.Ordinal);
        Assert.Contains("--force gives it up", await _lab.Says(0, "clean", "all", id), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(journal));

        await _lab.Says(0, "clean", "all", id, "--force");
        Assert.Equal("", _lab.Git("for-each-ref", $"refs/tutti/{id}"));
        Assert.False(Directory.Exists(Path.GetDirectoryName(journal)));
        Assert.Equal("1", _lab.Git("show", "main:one.txt"));
    }

    [Fact]
    public async Task A_branch_that_somebody_went_on_with_is_never_deleted()
    {
        _lab.Write(".tutti.yaml", "limits: { retries: 1 }\n");
        var id = await _lab.Session(1, Torn);
        var bad = _lab.Git("for-each-ref", "--format=%(objectname)", $"refs/tutti/{id}/bad").Split('\n')[^1];
        _lab.Git("checkout", "-q", "-B", "feature/task-bad", bad);
        _lab.Git("commit", "-q", "--allow-empty", "-m", "mine");
        var mine = _lab.Git("rev-parse", "HEAD");
        _lab.Git("checkout", "-q", "main");
        var said = await _lab.Says(0, "clean", "failed", "--force");
        Assert.Contains("it has moved on since this session", said);
        Assert.Equal(mine, _lab.Git("rev-parse", "feature/task-bad"));
    }

    // What the agent left is no repository any more; git is not asked, and the pipe is not waited for.
    [Theory]
    [InlineData("ln -s nowhere .git")]
    [InlineData("mkfifo .git")]
    public async Task A_slot_whose_git_file_an_agent_has_replaced_is_kept(string how)
    {
        var id = await _lab.Session(4, $$"""
            version: 1
            tasks:
              - { id: one, title: One, agent: shell, run: "echo 1 > one.txt; rm .git; {{how}}" }
            """);
        var said = await _lab.Says(0, "clean", "all", id, "--force");
        Assert.Contains("kept slot wt-1: its .git file is not as git wrote it", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_lab.Top + ".worktrees", "wt-1", "one.txt")));
    }

    [Fact]
    public async Task A_session_that_can_be_resumed_is_left_alone()
    {
        var id = await _lab.Session(4, Whole, "--land", "review");
        Assert.Contains("it can be resumed", await _lab.Says(0, "clean", "all"));
        Assert.NotEqual("", _lab.Git("for-each-ref", $"refs/heads/tutti/{id}"));
        Assert.Equal(2, (await _lab.Tutti("clean", "success", id)).ExitCode);
        Assert.Equal(2, (await _lab.Tutti("clean", "sucess")).ExitCode);
    }
}
