using Tutti.Core;
using Tutti.Engine.Git;

namespace Tutti.Tests.Git;

public sealed class BranchNameTests
{
    [Theory]
    [InlineData("8", "8")]
    [InlineData("5.2", "5-2")]
    [InlineData("Add Authentication!", "add-authentication")]
    [InlineData("../../x", "x")]
    [InlineData("--upload-pack=x", "upload-pack-x")]
    [InlineData("a\nb", "a-b")]
    [InlineData("naïve", "na-ve")]
    [InlineData("a.lock", "a-lock")]
    public void A_slug_keeps_letters_and_digits(string text, string slug) => Assert.Equal(slug, BranchName.Slug(text));

    [Theory]
    [InlineData("")]
    [InlineData("🎵")]
    [InlineData("日本")]
    [InlineData("---")]
    public void Text_with_nothing_to_keep_becomes_a_hash_of_its_own(string text)
    {
        Assert.Matches("^[0-9a-f]{8}$", BranchName.Slug(text));
        Assert.NotEqual(BranchName.Slug(text), BranchName.Slug(text + "🎻"));
    }

    [Fact]
    public void Long_text_is_cut_and_stays_apart()
    {
        var a = BranchName.Slug(new string('a', 300));
        var b = BranchName.Slug(new string('a', 300) + "b");

        Assert.InRange(a.Length, 20, 60);
        Assert.NotEqual(a, b);
    }

    [Fact]
    public void The_pattern_is_filled()
    {
        Assert.Equal("feature/task-5-2", BranchName.For("feature/task-{id}", "5.2"));
        Assert.Equal("Team/2026-01-31-001/5-2_add-login", BranchName.For("Team/{session}/{id}_{title}", "5.2", "Add login", "2026-01-31-001"));
    }

    [Theory]
    [InlineData("feature/{ide}", "did you mean 'id'?")]
    [InlineData("feature/{}", null)]
    [InlineData("-{id}", null)]
    [InlineData("{id}.lock", null)]
    [InlineData("a b/{id}", null)]
    [InlineData("{id}/", null)]
    public void A_pattern_that_gives_no_branch_is_refused(string pattern, string? hint)
    {
        var failure = BranchName.CheckPattern(pattern);

        Assert.Equal(("branch_pattern_invalid", FailureCategory.Input), (failure?.Code, failure?.Category));
        if (hint is not null)
            Assert.Equal(hint, failure?.Hint);
        Assert.Throws<FailureException>(() => BranchName.For(pattern, "x"));
    }

    [Fact]
    public void A_taken_name_gets_a_number()
    {
        string[] branches = ["task-1", "TASK-2", "task-3/sub", "task-1-2"];
        var taken = BranchName.TakenBy(branches);

        Assert.Equal("task-1-3", BranchName.For("task-{id}", "1", taken: taken));
        Assert.Equal("task-2-2", BranchName.For("task-{id}", "2", taken: taken));
        Assert.Equal("task-3-2", BranchName.For("task-{id}", "3", taken: taken));
        Assert.Equal("task-4", BranchName.For("task-{id}", "4", taken: taken));
    }

    [Fact]
    public void A_branch_where_a_folder_is_needed_is_said_and_not_tried_for_ever()
    {
        var failure = Assert.Throws<FailureException>(() => BranchName.For("feature/{id}", "1", taken: BranchName.TakenBy(["feature"]))).Failure;

        Assert.Equal("branch_name_taken", failure.Code);
    }
}
