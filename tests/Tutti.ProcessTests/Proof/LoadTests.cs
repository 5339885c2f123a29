using System.Globalization;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Proof;

/// <summary>Many sessions at once. With <c>TUTTI_PROOF</c> set (<c>make proof</c>): 50 repositories, and 8 sessions in one; in CI fewer.</summary>
public class LoadTests
{
    private const string Plan = """
        verify: ["test -f readme.md"]
        tasks:
          - { id: @S@-a, title: A, run: "echo a > @S@-a.txt" }
          - { id: @S@-b, title: B, run: "echo b > @S@-b.txt" }
          - { id: @S@-c, title: C, depends_on: [@S@-a, @S@-b], run: "cat @S@-a.txt @S@-b.txt > @S@-c.txt" }
        """;

    private static bool Whole => Environment.GetEnvironmentVariable("TUTTI_PROOF") is not null;

    [Fact]
    public async Task Sessions_in_repositories_of_their_own_all_come_to_their_end()
    {
        var labs = Enumerable.Range(0, Whole ? 50 : 6).Select(_ => new SessionLab()).ToList();
        try
        {
            var runs = labs.ConvertAll(lab => lab.StartPlan(Plan.Replace("@S@", "s")));
            foreach (var ran in await Task.WhenAll(runs.Select(run => run.EndAsync())))
            {
                ran.Exits(0).Has(TaskPhase.Done, "s-a", "s-b", "s-c");
                ran.Lab.AssertTidy();
            }
        }
        finally
        {
            foreach (var lab in labs)
                await lab.DisposeAsync();
        }
    }

    // All of them land on one branch that is checked out: each finds the target moved by the others, again and again.
    [Fact]
    public async Task Sessions_in_one_repository_all_land_on_one_branch_and_nobody_loses_anything()
    {
        await using var lab = new SessionLab();
        var count = Whole ? 8 : 4;
        var names = Enumerable.Range(1, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"s{n}")).ToList();
        var runs = names.ConvertAll(name => lab.Start("run", "--plan", lab.Plan(Plan.Replace("@S@", name), $"{name}.yaml"), "-b", $"work/{name}/{{id}}", "--display", "json"));
        var ended = await Task.WhenAll(runs.Select(run => run.EndAsync()));
        Assert.All(ended, ran => Assert.True(ran.ExitCode == 0, $"{ran.ExitCode}\n{ran.Stderr}"));
        Assert.Equal(count, lab.Sessions.Count);
        Assert.All(lab.Sessions, session => Assert.Equal((SessionStatus.Completed, 3), (lab.Journaled(session.Id)!.Status, lab.Journaled(session.Id)!.Count(TaskPhase.Done))));
        Assert.All(names, name => Assert.Equal("a\nb", lab.Show("main", $"{name}-c.txt")));
        Assert.Equal((count * 6).ToString(CultureInfo.InvariantCulture), lab.Git("rev-list", "--count", $"{lab.First}..main"));
        lab.AssertTidy();
    }
}
