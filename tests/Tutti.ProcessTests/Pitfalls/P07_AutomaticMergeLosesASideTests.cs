using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P7: an automatic merge overwrote main; a sibling's text was silently dropped.</summary>
public class P07_AutomaticMergeLosesASideTests
{
    [Fact]
    public async Task Every_line_of_both_sides_arrives_or_the_merge_is_a_person_s()
    {
        await using var lab = new SessionLab(files: [("book.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")]);
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: top, title: Top, run: "sed -i 's/^1$/1 top/' book.txt" }
              - { id: bottom, title: Bottom, run: "sed -i 's/^9$/9 bottom/' book.txt" }
              - { id: same, title: Same place as top, depends_on: [], run: "sed -i 's/^1$/1 same/' book.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "bottom");
        var lost = ran.State.Tasks.Values.Single(t => t.Phase == TaskPhase.NeedsAttention);
        Assert.Contains(lost.Id, new[] { "top", "same" });
        Assert.Equal("merge_conflict", lost.Failure!.Code);
        Assert.Contains("9 bottom\n", lab.Read("book.txt"));
        Assert.Contains(lost.Id == "top" ? "1 same\n" : "1 top\n", lab.Read("book.txt"));
        Assert.Contains($"1 {lost.Id}", lab.Show(lost.Branch!, "book.txt"));
    }
}
