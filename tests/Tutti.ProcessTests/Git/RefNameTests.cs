using Tutti.Engine.Git;
using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Git;

/// <summary>Our rules for branch names against git's own.</summary>
public sealed class RefNameTests
{
    private static readonly string[] Corpus =
    [
        "main", "feature/task-8", "a", "a.b", "a..b", ".a", "a.", "a/.b", "a./b", "a.lock", "a.lock/b", "a/b.lock", "alock", "a.lockb", "/a", "a/", "a//b", "-a", "a/-b", "--upload-pack=x",
        "@", "@a", "a@", "a@{b", "@{-1}", "a{b}", "HEAD", "a/HEAD", "head", "a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a]b", "a\\b", "a\tb", "a\nb", "a\x7fb", "a\x01b",
        "ä", "日本", "🎵", "a'b", "a\"b", "a$b", "a;b", "a&b", "a|b", "a<b", "a!b", "a#b", "a%b", "a,b", "a=b", "a+b", "(a)", "refs/heads/a", "..", ".", "a/..", "a/../b", "FETCH_HEAD",
    ];

    [Fact]
    public void They_agree_with_git_on_every_name_of_a_corpus()
    {
        using var lab = new PoolLab();
        // Names built from the awkward parts, in every order of three.
        string[] parts = ["a", ".", "/", "@", "{", "-", ".lock", "~", "é"];
        var built = from x in parts from y in parts from z in parts select x + y + z;
        var wrong = new List<string>();
        foreach (var name in Corpus.Concat(built.Where((_, n) => n % 5 == 0)))
        {
            // `@` and `@{-1}` are read as HEAD and the branch before, which is no name for a new one.
            var git = name != "@" && !name.StartsWith("@{-", StringComparison.Ordinal) && PoolLab.TryGit(lab.Top, "check-ref-format", "--branch", name).Code == 0;
            if (git != (RefName.BranchProblem(name) is null))
                wrong.Add($"{name}: git {(git ? "takes" : "refuses")} it, we say it {RefName.BranchProblem(name) ?? "is fine"}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("--upload-pack=x")]
    [InlineData("a\nb\0c")]
    [InlineData("🎵🎵")]
    [InlineData("Ünïcödé Titel")]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("5.2")]
    public void P24_git_takes_the_branch_of_a_hostile_id(string id)
    {
        using var lab = new PoolLab();
        foreach (var name in (string[])[BranchName.For("feature/task-{id}", id), BranchName.For("{id}/{title}", id, id, id), BranchName.For("feature/task-{id}", string.Concat(Enumerable.Repeat(id + "x", 300)))])
            PoolLab.Git(lab.Top, "branch", name);
    }

    [Fact]
    public void P24_the_longest_name_fits_into_a_file_name()
    {
        using var lab = new PoolLab();
        PoolLab.Git(lab.Top, "branch", new string('x', 250));

        Assert.Null(RefName.BranchProblem(new string('x', 250)));
        Assert.NotNull(RefName.BranchProblem(new string('x', 251)));
        Assert.NotEqual(0, PoolLab.TryGit(lab.Top, "branch", new string('y', 251)).Code);
    }
}
