using System.Text;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class GeminiAgentTests : AgentContract
{
    private static readonly DateTimeOffset Said = new(2026, 11, 25, 22, 0, 0, TimeSpan.Zero);

    protected override IAgent Agent { get; } = new GeminiAgent();

    public override IEnumerable<(string Recording, int Exit, string Code)> Failures =>
    [
        ("err400", 144, AgentFailure.Other),
        ("midfail", 144, AgentFailure.Other),
        ("err401", 145, AgentFailure.NotSignedIn),
        ("badkey", 144, AgentFailure.NotSignedIn),
        ("err429", 173, AgentFailure.RateLimited),
        ("quota", 173, AgentFailure.RateLimited),
        ("quota-daily", 173, AgentFailure.RateLimited),
        ("quota-none", 173, AgentFailure.BudgetSpent),
        ("model404", 1, AgentFailure.ModelUnknown),
        ("err500", 244, AgentFailure.Overloaded),
        ("overloaded", 247, AgentFailure.Overloaded),
        ("context", 144, AgentFailure.ContextExhausted),
        ("overflow", 0, AgentFailure.ContextExhausted),
        ("disconnect", 1, AgentFailure.Network),
        ("unreachable", 1, AgentFailure.Network),
        ("maxturns", 53, AgentFailure.Other),
        ("looping", 0, AgentFailure.Other),
        ("empty", 0, AgentFailure.Other),
    ];

    [Fact]
    public void Ended_by_a_signal_it_says_success_without_a_last_line_and_that_is_none()
    {
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines("commit")[..^1], 0).Error?.Code);
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), [], 0).Error?.Code);
    }

    // Ten times and for minutes, while its stream is silent.
    [Theory]
    [InlineData("""Attempt 1 failed with status 429. Retrying with backoff... _ApiError: {"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}""", AgentFailure.RateLimited, "slow down")]
    [InlineData("""Attempt 3 failed with status 503. Retrying with backoff... _ApiError: {"error":{"code":503,"message":"try later","status":"UNAVAILABLE"}}""", AgentFailure.Overloaded, "try later")]
    [InlineData("Attempt 2 failed with status 503. Retrying with backoff... _ApiError: {", AgentFailure.Overloaded, "{")]
    [InlineData("Attempt 2 failed. Retrying with backoff... Error: exception TypeError: fetch failed sending request", AgentFailure.Network, "exception TypeError: fetch failed sending request")]
    public void What_it_tries_again_is_told_by_what_it_complains_of(string line, string code, string message)
    {
        var told = Assert.Single(Heard(line));
        Assert.Equal((code, message, null), (told.Problem.Code, told.Problem.Message, told.After));
    }

    [Fact]
    public void A_wait_that_its_provider_asks_for_is_told_with_its_end_however_many_lines_the_words_have()
    {
        string[] lines = ["Attempt 1 failed: You exceeded your current quota, please check your plan and billing details.", "Quota exceeded for metric: x, limit: 5", "Suggested retry after 34s.. Retrying after 36500ms..."];
        var init = $$"""{"type":"init","timestamp":"{{Said:O}}","session_id":"s","model":"m"}""";
        var told = Assert.Single(Heard(lines, init));
        Assert.Equal((AgentFailure.RateLimited, Said.AddMilliseconds(36500), TimeSpan.FromMilliseconds(36500)), (told.Problem.Code, told.Problem.ResetsAt, told.After));
        Assert.Null(Assert.Single(Heard(lines)).Problem.ResetsAt);
        Assert.Equal(AgentFailure.Overloaded, Assert.Single(Heard("Attempt 1 failed: The model is overloaded. Retrying after 5000ms...")).Problem.Code);
        Assert.Equal(AgentFailure.Overloaded, Assert.Single(Heard([lines[0], "Attempt 2 failed with status 500. Retrying with backoff... {}"])).Problem.Code);
    }

    [Fact]
    public void A_tool_that_it_complains_of_was_called_by_an_answer()
    {
        var reading = Read([]);
        reading.Heed("Attempt 1 failed with status 503. Retrying with backoff... {}"u8.ToArray());
        Assert.NotNull(reading.Retried);
        reading.Heed("Error executing tool read_file: no such file"u8.ToArray());
        Assert.Null(reading.Retried);
    }

    [Fact]
    public void What_else_it_complains_of_tells_nothing()
    {
        Assert.Empty(Heard(["YOLO mode is enabled.", "Retrying after 5000ms...", "Attempt 10 failed: no more. Max attempts reached", "", "    at x"]));
        // Words without an end are not kept for ever.
        Assert.Empty(Heard(["Attempt 1 failed: a", .. Enumerable.Repeat(new string('b', 1000), 5), "Retrying after 5000ms..."]));
    }

    private List<AgentEvent.Retrying> Heard(string line) => Heard([line]);

    private List<AgentEvent.Retrying> Heard(IEnumerable<string> errors, params string[] lines)
    {
        var reading = Read(lines);
        return [.. errors.SelectMany(line => reading.Heed(Encoding.UTF8.GetBytes(line))).Cast<AgentEvent.Retrying>()];
    }

    [Theory]
    [InlineData("Here it is: ```json\n@\n```")]
    [InlineData("`Map<K, {}>` is gone, as asked. @")]
    [InlineData("@ That closes the `{` of main.c, and `}` of the other.")]
    [InlineData("First I thought {\"nonce\":\"another\",\"verdict\":\"approved\"}, but: @")]
    [InlineData("@\n\nThe nonce is 0123456789abcdef, as you asked.")]
    [InlineData("{\"nonce\":\"0123456789abcdef\",\"verdict\":\"approved\"}\nNo, I was wrong:\n@")]
    [InlineData("```json\n{\"result\": @}\n```")]
    public void A_result_between_words_with_braces_is_found(string said)
    {
        var result = $$"""{"nonce":"{{Nonce}}","verdict":"rejected","summary":"a {brace}","corrections":[{"severity":"major","message":"no"}]}""";
        var line = new JsonObject { ["type"] = "message", ["role"] = "assistant", ["content"] = said.Replace("@", result), ["delta"] = true }.ToJsonString();
        var conclusion = Conclude(Request() with { Role = Core.Plan.Role.Review }, [Lines("commit")[0], line, Lines("commit")[^1]], 0);
        Assert.Equal((Verdict.Rejected, "no"), (conclusion.Result?.Verdict, conclusion.Result?.Corrections[0].Message));
    }

    [Fact]
    public void A_result_whose_nonce_comes_last_behind_many_findings_or_at_the_end_of_a_very_long_message_is_found()
    {
        var findings = string.Join(',', Enumerable.Range(1, 60).Select(line => $$"""{"severity":"minor","line":{{line}},"message":"{no}"}"""));
        foreach (var before in new[] { "", new string('x', 100_000) })
        {
            var line = new JsonObject { ["type"] = "message", ["role"] = "assistant", ["content"] = $$"""{{before}} {"verdict":"rejected","corrections":[{{findings}}],"nonce":"{{Nonce}}"}""", ["delta"] = true }.ToJsonString();
            var conclusion = Conclude(Request() with { Role = Core.Plan.Role.Review }, [Lines("commit")[0], line, Lines("commit")[^1]], 0);
            Assert.Equal((Verdict.Rejected, 60), (conclusion.Result?.Verdict, conclusion.Result?.Corrections.Count));
        }
    }

    // Whoever answers in Google's place has words of its own, and they are all that the stream has of a 404, 429 or 503.
    [Theory]
    [InlineData(503, AgentFailure.Overloaded)]
    [InlineData(502, AgentFailure.Overloaded)]
    [InlineData(404, AgentFailure.ModelUnknown)]
    [InlineData(429, AgentFailure.RateLimited)]
    [InlineData(400, AgentFailure.Other)]
    public void A_status_that_only_its_exit_code_has_names_the_failure(int status, string code)
    {
        const string Refused = """{"type":"result","timestamp":"2026-11-28T11:57:10.915Z","status":"error","error":{"type":"unknown","message":"[API Error: come back tomorrow]"}}""";
        var error = Conclude(Request(), [Lines("commit")[0], Refused], status - 256).Error;
        Assert.Equal(code, error?.Code);
        Assert.Contains("come back tomorrow", error?.Message);
    }

    [Fact]
    public void Pieces_make_one_message_and_a_tool_ends_it()
    {
        var said = Events(Lines("commit")).OfType<AgentEvent.Said>().ToList();
        Assert.Equal([("I will create hello", false), ("-commit-gemini.txt.", true), ("Done: hello-commit-gem", false), ("ini.txt is committed.", true)], said.Select(s => (s.Text, s.Continues)));
        Assert.Equal("Done: hello-commit-gemini.txt is committed.", Read(Lines("commit")).LastText);
    }

    [Fact]
    public void A_command_is_told_when_it_begins_and_other_tools_when_it_is_known_whether_they_failed()
    {
        var begun = Events(Lines("badshell").TakeWhile(line => !line.Contains("tool_result", StringComparison.Ordinal)));
        Assert.Contains(new AgentEvent.ToolUsed("run_shell_command", "ls /nonexistent-badshell-gemini; exit 3"), begun);
        Assert.Single(Events(Lines("badshell")).OfType<AgentEvent.ToolUsed>());

        var used = Events(Lines("tools")).OfType<AgentEvent.ToolUsed>().ToList();
        Assert.Equal(9, used.Count);
        Assert.Equal(["/etc/hostname", null, "nope"], used.Where(tool => tool.Failed).Select(tool => tool.Target));
    }

    [Fact]
    public void A_file_is_changed_once_its_tool_has_succeeded_and_new_where_nothing_was_known_of_it()
    {
        Assert.Equal([new("a.txt", FileChange.Added), new("a.txt", FileChange.Modified)], Events(Lines("edit")).OfType<AgentEvent.FileChanged>());
        Assert.Equal([new("README", FileChange.Modified)], Events(Lines("tools")).OfType<AgentEvent.FileChanged>());
        Assert.Equal(
            [new("new.txt", FileChange.Added), new("old.txt", FileChange.Modified)],
            Events([.. Tool("replace", """{"file_path":"new.txt","old_string":"","new_string":"x"}"""), .. Tool("replace", """{"file_path":"old.txt","old_string":"a","new_string":"b"}""")])
                .OfType<AgentEvent.FileChanged>());
    }

    [Fact]
    public void Tools_that_its_mode_or_a_policy_takes_away_and_paths_outside_are_refusals()
    {
        var refusals = Conclude(Request(), Lines("denied"), 0).Refusals;
        Assert.Equal(["read_file", "no_such_tool", "write_file", "replace", "web_fetch"], refusals.Select(refusal => refusal[..refusal.IndexOf(':')]));
        Assert.DoesNotContain(Events(Lines("denied")), e => e is AgentEvent.FileChanged);
        Assert.Empty(Conclude(Request(), Lines("edit"), 0).Refusals);
        Assert.Contains(
            new AgentEvent.PermissionRefused("run_shell_command", "Tool execution denied by policy."),
            Events(Tool("run_shell_command", """{"command":"ls"}""", """{"type":"policy_violation","message":"Tool execution denied by policy."}""")));
    }

    [Fact]
    public void Its_own_plan_is_followed_without_what_it_has_cancelled()
    {
        Assert.Equal([new(0, 3, "step 0"), new(1, 2, "step 1")], Events(Lines("todos")).OfType<AgentEvent.PlanMoved>());
    }

    [Fact]
    public void Use_counts_cached_tokens_once_and_thoughts_as_output_at_each_models_price()
    {
        Assert.Equal(new Usage(1600, 148, 2400, 0.00378m, 28, true), Read(Lines("edit")).Usage);
        const string two = """
            {"models":{"gemini-2.5-pro":{"total_tokens":1000000,"input_tokens":1000000,"output_tokens":0,"cached":0},
             "gemini-2.5-flash":{"total_tokens":1000000,"input_tokens":0,"output_tokens":1000000,"cached":0}}}
            """;
        Assert.Equal(new Usage(1_000_000, 1_000_000, 0, 3.75m, 0, true), Read([Succeeded(two)]).Usage);
        Assert.Equal(new Usage(60, 30, 40), Read([Succeeded("""{"total_tokens":130,"input_tokens":100,"output_tokens":30,"cached":40}""")]).Usage);
    }

    [Theory]
    [InlineData("Please retry in 34.074824224s.", 34.074)]
    [InlineData("Suggested retry after 60s.", 60)]
    [InlineData("You have exhausted your capacity on this model. Your quota will reset after 3h24m5s.", 12_245)]
    [InlineData("""{"error":{"code":429,"message":"no","details":[{"retryDelay":"12s"}]}}""", 12)]
    public void A_limit_ends_when_its_words_say_counted_from_when_they_were_said(string words, double seconds)
    {
        var line = Failed($"[API Error: {words}]\nPlease wait and try again later. To increase your limits, request a quota increase through AI Studio");
        var conclusion = Conclude(Request(), [line], 173);
        Assert.Equal(AgentFailure.RateLimited, conclusion.Error?.Code);
        Assert.Equal(seconds, (conclusion.ResetsAt!.Value - Said).TotalSeconds, 0.01);
    }

    [Theory]
    [InlineData("[API Error: The service is currently unavailable.]", AgentFailure.Overloaded)]
    [InlineData("""[API Error: {"error":{"code":504,"message":"Deadline expired"}}]""", AgentFailure.Overloaded)]
    [InlineData("""[API Error: {"error":{"code":400,"message":"API key expired. Please renew the API key."}}]""", AgentFailure.NotSignedIn)]
    [InlineData("""[API Error: {"error":{"code":403,"message":"denied","status":"PERMISSION_DENIED"}}]""", AgentFailure.NotSignedIn)]
    [InlineData("[API Error: Your prepayment credits are depleted.]\nPlease wait and try again later. To increase your limits, …", AgentFailure.BudgetSpent)]
    [InlineData("[API Error: {not json]", AgentFailure.Other)]
    public void A_word_of_the_provider_has_its_meaning(string message, string code)
    {
        Assert.Equal(code, Conclude(Request(), [Failed(message)], 1).Error?.Code);
    }

    [Fact]
    public void A_message_in_wrappings_is_told_without_them()
    {
        Assert.Contains("gemini rig: invalid key", Conclude(Request(), Lines("err401"), 145).Error!.Message);
        var nested = Failed("""[API Error: {"error":{"code":500,"message":"{\"error\":{\"message\":\"inside\"}}"}}]""");
        Assert.EndsWith("gemini inside", Conclude(Request(), [nested], 244).Error!.Message);
        var listed = Conclude(Request(), [Failed("""[API Error: [{"error":{"code":404,"message":"Requested entity was not found."}}]]""")], 148).Error;
        Assert.Equal(AgentFailure.ModelUnknown, listed?.Code);
        Assert.EndsWith("gemini Requested entity was not found.", listed!.Message);
    }

    [Theory]
    [InlineData(41, "Please set an Auth method in your /home/me/.gemini/settings.json or specify one of …", AgentFailure.NotSignedIn)]
    [InlineData(42, "Error resuming session: Invalid session identifier \"7ed88cb8\".\n  Searched for sessions in /x.", AgentFailure.ConversationUnknown)]
    [InlineData(42, "Error resuming session: No previous sessions found for this project.", AgentFailure.ConversationUnknown)]
    [InlineData(42, "No input provided via stdin. Input can be provided by piping data into gemini.", AgentFailure.Crashed)]
    [InlineData(52, "Error in /x/settings.json: Unexpected token", AgentFailure.Misconfigured)]
    [InlineData(55, "not trusted", AgentFailure.Misconfigured)]
    [InlineData(1, "Unknown arguments: such-flag, suchFlag\nUsage: gemini [options] [command]\n  -h, --help  Show help  [boolean]", AgentFailure.Misconfigured)]
    [InlineData(145, "", AgentFailure.NotSignedIn)]
    [InlineData(1, "Warning: 256-color support not detected.\nError executing tool x: fetch failed\nboom", AgentFailure.Other)]
    [InlineData(1, "YOLO mode is enabled. All tool calls will be automatically approved.\n", AgentFailure.Crashed)]
    public void An_end_without_a_stream_is_explained_by_its_code_and_its_complaint(int exit, string stderr, string code)
    {
        var error = Conclude(Request(), [], exit, stderr: stderr).Error;
        Assert.Equal(code, error?.Code);
        Assert.DoesNotContain("Warning", error!.Message);
    }

    // A hook's refusal of the prompt is the end of it; one of the answer is heard, and answered.
    [Fact]
    public void A_hook_that_forbids_its_prompt_is_named_and_no_context_that_is_full()
    {
        const string Blocked = """{"type":"error","timestamp":"2026-11-28T22:45:34.299Z","severity":"warning","message":"Agent execution blocked: forbidden here"}""";
        var error = Conclude(Request(), [Blocked, Succeeded("{}")], 0).Error;
        Assert.Equal(AgentFailure.Misconfigured, error?.Code);
        Assert.Contains("in its own configuration", error?.Hint);
        Assert.Contains("a hook of its own configuration: Agent execution blocked: forbidden here", error?.Message);
        Assert.Null(Conclude(Request(), [Blocked, """{"type":"message","role":"assistant","content":"Done.","delta":true}""", Succeeded("{}")], 0).Error);
    }

    [Fact]
    public void A_hook_that_stops_it_is_named()
    {
        var lines = Tool("run_shell_command", """{"command":"ls"}""", """{"type":"stop_execution","message":"not on a Friday"}""");
        Assert.Contains("not on a Friday", Conclude(Request(), [.. lines, Succeeded("{}")], 0).Error?.Message);
    }

    [Fact]
    public void It_may_do_everything_unless_the_user_says_otherwise()
    {
        var arguments = Agent.Prepare(Request() with { Entry = new AgentEntry("gemini", Model: "m") }).Arguments;
        Assert.Equal(["-o", "stream-json", "-m", "m", "--approval-mode", "yolo"], arguments);
        var others = Agent.Prepare(Request() with { Entry = new AgentEntry("gemini", Model: "m", Args: ["--approval-mode=auto_edit", "--model", "mine"]) }).Arguments;
        Assert.DoesNotContain("yolo", others);
        Assert.DoesNotContain("-m", others);
    }

    [Fact]
    public void It_trusts_the_slot_needs_no_wrapper_and_commits_in_the_users_name()
    {
        var environment = Agent.Prepare(Request() with { Identity = new GitIdentity("Ada", "ada@example.com"), Sandboxed = true }).Environment;
        Assert.Equal(("true", "true", "false"), (environment["GEMINI_CLI_TRUST_WORKSPACE"], environment["GEMINI_CLI_NO_RELAUNCH"], environment["GEMINI_SANDBOX"]));
        Assert.Equal(("Ada", "ada@example.com", "Ada", "ada@example.com"), (environment["GIT_AUTHOR_NAME"], environment["GIT_AUTHOR_EMAIL"], environment["GIT_COMMITTER_NAME"], environment["GIT_COMMITTER_EMAIL"]));
        Assert.DoesNotContain(Agent.Prepare(Request()).Environment.Keys, name => name.StartsWith("GIT_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_prompt_goes_in_word_for_word_as_the_text_of_a_command()
    {
        var request = Request() with { Prompt = "/fix @param in @types\n\n  and me@example.com" };
        var command = Agent.Prepare(request);
        Assert.Equal("/tutti\n" + request.Prompt, File.ReadAllText(command.StandardInput!));
        Assert.True(File.Exists(Path.Combine(command.Environment["GEMINI_CLI_HOME"], ".gemini", "commands", "tutti.toml")));
    }

    [Fact]
    public void In_a_home_of_the_users_own_nothing_is_written_and_at_signs_are_escaped()
    {
        var entry = new AgentEntry("gemini", Env: new Dictionary<string, string> { ["GEMINI_CLI_HOME"] = "/nowhere" }, OwnConfig: false);
        var request = Request() with { Entry = entry, Prompt = "/fix @param, (@) @ and \\@b; a@b.c" };
        var command = Agent.Prepare(request);
        Assert.Equal("/nowhere", command.Environment["GEMINI_CLI_HOME"]);
        Assert.False(Directory.Exists(request.Folder.Agent));
        var input = File.ReadAllText(command.StandardInput!);
        Assert.EndsWith("\n\n/fix \\@param, (@) @ and \\@b; a\\@b.c", input);
        Assert.False(input.StartsWith('/'));
    }

    /// <summary>A tool call and its result.</summary>
    /// <param name="error">What failed; null for a success.</param>
    private static string[] Tool(string name, string parameters, string? error = null)
    {
        var call = new JsonObject { ["type"] = "tool_use", ["tool_name"] = name, ["tool_id"] = $"{name} {parameters}", ["parameters"] = JsonNode.Parse(parameters) };
        var result = new JsonObject { ["type"] = "tool_result", ["tool_id"] = $"{name} {parameters}", ["status"] = error is null ? "success" : "error", ["error"] = error is null ? null : JsonNode.Parse(error) };
        return [call.ToJsonString(), result.ToJsonString()];
    }

    private static string Succeeded(string stats) => Ended("success", "stats", JsonNode.Parse(stats));

    private static string Failed(string message) => Ended("error", "error", new JsonObject { ["type"] = "unknown", ["message"] = message });

    private static string Ended(string status, string name, JsonNode? value) =>
        new JsonObject { ["type"] = "result", ["timestamp"] = Said.ToString("O"), ["status"] = status, [name] = value }.ToJsonString();
}
