using System.Text;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Agents.Acp;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

/// <summary>The recordings are what agents said on the protocol, with the driver's own lines about them.</summary>
public sealed class AcpAgentTests : AgentContract
{
    protected override IAgent Agent { get; } = new AcpAgent();

    protected override string Commit => "gemini-commit";

    protected override AgentEntry? Entry => new("acp", Command: "mybot --acp");

    public override IEnumerable<(string Recording, int Exit, string Code)> Failures =>
    [
        ("gemini-err400", AcpExit.Failed, AgentFailure.Other),
        ("opencode-err400", AcpExit.Failed, AgentFailure.Other),
        ("claude-err400", AcpExit.Failed, AgentFailure.Other),
        ("codex-err400", AcpExit.Well, AgentFailure.Other),
        ("cline-commit", AcpExit.Failed, AgentFailure.NotSignedIn),
    ];

    [Theory]
    [InlineData("gemini-commit", 4100, 112, 0, null)]
    [InlineData("opencode-commit", 500, 12, 1000, "0.00588")]
    [InlineData("claude-commit", 4200, 112, 2700, "0.025275")]
    [InlineData("codex-commit", 1400, 112, 2700, null)]
    [InlineData("qwen-commit", 1400, 112, 2700, null)]
    public void Every_agents_own_words_for_what_it_used_are_understood(string recording, long input, long output, long cached, string? usd)
    {
        var usage = Read(Lines(recording)).Usage!;
        Assert.Equal((input, output, cached), (usage.Input, usage.Output, usage.Cached));
        if (usd is not null)
            Assert.Equal(usd, usage.Usd?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("0.5", "0.5")]
    public void A_price_of_nothing_is_none_that_it_knows(string told, string? usd)
    {
        var usage = Read(["""{"dir":">","m":{"method":"session/prompt"}}""", """{"dir":"<","m":{"method":"session/update","params":{"update":{"sessionUpdate":"usage_update","cost":{"amount":TOLD,"currency":"USD"}}}}}""".Replace("TOLD", told, StringComparison.Ordinal), """{"dir":"<","m":{"id":4,"result":{"stopReason":"end_turn","usage":{"inputTokens":1200,"outputTokens":40,"totalTokens":1240}}}}"""]).Usage!;
        Assert.Equal((1200, usd), (usage.Input, usage.Usd?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("gemini-commit", "edit", "execute")]
    [InlineData("opencode-commit", "write", "bash")]
    [InlineData("claude-commit", "Write", "Bash")]
    [InlineData("qwen-commit", "write_file", "run_shell_command")]
    public void A_tool_is_told_once_with_the_agents_name_and_what_it_was_used_on(string recording, string writes, string runs)
    {
        var tools = Events(Lines(recording)).OfType<AgentEvent.ToolUsed>().ToList();
        Assert.Equal([writes, runs], tools.Select(tool => tool.Name));
        Assert.Contains("hello-", tools[0].Target);
        Assert.StartsWith("git add", tools[1].Target);
        Assert.Contains("hello-", Events(Lines("codex-commit")).OfType<AgentEvent.ToolUsed>().First().Target);
    }

    [Theory]
    [InlineData("gemini-commit")]
    [InlineData("opencode-commit")]
    [InlineData("claude-commit")]
    [InlineData("codex-commit")]
    [InlineData("qwen-commit")]
    public void A_new_file_is_told_once(string recording)
    {
        var change = Assert.Single(Events(Lines(recording)).OfType<AgentEvent.FileChanged>());
        Assert.Equal(FileChange.Added, change.Change);
        Assert.Contains("hello-", change.Path);
    }

    [Theory]
    [InlineData("gemini-commit")]
    [InlineData("opencode-commit")]
    [InlineData("claude-commit")]
    public void Pieces_make_a_message_and_the_next_one_begins_after_a_tool(string recording)
    {
        var reading = Read(Lines(recording));
        Assert.StartsWith("Done: hello-", reading.LastText);
        Assert.EndsWith(" is committed.", reading.LastText);
    }

    [Theory]
    [InlineData("gemini-deny", "edit: Writing to hello-d1.txt")]
    [InlineData("claude-deny", "Write: Write hello-d1.txt")]
    public void What_was_not_allowed_is_told_and_is_no_use_of_a_tool(string recording, string refusal)
    {
        Assert.Contains(refusal, Read(Lines(recording)).Refusals);
        Assert.DoesNotContain(Events(Lines(recording)), e => e is AgentEvent.ToolUsed);
    }

    [Fact]
    public void A_cancelled_turn_was_killed() =>
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines("gemini-hang"), AcpExit.Cancelled).Error?.Code);

    [Fact]
    public void A_turn_that_ends_without_a_reason_is_told_as_that() =>
        Assert.Contains("ended its turn without saying why", Conclude(Request(), ["""{"acp":"ended","stop_reason":null}"""], 1).Error?.Message);

    [Theory]
    [InlineData("""{"acp":"ended","stop_reason":"max_tokens"}""", AgentFailure.ContextExhausted)]
    [InlineData("""{"acp":"ended","stop_reason":"refusal"}""", AgentFailure.Other)]
    [InlineData("""{"acp":"ended","stop_reason":"max_turn_requests"}""", AgentFailure.Other)]
    [InlineData("""{"acp":"ended","error":{"code":429,"message":"slow down"}}""", AgentFailure.RateLimited)]
    [InlineData("""{"acp":"ended","error":{"code":-32603,"message":"Internal error","data":{"statusCode":503}}}""", AgentFailure.Overloaded)]
    [InlineData("""{"acp":"ended","error":{"code":-32603,"message":"Internal error","data":{"details":"model not found: x"}}}""", AgentFailure.ModelUnknown)]
    [InlineData("""{"acp":"ended","error":{"code":500,"message":"no idea"}}""", AgentFailure.Overloaded)]
    [InlineData("""{"acp":"ended","error":{"code":500,"message":"models/gemini-9 is not found for API version v1beta"}}""", AgentFailure.ModelUnknown)]
    [InlineData("""{"acp":"ended","error":{"code":500,"message":"exception TypeError: fetch failed sending request"}}""", AgentFailure.Network)]
    [InlineData("""{"acp":"ended","error":{"code":500,"message":"{\"error\":{\"code\":500,\"message\":\"the network\",\"status\":\"INTERNAL\"}}"}}""", AgentFailure.Overloaded)]
    [InlineData("""{"acp":"ended","failure":"conversation_unknown","message":"does not know the session"}""", AgentFailure.ConversationUnknown)]
    [InlineData("""{"acp":"ended","failure":"agent_missing","message":"cannot start"}""", AgentFailure.NotInstalled)]
    public void Every_end_has_its_name(string line, string code) =>
        Assert.Equal(code, Conclude(Request(), [line], AcpExit.Failed).Error?.Code);

    [Theory]
    [InlineData("\"message\":\"Internal error\",\"data\":{\"details\":\"an untrusted folder\"}", "Internal error: an untrusted folder")]
    [InlineData("\"message\":\"Internal error\",\"data\":\"no room\"", "Internal error: no room")]
    [InlineData("\"message\":\"no room\",\"data\":{\"message\":\"no room\"}", "no room")]
    [InlineData("\"message\":\"Internal error\",\"data\":[1]", "Internal error")]
    public void Why_stands_beside_an_internal_error(string error, string said) =>
        Assert.Contains(said, Conclude(Request(), [$$$"""{"acp":"ended","error":{"code":-32603,{{{error}}}}}"""], AcpExit.Failed).Error?.Message);

    [Fact]
    public void What_comes_before_the_prompt_is_an_earlier_turn_and_is_not_told_again()
    {
        var lines = Lines("gemini-commit");
        var prompt = Array.FindIndex(lines, line => line.Contains("session/prompt", StringComparison.Ordinal));
        string[] replayed = [.. lines[..prompt], .. lines[(prompt + 1)..^1], .. lines[prompt..]];
        Assert.Equal(Events(lines), Events(replayed));
    }

    [Theory]
    [InlineData("{\\\"error\\\":{\\\"message\\\":\\\"rig: bad request\\\"", "exceeded retry limit, last status: 429 Too Many Requests", AgentFailure.RateLimited)]
    [InlineData("systemError", "idle", null)]
    public void What_codex_says_of_its_thread_counts_more_than_how_its_turn_ends(string said, string instead, string? code) =>
        Assert.Equal(code, Conclude(Request(), Lines("codex-err400").Select(line => line.Replace(said, instead, StringComparison.Ordinal)), AcpExit.Well).Error?.Code);

    [Fact]
    public void A_tool_that_fails_after_it_was_told_is_told_once_more()
    {
        string Update(string status) => """{"dir":"<","m":{"method":"session/update","params":{"update":{"sessionUpdate":"tool_call_update","toolCallId":"c","status":"@","title":"bash","rawInput":{"command":"npm test"}}}}}"""
            .Replace("@", status, StringComparison.Ordinal);
        string[] lines = ["""{"dir":">","m":{"method":"session/prompt"}}""", Update("in_progress"), Update("in_progress"), Update("failed")];
        Assert.Equal([new AgentEvent.ToolUsed("bash", "npm test"), new AgentEvent.ToolUsed("bash", "npm test", Failed: true)], Events(lines));
    }

    // Copilot's total is the sum of the two, Claude's of all four.
    [Theory]
    [InlineData("""{"inputTokens":4100,"outputTokens":112,"totalTokens":4212,"cachedReadTokens":2700,"cachedWriteTokens":0}""", 1400)]
    [InlineData("""{"inputTokens":4100,"outputTokens":112,"totalTokens":7012,"cachedReadTokens":2700,"cachedWriteTokens":100}""", 4200)]
    [InlineData("""{"inputTokens":4100,"outputTokens":112,"cachedReadTokens":2700}""", 4100)]
    public void Cached_tokens_are_counted_once(string usage, long input)
    {
        string[] lines = ["""{"dir":">","m":{"method":"session/prompt"}}""", $$$$"""{"dir":"<","m":{"id":2,"result":{"stopReason":"end_turn","usage":{{{{usage}}}}}}}"""];
        Assert.Equal(new Usage(input, 112, 2700), Read(lines).Usage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task An_answer_counts_though_its_agent_is_gone_at_once_and_has_left_out_the_line_feed(string end)
    {
        for (var i = 0; i < 50; i++)
        {
            using var output = new MemoryStream(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1}}""" + end));
            using var connection = new AcpConnection(new MemoryStream(), output, new AcpTape(Stream.Null), (_, _) => null);
            var asked = connection.RequestAsync("initialize", [], TimeSpan.FromMinutes(1), CancellationToken.None);
            await connection.ListenAsync(CancellationToken.None);
            Assert.Equal(1, (await asked).Result.GetProperty("protocolVersion").GetInt32());
        }
    }

    [Fact]
    public void A_price_that_counts_on_over_a_session_is_told_without_what_was_before()
    {
        var request = Request();
        var next = request with { Continue = new Continuation("s", request.Folder, new Usage(Usd: 0.005m)) };
        Assert.Equal(0.00088m, Read(Lines("opencode-commit"), next).Usage?.Usd);
    }

    [Fact]
    public void Two_arguments_are_the_drivers_and_the_others_the_programs()
    {
        var entry = new AgentEntry("acp", Command: "mybot --acp", Args: ["--acp-permissions", "reject", "--acp-mode=plan", "--verbose"]);
        var arguments = Agent.Prepare(Request() with { Entry = entry }).Arguments.ToList();
        var divide = arguments.IndexOf("--");
        Assert.Contains("--acp-permissions=reject", arguments[..divide]);
        Assert.Contains("--acp-mode=plan", arguments[..divide]);
        Assert.Equal(["mybot", "--acp", "--verbose"], arguments[(divide + 1)..]);
    }

    // In silence, as far as the protocol goes.
    [Theory]
    [InlineData("Attempt 1 failed with status 429. Retrying with backoff... _ApiError: {\"error\":{\"code\":429}}", "gemini-commit")]
    [InlineData("timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1 message=\"stream error\" small=false error.error=\"AI_APICallError: rate_limit_exceeded\"", "opencode-commit")]
    public void One_that_was_ended_while_it_waited_to_try_again_ran_into_the_limit(string line, string recording)
    {
        var reading = Agent.Open(Request())!;
        Assert.True(reading.HeedsErrors);
        reading.Heed(Encoding.UTF8.GetBytes(line));
        var stalled = new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, ExitCause.Stalled);
        Assert.Equal(AgentFailure.RateLimited, Agent.Conclude(Request(), stalled, reading).Error?.Code);
        foreach (var told in Lines(recording)[..^1])
            reading.Take(Encoding.UTF8.GetBytes(told));
        Assert.Equal("attempt_stalled", Agent.Conclude(Request(), stalled, reading).Error?.Code);
    }

    [Theory]
    [InlineData("/opt/bin/opencode acp", null, "--print-logs --log-level ERROR")]
    [InlineData("opencode acp", "--log-level=INFO", "--log-level=INFO")]
    [InlineData("mybot acp", null, "")]
    [InlineData("gemini --acp", null, "")]
    public void OpenCode_is_asked_for_the_log_that_tells_of_its_waits(string command, string? args, string added)
    {
        var arguments = Agent.Prepare(Request() with { Entry = new AgentEntry("acp", Command: command, Args: args is null ? null : [args]) }).Arguments.ToList();
        Assert.Equal($"{command} {added}".TrimEnd(), string.Join(' ', arguments[(arguments.IndexOf("--") + 1)..]));
    }

    // Parallel agents never write one file (P11), and in the sandbox nothing can be written in the user's home at all.
    [Theory]
    [InlineData("/opt/bin/gemini --acp", "GEMINI_CLI_HOME")]
    [InlineData("opencode acp", "XDG_DATA_HOME")]
    [InlineData("npx -y @agentclientprotocol/claude-agent-acp@0.49.0", "CLAUDE_CONFIG_DIR")]
    [InlineData("codex-acp", "CODEX_HOME")]
    public void A_program_that_is_known_has_the_directory_of_its_own_that_it_has_without_the_protocol(string command, string variable)
    {
        var request = Request() with { Entry = new AgentEntry("acp", Command: command) };
        Assert.StartsWith(request.Folder.Agent, Agent.Prepare(request).Environment[variable]);
        var shared = request with { Entry = request.Entry! with { OwnConfig = false } };
        Assert.Equal(Environment.GetEnvironmentVariable(variable), Agent.Prepare(shared).Environment.GetValueOrDefault(variable));
    }

    [Fact]
    public void Without_a_command_there_is_nothing_to_start()
    {
        var failure = Assert.Throws<FailureException>(() => Agent.Prepare(Request() with { Entry = new AgentEntry("acp") })).Failure;
        Assert.Equal("acp_without_command", failure.Code);
        Assert.Contains("command:", failure.Hint);
    }

    [Fact]
    public void The_widest_leave_is_given_or_the_narrowest_refusal()
    {
        var request = Json("""{"options":[{"optionId":"r","kind":"reject_always"},{"optionId":"n","kind":"reject_once"},{"optionId":"o","kind":"allow_once"},{"optionId":"a","kind":"allow_always"}]}""");
        Assert.Equal(("a", "n"), (AcpChoices.Option(request, reject: false), AcpChoices.Option(request, reject: true)));
        Assert.Null(AcpChoices.Option(Json("""{"options":[{"optionId":"a","kind":"allow_always"}]}"""), reject: true));
        Assert.Equal("s", AcpChoices.Option(Json("""{"options":[{"optionId":"n","kind":"reject_once"},{"optionId":"s","kind":"allow_session"},{"name":"no id"}]}"""), reject: false));
    }

    [Theory]
    [InlineData("""{"configOptions":[{"id":"m","category":"model","currentValue":"a","options":[{"value":"a"},{"options":[{"value":"b"}]}]}]}""", "session/set_config_option")]
    [InlineData("""{"models":{"currentModelId":"a","availableModels":[{"modelId":"a"},{"modelId":"b"}]}}""", "session/set_model")]
    [InlineData("""{"models":{"currentModelId":"a","availableModels":[{"modelId":"b"}]},"configOptions":[{"id":"model","currentValue":"a","options":[{"value":"c"}]}]}""", "session/set_model")]
    public void A_model_is_chosen_the_way_the_agent_offers_it(string session, string method)
    {
        Assert.Equal(method, AcpChoices.Model(Json(session), "b", out var offered)?.Method);
        Assert.True(offered);
        Assert.Null(AcpChoices.Model(Json(session), "a", out _));
        AcpChoices.Model(Json("{}"), "b", out offered);
        Assert.False(offered);
    }

    // As qwen offers it, whose ids nobody would type.
    [Fact]
    public void A_model_may_be_called_by_the_name_that_the_agent_shows_for_it()
    {
        const string Offers = """[{"modelId":"coder(oauth)","name":"coder"},{"modelId":"m1(openai)","name":"m1"},{"modelId":"m1(other)","name":"both"},{"modelId":"m2(other)","name":"both"},{"modelId":"coder","name":"m3"}]""";
        string? Chosen(string model) => (string?)AcpChoices.Model(Json($$$"""{"models":{"currentModelId":"a","availableModels":{{{Offers}}}}}"""), model, out _)?.Parameters["modelId"];
        Assert.Equal(["m1(openai)", "both", "coder", "coder"], new[] { "m1", "both", "coder", "m3" }.Select(Chosen));
        Assert.Null(AcpChoices.Model(Json("""{"configOptions":[{"id":"model","currentValue":"m1(openai)","options":[{"value":"m1(openai)","name":"m1"}]}]}"""), "m1", out _));
    }

    [Fact]
    public void The_freest_mode_is_chosen_where_there_is_one()
    {
        var gemini = Json("""{"modes":{"currentModeId":"default","availableModes":[{"id":"default"},{"id":"yolo"}]}}""");
        Assert.Equal("yolo", AcpChoices.FreeMode(gemini));
        Assert.Equal("session/set_mode", AcpChoices.Mode(gemini, "yolo")?.Method);
        Assert.Null(AcpChoices.Mode(gemini, "default"));
        Assert.Null(AcpChoices.FreeMode(Json("{}")));
    }

    [Fact]
    public void A_sign_in_is_chosen_by_the_key_that_is_there()
    {
        var greeting = Json("""{"authMethods":[{"id":"oauth"},{"id":"gemini-api-key"},{"id":"mine","type":"env_var","vars":[{"name":"MY_KEY"}]}]}""");
        Assert.Null(AcpChoices.Authentication(greeting, new Dictionary<string, string>()));
        Assert.Equal("gemini-api-key", AcpChoices.Authentication(greeting, new Dictionary<string, string> { ["GEMINI_API_KEY"] = "k" }));
        Assert.Equal("mine", AcpChoices.Authentication(greeting, new Dictionary<string, string> { ["MY_KEY"] = "k" }));
    }

    protected override string ProgramOf(AttemptCommand command) => command.Arguments.SkipWhile(a => a != "--").Skip(1).First();

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
