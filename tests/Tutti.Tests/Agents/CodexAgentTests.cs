using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

public sealed class CodexAgentTests : AgentContract
{
    public override IEnumerable<(string Recording, int Exit, string Code)> Failures =>
    [
        ("err400", 1, AgentFailure.Other), ("err401", 1, AgentFailure.NotSignedIn), ("err429", 1, AgentFailure.RateLimited), ("err500", 1, AgentFailure.Overloaded),
    ];

    protected override IAgent Agent { get; } = new CodexAgent();

    [Fact]
    public void Cached_tokens_are_told_apart_from_what_was_sent()
    {
        Assert.Equal((1400, 112, 2700), Tokens(Read(Lines("commit"))));
    }

    [Fact]
    public void Usage_that_counts_on_over_a_resumed_thread_is_told_without_what_went_before()
    {
        var earlier = Request();
        var next = Request() with { Continue = new Continuation("t", earlier.Folder, new Usage(1400, 112, 2700)) };
        Assert.Equal((1400, 112, 2700), Tokens(Read(Lines("resumed"), next)));
        Assert.Equal((2800, 224, 5400), Tokens(Read(Lines("resumed"))));
    }

    [Fact]
    public void A_price_is_estimated_and_marked_where_the_model_is_known()
    {
        var usage = Read(Lines("commit"), Request() with { Choice = new AgentChoice("codex", "gpt-5.1-codex") }).Usage;
        Assert.True(usage is { Usd: > 0, Estimated: true });
    }

    [Fact]
    public void A_command_that_failed_is_a_failed_tool_and_no_failed_attempt()
    {
        Assert.Contains(Events(Lines("badshell")), e => e is AgentEvent.ToolUsed { Failed: true });
        Assert.Null(Conclude(Request(), Lines("badshell"), 0).Error);
    }

    [Fact]
    public void Trying_to_reconnect_is_told_with_its_reason()
    {
        Assert.All(Events(Lines("err429")).OfType<AgentEvent.Retrying>(), r => Assert.Equal(AgentFailure.RateLimited, r.Problem.Code));
        Assert.Equal(5, Events(Lines("err429")).OfType<AgentEvent.Retrying>().Count());
    }

    [Fact]
    public void Trying_to_reconnect_is_told_without_a_reason_too() =>
        Assert.Equal(AgentFailure.Network, Assert.IsType<AgentEvent.Retrying>(Assert.Single(Events(["""{"type":"error","message":"Reconnecting... 1/5"}"""]))).Problem.Code);

    [Fact]
    public void A_command_is_told_when_it_begins_and_once_more_where_it_failed()
    {
        var begun = Events(Lines("badshell").TakeWhile(line => !line.Contains("item.completed", StringComparison.Ordinal)));
        Assert.Single(begun.OfType<AgentEvent.ToolUsed>());
        Assert.Equal([false, true], Events(Lines("badshell")).OfType<AgentEvent.ToolUsed>().Select(tool => tool.Failed));
        Assert.Equal(["apply_patch", "shell"], Events(Lines("commit")).OfType<AgentEvent.ToolUsed>().Select(tool => tool.Name));
    }

