using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P5: broad staging swept in or deleted unrelated files; a half-deleted tree was preserved as if it were work.</summary>
public class P05_BroadStagingTests
{
    private static readonly (string, string)[] Many = [.. Enumerable.Range(1, 60).Select(i => ($"src/f{i}.txt", $"{i}\n"))];

    [Fact]
    public async Task A_half_deleted_tree_does_not_land_before_a_person_has_looked()
    {
        await using var lab = new SessionLab(files: Many);
        var ran = (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt; rm -rf src\" }\n")).Exits(4).Has(TaskPhase.NeedsAttention, "a");
        Assert.Equal("look_before_landing", ran.Failure("a").Code);
        Assert.Contains("60", ran.Failure("a").Message);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task A_deletion_outside_the_claim_is_asked_about_and_a_change_there_is_told()
    {
        await using var lab = new SessionLab(files: Many);
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: deletes, title: Deletes, files: [mine.txt], run: "echo m > mine.txt; rm src/f1.txt" }
              - { id: changes, title: Changes, files: [own.txt], run: "echo o > own.txt; echo more >> src/f2.txt" }
            """)).Exits(4).Has(TaskPhase.NeedsAttention, "deletes").Has(TaskPhase.Done, "changes");
        Assert.Contains("src/f1.txt", ran.Failure("deletes").Message);
        Assert.Contains(ran.Task("changes").Work!.Notes, note => note.Contains("src/f2.txt"));
    }

    [Fact]
    public async Task Ignored_files_copies_and_secrets_in_the_slot_are_not_committed()
    {
        await using var lab = new SessionLab();
        lab.Write(".env", "KEY=1\n");
        (await lab.RunPlanAsync("copy: [.env]\ntasks:\n  - { id: a, title: A, run: \"echo a > a.txt; echo c > cache.ignored; git init -q nested; echo n > nested/n.txt\" }\n")).Exits(0);
        Assert.Equal([".gitignore", ".tutti.yaml", "a.txt", "readme.md"], lab.Tree("main"));
    }
}
