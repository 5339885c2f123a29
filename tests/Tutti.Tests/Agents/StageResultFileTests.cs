using System.Text;
using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class StageResultFileTests
{
    [Fact]
    public void A_whole_result_is_read()
    {
        var result = Good("""
            {"nonce":"n1","verdict":"corrections_needed","summary":"two tests fail","confidence":80,"files":["a.c"],
             "corrections":[{"severity":"critical","file":"a.c","line":12,"message":"off by one"}],
             "decisions":[{"topic":"storage","choice":"sqlite","why":"one file"}]}
            """);
        Assert.Equal((Verdict.CorrectionsNeeded, "two tests fail", 80), (result.Verdict, result.Summary, result.Confidence));
        Assert.Equal(["a.c"], result.Files);
        Assert.Equal([new Correction(Severity.Critical, "a.c", 12, "off by one")], result.Corrections);
        Assert.Equal([new AgentDecision("storage", "sqlite", "one file")], result.Decisions);
    }

    // Git takes no message that holds one, and a message may hold the summary.
    [Fact]
    public void No_text_holds_the_character_that_ends_a_text()
    {
        var result = Good("""{"nonce":"n1","verdict":"corrections_needed","summary":"a\u0000b","corrections":["c\u0000"]}""");
        Assert.Equal(("a\ufffdb", "c\ufffd"), (result.Summary, result.Corrections[0].Message));
    }

    [Theory]
    [InlineData("done", Verdict.Done)]
    [InlineData("Corrections needed", Verdict.CorrectionsNeeded)]
    [InlineData("QA-BLOCKED", Verdict.QaBlocked)]
    public void A_verdict_is_understood_however_it_is_spelt(string verdict, Verdict meant)
    {
        Assert.Equal(meant, Good($$"""{"nonce":"n1","verdict":"{{verdict}}"}""").Verdict);
    }

    [Fact]
    public void What_models_get_wrong_is_put_right()
    {
        var result = Good("""
            ```json
            {"nonce":"n1","verdict":"rejected","summary":null,"confidence":"85%","files":null,
             "corrections":["just words",{"severity":"blocker","line":"7","message":"m"},{"file":"no message"},3,{"message":"x","line":null,"file":5}],
             "decisions":[{"topic":"t"},"s"],}
            ```
            """);
        Assert.Equal((85, ""), (result.Confidence, result.Summary));
        Assert.Equal(
            [new(Severity.Major, null, null, "just words"), new(Severity.Critical, null, 7, "m"), new(Severity.Major, null, null, "x")],
            result.Corrections);
        Assert.Empty(result.Files);
        Assert.Empty(result.Decisions);
    }

    [Theory]
    [InlineData("approved", Severity.Minor)]
    [InlineData("corrections_needed", Severity.Major)]
    public void A_note_without_a_weight_weighs_what_its_verdict_says(string verdict, Severity meant)
    {
        var result = Good($$"""{"nonce":"n1","verdict":"{{verdict}}","corrections":["nice",{"message":"a name"},{"severity":"critical","message":"wrong"}]}""");
        Assert.Equal([meant, meant, Severity.Critical], result.Corrections.Select(c => c.Severity));
    }

    // Beside an approval, a blocker was taken for one without a weight, so that it held nothing up.
    [Theory]
    [InlineData("blocker", Severity.Critical)]
    [InlineData("HIGH", Severity.Major)]
    [InlineData("P1", Severity.Major)]
    [InlineData("Critical!", Severity.Critical)]
    [InlineData("nit", Severity.Minor)]
    [InlineData("Suggestion", Severity.Minor)]
    [InlineData("", Severity.Minor)]
    public void A_weight_in_other_words_beside_an_approval_is_one(string word, Severity meant) =>
        Assert.Equal(meant, Good($$"""{"nonce":"n1","verdict":"approved","corrections":[{"severity":"{{word}}","message":"loses data"}]}""").Corrections[0].Severity);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_file_with_a_byte_order_mark_is_read(string encoding)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{"nonce":"n1","verdict":"approved","summary":"gut für ö"}""", Encoding.GetEncoding(encoding));
        Assert.Equal("gut für ö", StageResultFile.Read(path, "n1").Result?.Summary);
        File.Delete(path);
    }

    [Theory]
    [InlineData("0.8", 80)]
    [InlineData("1", 1)]
    [InlineData("0", 0)]
    [InlineData("250", 100)]
    [InlineData("-3", 0)]
    [InlineData("1e300", null)]
    [InlineData("\"high\"", null)]
    public void Confidence_is_a_percentage_or_nothing(string said, int? meant)
    {
        Assert.Equal(meant, Good($$"""{"nonce":"n1","verdict":"done","confidence":{{said}}}""").Confidence);
    }

    [Theory]
    [InlineData("{\"nonce\":\"n1\",\"verdict\":", "no JSON")]
    [InlineData("\0\0\0", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{\"verdict\":\"approved\"}", "nonce")]
    [InlineData("{\"nonce\":\"n2\",\"verdict\":\"approved\"}", "nonce")]
    [InlineData("{\"nonce\":5,\"verdict\":\"approved\"}", "nonce")]
    [InlineData("{\"nonce\":\"n1\"}", "verdict")]
    [InlineData("{\"nonce\":\"n1\",\"verdict\":\"great\"}", "'great'")]
    [InlineData("{\"nonce\":\"n1\",\"verdict\":\"2\"}", "'2'")]
    public void What_cannot_be_trusted_is_a_failure_that_says_why(string json, string why)
    {
        var reading = StageResultFile.Parse(Encoding.UTF8.GetBytes(json), "n1");
        Assert.Null(reading.Result);
        Assert.Equal("result_invalid", reading.Failure!.Code);
        Assert.Contains(why, reading.Failure.Message);
    }

    [Fact]
    public void Long_texts_and_lists_are_cut()
    {
        var corrections = string.Join(',', Enumerable.Repeat($$"""{"message":"{{new string('x', 9_000)}}"}""", 50).Concat(Enumerable.Repeat("\"s\"", 500)));
        var result = Good($$"""{"nonce":"n1","verdict":"rejected","corrections":[{{corrections}}]}""");
        Assert.Equal(StageResultFile.ListLimit, result.Corrections.Count);
        Assert.True(result.Corrections[0].Message.Length <= StageResultFile.TextLimit + 1);
    }

    private static StageResult Good(string json)
    {
        var reading = StageResultFile.Parse(Encoding.UTF8.GetBytes(json), "n1");
        Assert.Null(reading.Failure?.Message);
        return reading.Result!;
    }
}
