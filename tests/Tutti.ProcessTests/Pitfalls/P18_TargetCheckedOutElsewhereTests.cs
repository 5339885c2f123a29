using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P18: the target was checked out elsewhere, and landing failed silently.</summary>
public class P18_TargetCheckedOutElsewhereTests
{
    private const string Plan = "tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n";

    [Fact]
    public async Task A_clean_checkout_of_the_target_elsewhere_moves_with_it()
    {
        await using var lab = new SessionLab();
        var elsewhere = Elsewhere(lab);
        (await lab.RunPlanAsync(Plan, "--target", "main")).Exits(0);
        Assert.Equal("a\n", await File.ReadAllTextAsync(Path.Combine(elsewhere, "a.txt")));
        Assert.Equal("", lab.GitIn(elsewhere, "status", "--porcelain"));
        Assert.Equal("side", lab.Git("symbolic-ref", "--short", "HEAD"));
    }

    [Fact]
    public async Task Where_that_checkout_is_in_the_way_it_is_said_with_the_branch_and_the_command()
    {
        await using var lab = new SessionLab();
        var elsewhere = Elsewhere(lab);
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "a.txt"), "the user's\n");
        var ran = (await lab.RunPlanAsync(Plan, "--target", "main")).Exits(4);
        Assert.Equal("the user's\n", await File.ReadAllTextAsync(Path.Combine(elsewhere, "a.txt")));
        Assert.Equal(SessionStatus.Paused, ran.State.Status);
        var failure = ran.State.Landing.Detour!;
        Assert.Contains(elsewhere, failure.Message + failure.Hint + failure.Detail);
        Assert.Contains($"tutti/{ran.State.Id}", failure.Message + failure.Hint + failure.Detail);
        Assert.Equal("a", lab.Show($"tutti/{ran.State.Id}", "a.txt"));
    }

    private static string Elsewhere(SessionLab lab)
    {
        var elsewhere = Path.Combine(lab.Folder, "elsewhere");
        lab.Git("checkout", "-q", "-b", "side");
        lab.Git("worktree", "add", "-q", elsewhere, "main");
        return elsewhere;
    }
}
