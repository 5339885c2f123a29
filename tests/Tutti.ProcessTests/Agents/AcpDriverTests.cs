using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Agents.Acp;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Agents;

public sealed class AcpDriverTests : IAsyncDisposable
{
    private readonly AttemptLab _lab = new();
    private readonly AcpAgent _agent = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_well_behaved_agent_works_to_its_end_as_an_attempt_of_its_own()
    {
        var (request, conclusion, reading) = await AttemptAsync("acp ask", new AgentChoice("acp", "large"));
        Assert.Null(conclusion.Error);
        Assert.Equal(("s-1", "large", "Done: yes"), (reading.Conversation, reading.Model, reading.LastText));
        Assert.Equal((10, 2), (conclusion.Usage!.Input, conclusion.Usage.Output));
        Assert.Equal("touch a", reading.Tool?.Target);
        Assert.DoesNotContain("prompt", File.ReadAllText(request.Folder.Stderr));
    }

    [Fact]
    public async Task What_it_asks_leave_for_is_refused_where_the_configuration_says_so()
    {
        var (_, conclusion, reading) = await AttemptAsync("acp ask", args: ["--acp-permissions", "reject"]);
        Assert.Equal("Done: no", reading.LastText);
        Assert.Equal(["execute: touch a"], conclusion.Refusals);
    }

    [Fact]
    public async Task Where_it_offers_no_leave_that_is_told_as_refused()
    {
        var (_, conclusion, reading) = await AttemptAsync("acp ask deny");
        Assert.Equal("Done: no", reading.LastText);
        Assert.Equal(["execute: touch a"], conclusion.Refusals);
    }

    // Codex's own sandbox, through codex-acp, lets it write neither commits nor its result; what asks is given leave anyway.
    [Theory]
    [InlineData("modes", null, false, "yolo")]
    [InlineData("modes firm", null, false, "yolo")]
    [InlineData("modes", null, true, null)]
    [InlineData("modes", "default", false, null)]
    [InlineData("modes load", "yolo", false, "yolo")]
    [InlineData("ask", null, false, null)]
    public async Task A_mode_without_questions_is_chosen_unless_leave_is_refused_or_a_mode_named(string words, string? mode, bool reject, string? chosen)
    {
        var (code, lines) = await DriveAsync(Fake($"acp {words}"), order => order with { Mode = mode, Reject = reject });
        Assert.Equal(AcpExit.Well, code);
        Assert.Equal(chosen, lines.Where(line => line.Contains("session/set_mode", StringComparison.Ordinal)).Select(line => line.Contains("\"yolo\"", StringComparison.Ordinal) ? "yolo" : line).SingleOrDefault());
    }

    [Theory]
    [InlineData("modes", "yoloo", "has no mode yoloo; it offers default, yolo: ")]
    [InlineData("ask", "yolo", "has no mode yolo; it offers none: ")]
    [InlineData("modes firm", "yolo", "does not take the mode yolo: Method not found")]
    public async Task A_mode_of_the_users_that_cannot_be_had_is_told(string words, string mode, string message)
    {
        var (code, lines) = await DriveAsync(Fake($"acp {words}"), order => order with { Mode = mode });
        Assert.Equal(AcpExit.Failed, code);
        Assert.Contains(AgentFailure.Misconfigured, lines[^1]);
        Assert.Contains(message, lines[^1]);
    }

    [Fact]
    public async Task A_session_that_is_gone_on_with_keeps_the_model_and_mode_it_says_nothing_of()
    {
        var (code, _) = await DriveAsync(Fake("acp load"), order => order with { Session = "s-0", Model = "large", Mode = "yolo" });
        Assert.Equal(AcpExit.Well, code);
    }

    [Fact]
    public async Task One_that_dies_in_the_middle_has_crashed_and_its_exit_code_is_told()
    {
        var (_, conclusion, _) = await AttemptAsync("acp die");
        Assert.Equal(AgentFailure.Crashed, conclusion.Error?.Code);
        Assert.Contains("exit code 7", conclusion.Error!.Message);
    }

    [Fact]
    public async Task One_that_cannot_be_started_is_missing()
    {
        var (code, lines) = await DriveAsync(["/no/such/program"]);
        Assert.Equal(AcpExit.NotStarted, code);
        Assert.Contains(AgentFailure.NotInstalled, lines[^1]);
    }

