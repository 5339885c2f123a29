using Tutti.Terminal;

namespace Tutti.Tests.Terminal;

public sealed class TerminalFactsTests
{
    [Theory]
    [InlineData("LANG=en_US.UTF-8", true)]
    [InlineData("LANG=C.utf8", true)]
    [InlineData("LANG=C", false)]
    [InlineData("LC_ALL=C LANG=de_DE.UTF-8", false)]
    [InlineData("LC_ALL= LC_CTYPE=de_DE.UTF-8 LANG=C", true)]
    [InlineData("", false)]
    public void The_first_locale_that_is_set_says_whether_there_is_more_than_ascii(string variables, bool unicode) =>
        Assert.Equal(unicode, Of(variables).Unicode);

    [Theory]
    [InlineData("TERM=xterm", true, true)]
    [InlineData("TERM=xterm NO_COLOR=1", false, true)]
    [InlineData("TERM=xterm NO_COLOR=", true, true)]
    [InlineData("TERM=dumb", false, false)]
    [InlineData("", false, false)]
    public void Colours_and_boxes_are_only_for_terminals_that_want_them(string variables, bool color, bool redraw)
    {
        Assert.Equal((color, redraw), (Of(variables).Color, Of(variables).CanRedraw));
        var file = Of(variables, terminal: false);
        Assert.Equal((false, false), (file.Color, file.CanRedraw));
    }

    [Fact]
    public void A_file_is_as_wide_as_columns_says_or_a_hundred()
    {
        Assert.Equal(TerminalFacts.WidthOfFiles, Of("COLUMNS=x", terminal: false).Width);
        Assert.Equal(66, Of("COLUMNS=66", terminal: false).Width);
        Assert.Equal(123, Of("COLUMNS=66").Width);
    }

    [Fact]
    public void Nothing_is_laid_out_for_less_than_forty_columns() =>
        Assert.Equal((12, 40), (TerminalFacts.Of(true, _ => null, () => (12, 5)).Width, TerminalFacts.Of(true, _ => null, () => (12, 5)).Columns));

    private static TerminalFacts Of(string variables, bool terminal = true)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        return TerminalFacts.Of(terminal, name => set.GetValueOrDefault(name), () => (123, 40));
    }
}
