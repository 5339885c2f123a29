using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Agents;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Processes;
using Tutti.Engine.Sources;
using Tutti.Tests.Sources;

namespace Tutti.Tests.Fuzzing;

/// <summary>What <see cref="FuzzTests"/> has found, each with the smallest input that showed it.</summary>
public class FoundTests
{
    private const string Nonce = "0123456789abcdef";
    private static readonly byte[] HalfACharacter = [0xe2, 0x80];

    [Theory]
    [InlineData("""[{"number":3,"title":"U@","state":"OPEN"}]""", "issues.json")]
    [InlineData("""{"tasks":[{"id":1,"title":"U@"}]}""", "tasks.json")]
    [InlineData("""{"id":"a","title":"U@"}""", "issues.jsonl")]
    public void Half_a_character_in_a_task_list_is_refused_with_its_line(string text, string name)
    {
        using var folder = new SourceFolder();
        var path = folder.Write(name, "");
        File.WriteAllBytes(path, [(byte)'\n', .. WithHalf(text)]);
        ITaskSource source = name == "issues.json" ? new IssuesSource() : name == "tasks.json" ? new TaskMasterSource(TimeProvider.System) : new BeadsSource();
        var failure = SourceFolder.Refused(() => source.Read(path, null));
        Assert.Equal("source_broken", failure.Code);
        Assert.Contains($"{name} line 2 is not UTF-8", failure.Message);
    }

    [Fact]
    public void A_setting_that_stands_in_gits_configuration_again_and_again_costs_no_more_than_its_length()
    {
        const int times = 20_000;
        var listed = string.Concat(Enumerable.Repeat("local\0user.name\nA\0", times));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = GitPrograms.Of(ConfigEntry.Parse(listed));
        Assert.Equal(times, found.Own["user.name"].Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L * listed.Length);
    }

    [Fact]
    public void A_reason_that_quotes_half_of_the_file_stays_one_short_line()
    {
        using var folder = new SourceFolder();
        var path = folder.Write("tasks.json", $"{{\"tasks\": t{new string('\n', 50)}{new string('x', 5_000)}}}");
        var failure = SourceFolder.Refused(() => new TaskMasterSource(TimeProvider.System).Read(path, null));
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.InRange(failure.Message.Length, 1, 600);
    }

    [Fact]
    public void A_command_of_many_lines_without_its_closing_quote_is_shown_as_one_line() =>
        Assert.DoesNotContain(SourceFolder.Refused(() => CommandWords.Split("a\n'b\n" + new string('c', 500))).Message, char.IsControl);

    [Theory]
    [InlineData("claude", """{"type":"result","modelUsage":{"\ud83d":{"inputTokens":1}}}""")]
    [InlineData("gemini", """{"type":"message","\ud83dcontent":"x"}""")]
    [InlineData("codex", """{"type":"turn.failed","error":{"message":"unexpected status 40٣ Unauthorized"}}""")]
    [InlineData("codex", """{"type":"error","message":"@"}""")]
    [InlineData("acp", """{"dir":"<","m":{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"@"}}}}""")]
    public void A_stream_with_half_a_character_or_foreign_digits_is_read_on(string kind, string line)
    {
        var folder = new AttemptFolder(Path.Combine(Path.GetTempPath(), "tutti-none"));
        var request = new AttemptRequest("s", "t", "develop", 1, Nonce, folder.Path, "0123abc", 4100, new AgentChoice(kind), null, "", null, folder, folder.Path);
        var reading = AgentCatalog.For(kind, null).Open(request)!;
        reading.Take(WithHalf(line));
        reading.End();
    }

    [Fact]
    public void Half_a_character_in_a_result_costs_that_character_only()
    {
        var reading = StageResultFile.Parse(WithHalf($$"""{"nonce":"{{Nonce}}","verdict":"done","summary":"a@b"}"""), Nonce);
        Assert.Equal("a\ufffdb", reading.Result!.Summary);
        Assert.NotNull(StageResultFile.Parse(Encoding.UTF8.GetBytes($$"""{"nonce":"{{Nonce}}","verdict":"done","summary":"\ud83d","corrections":["\ud83d"]}"""), Nonce).Result);
    }

    [Theory]
    [InlineData("TREE\0100755 012\ta b\0")]
    [InlineData("TREE\0100644 ID 7\ta\0")]
    [InlineData("TREE\0no tab\0")]
    public void Odd_answers_of_merge_tree_are_failures_of_git(string output) =>
        Assert.Equal("git_answer_unreadable", Refused(() => MergeTreeOutput.Parse(Encoding.UTF8.GetBytes(output))));

    [Theory]
    [InlineData("1 .M N... 100644\0")]
    [InlineData("1 . N... 100644 100644 100644 ID ID a\0")]
    [InlineData("u UU\0")]
    [InlineData("?\0")]
    public void Odd_answers_of_status_are_failures_of_git(string output) =>
        Assert.Equal("git_answer_unreadable", Refused(() => CheckoutStatus.Parse(Encoding.UTF8.GetBytes(output))));

    [Theory]
    [InlineData(":100644 100755 ID M\0path\0")]
    [InlineData(":100644 100755 ID ID \0path\0")]
    public void Odd_answers_of_diff_tree_are_failures_of_git(string output)
    {
        Assert.Equal("git_answer_unreadable", Refused(() => RawDiff.Parse(Encoding.UTF8.GetBytes(output))));
        Assert.Equal("git_answer_unreadable", Refused(() => TreeChange.Parse(Encoding.UTF8.GetBytes(output))));
        Assert.Equal("git_answer_unreadable", Refused(() => TreeChange.Parse("path\0path\0"u8)));
        Assert.Equal("git_answer_unreadable", Refused(() => TreeChange.Parse(":100644 100644 ID ID R086\0old\0"u8)));
    }

    [Theory]
    [InlineData("R? ", 16_000)]
    [InlineData("a, ", 16_000)]
    [InlineData("t to bar and ", 40_000)]
    [InlineData("and then ", 40_000)]
    public void A_request_of_nothing_but_places_to_cut_costs_no_more_than_its_length(string piece, int length)
    {
        var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Splitter.Split(text);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / length, 0, 50_000);
    }

    private static string Refused(Action action) => Assert.Throws<FailureException>(action).Failure.Code;

    // "@" stands for two bytes that are no text.
    private static byte[] WithHalf(string text) => [.. Encoding.UTF8.GetBytes(text).SelectMany(b => b == (byte)'@' ? HalfACharacter : [b])];

    // Valid JSON, and no text: half a pair in an id, a method or a mode that Tutti has to say again.
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"\ud800","method":"session/request_permission","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{"\ud800":["\udfff"]},"method":"x"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"\ud800","params":"\ud800"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}\n{"jsonrpc":"2.0","id":2,"result":{"sessionId":"\ud800","modes":{"availableModes":[{"id":"yolo\ud800"}]}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"\ud800","data":{"details":"\ud800"}}}""")]
    public Task An_ACP_agent_that_says_half_a_character_is_answered_all_the_same(string said) =>
        AcpEcho.TalkAsync(Encoding.UTF8.GetBytes(said.Replace("\\n", "\n", StringComparison.Ordinal) + "\n"));
}
