using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P24: hostile titles, ids and paths.</summary>
public class P24_HostileNamesTests
{
    private const string Plan = "tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n";

    [Theory]
    [InlineData("--target=--upload-pack=touch pwned")]
    [InlineData("--target=../../x")]
    [InlineData("--target=main\nmain")]
    [InlineData("--target=refs/heads/../../config")]
    [InlineData("--branch=../{id}")]
    [InlineData("--branch=no-placeholder")]
    [InlineData("--branch=-{id}")]
    public async Task A_branch_that_can_be_none_is_refused_clearly_before_anything_changes(string option)
    {
        await using var lab = new SessionLab();
        var result = await lab.StartPlan(Plan, option).PlainEndAsync();
        Assert.InRange(result.ExitCode, 2, 3);
        Assert.Contains("tutti: ", result.Error);
        Assert.DoesNotContain("defect", result.Error);
        Assert.Empty(lab.Sessions);
        Assert.False(File.Exists(Path.Combine(lab.Top, "pwned")));
    }

    [Fact]
    public async Task Files_with_hostile_names_are_committed_as_they_are()
    {
        await using var lab = new SessionLab();
        (await lab.RunPlanAsync("""
            tasks:
              - id: a
                title: A
                run: |
                  echo 1 > ./--upload-pack; echo 2 > 'two words'; echo 3 > "$(printf 'new\nline')"; echo 4 > '🎺'; echo 5 > ':(exclude)x'; echo 6 > '*'
            """)).Exits(0);
        var files = lab.Git("ls-tree", "-r", "-z", "--name-only", "main").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Superset(new HashSet<string> { "--upload-pack", "two words", "new\nline", "🎺", ":(exclude)x", "*" }, files.ToHashSet());
    }
}
