namespace Tutti.Tests.Tidy;

public sealed class CatchAllTests
{
    [Fact]
    public void Nothing_is_caught_without_a_reason() => Rule.Holds(Repository.CSharp("src/").SelectMany(CatchAll.Check));

    [Theory]
    [InlineData("try { F(); }\ncatch\n{\n}")]
    [InlineData("try { F(); }\ncatch (Exception)\n{\n    G();\n}")]
    [InlineData("try { F(); }\ncatch (System.Exception e) { G(e); }")]
    public void A_catch_of_everything_is_found(string code) =>
        Assert.Equal(2, Assert.Single(CatchAll.Check(new SourceFile("a.cs", code))).Line);

    [Theory]
    [InlineData("try { F(); }\ncatch (IOException)\n{\n}")]
    [InlineData("try { F(); }\ncatch (Exception e) when (e is IOException)\n{\n}")]
    [InlineData("try { F(); }\ncatch (Exception e)\n{\n    // The edge: whatever it was becomes exit code 70.\n    G(e);\n}")]
    public void A_narrow_or_explained_catch_is_let_through(string code) => Assert.Empty(CatchAll.Check(new SourceFile("a.cs", code)));
}
