namespace Tutti.Tests.Tidy;

public sealed class CSharpTextTests
{
    private const string Q = "\"";
    private const string Raw = "\"\"\"";

    [Theory]
    [InlineData("a; // x\nb;", "a;     \nb;")]
    [InlineData("a/* x\ny */b", "a    \n    b")]
    [InlineData("f('\\'', x)", "f('  ', x)")]
    [InlineData("f(" + Q + "a\\" + Q + "// b" + Q + ")", "f(" + Q + "       " + Q + ")")]
    [InlineData("@" + Q + "a\\" + Q + "; x", "@" + Q + "  " + Q + "; x")]
    [InlineData("$" + Q + "a{f(b)}c{{d" + Q, "$" + Q + " {f(b)}    " + Q)]
    [InlineData("$" + Q + "{m[" + Q + "k" + Q + "]}z" + Q + "x", "$" + Q + "{m[" + Q + " " + Q + "]} " + Q + "x")]
    [InlineData(Raw + "a" + Q + "b" + Raw + "c", Raw + "   " + Raw + "c")]
    [InlineData("$$" + Raw + "{a}{{b}}" + Raw + "c", "$$" + Raw + "   {{b}}" + Raw + "c")]
    public void Only_code_is_left_of_a_text(string text, string code) => Assert.Equal(code, CSharpText.Blank(text).Code);

    [Fact]
    public void Strings_can_stay_while_comments_go() =>
        Assert.Equal("f(" + Q + "git // x" + Q + ");     ", CSharpText.Blank("f(" + Q + "git // x" + Q + "); // y").CodeWithStrings);

    [Fact]
    public void Every_file_of_this_repository_keeps_its_length_and_lines()
    {
        foreach (var file in Repository.CSharp(""))
        {
            Assert.Equal(file.Text.Length, file.Code.Length);
            Assert.Equal(file.Text.Count(c => c == '\n'), file.Code.Count(c => c == '\n'));
        }
    }
}
