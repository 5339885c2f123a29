using System.Text;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

public sealed class OpenCodeAgentTests : AgentContract
{
    public override IEnumerable<(string Recording, int Exit, string Code)> Failures =>
    [
        ("err400", 1, AgentFailure.Other), ("err401", 1, AgentFailure.NotSignedIn), ("err429", 1, AgentFailure.RateLimited), ("err500", 1, AgentFailure.Overloaded),
    ];

    protected override IAgent Agent { get; } = new OpenCodeAgent();

    [Fact]
    public void Steps_add_up_with_their_reported_price()
    {
        Assert.Equal(new Usage(1400, 112, 2700, 0.00669m), Read(Lines("commit")).Usage);
    }

    // What was sent with a step, and what came of it, fill the context for the next.
    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", null, 200_000L)]
    [InlineData("mine/m1", """{"provider":{"mine":{"models":{"m1":{"limit":{"context":32000}}}}}}""", 32_000L)]
    [InlineData("mine/m1", "no JSON", null)]
    [InlineData(null, null, null)]
    public void How_full_the_context_is_is_told_where_the_models_window_is_known(string? model, string? configured, long? window)
    {
        var entry = new AgentEntry("opencode", Model: model, Env: configured is null ? null : new Dictionary<string, string> { ["OPENCODE_CONFIG_CONTENT"] = configured });
        var reading = Agent.Open(Request() with { Entry = entry })!;
        reading.Take(Encoding.UTF8.GetBytes("""{"type":"step_finish","sessionID":"s","part":{"reason":"stop","tokens":{"input":400,"output":60,"reasoning":5,"cache":{"write":10,"read":800}}}}"""));
        Assert.Equal(window is { } most ? new AgentEvent.ContextFilled(1275, most) : null, reading.Context);
    }