    [Fact]
    public void What_its_sub_agents_are_told_is_a_tool_too()
    {
        const string item = """{"type":"item.started","item":{"id":"7","type":"collab_tool_call","tool":"spawn_agent","prompt":"look at it","status":"in_progress"}}""";
        Assert.Equal([new AgentEvent.ToolUsed("spawn_agent", "look at it")], Events([item, item.Replace("item.started", "item.completed", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("""{"id":"1","type":"mcp_tool_call","server":"docs","tool":"read","arguments":{"path":"a.md"},"status":"completed"}""", "docs.read", "a.md")]
    [InlineData("""{"id":"1","type":"mcp_tool_call","server":"docs","tool":"list","arguments":null,"status":"completed"}""", "docs.list", null)]
    [InlineData("""{"id":"1","type":"web_search","query":"how to","action":{"type":"search"}}""", "web_search", "how to")]
    [InlineData("""{"id":"1","type":"web_search","query":"","action":{"type":"open_page","url":"https://x"}}""", "web_search", "https://x")]
    public void Tools_of_servers_and_of_the_web_have_a_name_and_a_target(string item, string name, string? target) =>
        Assert.Equal([new AgentEvent.ToolUsed(name, target)], Events(new[] { "started", "completed" }.Select(step => $$"""{"type":"item.{{step}}","item":""" + item + "}")));

    // Nobody reads a clock in its stream: what it says counts from its end.
    [Theory]
    [InlineData("You've hit your usage limit. Try again in 3 days 2 hours.", 266_400)]
    [InlineData("unexpected status 429 Too Many Requests: slow down, retry after 7m12s", 432)]
    public void A_limit_ends_when_its_words_say_counted_from_its_end(string message, double seconds)
    {
        string[] lines = ["""{"type":"thread.started","thread_id":"t"}""", $$$"""{"type":"turn.failed","error":{"message":"{{{message}}}"}}"""];
        var conclusion = Conclude(Request(), lines, 1);
        Assert.Equal((AgentFailure.RateLimited, DateTimeOffset.UnixEpoch.AddSeconds(seconds)), (conclusion.Error?.Code, conclusion.ResetsAt));
        Assert.Contains("until 1970-01-", conclusion.Error!.Message);
    }

    [Fact]
    public void Until_when_a_limit_held_is_not_told_once_that_is_over()
    {
        var request = Request();
        var reading = Read(["""{"type":"turn.failed","error":{"message":"usage limit reached|1735689600"}}"""], request);
        string Told(long at) => Agent.Conclude(request, new AttemptExit(1, null, DateTimeOffset.FromUnixTimeSeconds(at), ExitCause.Exited), reading).Error!.Message;
        Assert.Contains("(until 2025-01-01 00:00:00 UTC)", Told(1735689000));
        Assert.DoesNotContain("until", Told(1795824000));
    }

    [Fact]
    public void An_error_without_a_turns_end_is_why_it_failed_and_one_that_it_got_over_or_that_came_after_is_not()
    {
        const string error = """{"type":"error","message":"unexpected status 401 Unauthorized: no"}""";
        Assert.Equal(AgentFailure.NotSignedIn, Conclude(Request(), [Lines("commit")[0], error], 1).Error?.Code);
        Assert.Null(Conclude(Request(), [Lines("commit")[0], error, .. Lines("commit")[1..]], 0).Error);
        Assert.Null(Conclude(Request(), [.. Lines("commit"), error], 0).Error);
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), [Lines("commit")[0], error, .. Lines("commit")[1..^1]], 1).Error?.Code);
    }

    private const string Refused = """2026-11-28T17:52:57.374469Z DEBUG codex_http_client::client: Request completed method=POST url=http://127.0.0.1:7801/v1/responses status=503 Service Unavailable headers={"server": "x", "retry-after": "3600", "content-length": "86"} version=HTTP/1.0""";
    private static readonly string Accepted = Refused.Replace("503 Service Unavailable", "200 OK", StringComparison.Ordinal);

    // It waits for as long as the provider asks, in silence: nothing on stdout tells of it.
    [Fact]
    public void What_it_tries_again_is_told_by_its_log()
    {
        var told = Assert.IsType<AgentEvent.Retrying>(Assert.Single(Heard(Refused)));
        Assert.Equal((AgentFailure.Overloaded, "HTTP 503 Service Unavailable, asked to wait 3600 s", TimeSpan.FromHours(1)), (told.Problem.Code, told.Problem.Message, told.After));
        var soon = Assert.IsType<AgentEvent.Retrying>(Assert.Single(Heard(Refused.Replace("\"retry-after\": \"3600\", ", "", StringComparison.Ordinal))));
        Assert.Equal(("HTTP 503 Service Unavailable", null), (soon.Problem.Message, soon.After));
        Assert.IsType<AgentEvent.Answered>(Assert.Single(Heard(Accepted)));
        foreach (var other in new[] { Refused.Replace("503 Service Unavailable", "401 Unauthorized", StringComparison.Ordinal), Refused.Replace("client:", "other:", StringComparison.Ordinal), "", "Error: no" })
            Assert.Empty(Heard(other));
    }

    [Fact]
    public void One_that_was_ended_while_it_waited_to_try_again_has_met_its_provider_and_not_silence()
    {
        Assert.Equal(AgentFailure.Overloaded, Stalled(Refused).Error?.Code);
        Assert.Equal("attempt_stalled", Stalled(Refused, Accepted).Error?.Code);
    }

    [Fact]
    public async Task Its_log_is_not_what_it_says()
    {
        Assert.Equal("Error: no rollout found for thread", Conclude(Request(), [], 1, stderr: $"{Accepted}\nError: no rollout found for thread\n{Accepted}").Error?.Detail);
        var told = new List<string>();
        await foreach (var line in AgentLines.OfErrorsAsync(new[] { Accepted, Refused, "WARNING: x" }.ToAsyncEnumerable(), Agent.Open(Request())!, TestContext.Current.CancellationToken))
            told.Add(line);
        Assert.Equal(["! HTTP 503 Service Unavailable, asked to wait 3600 s", "WARNING: x"], told);
    }

    [Fact]
    public void The_commands_it_runs_do_not_get_the_variable_of_its_log_and_what_the_user_says_of_it_stays()
    {
        var command = Agent.Prepare(Request());
        Assert.Contains("shell_environment_policy.exclude=[\"RUST_LOG\"]", command.Arguments);
        Assert.Contains("codex_http_client", command.Environment["RUST_LOG"]);

        var log = Prepared(new AgentEntry("codex", Env: new Dictionary<string, string> { ["RUST_LOG"] = "trace" }));
        Assert.Equal("trace", log.Environment["RUST_LOG"]);
        Assert.DoesNotContain(log.Arguments, argument => argument.Contains("shell_environment_policy", StringComparison.Ordinal));
        var policy = Prepared(new AgentEntry("codex", Args: ["-c", "shell_environment_policy.inherit=core"]));
        Assert.DoesNotContain("RUST_LOG", policy.Environment.Keys);
        Assert.DoesNotContain(policy.Arguments, argument => argument.Contains("RUST_LOG", StringComparison.Ordinal));
    }

    private IReadOnlyList<AgentEvent> Heard(string line) => Agent.Open(Request())!.Heed(Encoding.UTF8.GetBytes(line));

    private AttemptCommand Prepared(AgentEntry entry) => Agent.Prepare(Request() with { Entry = entry });

    private AttemptConclusion Stalled(params string[] log)
    {
        var request = Request();
        request.Folder.Create();
        var reading = Read(Lines("commit")[..2], request);
        foreach (var line in log)
            reading.Heed(Encoding.UTF8.GetBytes(line));
        return Agent.Conclude(request, new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, ExitCause.Stalled), reading);
    }

