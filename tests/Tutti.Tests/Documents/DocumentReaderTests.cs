using System.Text;
using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Tests.Documents;

public sealed class DocumentReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tutti-documents-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a: 1\nb: [1,\n\n\n", "yaml_broken", 2)]
    [InlineData("a: 1\n\tb: 2\n", "yaml_broken", 2)]
    [InlineData("b: 1\na: 'x\n\n", "yaml_broken", 2)]
    [InlineData("a: 1\nb: {x: 1\nc: 2\n", "yaml_broken", 2)]
    [InlineData("a: 1\nb: !![x\n", "yaml_broken", 1)]
    [InlineData("a: 1\nb: 2\0\n", "yaml_broken", 2)]
    [InlineData("a: 1\nb: \"\\q\"", "yaml_broken", 2)]
    [InlineData("a:\n  - b\n c: d\n", "yaml_broken", 3)]
    [InlineData("a: 1\n---\nb: 2\n", "yaml_broken", 2)]
    [InlineData("a: *gone\n", "yaml_broken", 1)]
    [InlineData("a: &x [*x]\n", "yaml_broken", 1)]
    [InlineData("a: !php/object x\n", "yaml_broken", 1)]
    [InlineData("ok: 1\n? [a, b]\n: 2\n", "yaml_broken", 2)]
    public void Broken_YAML_is_one_line_that_names_file_and_line(string text, string code, int line)
    {
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(text, "x.yaml")).Failure;
        Assert.Equal(code, failure.Code);
        Assert.Equal(FailureCategory.Input, failure.Category);
        Assert.StartsWith($"x.yaml line {line} is not valid YAML: ", failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"b\": }\n", 3)]
    [InlineData("{\"a\": 1}\n{}", 2)]
    [InlineData("{\"a\": \"\\ud800\"}", 1)]
    [InlineData("{\"a\": 1,}", 1)]
    [InlineData("[1,\n2", 2)]
    public void Broken_JSON_is_told_as_JSON_with_its_line(string text, int line)
    {
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(text, "x.json")).Failure;
        Assert.Equal("json_broken", failure.Code);
        Assert.StartsWith($"x.json line {line} is not valid JSON: ", failure.Message);
        Assert.DoesNotContain("LineNumber", failure.Message);
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "x.yaml")]
    [InlineData("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}", "x.json")]
    public void A_key_that_is_there_twice_is_told_with_both_lines(string text, string name)
    {
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(text, name)).Failure;
        Assert.Equal("duplicate_key", failure.Code);
        Assert.Equal($"key 'a' is there twice, in {name} line 3 and line 1", failure.Message);
    }

    [Theory]
    [InlineData("", "x.yaml")]
    [InlineData("\n# only a comment\n", "x.yaml")]
    [InlineData("---\n...\n", "x.yaml")]
    [InlineData("~", "x.yaml")]
    [InlineData(" \n", "x.json")]
    [InlineData("null", "x.json")]
    public void An_empty_document_is_null_and_an_empty_map(string text, string name)
    {
        var node = DocumentReader.Parse(text, name);
        Assert.True(node.IsNull);
        Assert.Empty(node.Entries());
    }

    [Theory]
    [InlineData("8")]
    [InlineData("5.10")]
    [InlineData("007")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("on")]
    [InlineData("2024-01-01")]
    [InlineData("12:30:45")]
    public void A_scalar_stays_exactly_as_written(string text) =>
        Assert.Equal(text, ((Mapping)DocumentReader.Parse($"id: {text}\n", "x.yaml"))["id"]!.Text());

    [Fact]
    public void A_JSON_number_stays_exactly_as_written() =>
        Assert.Equal("5.10", ((Mapping)DocumentReader.Parse("{\"id\": 5.10}", "x.json"))["id"]!.Text());

    [Fact]
    public void JSON_is_read_as_YAML_too()
    {
        var root = (Mapping)DocumentReader.Parse("{\"a\": [1, \"\\u00e9\\/\", null, true], \"b\": {\"c\": \"x\\ny\"}}", "x.yaml");
        Assert.Equal(["1", "é/"], root["a"]!.Items().Take(2).Select(NodeValues.Text));
        Assert.True(root["a"]!.Items()[2].IsNull);
        Assert.Equal("x\ny", ((Mapping)root["b"]!)["c"]!.Text());
    }

    [Fact]
    public void Lines_are_those_of_the_values_in_both_formats()
    {
        foreach (var (text, name) in new[] { ("a:\n  - x\n  - y: z\n", "x.yaml"), ("{\"a\": [\n\"x\",\n{\"y\": \"z\"}]}", "x.json") })
        {
            var items = ((Mapping)DocumentReader.Parse(text, name))["a"]!.Items();
            Assert.Equal(2, items[0].Place.Line);
            Assert.Equal(3, items[1].Place.Line);
            Assert.Equal("a item 1", items[0].Label);
            Assert.Equal("y", ((Mapping)items[1])["y"]!.Label);
        }
    }

    [Fact]
    public void Anchors_are_followed_within_a_bound()
    {
        var root = (Mapping)DocumentReader.Parse("a: &x [1, 2]\nb: *x\n", "x.yaml");
        Assert.Equal(["1", "2"], root["b"]!.Texts());
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 40; i++)
            bomb.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(bomb.ToString(), "x.yaml")).Failure;
        Assert.Equal("document_too_complex", failure.Code);
        Assert.Contains("aliases repeat more than 100000 values", failure.Message);
    }

    [Theory]
    [InlineData("x.yaml", "document_too_complex")]
    [InlineData("x.json", "json_broken")]
    public void Nesting_is_bounded(string name, string code)
    {
        const int deep = 100_000;
        var text = new string('[', deep) + new string(']', deep);
        Assert.Equal(code, Assert.Throws<FailureException>(() => DocumentReader.Parse(text, name)).Failure.Code);
        Assert.IsType<Sequence>(DocumentReader.Parse(new string('[', 60) + new string(']', 60), name));
    }

    [Fact]
    public void Nesting_through_aliases_is_bounded_too()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 100; i++)
            text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(text.ToString(), "x.yaml")).Failure;
        Assert.Equal("document_too_complex", failure.Code);
    }

    [Theory]
    [InlineData("x.yaml")]
    [InlineData("x.json")]
    public void The_number_of_values_is_bounded(string name)
    {
        var text = "[" + string.Join(",", Enumerable.Repeat("1", DocumentLimits.Nodes + 1)) + "]";
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Parse(text, name)).Failure;
        Assert.Equal("document_too_complex", failure.Code);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_huge_file_are_told_apart()
    {
        var huge = Path.Combine(_folder, "huge.yaml");
        using (var file = File.Create(huge))
            file.SetLength(DocumentLimits.Bytes + 1L);
        Assert.Equal("file_missing", CodeOf(Path.Combine(_folder, "none.yaml")));
        Assert.Equal("file_missing", CodeOf(Path.Combine(_folder, "none", "x.yaml")));
        Assert.Equal("file_unreadable", CodeOf(_folder));
        Assert.Equal("file_too_big", CodeOf(huge));
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_with_its_line()
    {
        var path = Path.Combine(_folder, "x.yaml");
        File.WriteAllBytes(path, [.. "a: 1\nb: "u8, 0xff, .. "\n"u8]);
        var failure = Assert.Throws<FailureException>(() => DocumentReader.Read(path, "x.yaml")).Failure;
        Assert.Equal(("not_utf8", "x.yaml line 2 is not UTF-8 text"), (failure.Code, failure.Message));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        foreach (var (name, text) in new[] { ("x.yaml", "a: 1"), ("x.json", "{\"a\": 1}") })
        {
            var path = Path.Combine(_folder, name);
            File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            Assert.Equal("1", ((Mapping)DocumentReader.Read(path))["a"]!.Text());
        }
    }

    // Seeded, so that a failure can be repeated. Whatever the bytes: nodes, or a failure with a place; never another exception.
    [Fact]
    public void Damaged_documents_end_in_nodes_or_in_a_failure()
    {
        const string sample = "version: 1\nx: &a {b: [1, 'two', \"th\\u0072ee\"], c: |\n  text\n   more\n\n}\ny: *a\n? k\n: - v\n  - !!str 5\n# end\n";
        const string bits = "{}[]:,-?&*!|>'\"%@`#\n\t \\u0\uFEFF\u0085\u2028😀\0~=<";
        var random = new Random(20260801);
        for (var round = 0; round < 4000; round++)
        {
            var text = new StringBuilder(sample);
            for (var edit = random.Next(1, 6); edit > 0 && text.Length > 1; edit--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                else
                    text.Insert(at, bits[random.Next(bits.Length)]);
            }

            foreach (var name in new[] { "x.yaml", "x.json" })
                AssertNodesOrFailure(text.ToString(), name);
        }
    }

    private static void AssertNodesOrFailure(string text, string name)
    {
        try
        {
            Assert.NotNull(DocumentReader.Parse(text, name));
        }
        catch (FailureException e)
        {
            Assert.Contains($"{name} line ", e.Failure.Message);
        }
    }

    private static string CodeOf(string path) => Assert.Throws<FailureException>(() => DocumentReader.Read(path)).Failure.Code;
}
