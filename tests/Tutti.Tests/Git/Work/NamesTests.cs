using Tutti.Engine.Git.Work;

namespace Tutti.Tests.Git.Work;

public class NamesTests
{
    [Theory]
    [InlineData("8", "8")]
    [InlineData("5.2", "5.2")]
    [InlineData("auth_api-v2", "auth_api-v2")]
    public void A_plain_id_is_its_own_segment(string id, string segment) => Assert.Equal(segment, AttemptRef.Segment(id));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../../x")]
    [InlineData("a..b")]
    [InlineData("--upload-pack=evil")]
    [InlineData("x.lock")]
    [InlineData("a/b")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("ünïcödé 🎻")]
    [InlineData("ref@{1}~^:?*[\\")]
    [InlineData("target-before")]
    public void A_hostile_id_becomes_a_safe_segment(string id)
    {
        var segment = AttemptRef.Segment(id);
        Assert.Matches("^[a-z0-9_][a-z0-9_.-]*$", segment);
        Assert.DoesNotContain("..", segment);
        Assert.False(segment.EndsWith(".lock", StringComparison.Ordinal) || segment.EndsWith('.') || segment == "target-before");
    }

    [Fact]
    public void Different_ids_never_meet_and_long_ones_are_cut()
    {
        string[] ids = ["a b", "a-b", "a/b", "A-b", "a_b", new('x', 300), new string('x', 300) + "y", "Auth", "auth"];
        Assert.Equal(ids.Length, ids.Select(AttemptRef.Segment).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, id => Assert.InRange(AttemptRef.Segment(id).Length, 1, 100));
        Assert.Equal("refs/tutti/2026-11-21-001/5.2/3", AttemptRef.For("2026-11-21-001", "5.2", 3));
    }

    [Theory]
    [InlineData("link", "a", false)]
    [InlineData("link", "./dir/../a", false)]
    [InlineData("dir/link", "../a", false)]
    [InlineData("dir/link", "../../a", true)]
    [InlineData("link", "..", true)]
    [InlineData("link", "/etc/passwd", true)]
    [InlineData("link", "dir/../../repo/a", true)]
    [InlineData("link", ".git/config", true)]
    [InlineData("dir/link", "../.GIT/hooks", true)]
    [InlineData("link", ".github/workflows", false)]
    public void A_link_is_judged_by_its_text(string path, string target, bool leaves) => Assert.Equal(leaves, LinkCheck.Leaves(path, target));

    [Theory]
    [InlineData("TUTTI_RESULT", true)]
    [InlineData("src/TUTTI_RESULT", true)]
    [InlineData("core.4711", true)]
    [InlineData("src/.main.c.swp", true)]
    [InlineData("node_modules/x/index.js", true)]
    [InlineData("a/__pycache__/b.pyc", true)]
    [InlineData("core", false)]
    [InlineData("core/main.go", false)]
    [InlineData("core.go", false)]
    [InlineData("src/node_modules.md", false)]
    public void Litter_is_known_by_name(string path, bool litter) => Assert.Equal(litter, Litter.Is(path));
}
