using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class ClaimedFilesTests
{
    [Theory]
    [InlineData("src/auth/**", "src/auth/login.cs", true)]
    [InlineData("src/auth/**", "src/auth/a/b/c.cs", true)]
    [InlineData("src/auth/**", "src/author.cs", false)]
    [InlineData("src/auth/", "src/auth/login.cs", true)]
    [InlineData("src/auth", "src/auth/login.cs", true)]
    [InlineData("src/auth", "src/auth", true)]
    [InlineData("src/auth", "src/auth2", false)]
    [InlineData("README.md", "README.md", true)]
    [InlineData("README.md", "docs/README.md", false)]
    [InlineData("src/a.cs", "src/a.cs/b", false)]
    [InlineData("src/a.cs/", "src/a.cs/b", true)]
    [InlineData("src/Tutti.Core", "src/Tutti.Core/a.cs", true)]
    [InlineData(".github", ".github/a.yml", true)]
    [InlineData("*.md", "docs/a/README.md", true)]
    [InlineData("/*.md", "docs/README.md", false)]
    [InlineData("src/*.cs", "src/a.cs", true)]
    [InlineData("src/*.cs", "src/a/b.cs", false)]
    [InlineData("src/*/", "src/a/b.cs", true)]
    [InlineData("src/**/*.cs", "src/b.cs", true)]
    [InlineData("src/**/*.cs", "src/a/x/b.cs", true)]
    [InlineData("**/*Tests.cs", "tests/a/XTests.cs", true)]
    [InlineData("src/**.ts", "src/a/b.ts", true)]
    [InlineData("src/v?/a.cs", "src/v1/a.cs", true)]
    [InlineData("src/v?/a.cs", "src/v10/a.cs", false)]
    [InlineData("src/[a-c]x.cs", "src/bx.cs", true)]
    [InlineData("src/[!a-c]x.cs", "src/bx.cs", false)]
    [InlineData("src/[!a-c]x.cs", "src/dx.cs", true)]
    [InlineData("app/[id]/page.tsx", "app/[id]/page.tsx", true)]
    [InlineData("app/[...slug]/*.tsx", "app/[...slug]/page.tsx", true)]
    [InlineData("src/{auth,user}/**", "src/user/x.cs", true)]
    [InlineData("src/{auth,user}/**", "src/other/x.cs", false)]
    [InlineData("src/{a,b{c,d}}.cs", "src/bd.cs", true)]
    [InlineData("src/{id}.ts", "src/{id}.ts", true)]
    [InlineData("./src/auth", "src/auth/x", true)]
    [InlineData("lib/../src", "src/x", true)]
    [InlineData("src\\auth", "src/auth/x", true)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData(".", "anything/at/all", true)]
    [InlineData("", "x", false)]
    [InlineData("  ", "x", false)]
    [InlineData("../other", "other", false)]
    [InlineData("SRC/a.cs", "src/a.cs", false)]
    [InlineData("[", "[", true)]
    [InlineData("a[", "a[", true)]
    [InlineData("[!]", "[!]", true)]
    public void A_claim_covers_the_paths_it_names(string pattern, string path, bool covered) =>
        Assert.Equal(covered, ClaimedFiles.Covers([pattern], path));

    [Theory]
    [InlineData("src/auth/**", "src/auth/login.cs", true)]
    [InlineData("src/auth/**", "src/*/login.cs", true)]
    [InlineData("src/auth/**", "src/user/**", false)]
    [InlineData("src/auth", "src/auth/x/y", true)]
    [InlineData("src/auth", "src/author", false)]
    [InlineData("*.md", "docs/**", true)]
    [InlineData("*.md", "src/a.cs", false)]
    [InlineData("src/*.cs", "src/a*", true)]
    [InlineData("src/*.cs", "src/*.ts", false)]
    [InlineData("src/a*b.cs", "src/*c*.cs", true)]
    [InlineData("README.md", "readme.md", true)]
    [InlineData("**/a/**", "b/**/c", true)]
    [InlineData("src/{a,b}.cs", "src/{c,d}.cs", false)]
    [InlineData("src/{a,b}.cs", "src/{b,c}.cs", true)]
    [InlineData("app/[id]/x", "app/[id]/x", true)]
    [InlineData("x/*/../y", "z", true)]
    [InlineData(".", "src/a.cs", true)]
    [InlineData("", "**", false)]
    [InlineData("../a", "a", false)]
    [InlineData("../a", "../a/b", true)]
    public void Claims_overlap_when_one_path_could_belong_to_both(string left, string right, bool overlap)
    {
        Assert.Equal(overlap, ClaimedFiles.Overlap([left], [right]));
        Assert.Equal(overlap, ClaimedFiles.Overlap([right], [left]));
    }

    [Fact]
    public void Nothing_claimed_overlaps_nothing()
    {
        Assert.False(ClaimedFiles.Overlap([], ["**"]));
        Assert.True(ClaimedFiles.Parse([" "]).IsEmpty);
        Assert.False(ClaimedFiles.Covers([], "a"));
    }

    [Fact]
    public void Two_claims_that_cover_one_path_always_overlap()
    {
        var random = new Random(11);
        var hits = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var path = Join(random, Segment);
            // One pattern is bent out of the path, so that hits are frequent; the other one too, or wild.
            string[] left = [Bend(random, path)], right = [random.Next(2) == 0 ? Bend(random, path) : Join(random, Pattern)];
            if (!ClaimedFiles.Covers(left, path) || !ClaimedFiles.Covers(right, path))
                continue;
            hits++;
            Assert.True(ClaimedFiles.Overlap(left, right), $"'{left[0]}' and '{right[0]}' both cover '{path}'");
            Assert.True(ClaimedFiles.Overlap(right, left), $"'{right[0]}' and '{left[0]}' both cover '{path}'");
        }

        Assert.True(hits > 5_000, $"only {hits} rounds said anything");
    }

    [Fact]
    public void A_pattern_covers_what_the_shell_would_match()
    {
        var random = new Random(12);
        for (var round = 0; round < 20_000; round++)
        {
            var name = (Segment(random) + Segment(random)).Replace('[', 'x').Replace(']', 'y');
            var pattern = string.Concat(name.Select(c => random.Next(4) switch { 0 => "?", 1 => $"[{c}]", 2 => "*", _ => $"{c}" }));
            Assert.True(ClaimedFiles.Covers([$"d/{pattern}"], $"d/{name}"), $"{pattern} should match {name}");
        }
    }

    [Theory]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    [InlineData("{{{{{{{{{{{{{{{{{{{{,")]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b")]
    public void Hostile_patterns_are_bounded(string pattern)
    {
        ClaimedFiles.Covers([pattern], string.Concat(Enumerable.Repeat("a/", 500)) + new string('a', 500));
        Assert.True(ClaimedFiles.Overlap([pattern], ["**"]));
        Assert.True(ClaimedFiles.Overlap([new string('x', 100_000)], ["y"])); // too long to be a path: taken as everything
    }

    private static string Segment(Random random) => new([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => "abAB[]."[random.Next(7)])]);

    private static string Pattern(Random random) => random.Next(8) switch
    {
        0 => "**",
        1 => "*",
        2 => "*" + Segment(random),
        3 => "[ab]",
        4 => "{a,b}",
        5 => "?" + Segment(random),
        _ => Segment(random),
    };

    private static string Join(Random random, Func<Random, string> make) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => make(random)));

    private static string Bend(Random random, string path)
    {
        var segments = path.Split('/').Select(segment => random.Next(6) switch
        {
            0 => "*",
            1 => "**",
            2 => string.Concat(segment.AsSpan(0, 1), "*"),
            3 => string.Concat("?", segment.AsSpan(1)),
            4 => "{x," + segment + "}",
            _ => segment,
        }).ToList();
        return string.Join('/', segments.Take(random.Next(1, segments.Count + 1))) + (random.Next(4) == 0 ? "/" : "");
    }
}
