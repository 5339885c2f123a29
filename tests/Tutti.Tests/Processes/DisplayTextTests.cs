using System.Text;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain é 😀\ttext\n", "plain é 😀\ttext\n")]
    [InlineData("\e[1;31mred\e[0m", "red")]
    [InlineData("\e]0;a title\aafter", "after")]
    [InlineData("\e]8;;http://x\e\\link\e]8;;\e\\", "link")]
    [InlineData("\ePq#0;2\e\\sixel", "sixel")]
    [InlineData("\e(Bset\ec", "set")]
    [InlineData("10%\r20%\r\ndone", "10%\n20%\ndone")]
    [InlineData("a\0b\bc\u0085d\u009b31me", "abcde")]
    [InlineData("\u202egnp.exe\u2066x", "gnp.exex")]
    [InlineData("\e]0;never ends\nnext line", "\nnext line")]
    [InlineData("\e[\e[31mx", "x")]
    [InlineData("ends in \e", "ends in ")]
    public void What_would_act_on_a_terminal_is_left_out(string printed, string shown)
    {
        Assert.Equal(shown, DisplayText.Clean(printed));
    }

    [Fact]
    public void A_sequence_may_be_cut_anywhere()
    {
        const string Printed = "a\e[31mb\e]0;t\e\\c\r\nd";
        for (var cut = 0; cut <= Printed.Length; cut++)
        {
            var (text, shown) = (new DisplayText(), new StringBuilder());
            text.Append(Printed.AsSpan(0, cut), shown);
            text.Append(Printed.AsSpan(cut), shown);
            Assert.Equal("abc\nd", shown.ToString());
        }
    }
}
