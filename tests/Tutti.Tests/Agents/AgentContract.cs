using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

/// <summary>
/// What every adapter keeps, tried on recordings of the real program (<c>Recordings/KIND/NAME.jsonl</c>, as in the captures: a commit,
/// errors, refusals). An adapter's own tests derive from it and name their recordings.
/// </summary>
public abstract class AgentContract : IDisposable
{
    protected const string Nonce = "0123456789abcdef";

    private readonly string _root = Directory.CreateTempSubdirectory("tutti-agent-").FullName;
    private int _number;

    /// <summary>The adapter.</summary>
    protected abstract IAgent Agent { get; }

    /// <summary>The recording of a run that wrote a file and committed it.</summary>
    protected virtual string Commit => "commit";

    /// <summary>The agent's entry of the configuration, for one that cannot do without.</summary>
    protected virtual AgentEntry? Entry => null;

    /// <summary>Recordings of failures: their name, the exit code they ended with, and the code the adapter gives them.</summary>
    public abstract IEnumerable<(string Recording, int Exit, string Code)> Failures { get; }

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    public void A_program_that_the_shell_cannot_start_is_not_installed(int exit) =>
        Assert.Equal(AgentFailure.NotInstalled, Conclude(Request(), [], exit).Error?.Code);

    [Fact]
    public void A_run_tells_its_conversation_its_words_its_tools_its_use_and_its_end()
    {
        var events = Events(Lines(Commit));
        Assert.Contains(events, e => e is AgentEvent.Started { Conversation.Length: > 0 });
        Assert.Contains(events, e => e is AgentEvent.Said { Text.Length: > 0 });
        Assert.Contains(events, e => e is AgentEvent.ToolUsed { Name.Length: > 0, Target: not null });
        Assert.Contains(events, e => e is AgentEvent.FileChanged);
        Assert.True(events.OfType<AgentEvent.Used>().Last().Total is { Input: > 0, Output: > 0 });
        Assert.Null(events.OfType<AgentEvent.Ended>().Last().Problem);
        Assert.Contains("committed", Read(Lines(Commit)).LastText);
    }

    [Fact]
    public void A_run_that_ended_well_is_no_failure_and_for_a_judge_without_a_verdict_it_is()
    {
        Assert.Null(Conclude(Request(), Lines(Commit), 0).Error);
        Assert.Equal(AgentFailure.NoResult, Conclude(Request() with { Role = Role.Review }, Lines(Commit), 0).Error?.Code);
    }

    [Fact]
    public void Every_failure_has_its_name_a_line_and_a_hint()
    {
        foreach (var (recording, exit, code) in Failures)
        {
            var error = Conclude(Request() with { Choice = new AgentChoice("second") }, Lines(recording), exit).Error;
            Assert.True(error?.Code == code, $"{recording}: {error?.Code} ({error?.Message}), not {code}");
            Assert.Contains("): second ", error!.Message);
            Assert.DoesNotContain('\n', error.Message);
            Assert.NotNull(error.Hint);
        }
    }

