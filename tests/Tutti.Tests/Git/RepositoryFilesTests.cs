using Tutti.Engine.Git;

namespace Tutti.Tests.Git;

public sealed class RepositoryFilesTests
{
    [Theory]
    [InlineData("[core]\n\tbare = true", true, null)]
    [InlineData("[CORE]\n\tBare = Yes", true, null)]
    [InlineData("[core] bare", true, null)]
    [InlineData("[core]\n\tbare = true\n\tbare = false", false, null)]
    [InlineData("[core]\n\t# bare = true\n\tworktree = ../../my tree ; the place", false, "../../my tree")]
    [InlineData("[core]\n\tworktree = \"../a # b\"", false, "../a # b")]
    [InlineData("[remote \"core\"]\n\tbare = true\n[user]\n\tworktree = x", false, null)]
    [InlineData("[broken\nbare = true", false, null)]
    [InlineData("", false, null)]
    public void Core_settings_are_read_from_a_configuration(string text, bool bare, string? worktree) =>
        Assert.Equal(new CoreSettings(bare, worktree), RepositoryFiles.ParseCore(text.Split('\n')));

    [Theory]
    [InlineData("git version 2.39.5", "2.39.5")]
    [InlineData("git version 2.39.5 (Apple Git-154)", "2.39.5")]
    [InlineData("git version 2.45.0.windows.1", "2.45.0")]
    [InlineData("git version 2.47.0-rc1", "2.47.0")]
    [InlineData("git version 2.48", "2.48")]
    [InlineData("hub version 2", null)]
    [InlineData("git version unknown", null)]
    public void A_version_is_read_from_what_git_says(string said, string? version) =>
        Assert.Equal(version, Preflight.ParseVersion(said)?.ToString());
}
