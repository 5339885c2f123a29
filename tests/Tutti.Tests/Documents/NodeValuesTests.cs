using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;

namespace Tutti.Tests.Documents;

public sealed class NodeValuesTests
{
    [Theory]
    [InlineData("lots", "wrong_type", "'lots'")]
    [InlineData("1.0", "wrong_type", "'1.0'")]
    [InlineData("0x10", "wrong_type", "'0x10'")]
    [InlineData("[1]", "wrong_type", "a list")]
    [InlineData("{a: 1}", "wrong_type", "a map")]
    [InlineData("0", "out_of_range", "'0'")]
    [InlineData("65", "out_of_range", "'65'")]
    [InlineData("-3", "out_of_range", "'-3'")]
    [InlineData("99999999999999999999999", "out_of_range", "'99999999999999999999999'")]
    public void A_wrong_whole_number_says_what_was_expected_and_where(string value, string code, string shown)
    {
        var failure = Failing($"\n\nmax_agents: {value}", node => node.WholeNumber(1, 64));
        Assert.Equal(code, failure.Code);
        Assert.Equal($"max_agents must be a whole number from 1 to 64, not {shown}, in x.yaml line 3", failure.Message);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("On", true)]
    [InlineData("FALSE", false)]
    [InlineData("no", false)]
    [InlineData("'off'", false)]
    public void Booleans_are_read_where_one_is_expected(string text, bool expected) => Assert.Equal(expected, Value($"a: {text}").Flag());

    [Fact]
    public void What_is_no_boolean_is_refused() =>
        Assert.Equal("a must be true or false, not '1', in x.yaml line 1", Failing("a: 1", node => node.Flag()).Message);

    [Theory]
    [InlineData("x.yaml", """run: "printf 'a\0b'" """)]
    [InlineData("x.json", """{"run": "printf 'a\u0000b'"}""")]
    public void Text_with_the_character_that_ends_all_reading_is_refused(string name, string text)
    {
        var node = ((Mapping)DocumentReader.Parse(text, name))["run"]!;
        var failure = Assert.Throws<FailureException>(() => node.Filled()).Failure;
        Assert.Equal(("wrong_type", $"run must be text without the character U+0000, not 'printf 'a\uFFFDb'', in {name} line 1"), (failure.Code, failure.Message));
    }

    [Fact]
    public void Text_or_list_gives_a_list()
    {
        Assert.Equal(["npm test"], Value("a: npm test").Texts());
        Assert.Equal(["1", "no"], Value("a: [1, no]").Texts());
        Assert.Empty(Value("a: []").Texts());
    }

    [Theory]
    [InlineData("a: {b: c}", "a must be text or a list of texts, not a map, in x.yaml line 1")]
    [InlineData("a:\n- b\n- [c]", "a item 2 must be text, not a list, in x.yaml line 3")]
    [InlineData("a:\n- b\n- ~", "a item 2 must be text, not empty, in x.yaml line 3")]
    [InlineData("a: [' ']", "a item 1 must be text that is not blank, not ' ', in x.yaml line 1")]
    public void What_is_no_list_of_texts_is_refused(string text, string message) => Assert.Equal(message, Failing(text, node => node.Texts()).Message);

    [Fact]
    public void A_choice_names_what_is_known_and_what_is_near()
    {
        Assert.Equal(Priority.Critical, Value("a: critical").Choice<Priority>());
        Assert.Equal(Priority.High, Value("a: High").Choice<Priority>());
        var failure = Failing("a: hihg", node => node.Choice<Priority>());
        Assert.Equal(("unknown_value", "did you mean 'high'?"), (failure.Code, failure.Hint));
        Assert.Equal("a must be one of low, medium, high, critical, not 'hihg', in x.yaml line 1", failure.Message);
        Assert.Equal("unknown_value", Failing("a: 2", node => node.Choice<Priority>()).Code);
    }

    [Fact]
    public void Amounts_are_bounded()
    {
        Assert.Equal(12.50m, Value("a: 12.50").Amount(100));
        Assert.Equal("out_of_range", Failing("a: -1", node => node.Amount(100)).Code);
        Assert.Equal("out_of_range", Failing("a: 101", node => node.Amount(100)).Code);
        Assert.Equal("wrong_type", Failing("a: $5", node => node.Amount(100)).Code);
    }

    [Fact]
    public void Durations_below_the_least_are_refused()
    {
        Assert.Equal(TimeSpan.FromMinutes(90), Value("a: 1h30m").Duration(TimeSpan.FromSeconds(1)));
        Assert.Equal("a must be a length of time from 1s to 365d, not '0', in x.yaml line 1", Failing("a: 0", node => node.Duration(TimeSpan.FromSeconds(1))).Message);
        Assert.Equal("a must be a length of time such as 90s, 30m or 1h30m, not 'soon', in x.yaml line 1", Failing("a: soon", node => node.Duration(TimeSpan.Zero)).Message);
    }

    [Fact]
    public void A_value_in_a_message_is_short_and_on_one_line()
    {
        var failure = Failing($"a: \"{new string('x', 500)}\\n\\e[31m\"", node => node.WholeNumber(1, 2));
        Assert.True(failure.Message.Length < 150);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    private static Node Value(string text) => ((Mapping)DocumentReader.Parse(text, "x.yaml")).Entries[0].Value;

    private static Failure Failing(string text, Func<Node, object> read) => Assert.Throws<FailureException>(() => read(Value(text))).Failure;
}
