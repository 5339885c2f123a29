using Tutti.Engine.Git;
using Tutti.Engine.Git.Trust;

namespace Tutti.Tests.Git.Trust;

public class GitProgramsTests
{
    private static string Listed(params (string Scope, string Key, string? Value)[] entries) =>
        string.Concat(entries.Select(e => $"{e.Scope}\0{e.Key}{(e.Value is null ? "" : "\n" + e.Value)}\0"));

    private static GitPrograms Read(string listed) => GitPrograms.Of(ConfigEntry.Parse(listed));

    private static List<(string Key, string Value)> Overrides(GitPrograms before, GitPrograms now, params string[] nested) =>
        [.. GitPrograms.Overrides(now, nested, before.Own)];

    [Theory]
    [InlineData("filter.x.clean")]
    [InlineData("filter.a.b.process")]
    [InlineData("gpg.program")]
    [InlineData("gpg.ssh.defaultkeycommand")]
    [InlineData("core.sshcommand")]
    [InlineData("diff.external")]
    [InlineData("diff.x.textconv")]
    [InlineData("merge.x.driver")]
    [InlineData("remote.origin.uploadpack")]
    [InlineData("url.https://a.b/.insteadof")]
    [InlineData("credential.https://a.b.helper")]
    [InlineData("submodule.x.update")]
    [InlineData("hook.x.command")]
    [InlineData("commit.gpgsign")]
    public void Keys_by_which_programs_start_or_commits_are_signed_count(string key) => Assert.True(GitPrograms.IsOne(key));

    [Theory]
    [InlineData("core.autocrlf")]
    [InlineData("branch.main.remote")]
    [InlineData("remote.origin.fetch")]
    [InlineData("diff.algorithm")]
    [InlineData("submodule.x.url")]
    public void Others_do_not(string key) => Assert.False(GitPrograms.IsOne(key));

    [Fact]
    public void What_is_as_it_was_needs_no_word()
    {
        var same = Listed(("global", "filter.lfs.clean", "lfs"), ("local", "filter.x.clean", "a\nb"), ("local", "filter.x.required", null));
        Assert.Empty(Overrides(Read(same), Read(same)));
    }

    [Fact]
    public void What_is_new_is_set_to_nothing_and_what_is_changed_or_gone_to_what_it_was()
    {
        var before = Read(Listed(("local", "filter.a.clean", "mine"), ("local", "filter.b.clean", "mine")));
        var now = Read(Listed(("local", "filter.a.clean", "evil"), ("local", "filter.c.smudge", "evil"), ("local", "gpg.program", "evil")));
        Assert.Equal([("filter.a.clean", "mine"), ("filter.b.clean", "mine"), ("filter.c.smudge", ""), ("gpg.program", "gpg")], Overrides(before, now));
    }

    [Fact]
    public void The_users_own_files_count_where_the_repository_said_nothing_before()
    {
        var now = Read(Listed(("global", "filter.lfs.clean", "lfs"), ("local", "filter.lfs.clean", "evil"), ("command", "core.fsmonitor", "false")));
        Assert.Equal([("filter.lfs.clean", "lfs")], Overrides(Read(""), now));
    }

    [Fact]
    public void Where_a_process_would_stand_before_the_users_own_filter_git_has_to_fail()
    {
        var before = Read(Listed(("local", "filter.crypt.clean", "mine")));
        var now = Read(Listed(("local", "filter.crypt.clean", "mine"), ("local", "filter.crypt.process", "evil")));
        Assert.Equal([("filter.crypt.process", ""), ("filter.crypt.required", "true")], Overrides(before, now));
    }

    [Fact]
    public void Helpers_are_a_list_that_begins_anew()
    {
        var before = Read(Listed(("local", "credential.helper", "mine")));
        var now = Read(Listed(("system", "credential.helper", "theirs"), ("local", "credential.helper", "mine"), ("local", "credential.helper", "evil")));
        Assert.Equal([("credential.helper", ""), ("credential.helper", "theirs"), ("credential.helper", "mine")], Overrides(before, now));
    }

    [Fact]
    public void A_repository_inside_another_says_nothing_that_counts_but_the_others_own_stays()
    {
        var outer = Read(Listed(("global", "filter.lfs.clean", "lfs"), ("local", "filter.x.clean", "mine")));
        Assert.Equal([("filter.lfs.clean", "lfs"), ("filter.x.clean", "mine"), ("filter.y.clean", "")], Overrides(outer, outer, "filter.y.clean", "filter.x.clean", "filter.lfs.clean"));
    }
}
