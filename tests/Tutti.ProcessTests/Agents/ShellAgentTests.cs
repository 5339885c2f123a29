using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Agents;

public sealed class ShellAgentTests : IAsyncDisposable
{
    private readonly AttemptLab _lab = new();
    private readonly ShellAgent _agent = new();
    private int _number;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task The_command_runs_in_the_slot_with_the_documented_variables()
    {
        // Harmless names: other tests run in this process meanwhile.
        Environment.SetEnvironmentVariable("GIT_TUTTI_TEST", "/elsewhere");
        Environment.SetEnvironmentVariable("ANTHROPIC_TUTTI_TEST", "secret");
        var entry = new AgentEntry("shell", Env: new Dictionary<string, string> { ["MINE"] = "yes", ["GIT_WORK_TREE"] = "/x", ["TUTTI_NONCE"] = "forged" });
        var request = Request("env -0; pwd; cat \"$TUTTI_PROMPT\"") with { Entry = entry };
        var conclusion = await Run(request);
        Assert.Null(conclusion.Error);
        var output = File.ReadAllText(request.Folder.Stdout).Split('\0');
        Assert.Equal($"{_lab.Slot}\nthe prompt", output[^1]);
        var seen = output[..^1].Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        var expected = new Dictionary<string, string>
        {
            ["TUTTI_TASK"] = "auth",
            ["TUTTI_STAGE"] = "develop",
            ["TUTTI_ATTEMPT"] = "3",
            ["TUTTI_SESSION"] = "2026-01-01-001",
            ["TUTTI_PROMPT"] = request.Folder.Prompt,
            ["TUTTI_RESULT"] = request.Folder.Result,
            ["TUTTI_NONCE"] = request.Nonce,
            ["TUTTI_PORT_BASE"] = "4100",
            ["TUTTI_BASE"] = "0123abc",
            ["PWD"] = _lab.Slot,
            ["MINE"] = "yes",
        };
        foreach (var (name, value) in expected)
            Assert.Equal(value, seen[name]);
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("GIT_") || name.StartsWith("ANTHROPIC_"));
    }

    [Fact]
    public async Task A_failing_command_is_a_failure_with_its_last_words()
    {
        var conclusion = await Run(Request("echo working; echo 'cannot find it' >&2; exit 3"));
        Assert.Equal(("agent_failed", FailureCategory.Agent), (conclusion.Error!.Code, conclusion.Error.Category));
        Assert.Contains("exit code 3", conclusion.Error.Message);
        Assert.Equal("working\ncannot find it", conclusion.Error.Detail);
    }

    [Fact]
    public async Task A_result_file_is_read_and_carries_its_corrections()
    {
        var conclusion = await Run(Request("""
            printf '{"nonce":"%s","verdict":"corrections_needed","summary":"s","corrections":[{"severity":"minor","file":"a","line":1,"message":"m"}]}' "$TUTTI_NONCE" >"$TUTTI_RESULT"
            """));
        Assert.Null(conclusion.Error);
        Assert.Equal(Verdict.CorrectionsNeeded, conclusion.Result!.Verdict);
        Assert.Equal([new Correction(Severity.Minor, "a", 1, "m")], conclusion.Result.Corrections);
    }

    [Fact]
    public async Task One_that_says_blocked_has_failed_with_its_reason()
    {
        var conclusion = await RunAgent("result blocked no access to the database");
        Assert.Equal("agent_blocked", conclusion.Error!.Code);
        Assert.Contains("no access to the database", conclusion.Error.Message);
    }

    [Theory]
    [InlineData("raw-result {\"nonce\":\"another\",\"verdict\":\"approved\"}", "nonce")]
    [InlineData("raw-result not json", "no JSON")]
    [InlineData("write /dev/null x", null)]
    public async Task A_result_that_is_not_the_attempts_is_a_failure(string step, string? why)
    {
        var conclusion = await RunAgent(step);
        Assert.Null(conclusion.Result);
        Assert.Equal(why is null ? null : "result_invalid", conclusion.Error?.Code);
        Assert.Contains(why ?? "", conclusion.Error?.Message ?? "");
    }

    [Theory]
    [InlineData("mkfifo \"$TUTTI_RESULT\"", "empty")]
    [InlineData("ln -s /etc/passwd \"$TUTTI_RESULT\"", "plain file")]
    [InlineData("mkdir \"$TUTTI_RESULT\"", "plain file")]
    [InlineData("head -c 2000000 /dev/zero >\"$TUTTI_RESULT\"", "2000000 bytes")]
    public async Task A_trap_in_the_results_place_is_a_failure_and_holds_nobody_up(string script, string why)
    {
        var conclusion = await Run(Request(script)).WaitAsync(Waits.Patience);
        Assert.Equal("result_invalid", conclusion.Error!.Code);
        Assert.Contains(why, conclusion.Error.Message);
    }

    [Fact]
    public async Task A_signal_word_counts_where_there_is_no_file()
    {
        Assert.Equal(Verdict.Rejected, (await Run(Request("echo looked; echo '<promise>TASK_REJECTED: tests fail</promise>'"))).Result!.Verdict);
        Assert.Equal(Verdict.Done, (await RunAgent("lie")).Result!.Verdict);
        Assert.Null((await Run(Request("echo nothing to say"))).Result);
    }

    [Fact]
    public async Task A_file_wins_over_words()
    {
        Assert.Equal(Verdict.Rejected, (await RunAgent("result rejected no", "print TASK_APPROVED")).Result!.Verdict);
    }

    [Fact]
    public async Task P26_binary_output_is_shown_as_text()
    {
        var conclusion = await RunAgent("binary 100000", "exit 1");
        Assert.DoesNotContain(conclusion.Tail, c => char.IsControl(c) && c is not ('\n' or '\t'));
        Assert.True(conclusion.Tail.Length <= 2 * OutputTail.Default);
    }

    [Theory]
    [InlineData(ExitCause.TimedOut, "attempt_timed_out", FailureCategory.Timeout)]
    [InlineData(ExitCause.Stalled, "attempt_stalled", FailureCategory.Timeout)]
    [InlineData(ExitCause.Lost, "attempt_lost", FailureCategory.Agent)]
    public void An_attempt_that_did_not_end_by_itself_says_how(ExitCause cause, string code, FailureCategory category)
    {
        var request = Request("true");
        var error = _agent.Conclude(request, new AttemptExit(null, null, DateTimeOffset.UtcNow, cause), null).Error!;
        Assert.Equal((code, category), (error.Code, error.Category));
    }

    [Fact]
    public void Nothing_to_run_is_refused_with_a_hint()
    {
        var failure = Assert.Throws<FailureException>(() => _agent.Prepare(Request(null))).Failure;
        Assert.Equal("shell_without_run", failure.Code);
    }

    [Fact]
    public void The_catalog_knows_the_shell_and_says_what_else_it_knows()
    {
        Assert.IsType<ShellAgent>(AgentCatalog.For("shell", null));
        Assert.IsType<ShellAgent>(AgentCatalog.For("mine", new AgentEntry("shell")));
        Assert.Contains("shell", Assert.Throws<FailureException>(() => AgentCatalog.For("shel", null)).Failure.Hint);
        Assert.True(_agent.Find(null).Found);
    }

    private Task<AttemptConclusion> RunAgent(params string[] steps)
    {
        var script = Path.Combine(_lab.Root, Guid.NewGuid().ToString("n"));
        File.WriteAllLines(script, steps);
        return Run(Request($"'{AttemptLab.FakeAgent}' '@{script}'"));
    }

    private async Task<AttemptConclusion> Run(AttemptRequest request)
    {
        await AttemptProcess.StartAsync(request.Folder, _agent.Prepare(request));
        return _agent.Conclude(request, await AttemptLab.Watch(request.Folder), null);
    }

    private AttemptRequest Request(string? run) => new(
        "2026-01-01-001", "auth", "develop", 3, Guid.NewGuid().ToString("n"), _lab.Slot, "0123abc", 4100, new AgentChoice(AgentChoice.Shell),
        null, "the prompt", run, _lab.Folder(number: ++_number), _lab.Root);
}
