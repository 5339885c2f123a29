using Tutti.Engine.Git.Work;

namespace Tutti.Tests.Git.Work;

public class HygieneTests
{
    private static CollectedWork Work(params ChangedPath[] changes) => new("h", "b", changes, changes.Length)
    {
        DeletedFiles = changes.Count(c => c.Status == 'D'),
    };

    private static ChangedPath Change(char status, string path, string? old = null) => new(status, path, old, status == 'D' ? "000000" : "100644");

    private static IEnumerable<string> Codes(CollectedWork work, FindingSeverity severity, Func<string, bool>? claimed = null) =>
        Hygiene.Judge(work, claimed ?? (_ => true)).Where(f => f.Severity == severity).Select(f => f.Code);

    [Fact]
    public void Ordinary_work_is_nothing_to_mention() =>
        Assert.Empty(Hygiene.Judge(Work(Change('M', "src/a"), Change('D', "src/b"), Change('R', "src/d", "src/c")), p => p.StartsWith("src/", StringComparison.Ordinal)));

    [Theory]
    [InlineData(20, 30, false)] // few, though more than half
    [InlineData(21, 42, false)] // exactly half
    [InlineData(21, 41, true)]
    [InlineData(500, 2000, false)]
    [InlineData(3, 3, true)] // every file
    public void Deleting_most_of_the_tree_asks(int deleted, int all, bool asks)
    {
        var work = Work([.. Enumerable.Range(0, deleted).Select(n => Change('D', $"f{n}"))]) with { BaseFiles = all };
        Assert.Equal(asks, Codes(work, FindingSeverity.Ask).Contains("mass_deletion"));
    }

    [Fact]
    public void Outside_the_claim_changes_are_told_and_deletions_ask()
    {
        var work = Work(Change('M', "other/a"), Change('D', "other/b"), Change('R', "src/new", "other/old"));
        var findings = Hygiene.Judge(work, p => p.StartsWith("src/", StringComparison.Ordinal));
        Assert.Equal(["other/a"], findings.Single(f => f is { Code: "outside_claim", Severity: FindingSeverity.Tell }).Paths);
        Assert.Equal(["other/b", "other/old"], findings.Single(f => f is { Code: "deletion_outside_claim", Severity: FindingSeverity.Ask }).Paths);
    }

    [Theory]
    [InlineData(".tutti.yaml", true)]
    [InlineData(".tutti/prompts/review.md", true)]
    [InlineData(".claude/auto-context.yaml", true)]
    [InlineData("docs/.tutti.yaml", false)]
    [InlineData(".tuttifrutti", false)]
    public void Who_changes_how_tutti_itself_works_is_asked_about_unless_the_task_names_it(string path, bool asks)
    {
        foreach (var work in new[] { Work(Change('M', path)), Work(Change('R', path, "a")), Work(Change('R', "a", path)) })
        {
            Assert.Equal(asks, Codes(work, FindingSeverity.Ask).Contains("own_settings"));
            Assert.DoesNotContain(Hygiene.Judge(work, _ => true, named => named == path), f => f.Code == "own_settings");
        }
    }

    [Fact]
    public void Links_out_markers_and_unreadable_names_ask_the_rest_is_told()
    {
        var work = Work(Change('A', "TUTTI_RESULT")) with
        {
            Suspicious = [new LeftOut("l", LeftOutWhy.SymlinkOutside), new LeftOut("s", LeftOutWhy.Submodule)],
            LeftOut = [new LeftOut("n/", LeftOutWhy.NestedRepository), new LeftOut("u", LeftOutWhy.UnreadableName), new LeftOut("x", LeftOutWhy.Litter), new LeftOut("t", LeftOutWhy.Submodule)],
            ConflictMarkers = ["a:3"],
            Large = [new LargeFile("big", 60L * 1024 * 1024)],
        };
        Assert.Equal(["symlink_outside", "conflict_markers", "unreadable_name"], Codes(work, FindingSeverity.Ask));
        Assert.Equal(["submodule", "submodule_left_out", "nested_repository", "large_file", "litter"], Codes(work, FindingSeverity.Tell));
        Assert.Contains("big (60 MB)", Hygiene.Judge(work, _ => true).Single(f => f.Code == "large_file").Message);
    }

    [Fact]
    public void Only_some_of_very_many_paths_are_named()
    {
        var finding = Assert.Single(Hygiene.Judge(Work([.. Enumerable.Range(0, 100).Select(n => Change('M', $"f{n}"))]), _ => false));
        Assert.Equal(Hygiene.PathsNamed, finding.Paths.Count);
        Assert.Equal("changes files that it did not claim: f0 and 99 more", finding.Message);
    }
}
