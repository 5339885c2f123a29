using System.Text.RegularExpressions;
using Spectre.Console.Rendering;
using Tutti.Terminal;

namespace Tutti.Tests.Terminal;

/// <summary>Terminals to draw on, and what may stand on them.</summary>
public static partial class Terminals
{
    public static readonly IReadOnlyList<string> HostileTitles =
    [
        "\u001b[31mred\u001b[0m \u001b]0;title\a\u001b[2J",
        "one\ntwo\r\nthree\tfour",
        "[red]markup[/] [link=x]y[/] {0} [[",
        "\u202egnp.exe שלום עולם \u2066x\u2069",
        "👩‍👩‍👧‍👦 family 🇩🇪 ☁️ 修复付款",
        new string('x', 300),
        "\ud800 half a pair \0 and \u009b31m C1",
        "e\u0301\u0301\u0301\u0301\u0301\u0301 tower",
        "<script>alert(1)</script> & \"quotes\" | pipe `tick`",
        "",
    ];

    /// <summary>A terminal without colours, so that what is drawn can be read.</summary>
    public static TerminalFacts Of(int width, int height = 30, bool unicode = true) => new(IsTerminal: true, Dumb: false, width, height, Color: false, unicode);

    /// <summary>The lines of a screen; fails where one is wider than the terminal or has a control character in it.</summary>
    public static IReadOnlyList<string> Draw(IEnumerable<IRenderable> screen, TerminalFacts facts)
    {
        var lines = Screen.Text(screen, facts).TrimEnd('\n').Split('\n');
        foreach (var line in lines)
        {
            Assert.True(Printable.Width(line) <= facts.Columns, $"wider than {facts.Columns}: {line}");
            Assert.DoesNotContain(line, c => char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069');
        }

        return lines;
    }

    /// <summary>What is left of a text drawn on a live region when what moves the cursor and colours it is taken out.</summary>
    public static string WithoutEscapes(string text) => Escapes().Replace(text, "");

    [GeneratedRegex("\u001b\\[[?0-9;]*[a-zA-Z]", RegexOptions.None, 5000)]
    private static partial Regex Escapes();
}
