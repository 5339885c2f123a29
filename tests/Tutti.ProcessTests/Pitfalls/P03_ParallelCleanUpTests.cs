using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P3: parallel clean-up destroyed <c>.git</c>; a running child lost its tree.</summary>
public class P03_ParallelCleanUpTests
{
    [Fact]
    public async Task Slots_made_and_given_back_at_once_touch_nothing_that_is_not_theirs()
    {
        await using var lab = new SessionLab(settings: "max_agents: 6");
        var precious = Directory.CreateDirectory(Path.Combine(lab.Folder, "precious")).FullName;
        await File.WriteAllTextAsync(Path.Combine(precious, "file.txt"), "precious\n");

        // A link and a folder of the user stand where slots would go, and a worktree of the user's beside them.
        Directory.CreateDirectory(lab.Slots);
        Directory.CreateSymbolicLink(Path.Combine(lab.Slots, "wt-1"), precious);
        Directory.CreateDirectory(Path.Combine(lab.Slots, "wt-2"));
        await File.WriteAllTextAsync(Path.Combine(lab.Slots, "wt-2", "mine.txt"), "mine\n");
        var own = Path.Combine(lab.Slots, "my-own");
        lab.Git("worktree", "add", "-q", "-b", "mine", own);
        File.WriteAllText(Path.Combine(own, "draft.txt"), "draft\n");

        var tasks = Enumerable.Range(1, 18).Select(i => $"  - {{ id: t{i}, title: T, run: \"echo {i} > t{i}.txt\" }}");
        (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        Assert.Equal("precious\n", File.ReadAllText(Path.Combine(precious, "file.txt")));
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(lab.Slots, "wt-2", "mine.txt")));
        Assert.Equal("draft\n", File.ReadAllText(Path.Combine(own, "draft.txt")));
        Assert.Equal("mine", lab.GitIn(own, "symbolic-ref", "--short", "HEAD"));
        lab.Git("fsck", "--full");
    }
}
