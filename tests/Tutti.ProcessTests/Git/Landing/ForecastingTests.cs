using Tutti.Core.Landing;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

public class ForecastingTests
{
    private const string Lines = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    private static string[] Told(IEnumerable<Collision> collisions) =>
        [.. collisions.Select(c => $"{c.Task} {c.With ?? "-"}: {string.Join(", ", c.Paths.Select(p => $"{p.Path} {p.Kind}"))}")];

    [Fact]
    public async Task It_says_who_collides_with_whom_and_where()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", Lines), ("b", Lines), ("c", Lines));
        LiveBranch[] branches =
        [
            new("w", repo.CommitOn(start, "w", ("a", Lines.Replace("2", "two")), ("new", "w\n"))),
            new("x", repo.CommitOn(start, "x", ("a", Lines.Replace("2", "deux")), ("new", "x\n"))),
            new("y", repo.CommitOn(start, "y", ("a", Lines.Replace("8", "acht")), ("b", null))),
            new("z", repo.CommitOn(start, "z", ("b", Lines.Replace("5", "five")))),
        ];
        var target = repo.Commit("main", ("b", Lines.Replace("5", "cinq")));
        var forecasting = new Forecasting(await repo.ControlAsync());
        var collisions = await forecasting.MakeAsync(branches, target);
        Assert.Equal(["w x: a content, new add-add", "y -: b modify-delete", "y z: b modify-delete", "z -: b content"], Told(collisions));
        Assert.Equal([2, 1, 1, 1], collisions.Select(c => c.PathCount));
    }

    [Fact]
    public async Task Only_pairs_with_a_new_commit_are_merged_again()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", Lines));
        LiveBranch[] branches = [.. "wxyz".Select(c => new LiveBranch($"{c}", repo.CommitOn(start, $"{c}", ("a", Lines.Replace("3", $"{c}")))))];
        var forecasting = new Forecasting(await repo.ControlAsync());
        Assert.Equal(6, (await forecasting.MakeAsync(branches, start)).Count);
        Assert.Equal(10, forecasting.Merged);
        Assert.Equal(6, (await forecasting.MakeAsync([.. branches.Reverse()], start)).Count);
        Assert.Equal(0, forecasting.Merged);
        branches[1] = new("x", repo.CommitOn(start, "x again", ("b", "x\n")));
        Assert.Equal(["w y: a content", "w z: a content", "y z: a content"], Told(await forecasting.MakeAsync(branches, start)));
        Assert.Equal(4, forecasting.Merged);
        Assert.Equal(["w z: a content"], Told(await forecasting.MakeAsync([branches[3], branches[0]], start)));
        Assert.Equal(0, forecasting.Merged);
    }

    [Fact]
    public async Task A_branch_that_cannot_be_merged_hides_no_other_s_collision()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", Lines));
        var one = repo.CommitOn(start, "one", ("a", Lines.Replace("3", "one")));
        var two = repo.CommitOn(start, "two", ("a", Lines.Replace("3", "two")));
        var stranger = repo.Git("commit-tree", "-m", "alone", repo.Head($"{start}^{{tree}}"));
        var forecasting = new Forecasting(await repo.ControlAsync());
        var collisions = await forecasting.MakeAsync([new("m", stranger), new("n", one), new("o", new string('1', 40)), new("p", two)], start);
        Assert.Equal(["n p: a content"], Told(collisions));
    }

    [Fact]
    public async Task Of_many_paths_the_first_are_named_and_all_are_counted()
    {
        using var repo = new ScratchRepository();
        (string Path, string? Content)[] Files(string text) => [.. Enumerable.Range(0, 50).Select(i => ($"f{i:00}", (string?)text))];
        var start = repo.Commit("base", Files("0\n"));
        LiveBranch[] branches = [new("a", repo.CommitOn(start, "a", Files("a\n"))), new("b", repo.CommitOn(start, "b", Files("b\n")))];
        var collision = Assert.Single(await new Forecasting(await repo.ControlAsync()).MakeAsync(branches, start));
        Assert.Equal((Collision.MostPaths, 50), (collision.Paths.Count, collision.PathCount));
        Assert.Equal("f00 (+49)", Forecasts.Where(collision));
    }

    // As landing merges: a changelog with merge=union was told to collide with every other branch that adds a line to it.
    [Fact]
    public async Task The_targets_attributes_decide_what_collides_and_are_looked_at_again_when_it_has_moved()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a.log", Lines), ("a.lock", Lines), (".gitattributes", "*.log merge=union\n*.lock -merge\n"));
        LiveBranch[] branches =
        [
            new("w", repo.CommitOn(start, "w", ("a.log", Lines + "w\n"))),
            new("x", repo.CommitOn(start, "x", ("a.log", Lines + "x\n"))),
            new("y", repo.CommitOn(start, "y", ("a.lock", Lines.Replace("2", "two")))),
            new("z", repo.CommitOn(start, "z", ("a.lock", Lines.Replace("8", "eight")))),
        ];
        var forecasting = new Forecasting(await repo.ControlAsync());

        Assert.Equal(["y z: a.lock binary"], Told(await forecasting.MakeAsync(branches, start)));
        Assert.Equal(["y z: a.lock binary"], Told(await forecasting.MakeAsync(branches, start)));

        var target = repo.Commit("without", (".gitattributes", null));
        Assert.Equal(["w x: a.log content"], Told(await forecasting.MakeAsync(branches, target)));
    }

    [Fact]
    public async Task A_planted_driver_does_not_run_and_trials_leave_no_trace()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", Lines), (".gitattributes", "* merge=evil\n"));
        LiveBranch[] branches = [new("x", repo.CommitOn(start, "x", ("a", Lines.Replace("3", "x")))), new("y", repo.CommitOn(start, "y", ("a", Lines.Replace("3", "y"))))];
        var control = await repo.ControlAsync();
        var (script, marker) = repo.Trap();
        repo.Git("config", "merge.evil.driver", $"{script} %O %A %B");
        repo.Git("config", "merge.default", "evil");
        Directory.CreateDirectory(Path.Combine(repo.Common, "info"));
        File.WriteAllText(Path.Combine(repo.Common, "info", "attributes"), "* merge=evil\n");
        repo.Git("checkout", "-q", branches[0].Commit);
        repo.TryGitIn(repo.Top, "merge", "-q", "-m", "m", branches[1].Commit);
        Assert.True(File.Exists(marker), "the trap does not work");
        repo.Git("reset", "-q", "--hard", start);
        File.Delete(marker);

        var before = repo.Git("count-objects", "-v") + repo.Git("for-each-ref") + repo.Git("status", "--porcelain=v2", "--branch");
        Assert.Equal(["x y: a content"], Told(await new Forecasting(control).MakeAsync(branches, start)));
        Assert.False(File.Exists(marker));
        Assert.Equal(before, repo.Git("count-objects", "-v") + repo.Git("for-each-ref") + repo.Git("status", "--porcelain=v2", "--branch"));
        var objects = new DirectoryInfo(Path.Combine(repo.State, "control.git", "objects"));
        Assert.Empty(objects.EnumerateFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Heads_are_seen_to_move_whether_loose_or_packed_and_git_is_not_asked_while_they_do_not()
    {
        using var repo = new ScratchRepository();
        var first = repo.Commit("base", ("a", Lines));
        repo.Git("branch", "feature/one");
        repo.Git("branch", "feature/two");
        var heads = new BranchHeads(repo.Common);
        string[] names = ["feature/one", "feature/two", "feature/none"];
        var seen = await heads.ReadAsync(names);
        Assert.Equal(["feature/one", "feature/two"], seen.Keys.Order());
        Assert.Same(seen, await heads.ReadAsync(names));

        var second = repo.Commit("second", ("a", "2\n"));
        repo.Git("branch", "-f", "feature/one", second);
        Assert.Equal((second, first), ((await heads.ReadAsync(names))["feature/one"], (await heads.ReadAsync(names))["feature/two"]));
        repo.Git("pack-refs", "--all", "--prune");
        Assert.Equal(second, (await heads.ReadAsync(names))["feature/one"]);
        repo.Git("branch", "-q", "-D", "feature/one");
        Assert.Equal(["feature/two"], (await heads.ReadAsync(names)).Keys);
    }
}