    // Exit code 1, and not a word: recorded with 0.169.
    [Fact]
    public void A_turn_that_is_interrupted_was_ended_from_outside()
    {
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines("commit")[..^1], 1).Error?.Code);
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), Lines("commit")[..^1], 101).Error?.Code);
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), Lines("commit")[..1], 1).Error?.Code);
    }

    [Fact]
    public void The_last_message_is_the_answer_where_it_is_json_with_the_nonce()
    {
        string[] lines =
        [
            """{"type":"thread.started","thread_id":"t"}""",
            $$$"""{"type":"item.completed","item":{"id":"1","type":"agent_message","text":"{\"nonce\":\"{{{Nonce}}}\",\"verdict\":\"approved\",\"summary\":\"fine\"}"}}""",
            """{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}""",
        ];
        Assert.Equal(Verdict.Approved, Conclude(Request() with { Role = Role.Review }, lines, 0).Result?.Verdict);
    }

    [Theory]
    [InlineData("Error: thread/resume: thread/resume failed: no rollout found for thread id 7e (code -32600)", 1, AgentFailure.ConversationUnknown)]
    [InlineData("error: unexpected argument '--no-such-flag' found", 2, AgentFailure.Misconfigured)]
    public void What_only_stderr_says_has_its_name(string stderr, int exit, string code) => Assert.Equal(code, Conclude(Request(), [], exit, stderr: stderr).Error?.Code);

    [Fact]
    public void Its_own_sandbox_is_off_inside_ours_and_the_users_word_wins()
    {
        Assert.Contains("danger-full-access", Agent.Prepare(Request()).Arguments);
        Assert.Contains("--dangerously-bypass-approvals-and-sandbox", Agent.Prepare(Request() with { Sandboxed = true }).Arguments);
        Assert.DoesNotContain("danger-full-access", Agent.Prepare(Request() with { Entry = new AgentEntry("codex", Args: ["--sandbox", "read-only"]) }).Arguments);
    }

    [Fact]
    public void A_conversation_is_taken_along_into_the_attempts_own_directory_and_the_users_sign_in_is_linked()
    {
        var home = Directory.CreateDirectory(Path.Combine(Request().Repository, "codex-home")).FullName;
        File.WriteAllText(Path.Combine(home, "auth.json"), "{}");
        var entry = new AgentEntry("codex", Env: new Dictionary<string, string> { ["CODEX_HOME"] = home });
        var earlier = Request() with { Entry = entry };
        Agent.Prepare(earlier);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(earlier.Folder.Agent, "sessions", "2026")).FullName, "rollout.jsonl"), "x");
        var next = Request() with { Entry = entry, Continue = new Continuation("t", earlier.Folder, new Usage()) };
        var command = Agent.Prepare(next);
        Assert.Equal(next.Folder.Agent, command.Environment["CODEX_HOME"]);
        Assert.Equal("x", File.ReadAllText(Path.Combine(next.Folder.Agent, "sessions", "2026", "rollout.jsonl")));
        Assert.Equal(Path.Combine(home, "auth.json"), new FileInfo(Path.Combine(next.Folder.Agent, "auth.json")).LinkTarget);
        Assert.Equal(home, Agent.Prepare(Request() with { Entry = entry with { OwnConfig = false } }).Environment["CODEX_HOME"]);
    }

    private static (long, long, long) Tokens(AgentReading reading) => (reading.Usage!.Input, reading.Usage.Output, reading.Usage.Cached);
}