    [Theory]
    [InlineData(ExitCause.Stalled)]
    [InlineData(ExitCause.TimedOut)]
    public void One_that_came_to_its_end_and_then_hangs_has_not_failed_and_one_that_did_not_has(ExitCause cause)
    {
        var exit = new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, cause);
        Assert.Null(Agent.Conclude(Request(), exit, Read(Lines(Commit))).Error);
        Assert.Equal(FailureCategory.Timeout, Agent.Conclude(Request(), exit, Read(Lines(Commit)[..2])).Error?.Category);
        Assert.Equal(FailureCategory.Timeout, Agent.Conclude(Request(), exit, Read([.. Lines(Commit), .. Lines(Commit)[..^2]])).Error?.Category);
        Assert.Equal(AgentFailure.NoResult, Agent.Conclude(Request() with { Role = Role.Review }, exit, Read(Lines(Commit))).Error?.Code);
    }

    // OpenCode takes seconds to exit after its last line, on a loaded machine longer than its limit.
    [Theory]
    [InlineData(ExitCause.Stalled)]
    [InlineData(ExitCause.TimedOut)]
    [InlineData(ExitCause.Lost)]
    public void One_that_told_why_it_failed_and_then_hangs_has_failed_for_that(ExitCause cause)
    {
        var exit = new AttemptExit(null, 9, DateTimeOffset.UnixEpoch, cause);
        var told = Failures.Where(f => Read(Lines(f.Recording)) is { IsAtEnd: true, Ending.Problem: not null }).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, f => Assert.Equal(f.Code, Agent.Conclude(Request(), exit, Read(Lines(f.Recording))).Error?.Code));
    }

    [Theory]
    [InlineData(7, null)]
    [InlineData(137, 9)]
    public void One_that_came_to_its_end_has_not_failed_by_how_its_program_exited_then(int exit, int? signal)
    {
        Assert.Null(Conclude(Request(), Lines(Commit), exit, signal).Error);
        Assert.NotNull(Conclude(Request(), [.. Lines(Commit), .. Lines(Commit)[..^2]], exit, signal).Error);
        Assert.Equal(AgentFailure.NoResult, Conclude(Request() with { Role = Role.Review }, Lines(Commit), exit, signal).Error?.Code);
    }

    [Fact]
    public void Only_one_that_was_killed_outright_is_looked_for_in_the_kernels_log()
    {
        Assert.Contains("journalctl", Conclude(Request(), Lines(Commit)[..1], 137, 9).Error?.Hint);
        Assert.DoesNotContain("journalctl", Conclude(Request(), Lines(Commit)[..1], 143, 15).Error?.Hint);
    }

    [Fact]
    public void A_command_below_the_home_is_found_there()
    {
        var request = Request() with { Entry = new AgentEntry(Agent.Kind, Command: "~/bin/my-bot --mine") };
        Assert.Equal(Path.Combine(Environment.GetEnvironmentVariable("HOME")!, "bin/my-bot"), ProgramOf(Agent.Prepare(request)));
        Assert.Contains("is not there", Agent.Find(request.Entry).Hint);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("-7.5e28")]
    [InlineData("9e18")]
    [InlineData("7.9e28")]
    [InlineData("1e400")]
    public void Numbers_that_nobody_can_have_used_are_none(string number)
    {
        var lines = Lines(Commit).Select(line => Regex.Replace(
            line, "(?<key>\"(?:input|output|cached|total|read|write|reasoning|cost|used|amount|[a-zA-Z_]*(?:tokens|Tokens|USD|usd))\":)-?[0-9][0-9.e+-]*", "${key}" + number, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)).ToArray();
        Assert.NotEqual(Lines(Commit), lines);
        var sum = Enumerable.Repeat(lines, 3).SelectMany(l => l).SelectMany(l => Events([l])).OfType<AgentEvent.Used>().Select(e => e.Total).Append(Read([.. lines, .. lines, .. lines]).Usage ?? new Usage()).ToList();
        Assert.All(sum, use => Assert.True(use is { Input: >= 0 and < 1_000_000, Output: >= 0 and < 1_000_000, Cached: >= 0 and < 1_000_000, Reasoning: >= 0, Usd: null or >= 0 and < 1000 }, $"{use}"));
    }

    [Fact]
    public void A_byte_order_mark_costs_no_line() =>
        Assert.Equal(Read(Lines(Commit)).Conversation, Read(["\ufeff" + Lines(Commit)[0], .. Lines(Commit)[1..]]).Conversation);

    [Fact]
    public void A_stream_cut_anywhere_is_read_without_complaint_and_the_end_is_missed()
    {
        var text = string.Join('\n', Lines(Commit));
        for (var length = 0; length < text.Length; length += 1 + (text.Length / 200))
            Read(text[..length].Split('\n'));
        Assert.NotNull(Conclude(Request(), [], 1).Error);
        Assert.Equal(AgentFailure.Killed, Conclude(Request(), Lines(Commit)[..1], 137, 9).Error?.Code);
    }

    [Fact]
    public void Lines_of_unknown_kinds_and_members_of_other_types_are_passed_over()
    {
        var random = new Random(1);
        foreach (var line in Lines(Commit).Concat(Failures.SelectMany(f => Lines(f.Recording))).Where(line => line.StartsWith('{')))
        {
            for (var i = 0; i < 20; i++)
                Read([Mutated(JsonNode.Parse(line)!, random).ToJsonString()]);
        }

        Read(["{}", "[]", "{\"type\":7}", "{\"type\":\"from.the.future\",\"a\":[{}]}", "null", "{\"type\":", "words", "\u0000\u0001"]);
    }

    [Fact]
    public void The_same_lines_give_the_same_events_again()
    {
        Assert.Equal(Events(Lines(Commit)), Events(Lines(Commit)));
    }

    [Fact]
    public void A_result_file_with_the_nonce_counts_and_one_without_does_not()
    {
        var request = Request() with { Role = Role.Review };
        File.WriteAllText(request.Folder.Create().Result, $$"""{"nonce":"{{Nonce}}","verdict":"rejected","summary":"no"}""");
        Assert.Equal(Verdict.Rejected, Conclude(request, Lines(Commit), 0).Result?.Verdict);
        File.WriteAllText(request.Folder.Result, """{"nonce":"another","verdict":"approved","summary":"yes"}""");
        Assert.Null(Conclude(request, Lines(Commit), 0).Result);
    }

    [Theory]
    [InlineData("\ufeff@")]
    [InlineData("\ufeff```json\n@\n```\n")]
    [InlineData("Here is my result:\n\n```json\n@\n```\nThat is all.")]
    public void A_result_file_with_words_around_the_result_counts(string text)
    {
        var request = Request() with { Role = Role.Review };
        File.WriteAllText(request.Folder.Create().Result, text.Replace("@", $$"""{"nonce":"{{Nonce}}","verdict":"rejected","summary":"no"}""", StringComparison.Ordinal));
        Assert.Equal(Verdict.Rejected, Conclude(request, Lines(Commit), 0).Result?.Verdict);
    }

    [Fact]
    public void A_judge_that_is_done_has_approved_nothing()
    {
        var request = Request() with { Role = Role.Review };
        File.WriteAllText(request.Folder.Create().Result, $$"""{"nonce":"{{Nonce}}","verdict":"done","summary":"looked at it"}""");
        Assert.Equal(AgentFailure.NoResult, Conclude(request, Lines(Commit), 0).Error?.Code);
    }

    [Fact]
    public void The_command_is_the_same_again_has_the_marks_and_nothing_of_the_users_git()
    {
        var request = Request() with { Prompt = new string('x', 300_000) };
        var (command, again) = (Agent.Prepare(request), Agent.Prepare(request));
        Assert.Equal(command.Arguments, again.Arguments);
        Assert.Equal(command.Environment, again.Environment);
        Assert.Equal(request.Slot, command.Directory);
        Assert.All(command.Arguments, a => Assert.True(a.Length < 100_000));
        Assert.Equal((Nonce, request.Folder.Result), (command.Environment[AttemptMarks.Nonce], command.Environment[AttemptMarks.Result]));
        Assert.DoesNotContain(command.Environment.Keys, k => k.StartsWith("GIT_", StringComparison.Ordinal) && k is not ("GIT_AUTHOR_NAME" or "GIT_AUTHOR_EMAIL" or "GIT_COMMITTER_NAME" or "GIT_COMMITTER_EMAIL"));
        Assert.Equal(request.Prompt, File.ReadAllText(request.Folder.Prompt));
    }

    [Fact]
    public void The_model_the_users_arguments_and_the_conversation_reach_the_program()
    {
        var entry = new AgentEntry(Agent.Kind, Command: "sh -c", Model: "entry/model", Args: ["--mine", "two words"], Env: new Dictionary<string, string> { ["MINE"] = "yes" });
        var request = Request() with { Entry = entry };
        var command = Agent.Prepare(request);
        Assert.Equal("sh", ProgramOf(command));
        Assert.Contains("two words", command.Arguments);
        Assert.Equal("yes", command.Environment["MINE"]);
        Assert.Contains(Words(command), w => w.Contains("entry/model", StringComparison.Ordinal));
        Assert.Contains(Words(Agent.Prepare(Next() with { Choice = new AgentChoice(Agent.Kind, "choice/model"), Entry = entry })), w => w.Contains("choice/model", StringComparison.Ordinal));
        if (Agent.Traits.Continues)
        {
            var earlier = Request();
            Agent.Prepare(earlier);
            var next = Next() with { Continue = new Continuation("conversation-1", earlier.Folder, new Usage()) };
            Assert.Contains(Words(Agent.Prepare(next)), w => w.Contains("conversation-1", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void One_that_is_not_there_says_how_to_get_it()
    {
        var missing = Agent.Find(new AgentEntry(Agent.Kind, Command: "no-such-program-anywhere --flag"));
        Assert.False(missing.Found);
        Assert.Contains("no-such-program-anywhere", missing.Hint);
        Assert.NotEmpty(Agent.SignedIn(null, new Dictionary<string, string> { ["HOME"] = _root }).How);
    }

    /// <summary>The agent's program; the attempt's own may be one that drives it.</summary>
    protected virtual string ProgramOf(AttemptCommand command) => command.Program;

    /// <summary>An attempt in a folder of its own, each time another.</summary>
    protected AttemptRequest Request()
    {
        var slot = Directory.CreateDirectory(Path.Combine(_root, "slot")).FullName;
        return new AttemptRequest(
            "2026-01-01-001", "auth", "develop", ++_number, Nonce, slot, "0123abc", 4100, new AgentChoice(Agent.Kind), Entry, "the prompt", null,
            AttemptFolder.Of(_root, "auth", _number, "develop"), _root);
    }

    /// <summary>The lines of a recording.</summary>
    protected string[] Lines(string recording) =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Agents", "Recordings", Agent.Kind, recording + ".jsonl"));

    /// <summary>Everything a stream tells, its end included.</summary>
    protected IReadOnlyList<AgentEvent> Events(IEnumerable<string> lines, AttemptRequest? request = null)
    {
        var reading = Agent.Open(request ?? Request())!;
        return [.. lines.SelectMany(line => reading.Take(Encoding.UTF8.GetBytes(line))), .. reading.End()];
    }

    /// <summary>A stream read to its end.</summary>
    protected AgentReading Read(IEnumerable<string> lines, AttemptRequest? request = null)
    {
        var reading = Agent.Open(request ?? Request())!;
        foreach (var line in lines)
            reading.Take(Encoding.UTF8.GetBytes(line));
        reading.End();
        return reading;
    }

    /// <summary>The judgement about a stream and an exit.</summary>
    protected AttemptConclusion Conclude(AttemptRequest request, IEnumerable<string> lines, int exit, int? signal = null, string stderr = "")
    {
        File.WriteAllText(request.Folder.Create().Stderr, stderr);
        return Agent.Conclude(request, new AttemptExit(exit, signal, DateTimeOffset.UnixEpoch, ExitCause.Exited), Read(lines, request));
    }

    private AttemptRequest Next() => Request();

    private static IEnumerable<string> Words(AttemptCommand command) => [.. command.Arguments, .. command.Environment.Values];

    private static JsonNode Mutated(JsonNode node, Random random)
    {
        var holders = Holders(node).ToList();
        var (holder, name) = holders[random.Next(holders.Count)];
        JsonNode?[] others = [null, JsonValue.Create(-1.5e300), JsonValue.Create("text"), new JsonArray(JsonValue.Create(1), new JsonObject()), new JsonObject { ["x"] = 1 }, JsonValue.Create(true)];
        holder[name] = others[random.Next(others.Length)];
        return node;
    }

    private static IEnumerable<(JsonObject Holder, string Name)> Holders(JsonNode? node) => node switch
    {
        JsonObject o => o.Select(p => (o, p.Key)).Concat(o.SelectMany(p => Holders(p.Value))),
        JsonArray a => a.SelectMany(Holders),
        _ => [],
    };
}