    [Fact]
    public async Task Requests_nobody_knows_are_answered_so_and_notifications_are_passed_over()
    {
        var (code, lines) = await DriveAsync(Fake("acp strange"));
        Assert.Equal(AcpExit.Well, code);
        Assert.Contains(lines, line => line.Contains("Done: error -32601", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_too_long_is_passed_over_and_words_are_kept_as_noise()
    {
        var (code, lines) = await DriveAsync(Fake("acp flood"));
        Assert.Equal(AcpExit.Well, code);
        Assert.Contains("""{"acp":"passed","bytes":3000008}""", lines);
        Assert.Contains("""{"acp":"noise","text":"no json"}""", lines);
        Assert.All(lines, line => Assert.True(line.Length < AgentReading.LongestLine));
    }

    [Fact]
    public async Task One_that_never_answers_is_given_up()
    {
        var (code, lines) = await DriveAsync(Fake("acp mute"), order => order with { AnswerLimit = TimeSpan.FromSeconds(1) });
        Assert.Equal(AcpExit.Failed, code);
        Assert.Contains("did not answer initialize", lines[^1]);
    }

    [Fact]
    public async Task An_error_instead_of_an_end_is_told_as_it_was_said()
    {
        var (code, lines) = await DriveAsync(Fake("acp fail"));
        Assert.Equal(AcpExit.Failed, code);
        Assert.Equal("""{"acp":"ended","error":{"code":429,"message":"too many requests"}}""", lines[^1]);
    }

    [Theory]
    [InlineData("texts")]
    [InlineData("fractions")]
    public async Task One_that_gives_the_ids_of_requests_back_in_another_form_is_understood(string word) => Assert.Equal(AcpExit.Well, (await DriveAsync(Fake($"acp {word}"))).Code);

    // Before, it was waited for until it counted as stalled.
    [Fact]
    public async Task One_that_cannot_read_a_request_nor_say_which_is_told_as_that()
    {
        var (code, lines) = await DriveAsync(Fake("acp blind"));
        Assert.Equal((AcpExit.Failed, """{"acp":"ended","error":{"code":-32700,"message":"Parse error"}}"""), (code, lines[^1]));
    }

    [Theory]
    [InlineData("nameless", AgentFailure.Other, "answered session/new without a session")]
    [InlineData("future", AgentFailure.Misconfigured, "speaks version 2 of the Agent Client Protocol, and Tutti speaks 1")]
    public async Task One_that_does_not_keep_to_the_protocol_is_told_as_that(string word, string code, string message)
    {
        var (exit, lines) = await DriveAsync(Fake($"acp {word}"));
        Assert.Equal(AcpExit.Failed, exit);
        Assert.Equal($$"""{"acp":"ended","failure":"{{code}}","message":"{{message}}"}""", lines[^1]);
    }

    [Fact]
    public async Task One_that_wants_a_sign_in_gets_it_by_the_key_in_its_environment()
    {
        Assert.Equal(AcpExit.Failed, (await DriveAsync(Fake("acp sign-in"))).Code);
        var (code, _) = await DriveAsync(Fake("acp sign-in"), order => order with { Environment = new Dictionary<string, string>(order.Environment) { ["FAKE_KEY"] = "k" } });
        Assert.Equal(AcpExit.Well, code);
    }

    [Fact]
    public async Task An_earlier_session_is_gone_on_with_and_not_told_again_and_one_who_cannot_says_so()
    {
        var (code, lines) = await DriveAsync(Fake("acp load"), order => order with { Session = "s-0" });
        Assert.Equal(AcpExit.Well, code);
        var reading = new AgentReading(new AcpStream(new Usage()));
        var told = lines.SelectMany(line => reading.Take(Encoding.UTF8.GetBytes(line))).OfType<AgentEvent.Said>().Select(said => said.Text);
        Assert.Equal(["I begin", "Done: nothing was asked"], told);
        Assert.Equal("s-0", reading.Conversation);
        Assert.Contains(AgentFailure.ConversationUnknown, (await DriveAsync(Fake("acp"), order => order with { Session = "s-0" })).Lines[^1]);
    }

    [Fact]
    public async Task One_that_does_not_leave_is_ended()
    {
        var (code, _) = await DriveAsync(Fake("acp stay"), order => order with { LeaveLimit = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(AcpExit.Well, code);
    }

    [Fact]
    public async Task An_interrupt_cancels_the_turn_and_leaves_no_process()
    {
        var request = Request("acp hang", new AgentChoice("acp"), null);
        await AttemptProcess.StartAsync(request.Folder, _agent.Prepare(request));
        await AttemptLab.Until(() => File.Exists(request.Folder.Stdout) && File.ReadAllText(request.Folder.Stdout).Contains("I begin", StringComparison.Ordinal));
        var end = await AttemptProcess.EndAsync(request.Folder, Waits.Patience);
        Assert.Equal((0, 0), (end.Swept, end.Left));
        Assert.Contains("""{"acp":"ended","stop_reason":"cancelled"}""", File.ReadAllText(request.Folder.Stdout));
    }

    private static string[] Fake(string step) => [AttemptLab.FakeAgent, step];

    private async Task<(int Code, string[] Lines)> DriveAsync(IReadOnlyList<string> command, Func<AcpOrder, AcpOrder>? change = null)
    {
        var order = new AcpOrder(command, _lab.Slot, HostEnvironment.Base(), "the prompt");
        using var output = new MemoryStream();
        var code = await AcpDriver.RunAsync(change?.Invoke(order) ?? order, output, CancellationToken.None).WaitAsync(Waits.Patience);
        return (code, Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<(AttemptRequest Request, AttemptConclusion Conclusion, AgentReading Reading)> AttemptAsync(string step, AgentChoice? choice = null, string[]? args = null)
    {
        var request = Request(step, choice ?? new AgentChoice("acp"), args);
        await AttemptProcess.StartAsync(request.Folder, _agent.Prepare(request));
        var exit = await AttemptLab.Watch(request.Folder);
        var reading = _agent.Open(request);
        foreach (var line in await File.ReadAllLinesAsync(request.Folder.Stdout))
            reading.Take(Encoding.UTF8.GetBytes(line));
        reading.End();
        return (request, _agent.Conclude(request, exit, reading), reading);
    }

    private AttemptRequest Request(string step, AgentChoice choice, string[]? args) => new(
        "2026-01-01-001", "t", "develop", 1, "n" + Guid.NewGuid().ToString("n"), _lab.Slot, "0123abc", 4100, choice,
        new AgentEntry("acp", Command: $"{AttemptLab.FakeAgent} '{step}'", Args: args), "the prompt", null, _lab.Folder(), _lab.Root);
}
