using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>Histories made at random (by a fixed seed), with renames, deletions, modes and merges criss-cross.</summary>
public class RandomMergeTests
{
    private const int Merges = 35;

    [Theory]
    [InlineData(1)]
    [InlineData(20260102)]
    public async Task Merging_in_the_object_store_is_what_git_merge_does_in_a_checkout(int seed)
    {
        using var repo = new ScratchRepository();
        var random = new Random(seed);
        var lines = string.Concat(Enumerable.Range(0, 12).Select(n => $"line {n}\n"));
        List<string> commits = [repo.Commit("base", [.. Enumerable.Range(0, 8).Select(n => ($"d{n % 3}/f{n}", (string?)(n + lines)))])];
        var control = await repo.ControlAsync();
        int clean = 0, conflicted = 0, already = 0;
        for (var i = 0; i < Merges; i++)
        {
            for (var grown = 0; grown < 2; grown++)
                commits.Add(Mutate(repo, commits[random.Next(Math.Max(0, commits.Count - 12), commits.Count)], random, i));
            var (onto, head) = (commits[random.Next(commits.Count)], commits[random.Next(commits.Count)]);
            repo.Git("checkout", "-q", "--detach", onto);
            var merged = repo.TryGitIn(repo.Top, "merge", "-q", "--no-ff", "-m", "m", head).Code == 0;
            var tree = merged ? repo.Head("HEAD^{tree}") : null;
            var expected = repo.TryGitIn(repo.Top, "diff", "--name-only", "--diff-filter=U").Output;
            if (merged && repo.Head() != onto)
                commits.Add(repo.Head());
            repo.Git("reset", "-q", "--hard", onto);
            switch (await control.MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch)))
            {
                case MergeOutcome.Merged outcome:
                    Assert.Equal(tree, outcome.Tree);
                    clean++;
                    break;
                case MergeOutcome.AlreadyIn:
                    Assert.Equal(tree, repo.Head(onto + "^{tree}"));
                    already++;
                    break;
                case MergeOutcome.Conflicted outcome:
                    Assert.False(merged);
                    Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), outcome.Paths.Select(p => p.Path).Order(StringComparer.Ordinal));
                    conflicted++;
                    break;
                default:
                    Assert.Fail("it must be possible to try every merge");
                    break;
            }
        }

        Assert.True(clean > 3 && conflicted > 3 && already > 0, $"too tame: {clean} clean, {conflicted} conflicted, {already} already in");
    }

    internal static string Mutate(ScratchRepository repo, string parent, Random random, int round)
    {
        repo.Git("checkout", "-q", "--detach", parent);
        var files = repo.Git("ls-files").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var file = files.Length == 0 ? "again" : files[random.Next(files.Length)];
            switch (files.Length == 0 ? 9 : random.Next(10))
            {
                case 0:
                    repo.TryGitIn(repo.Top, "rm", "-q", "-f", file);
                    break;
                case 1:
                    Directory.CreateDirectory(Path.Combine(repo.Top, "d9"));
                    repo.TryGitIn(repo.Top, "mv", file, $"d9/r{round}-{n}");
                    break;
                case 2:
                    repo.TryGitIn(repo.Top, "update-index", "--chmod=" + (random.Next(2) == 0 ? "+x" : "-x"), file);
                    repo.TryGitIn(repo.Top, "checkout-index", "-f", file);
                    break;
                case 3 or 9:
                    repo.Write(($"new/{random.Next(40)}", $"{random.Next(3)}\n"));
                    break;
                default:
                    Edit(Path.Combine(repo.Top, file), random);
                    break;
            }
        }

        return repo.Commit($"round {round}");
    }

    private static void Edit(string path, Random random)
    {
        if (!File.Exists(path))
            return;
        var lines = File.ReadAllLines(path).ToList();
        lines[random.Next(lines.Count)] = $"edited {random.Next(1000)}";
        if (random.Next(3) == 0)
            lines.Insert(random.Next(lines.Count), "inserted");
        File.WriteAllText(path, string.Concat(lines.Select(l => l + "\n")));
    }
}
