using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

public sealed class ClaudeAgentTests : AgentContract
{
    protected override IAgent Agent { get; } = new ClaudeAgent();

    public override IEnumerable<(string Recording, int Exit, string Code)> Failures =>
    [
        ("err400", 1, AgentFailure.Other),
        ("err401", 1, AgentFailure.NotSignedIn),
        ("err429", 1, AgentFailure.RateLimited),
        ("err500", 1, AgentFailure.Overloaded),
        ("quota", 1, AgentFailure.RateLimited),
        ("context", 1, AgentFailure.ContextExhausted),
        ("model", 1, AgentFailure.ModelUnknown),
        ("network", 1, AgentFailure.Network),
        ("budget", 1, AgentFailure.BudgetSpent),
        ("maxturns", 1, AgentFailure.Other),
    ];

    [Fact]
    public void The_end_gives_the_exact_use_and_its_price()
    {
        Assert.Equal(new Usage(4200, 112, 2700, 0.015165m), Read(Lines("commit")).Usage);
        Assert.Equal(new Usage(200, 40, 0, 0.0012000000000000001m), Read(Lines("budget")).Usage);
    }

    [Fact]
    public void Until_then_it_is_summed_up_by_message_and_priced()
    {
        // Three messages of 1200, 1000 and 1000 tokens in, 40, 77 and 77 out: each is told by several lines.
        var usage = Read(Lines("pieces")[..^1]).Usage!;
        Assert.Equal(new Usage(3200, 194, 0, 0.01251m, Estimated: true), usage);
        Assert.Equal(usage with { Estimated = false }, Read(Lines("pieces")).Usage);
        Assert.Equal(4200, Read(Lines("commit")[..^1]).Usage?.Input);
        var killed = Conclude(Request(), Lines("killed"), 137, 9);
        Assert.Equal((AgentFailure.Killed, true), (killed.Error?.Code, killed.Usage is { Usd: > 0, Estimated: true }));
    }

    [Fact]
    public void A_conversation_that_is_gone_on_with_costs_only_what_was_added()
    {
        Assert.Equal(0.015165m, Read(Lines("resumed"), After(0.015165m)).Usage?.Usd);

        // What was killed is not in claude's own sum, but it is in Tutti's.
        Assert.Equal(0.015165m, Read(Lines("resumed"), After(0.02m)).Usage?.Usd);
    }

    [Theory]
    [InlineData(0.02, 0.01)]
    [InlineData(0, 0.03)]
    [InlineData(0.05, 0.03)]
    public void An_older_version_tells_the_sum_of_the_conversation_if_it_knows_it(double before, double cost)
    {
        const string line = """{"type":"result","subtype":"success","is_error":false,"result":"ok","total_cost_usd":0.03,"usage":{"input_tokens":10,"output_tokens":2,"cache_read_input_tokens":5}}""";
        Assert.Equal(new Usage(10, 2, 5, (decimal)cost), Read([line], After((decimal)before)).Usage);
    }

    [Fact]
    public void A_turn_after_the_first_end_is_added_to_it()
    {
        var line = Lines("commit")[^1];
        var events = Events([line, Assistant("m9", "text", input: 100), line.Replace("\"is_error\":false", "\"is_error\":true", StringComparison.Ordinal)]);
        Assert.Equal([0.015165m, 0.03033m], events.OfType<AgentEvent.Used>().Where(u => !u.Total.Estimated).Select(u => u.Total.Usd));
        Assert.Contains(events, e => e is AgentEvent.Used { Total: { Input: 4300, Usd: > 0.015165m } });
    }

    [Fact]
    public void A_tool_is_told_when_it_begins_and_once_more_where_it_failed()
    {
        const string command = "ls /nonexistent-badshell-claude; exit 3";
        var tools = Events(Lines("badshell")).OfType<AgentEvent.ToolUsed>();
        Assert.Equal([new("Bash", command), new("Bash", command, Failed: true)], tools);
    }

    [Fact]
    public void Files_and_steps_move_as_the_tools_say()
    {
        var events = Events(Lines("steps"));
        Assert.Equal(
            [new("$WORK/slot/old.txt", FileChange.Modified), new("$WORK/slot/new.txt", FileChange.Added)], events.OfType<AgentEvent.FileChanged>());
        Assert.Equal(
            [new(0, 1, null), new(0, 2, null), new(0, 2, "First thing"), new(0, 1, "First thing"), new(1, 1, null)], events.OfType<AgentEvent.PlanMoved>());
        Assert.Equal(
            ["Read", "Edit", "Write", "TaskCreate", "TaskCreate", "TaskUpdate", "TaskUpdate", "TaskUpdate", "Task"], events.OfType<AgentEvent.ToolUsed>().Select(t => t.Name));
        Assert.Contains(new AgentEvent.ToolUsed("Task", "A sub-agent"), events);
    }

