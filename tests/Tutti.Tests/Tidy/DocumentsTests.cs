namespace Tutti.Tests.Tidy;

public sealed class DocumentsTests
{
    [Fact]
    public void Every_link_leads_somewhere() => Rule.Holds(Repository.All.SelectMany(file => Documents.Links(file, Read)));

    [Fact]
    public void The_changelog_has_a_place_for_what_comes_next()
    {
        Assert.Contains(Repository.All, file => file.Path == "CHANGELOG.md");
        Rule.Holds(Repository.All.SelectMany(Documents.Changelog));
    }

    [Fact]
    public void Each_file_says_what_its_first_public_type_promises() =>
        Rule.Holds(Repository.CSharp("src/").SelectMany(Documents.FirstTypeHasSummary));

    [Theory]
    [InlineData("see [x](gone.md)", "gone.md: no such file")]
    [InlineData("see [x](../gone)", "../gone: no such file")]
    [InlineData("see [x](b.md#gone)", "b.md#gone: no such heading")]
    [InlineData("see [x](#gone)", "#gone: no such heading")]
    public void A_link_to_nowhere_is_found(string text, string message)
    {
        var finding = Assert.Single(Documents.Links(new SourceFile("docs/a.md", "# A\n" + text), ReadSample));
        Assert.Equal((2, message), (finding.Line, finding.Message));
    }

    [Theory]
    [InlineData("see [x](b.md), [y](b.md#the-loop-in-short), [z](https://example.org/x), [w](#a), [v](../src/) and `[u](gone.md)`")]
    [InlineData("```\n[x](gone.md)\n```")]
    public void A_link_that_leads_somewhere_is_let_through(string text) =>
        Assert.Empty(Documents.Links(new SourceFile("docs/a.md", "# A\n" + text), ReadSample));

    [Fact]
    public void A_changelog_without_unreleased_is_found() =>
        Assert.Single(Documents.Changelog(new SourceFile("CHANGELOG.md", "# Changelog\n\n## [0.1.0]\n")));

    [Theory]
    [InlineData("namespace N;\n\npublic sealed record A;", 1)]
    [InlineData("namespace N;\n\n[Flags]\npublic enum A { }", 1)]
    [InlineData("namespace N;\n\n/// <summary>A.</summary>\n[Flags]\npublic enum A { }\n\npublic enum B { }", 0)]
    [InlineData("namespace N;\n\npublic static partial class A;", 0)]
    [InlineData("namespace N;\n\ninternal sealed class A;", 0)]
    public void A_first_type_without_summary_is_found(string text, int findings) =>
        Assert.Equal(findings, Documents.FirstTypeHasSummary(new SourceFile("src/a.cs", text)).Count());

    private static string? Read(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        if (Directory.Exists(full))
            return "";
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }

    private static string? ReadSample(string path) => path switch
    {
        "docs/b.md" => "# B\n## The loop, in short\n",
        "src" => "",
        _ => null,
    };
}
