using Tutti.Engine.Documents;

namespace Tutti.Tests.Documents;

public sealed class YamlTextTests
{
    public static TheoryData<string> Hostile =>
    [
        "", " ", "~", "null", "true", "no", "8", "5.10", "-", "- x", "? x", ": x", "a: b", "a #b", "#", "@x", "`x`", "%x", "*x", "&x", "!x", "|", ">", "'x'",
        "\"x\"", "\\", "{x}", "[x]", "x,y", "---", "...", " leading", "trailing ", "\tx", "x\t", "a\nb", "a\nb\n", "a\nb\n\n\n", "\na", "\n", "\n\n",
        "  a\nb", "a\n  b\n", "a\n\n\nb", "a\n \nb", "a\nb\n ", "a\r\nb", "a\rb", "a\u0085b", "a\u2028b\u2029c", "\uFEFFa", "a\nb\u0085", "\0", "\u001b[31m", "\u007f", "\u009f",
        "😀 emoji", "née", "日本語\nテキスト\n", "--upload-pack=x", "../../x", "a\n---\nb\n", "a\n# no comment\n", "a\n\tb\n", "key: |\n  x", "\"\\n", "x: 'y' # z\n- [", "\uFFFE",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Any_text_reads_back_the_same_from_YAML_and_JSON(string text)
    {
        var node = NodeOf.Map(
            ("own", NodeOf.Text(text)),
            ("list", NodeOf.List([NodeOf.Text(text)!, NodeOf.Text("x")!])),
            ("maps", NodeOf.List([NodeOf.Map(("first", NodeOf.Text(text)), ("second", NodeOf.Map(("deep", NodeOf.Text(text)))), ("last", NodeOf.Text(text)))])));
        foreach (var root in new[] { Parsed(YamlText.Write(node), "x.yaml"), Parsed(JsonText.Write(node), "x.json"), Parsed(JsonText.Write(node), "x.yaml") })
        {
            Assert.Equal(text, Same(root["own"]));
            Assert.Equal(text, Same(root["list"]!.Items()[0]));
            var map = (Mapping)root["maps"]!.Items()[0];
            Assert.Equal((text, text, text), (Same(map["first"]), Same(((Mapping)map["second"]!)["deep"]), Same(map["last"])));
        }
    }

    // Whether a block or quotes were chosen must never matter; texts from few characters hit the awkward edges often.
    [Fact]
    public void Any_text_of_awkward_characters_reads_back_the_same()
    {
        const string awkward = "ab \n\n\t-:#|>'\"\\&*[]{}";
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => awkward[random.Next(awkward.Length)]));
            var yaml = YamlText.Write(NodeOf.Map(("a", NodeOf.Text(text)), ("b", NodeOf.List([NodeOf.Map(("c", NodeOf.Text(text)), ("d", NodeOf.Text(text)))]))));
            var root = Parsed(yaml, "x.yaml");
            var item = (Mapping)root["b"]!.Items()[0];
            Assert.Equal((text, text, text), (Same(root["a"]), Same(item["c"]), Same(item["d"])));
        }
    }

    [Fact]
    public void What_is_short_stays_on_one_line_and_what_is_long_does_not()
    {
        var longWord = new string('x', 60);
        var node = NodeOf.Map(
            ("short", NodeOf.Texts(["npm ci", "a, b"])),
            ("long", NodeOf.Texts([longWord, longWord])),
            ("text", NodeOf.Text("One\n\n  Two\n")),
            ("number", NodeOf.Number(5)),
            ("empty", NodeOf.Map()));
        Assert.Equal(
            $"""
            short: [npm ci, "a, b"]
            long:
              - {longWord}
              - {longWord}
            text: |
              One

                Two
            number: 5
            empty: {"{}"}

            """,
            YamlText.Write(node));
    }

    private static Mapping Parsed(string text, string name) => (Mapping)DocumentReader.Parse(text, name);

    private static string Same(Node? node) => Assert.IsType<Scalar>(node).Text;
}