    [Fact]
    public void A_limit_ends_after_the_time_the_provider_asked_for_counted_from_the_line()
    {
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795251196385) + TimeSpan.FromSeconds(1), Conclude(Request(), Lines("err429"), 1).ResetsAt);
    }

    [Theory]
    [InlineData("\"responseHeaders\":{\"retry-after\":\"Sat, 21 Nov 2026 09:00:00 GMT\"}", "2026-11-21T09:00:00Z")]
    [InlineData("\"responseBody\":\"{\\\"error\\\":{\\\"resets_at\\\":1795824000}}\"", "2026-11-28T00:00:00Z")]
    public void A_limit_ends_at_the_date_or_moment_the_provider_has_told(string told, string end)
    {
        var line = $$$$"""{"type":"error","timestamp":1795251196385,"sessionID":"s","error":{"name":"APIError","data":{"message":"no","statusCode":429,{{{{told}}}}}}}""";
        Assert.Equal(DateTimeOffset.Parse(end, null), Conclude(Request(), [line], 1).ResetsAt);
    }

    [Theory]
    [InlineData("ProviderAuthError", "Anthropic API key is missing.", AgentFailure.NotSignedIn)]
    [InlineData("MessageAbortedError", "Aborted", AgentFailure.Killed)]
    [InlineData("ContextOverflowError", "no", AgentFailure.ContextExhausted)]
    public void An_error_has_the_name_of_its_kind(string name, string message, string code) =>
        Assert.Equal(code, Conclude(Request(), [$$$$"""{"type":"error","sessionID":"s","error":{"name":"{{{{name}}}}","data":{"message":"{{{{message}}}}"}}}"""], 1).Error?.Code);

    [Theory]
    [InlineData("stop", null)]
    [InlineData("length", AgentFailure.ContextExhausted)]
    [InlineData("content-filter", AgentFailure.Other)]
    public void A_last_step_that_was_cut_off_is_no_end(string reason, string? code)
    {
        var lines = Lines("commit").Select(line => line.Replace("\"reason\":\"stop\"", $"\"reason\":\"{reason}\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(code, Conclude(Request(), lines, 0).Error?.Code);
        Assert.Null(Conclude(Request(), [.. lines, .. Lines("commit")], 0).Error);
    }

    [Fact]
    public void A_patch_changes_the_files_that_it_names()
    {
        const string files = """[{"filePath":"/s/a","type":"add"},{"filePath":"/s/b","type":"update"},{"filePath":"/s/c","type":"delete"},{"filePath":"/s/d","type":"move","movePath":"/s/e"}]""";
        var events = Events([Tool("apply_patch", $$$"""{"status":"completed","input":{"patchText":"*** Begin Patch"},"metadata":{"files":{{{files}}}}}""")]);
        Assert.Contains(new AgentEvent.ToolUsed("apply_patch", "/s/a"), events);
        Assert.Equal(
            [new("/s/a", FileChange.Added), new("/s/b", FileChange.Modified), new("/s/c", FileChange.Deleted), new("/s/d", FileChange.Deleted), new("/s/e", FileChange.Added)],
            events.OfType<AgentEvent.FileChanged>());
    }

    [Fact]
    public void Its_own_plan_is_followed_without_what_it_has_cancelled() => Assert.Equal(
        new AgentEvent.PlanMoved(1, 2, "b"),
        Read([Tool("todowrite", """{"status":"completed","input":{"todos":[{"content":"a","status":"completed"},{"content":"b","status":"in_progress"},{"content":"c","status":"cancelled"}]}}""")]).Plan);

    [Fact]
    public void What_the_system_does_not_permit_is_no_refusal_of_its_own()
    {
        Assert.Empty(Read([Tool("read", """{"status":"error","input":{"filePath":"/s/a"},"error":"EACCES: permission denied, open '/s/a'"}""")]).Refusals);
        Assert.Single(Read([Tool("bash", """{"status":"error","input":{"command":"ls"},"error":"The user has specified a rule which prevents you from using this specific tool call."}""")]).Refusals);
    }

    [Fact]
    public void A_tool_that_is_not_offered_is_a_refusal_and_has_its_name_and_one_that_was_called_wrongly_only_failed()
    {
        string Missed(string why) => Tool("invalid", $$$"""{"status":"completed","input":{"tool":"bash","error":"{{{why}}}"}}""");
        var denied = Events([Missed("Model tried to call unavailable tool 'bash'. Available tools: glob, read.")]);
        Assert.Contains(new AgentEvent.ToolUsed("bash", null, Failed: true), denied);
        Assert.Contains(denied, e => e is AgentEvent.PermissionRefused { Tool: "bash" });
        Assert.Empty(Read([Missed("The arguments are invalid")]).Refusals);
    }

    [Fact]
    public void A_stream_that_ends_in_the_middle_of_its_tools_has_crashed()
    {
        var lines = Lines("commit");
        var cut = lines.TakeWhile(line => !line.Contains("\"reason\":\"tool-calls\"", StringComparison.Ordinal)).Append(lines.First(line => line.Contains("\"reason\":\"tool-calls\"", StringComparison.Ordinal)));
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), cut, 0).Error?.Code);
    }

    [Fact]
    public void A_refused_permission_is_told()
    {
        Assert.NotEmpty(Conclude(Request(), Lines("asked"), 0).Refusals);
    }

    [Theory]
    [InlineData("Error: Session not found", AgentFailure.ConversationUnknown)]
    [InlineData("j.split is not a function. (In 'j.split(\"/\")', 'j.split' is undefined)", AgentFailure.ModelUnknown)]
    public void What_only_stderr_says_has_its_name(string stderr, string code) => Assert.Equal(code, Conclude(Request(), [], 1, stderr: stderr).Error?.Code);

    // It waits for as long as the provider asks, in silence: nothing on stdout tells of it.
    [Fact]
    public void What_it_tries_again_is_told_by_its_log()
    {
        const string Line = "timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1891298d message=\"stream error\" providerID=scripted modelID=m1 session.id=ses_1 small=false agent=build mode=primary error.error=\"AI_APICallError: scripted: rate_limit_exceeded, please retry in 90s\"";
        var heard = Assert.Single(Agent.Open(Request())!.Heed(Encoding.UTF8.GetBytes(Line)));
        var problem = Assert.IsType<AgentEvent.Retrying>(heard).Problem;
        Assert.Equal((AgentFailure.RateLimited, new DateTimeOffset(2026, 11, 27, 15, 26, 19, 46, TimeSpan.Zero)), (problem.Code, problem.ResetsAt));
        foreach (var other in new[] { Line.Replace("small=false", "small=true", StringComparison.Ordinal), Line.Replace("stream error", "background dependency install failed", StringComparison.Ordinal), "", "Error: Session not found" })
            Assert.Empty(Agent.Open(Request())!.Heed(Encoding.UTF8.GetBytes(other)));
    }

    [Fact]
    public async Task Whoever_looks_is_told_that_it_waits_to_ask_again_until_it_has_gone_on()
    {
        const string Line = "timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1 message=\"stream error\" small=false error.error=\"AI_APICallError: no capacity\"";
        var files = Request().Folder;
        files.Create();
        File.WriteAllLines(files.Stdout, Lines("commit").Take(3));
        File.WriteAllLines(files.Stderr, [Line]);
        File.SetLastWriteTimeUtc(files.Stdout, DateTime.UnixEpoch);
        Assert.Equal("AI_APICallError: no capacity", AgentDoing.At(Agent.Open(Request())!, files).Retrying);
        Assert.Equal("asks its provider again after: AI_APICallError: no capacity", AgentDoing.At(Agent.Open(Request())!, files).ToLine());
        File.SetLastWriteTimeUtc(files.Stderr, DateTime.UnixEpoch.AddSeconds(-1));
        var gone = AgentDoing.At(Agent.Open(Request())!, files);
        Assert.Null(gone.Retrying);
        Assert.NotNull(gone.ToLine());

        var told = new List<string>();
        await foreach (var line in AgentLines.OfErrorsAsync(new[] { Line, "Error: Session not found" }.ToAsyncEnumerable(), Agent.Open(Request())!, TestContext.Current.CancellationToken))
            told.Add(line);
        Assert.Equal(["! AI_APICallError: no capacity", "Error: Session not found"], told);
    }

    // Its log has nothing of that, and it goes on with it until its time is over.
    [Fact]
    public void An_answer_that_breaks_off_again_and_again_is_trouble_of_the_network()
    {
        const string Begun = """{"type":"step_start","sessionID":"s","part":{"messageID":"msg_2","type":"step-start"}}""";
        var request = Request();
        request.Folder.Create();
        AttemptConclusion Ended(params string[] lines) => Agent.Conclude(request, new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, ExitCause.TimedOut), Read(lines));
        Assert.Equal("attempt_timed_out", Ended(Begun, Begun.Replace("msg_2", "msg_3", StringComparison.Ordinal)).Error?.Code);
        Assert.Equal("attempt_timed_out", Ended(Begun, """{"type":"step_finish","sessionID":"s","part":{"reason":"tool-calls"}}""", Begun).Error?.Code);
        Assert.Equal(AgentFailure.Network, Ended(Begun, Begun, Begun).Error?.Code);
    }

    [Fact]
    public void One_that_was_ended_while_it_waited_to_try_again_ran_into_the_limit_and_not_into_silence()
    {
        const string Line = "timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1 message=\"stream error\" small=false error.error=\"AI_APICallError: rate_limit_exceeded\"";
        var request = Request();
        var reading = Agent.Open(request)!;
        foreach (var line in Lines("commit").Take(2))
            reading.Take(Encoding.UTF8.GetBytes(line));
        reading.Heed(Encoding.UTF8.GetBytes(Line));
        var stalled = new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, ExitCause.Stalled);
        Assert.Equal(AgentFailure.RateLimited, Agent.Conclude(request, stalled, reading).Error?.Code);
        foreach (var line in Lines("commit"))
            reading.Take(Encoding.UTF8.GetBytes(line));
        Assert.Equal("attempt_stalled", Agent.Conclude(request, stalled, reading).Error?.Code);
    }

    [Theory]
    [InlineData("timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1 message=\"stream error\" error.error=\"ECONNREFUSED\"\nError: Session not found", AgentFailure.ConversationUnknown)]
    [InlineData("timestamp=2026-11-27T15:24:49.046Z level=ERROR run=1 message=\"no network\" error=\"ECONNREFUSED\"", AgentFailure.Crashed)]
    public void Its_log_is_not_what_it_says(string stderr, string code) => Assert.Equal(code, Conclude(Request(), [], 1, stderr: stderr).Error?.Code);

    [Fact]
    public void Everything_is_allowed_unless_the_user_has_said_otherwise()
    {
        Assert.Equal("allow", (string?)Config(null)["permission"]!["*"]);
        Assert.Equal("ask", (string?)Config("""{"permission":"ask","provider":{"x":{}}}""")["permission"]);
        Assert.NotNull(Config("""{"provider":{"x":{}}}""")["provider"]!["x"]);
    }

    [Fact]
    public void A_configuration_that_is_hardly_json_is_no_defect_of_ours()
    {
        Assert.Equal("ready \ufffd", (string?)Config("""{"username":"ready \ud83d"}""")["username"]);
        const string twice = """{"username":"a","username":"b"}""";
        var entry = new AgentEntry("opencode", Env: new Dictionary<string, string> { ["OPENCODE_CONFIG_CONTENT"] = twice });
        Assert.Equal(twice, Agent.Prepare(Request() with { Entry = entry }).Environment["OPENCODE_CONFIG_CONTENT"]);
    }

    [Fact]
    public void Its_database_is_the_attempts_own_and_the_users_git_configuration_stays_where_it_is()
    {
        var request = Request();
        var environment = Agent.Prepare(request).Environment;
        Assert.StartsWith(request.Folder.Agent, environment["XDG_DATA_HOME"]);
        Assert.Equal(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME"), environment.GetValueOrDefault("XDG_CONFIG_HOME"));
        Assert.Equal(request.Folder.Temporary, environment["TMPDIR"]);
    }

    // In the sandbox nothing can be made in the user's home, and opencode makes its folders at each start.
    [Fact]
    public void In_a_sandbox_its_configuration_is_its_own_and_what_the_user_has_is_behind_links()
    {
        var request = Request();
        var user = Directory.CreateDirectory(Path.Combine(request.Slot, "user")).FullName;
        Directory.CreateDirectory(Path.Combine(user, "git"));
        File.WriteAllText(Path.Combine(user, "git", "config"), "[user] name = Ada");
        Directory.CreateDirectory(Path.Combine(user, "opencode"));
        File.WriteAllText(Path.Combine(user, "opencode", "opencode.json"), "{}");
        var env = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = user };
        var environment = Agent.Prepare(request with { Sandboxed = true, Entry = new AgentEntry("opencode", Env: env) }).Environment;

        var own = environment["XDG_CONFIG_HOME"]!;
        Assert.StartsWith(request.Folder.Agent, own);
        Assert.Equal("[user] name = Ada", File.ReadAllText(Path.Combine(own, "git", "config")));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(own, "opencode", "opencode.json")));
        File.WriteAllText(Path.Combine(own, "opencode", "package.json"), "its own");
        Assert.Equal(["opencode.json"], Directory.EnumerateFiles(Path.Combine(user, "opencode")).Select(Path.GetFileName));
    }

    private static string Tool(string name, string state) => $$$"""{"type":"tool_use","sessionID":"s","part":{"tool":"{{{name}}}","state":{{{state}}}}}""";

    private JsonNode Config(string? content)
    {
        var entry = new AgentEntry("opencode", Env: content is null ? [] : new Dictionary<string, string> { ["OPENCODE_CONFIG_CONTENT"] = content });
        return JsonNode.Parse(Agent.Prepare(Request() with { Entry = entry }).Environment["OPENCODE_CONFIG_CONTENT"])!;
    }
}
