namespace Tutti.Tests.Tidy;

public sealed class GrowthTests
{
    private static readonly Dictionary<string, int> Nothing = [];

    [Fact]
    public void No_file_is_too_long() =>
        Rule.Holds(Repository.CSharp("").SelectMany(file => Growth.CheckFile(file, Growth.LongFiles)));

    [Fact]
    public void No_function_is_too_long() =>
        Rule.Holds(Repository.CSharp("").SelectMany(file => Growth.CheckFunctions(file, Growth.LongFunctions)));

    [Fact]
    public void The_lists_only_shrink()
    {
        var files = Repository.CSharp("").ToArray();
        Rule.Holds(Growth.Stale(Growth.LongFiles, files.Where(f => Growth.Length(f) > Growth.LongestFile).Select(f => f.Path)));
        Rule.Holds(Growth.Stale(
            Growth.LongFunctions,
            files.SelectMany(f => Growth.Functions(f).Where(g => g.Lines > Growth.LongestFunction).Select(g => $"{f.Path} {g.Name}"))));
    }

    [Fact]
    public void A_function_of_71_lines_is_found_and_one_of_70_is_not()
    {
        Assert.Contains("F has 71 lines", Assert.Single(Growth.CheckFunctions(Method(71), Nothing)).Message, StringComparison.Ordinal);
        Assert.Empty(Growth.CheckFunctions(Method(70), Nothing));
    }

    [Fact]
    public void A_file_of_501_lines_is_found_and_one_of_500_is_not()
    {
        Assert.Single(Growth.CheckFile(Lines(501), Nothing));
        Assert.Empty(Growth.CheckFile(Lines(500), Nothing));
    }

    [Fact]
    public void A_listed_function_may_stay_as_it_is_but_not_grow()
    {
        var listed = new Dictionary<string, int> { ["a.cs F"] = 80 };
        Assert.Empty(Growth.CheckFunctions(Method(80), listed));
        Assert.Single(Growth.CheckFunctions(Method(81), listed));
    }

    [Fact]
    public void An_entry_that_is_not_needed_any_more_is_found() =>
        Assert.Single(Growth.Stale(new Dictionary<string, int> { ["a.cs F"] = 80 }, []));

    [Fact]
    public void Functions_are_what_stands_in_a_type()
    {
        const string text = """
            namespace N;

            public sealed record A(int B)
            {
                private static readonly Dictionary<string, int> Table = new()
                {
                    ["a"] = 1,
                };

                public int P { get; init; } = 1;

                // F() { }
                public static string F<T>(T x, int y = 2)
                    where T : class
                {
                    if (y > 1) { return "}"; }
                    return "{";
                }

                public int G(object o) => o switch
                {
                    int i => i,
                    _ => 0,
                };
            }
            """;
        Assert.Equal(
            ["P 1", "F 6", "G 5"],
            Growth.Functions(new SourceFile("a.cs", text)).Select(f => $"{f.Name} {f.Lines}"));
    }

    private static SourceFile Lines(int count) => new("a.cs", string.Concat(Enumerable.Repeat("//\n", count)));

    private static SourceFile Method(int lines) =>
        new("a.cs", "class C\n{\n    void F()\n    {\n" + string.Concat(Enumerable.Repeat("        G();\n", lines - 3)) + "    }\n}\n");
}
