using Tutti.Engine.Config;

namespace Tutti.Tests.Config;

public sealed class BranchPatternTests
{
    [Theory]
    [InlineData("feature/task-{id}")]
    [InlineData("{id}")]
    [InlineData("me/{session}/{id}-{title}")]
    public void A_pattern_that_can_be_used_has_no_problem(string pattern) => Assert.Null(BranchPattern.Problem(pattern));

    [Theory]
    [InlineData("", "must contain {id}")]
    [InlineData("{ID}", "must contain {id}")]
    [InlineData("{id}-{user}", "may hold {id}, {session}, {title}, but not {user}")]
    [InlineData("{id} x", "must make a name")]
    [InlineData("-{id}", "must make a name")]
    [InlineData("/{id}", "must make a name")]
    [InlineData("a//{id}", "must make a name")]
    [InlineData("{id}/", "must make a name")]
    [InlineData("a..{id}", "must make a name")]
    [InlineData("{id}.lock", "must make a name")]
    [InlineData(".x/{id}", "must make a name")]
    [InlineData("{id}.", "must make a name")]
    [InlineData("a:{id}", "must make a name")]
    [InlineData("a~{id}", "must make a name")]
    [InlineData("a\n{id}", "must make a name")]
    [InlineData("{{id}}", "must make a name")]
    [InlineData("a{id", "must contain {id}")]
    public void What_git_would_refuse_is_refused_here(string pattern, string problem) => Assert.StartsWith(problem, BranchPattern.Problem(pattern));
}