    [Fact]
    public void A_whole_list_of_steps_replaces_the_one_before()
    {
        const string todos = """{"todos":[{"content":"a","status":"completed","activeForm":"A"},{"content":"b","status":"in_progress","activeForm":"Doing b"},{"content":"c","status":"pending"}]}""";
        Assert.Equal(new AgentEvent.PlanMoved(1, 3, "Doing b"), Read([Tool("t1", "TodoWrite", todos)]).Plan);
        var list = """{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t2"}]},"tool_use_result":{"tasks":[{"id":"4","subject":"d","status":"completed"}]}}""";
        Assert.Equal(new AgentEvent.PlanMoved(1, 1, null), Read([Tool("t1", "TodoWrite", todos), Tool("t2", "TaskList", "{}"), list]).Plan);
    }

    [Fact]
    public void A_sub_agent_neither_speaks_nor_fills_the_context_but_it_works_and_costs()
    {
        var reading = Read([Assistant("m1", "mine", input: 1000), Assistant("m2", "the other's", input: 90_000, parent: "t1"), Tool("t2", "Bash", """{"command":"ls"}""", "t1")]);
        Assert.Equal(("mine", 1000), (reading.LastText, reading.Context?.Tokens));
        Assert.Equal(91_100, reading.Usage?.Input);
        Assert.Equal("Bash", reading.Tool?.Name);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", 200_000)]
    [InlineData("us.anthropic.claude-opus-4-6-v1:0", 200_000)]
    [InlineData("claude-opus-4-20250514", 200_000)]
    [InlineData("claude-sonnet-4-5[1m]", 1_000_000)]
    [InlineData("claude-opus-4-7", 1_000_000)]
    [InlineData("claude-opus-5-5", 1_000_000)]
    public void The_context_is_measured_by_the_models_window(string model, long window)
    {
        string[] lines = [$$"""{"type":"system","subtype":"init","session_id":"s","model":"{{model}}"}""", Assistant("m1", "x", input: 500)];
        Assert.Equal(new AgentEvent.ContextFilled(500, window), Read(lines).Context);
    }

    [Fact]
    public void The_window_that_the_end_names_is_the_right_one()
    {
        var line = Lines("commit")[^1].Replace("\"contextWindow\":200000", "\"contextWindow\":64000", StringComparison.Ordinal);
        Assert.Equal(new AgentEvent.ContextFilled(2500, 64_000), Read([.. Lines("commit")[..^1], line]).Context);
    }

    [Fact]
    public void A_subscription_that_is_used_up_is_told_with_its_reset()
    {
        var conclusion = Conclude(Request(), Lines("quota"), 1);
        var resets = DateTimeOffset.FromUnixTimeSeconds(1795650175);
        Assert.Equal(new AgentEvent.Limited(true, resets, "the five hour limit is reached"), Read(Lines("quota")).Limit);
        Assert.Equal((AgentFailure.RateLimited, resets), (conclusion.Error?.Code, conclusion.ResetsAt));
    }

    [Fact]
    public void A_reset_is_understood_in_milliseconds_and_in_words_where_no_event_tells_it()
    {
        var inMilliseconds = Lines("quota").Select(line => line.Replace("\"resetsAt\":1795650175", "\"resetsAt\":1795650175000", StringComparison.Ordinal));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795650175), Conclude(Request(), inMilliseconds, 1).ResetsAt);
        var inWords = Lines("quota").Where(line => !line.Contains("rate_limit_event", StringComparison.Ordinal));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 23, 43, 0, TimeSpan.Zero), Conclude(Request(), inWords, 1).ResetsAt);
    }

    [Fact]
    public void A_warning_and_what_is_paid_for_beyond_the_plan_are_no_refusals()
    {
        Assert.Contains(Events(Lines("quotawarning")), e => e is AgentEvent.Limited { Refused: false, Message: "the five hour limit: 93 % used" });
        var paid = Lines("quota").Select(line => line.Replace("\"isUsingOverage\":false", "\"isUsingOverage\":true", StringComparison.Ordinal));
        Assert.Contains(Events(paid), e => e is AgentEvent.Limited { Refused: false });
        Assert.Empty(Events(["""{"type":"rate_limit_event","rate_limit_info":{"status":"allowed"}}"""]));
    }

    [Fact]
    public void A_request_that_is_tried_again_says_why_and_when()
    {
        var retries = Events(Lines("err429")).OfType<AgentEvent.Retrying>().ToList();
        Assert.Equal(10, retries.Count);
        Assert.Equal((AgentFailure.RateLimited, TimeSpan.FromMilliseconds(1082)), (retries[0].Problem.Code, retries[0].After));
        Assert.Equal(AgentFailure.Network, Assert.Single(Events(Lines("disconnect")).OfType<AgentEvent.Retrying>()).Problem.Code);
        Assert.Null(Conclude(Request(), Lines("disconnect"), 0).Error);
    }

    [Fact]
    public void What_it_was_not_allowed_is_told_once()
    {
        var refused = Events(Lines("refused")).OfType<AgentEvent.PermissionRefused>().ToList();
        Assert.Equal(["Write", "Bash"], refused.Select(r => r.Tool));
        Assert.Contains("Bash: This Bash command contains multiple operations", Conclude(Request(), Lines("refused"), 0).Refusals[1]);
    }

    [Fact]
    public void An_answer_in_the_schema_counts_and_null_is_none()
    {
        var request = Request() with { Role = Role.Review, Nonce = "nonce-2-rec" };
        var conclusion = Conclude(request, Lines("review"), 0);
        Assert.Equal((Verdict.CorrectionsNeeded, "it is wrong"), (conclusion.Result?.Verdict, conclusion.Result?.Corrections[0].Message));
        Assert.Equal("I look.", conclusion.Tail);
        Assert.DoesNotContain(Events(Lines("review")), e => e is AgentEvent.ToolUsed);
        Assert.Equal(AgentFailure.NoResult, Conclude(request, Lines("noanswer"), 0).Error?.Code);
        Assert.Null(Read(Lines("noanswer")).Ending?.Structured);
    }

    [Theory]
    [InlineData("TASK_APPROVED", null)]
    [InlineData("TASK_DONE", null)]
    [InlineData("READY_FOR_QA", null)]
    [InlineData("TASK_REJECTED", Verdict.Rejected)]
    public void Words_approve_nothing_where_a_schema_was_to_be_had(string word, Verdict? verdict)
    {
        var line = $$"""{"type":"result","subtype":"success","is_error":false,"result":"I have looked.\n{{word}}","structured_output":null,"terminal_reason":"completed"}""";
        var conclusion = Conclude(Request() with { Role = Role.Review }, [line], 0);
        Assert.Equal((verdict, verdict is null ? AgentFailure.NoResult : null), (conclusion.Result?.Verdict, conclusion.Error?.Code));
    }

    // It did answer: what is wrong with it says more than that there was none, to the user and to a planner that is asked once more.
    [Theory]
    [InlineData(Role.Review, "{\"nonce\":\"another\",\"verdict\":\"approved\"}", "nonce")]
    [InlineData(Role.Qa, "{\"nonce\":\"@\",\"verdict\":\"fine\"}", "verdict 'fine'")]
    [InlineData(Role.Plan, "{\"nonce\":\"another\",\"tasks\":[]}", "nonce")]
    public void An_answer_in_the_schema_that_cannot_be_used_says_why_of_who_owes_one(Role role, string answer, string why)
    {
        var line = $$"""{"type":"result","subtype":"success","is_error":false,"result":"I have looked.","structured_output":{{answer.Replace("@", Nonce, StringComparison.Ordinal)}},"terminal_reason":"completed"}""";
        var error = Conclude(Request() with { Role = role }, [line], 0).Error;
        Assert.Equal("result_invalid", error?.Code);
        Assert.Contains(why, error!.Message);
        Assert.Null(Conclude(Request() with { Role = Role.Develop }, [line], 0).Error);
    }

    [Fact]
    public void One_that_was_interrupted_from_outside_has_failed_though_its_exit_code_is_zero()
    {
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines("interrupted"), 0).Error?.Code);

        // While it waits for the model it gives no result.
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines("interrupted")[..^1], 0).Error?.Code);
        Assert.Equal(AgentFailure.Crashed, Conclude(Request(), Lines("interrupted")[..^2], 0).Error?.Code);
    }

    [Fact]
    public void A_hook_that_forbids_its_prompt_is_named_and_it_did_not_end_well()
    {
        const string Blocked = """{"type":"system","subtype":"informational","content":"UserPromptSubmit operation blocked by hook:\n[./check.sh]: not on a Friday\n\n\nOriginal prompt: You are one of several"}""";
        const string End = """{"type":"result","subtype":"success","is_error":false,"num_turns":0,"usage":{},"modelUsage":{}}""";
        var error = Conclude(Request(), [Blocked, End], 0).Error;
        Assert.Equal(AgentFailure.Misconfigured, error?.Code);
        Assert.Contains("in its own configuration", error?.Hint);
        Assert.Contains("not on a Friday", error?.Message);
        Assert.DoesNotContain("You are one", error?.Message);
        Assert.Null(Conclude(Request(), [Blocked, .. Lines("commit")], 0).Error);
    }

    [Fact]
    public void One_that_tutti_interrupted_because_it_was_silent_has_stalled()
    {
        var exit = new AttemptExit(0, null, DateTimeOffset.UnixEpoch, ExitCause.Stalled);
        Assert.Equal("attempt_stalled", Agent.Conclude(Request(), exit, Read(Lines("interrupted"))).Error?.Code);
    }

    [Fact]
    public void A_conversation_that_is_gone_is_named_by_stream_and_by_stderr()
    {
        Assert.Equal(AgentFailure.ConversationUnknown, Conclude(Request(), Lines("unknown"), 1).Error?.Code);
        Assert.Equal(AgentFailure.ConversationUnknown, Conclude(Request(), [], 1, stderr: "No conversation found with session ID: 1\n").Error?.Code);
    }

    [Theory]
    [InlineData("Credit balance is too low", "null", AgentFailure.BudgetSpent)]
    [InlineData("You've hit your monthly spend limit. See Usage in Settings", "429", AgentFailure.BudgetSpent)]
    [InlineData("Claude AI usage limit reached|1763726400", "null", AgentFailure.RateLimited)]
    [InlineData("Invalid API key · Please run /login", "null", AgentFailure.NotSignedIn)]
    [InlineData("Not logged in · Please run /login", "null", AgentFailure.NotSignedIn)]
    [InlineData("Prompt is too long", "400", AgentFailure.ContextExhausted)]
    [InlineData("API Error: 529 Overloaded", "null", AgentFailure.Overloaded)]
    [InlineData("API Error: Connection error.", "null", AgentFailure.Network)]
    [InlineData("API Error: something new", "null", AgentFailure.Other)]
    public void Its_last_words_name_the_failure(string text, string status, string code)
    {
        var word = status == "429" ? ",\"error\":\"rate_limit\"" : "";
        string[] lines =
        [
            $$"""{"type":"assistant","message":{"id":"m","model":"<synthetic>","content":[]}{{word}}}""",
            $$"""{"type":"result","subtype":"success","is_error":true,"result":"{{text}}","api_error_status":{{status}},"terminal_reason":"api_error"}""",
        ];
        var problem = Read(lines).Ending?.Problem;
        Assert.Equal(code, problem?.Code);
        Assert.Equal(text.Contains('|') ? DateTimeOffset.FromUnixTimeSeconds(1763726400) : null, problem?.ResetsAt);
    }

    [Theory]
    [InlineData("error: unknown option '--no-such-flag'", AgentFailure.Misconfigured)]
    [InlineData("error: option '--permission-mode <mode>' argument 'x' is invalid. Allowed choices are acceptEdits, plan.", AgentFailure.Misconfigured)]
    [InlineData("--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons", AgentFailure.Misconfigured)]
    [InlineData("Error: Session ID 5a2744f9-82eb-4441-8dbe-afec1355f529 is already in use.", AgentFailure.ConversationUnknown)]
    [InlineData("", AgentFailure.Crashed)]
    public void One_that_did_not_begin_says_why_on_stderr(string stderr, string code)
    {
        Assert.Equal(code, Conclude(Request(), [], 1, stderr: stderr).Error?.Code);
    }

    private AttemptRequest After(decimal usd) => Request() with { Continue = new Continuation("c", Request().Folder, new Usage(Usd: usd)) };

    private static string Assistant(string id, string text, int input, string? parent = null) => Line(id, $$"""{"type":"text","text":"{{text}}"}""", input, parent);

    private static string Tool(string id, string name, string input, string? parent = null) =>
        Line($"m-{id}", $$"""{"type":"tool_use","id":"{{id}}","name":"{{name}}","input":{{input}}}""", 100, parent);

    private static string Line(string id, string block, int input, string? parent)
    {
        var of = parent is null ? "null" : $"\"{parent}\"";
        return $$$"""{"type":"assistant","message":{"id":"{{{id}}}","model":"claude-sonnet-4-5","content":[{{{block}}}],"usage":{"input_tokens":{{{input}}},"output_tokens":1}},"parent_tool_use_id":{{{of}}}}""";
    }
}
