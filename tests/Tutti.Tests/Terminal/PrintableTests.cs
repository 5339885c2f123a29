using Tutti.Terminal;

namespace Tutti.Tests.Terminal;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\a x", "x")]
    [InlineData("a\nb\tc\r\nd", "a b c d")]
    [InlineData("\u202egnp.exe", "gnp.exe")]
    [InlineData("  [red]x[/]  ", "[red]x[/]")]
    [InlineData("a\u200bb\ufeffc\u200dd\u2028e", "abcd e")]
    [InlineData("☁\ufe0f", "☁")]
    [InlineData("e\u0301\u0301\u0301\u0301", "e\u0301\u0301")]
    public void A_text_becomes_one_line_that_does_nothing_to_a_terminal(string text, string line) => Assert.Equal(line, Printable.Line(text));

    // Not as data of the test above: what stands in an attribute is UTF-8, which has no halves.
    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("\ufffdx", Printable.Line("\ud800x"));

    [Fact]
    public void A_line_of_megabytes_is_looked_at_only_at_its_start() => Assert.Equal(4096, Printable.Line(new string('x', 5_000_000)).Length);

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("abcdef", 1, "…")]
    [InlineData("abcdef", 0, "")]
    [InlineData("修复付款", 5, "修复…")]
    [InlineData("修复付款", 4, "修…")]
    [InlineData("ab 👍👍", 5, "ab…")]
    [InlineData("one two", 5, "one…")]
    public void A_cut_keeps_within_its_columns_and_never_halves_a_character(string text, int columns, string cut)
    {
        Assert.Equal(cut, Printable.Cut(text, columns, "…"));
        Assert.True(Printable.Width(cut) <= columns);
    }

    [Fact]
    public void A_wrapped_text_breaks_at_blanks_and_inside_words_only_where_it_must()
    {
        Assert.Equal(["aaa bbb", "ccc"], Line.Wrap("aaa bbb ccc", 8).Select(l => l.ToString()));
        Assert.Equal(["aaaa", "aaaa", "aa b"], Line.Wrap("aaaaaaaaaa b", 4).Select(l => l.ToString()));
        Assert.Equal(["  修", "  复"], Line.Wrap("修复", 5, indent: 2).Select(l => l.ToString()));
        Assert.Empty(Line.Wrap("", 8));
    }
}
