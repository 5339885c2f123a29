using System.Diagnostics;
using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Git;

public sealed class PreflightTests : IDisposable
{
    private readonly PoolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    private Task<PreflightReport> CheckAsync(string? target = null, long disk = 0) =>
        Preflight.CheckAsync(Repository.Discover(_lab.Top), new PreflightNeeds(target, disk, _lab.Root));

    [Fact]
    public async Task A_fit_repository_gives_target_commit_identity_and_version()
    {
        var report = await CheckAsync();

        Assert.Empty(report.Failures);
        Assert.True(report.IsFit);
        Assert.Equal(("refs/heads/main", _lab.Second), (report.Target, report.TargetCommit));
        Assert.Equal("Test <test@example.com>", report.Identity);
        Assert.Equal(_lab.Top, report.TargetCheckout);
        Assert.Equal($"git version {report.GitVersion}", PoolLab.Git(_lab.Top, "version"));
        Assert.Empty(report.Notes);
    }

    [Theory]
    [InlineData("release/1.0")]
    [InlineData("refs/heads/release/1.0")]
    public async Task A_target_is_named_short_or_in_full(string target)
    {
        PoolLab.Git(_lab.Top, "branch", "release/1.0", _lab.First);

        var report = await CheckAsync(target);

        Assert.Equal(("refs/heads/release/1.0", _lab.First, null), (report.Target, report.TargetCommit, report.TargetCheckout));
    }

    [Theory]
    [InlineData("mian", "did you mean 'main'?")]
    [InlineData("something-else", "known: main")]
    [InlineData("HEAD", "known: main")]
    [InlineData("--upload-pack=x", "known: main")]
    public async Task An_unknown_target_names_the_nearest(string target, string hint)
    {
        var failure = Assert.Single((await CheckAsync(target)).Failures);

        Assert.Equal(("target_unknown", FailureCategory.Input, hint), (failure.Code, failure.Category, failure.Hint));
    }

    [Fact]
    public async Task Commits_that_cannot_be_signed_are_found_before_an_agent_has_worked()
    {
        var objects = Objects();
        PoolLab.Git(_lab.Top, "config", "commit.gpgSign", "true");
        PoolLab.Git(_lab.Top, "config", "gpg.program", "/no/such/program");
        var failure = Assert.Single((await CheckAsync()).Failures);
        Assert.Equal("signing_failed", failure.Code);
        Assert.Contains("commit.gpgsign", failure.Hint, StringComparison.Ordinal);

        // It signs here, and would not where work lands.
        PoolLab.Git(_lab.Top, "config", "gpg.program", Signer());
        failure = Assert.Single((await CheckAsync()).Failures);
        Assert.Equal(("signing_failed", "git config --global gpg.program \"$(git config gpg.program)\""), (failure.Code, failure.Hint));
        Assert.Contains("only the repository's own configuration", failure.Message, StringComparison.Ordinal);
        Assert.Equal(objects, Objects());
    }

    private string Objects() => PoolLab.Git(_lab.Top, "count-objects", "-v");

    // What git asks of a program that signs: a line on stderr, and the signature on stdout.
    private string Signer()
    {
        var path = Path.Combine(_lab.Folder, "signer");
        File.WriteAllText(path, "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho signed\n");
        using var made = Process.Start("chmod", ["700", path]);
        made.WaitForExit();
        return path;
    }

    [Fact]
    public async Task A_broken_configuration_of_git_is_said_with_its_line()
    {
        File.AppendAllText(Path.Combine(_lab.Top, ".git", "config"), "[broken\n");
        var failures = (await CheckAsync()).Failures;
        Assert.Equal("git_config_broken", failures[0].Code);
        Assert.Contains("bad config line", failures[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failures, f => f.Code == "no_identity");
    }

    [Fact]
    public async Task A_detached_head_asks_for_a_target()
    {
        PoolLab.Git(_lab.Top, "checkout", "-q", "--detach");

        var failure = Assert.Single((await CheckAsync()).Failures);

        Assert.Equal("target_unknown", failure.Code);
        Assert.Contains("--target", failure.Hint, StringComparison.Ordinal);
        Assert.True((await CheckAsync("main")).IsFit);
    }

    [Fact]
    public async Task No_commit_yet_is_said()
    {
        var empty = Path.Combine(_lab.Folder, "empty");
        PoolLab.Git(_lab.Folder, "-c", "init.defaultBranch=main", "init", "-q", empty);
        PoolLab.Git(empty, "config", "user.name", "Test");
        PoolLab.Git(empty, "config", "user.email", "test@example.com");

        foreach (var target in (string?[])[null, "main", "other"])
        {
            var report = await Preflight.CheckAsync(Repository.Discover(empty), new PreflightNeeds(target));
            Assert.Equal("no_commit_yet", Assert.Single(report.Failures).Code);
        }
    }

    [Theory]
    [InlineData("user.name")]
    [InlineData("user.email")]
    public async Task A_missing_half_of_the_identity_is_said_with_both_commands(string half)
    {
        PoolLab.Git(_lab.Top, "config", "--unset", half);
        // What this machine's own configuration says must not fill the gap.
        PoolLab.Git(_lab.Top, "config", half, "");

        var failure = Assert.Single((await CheckAsync()).Failures);

        Assert.Equal(("no_identity", FailureCategory.Environment), (failure.Code, failure.Category));
        Assert.Contains("user.name", failure.Hint, StringComparison.Ordinal);
        Assert.Contains("user.email", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_failures_are_collected()
    {
        PoolLab.Git(_lab.Top, "config", "user.name", "");

        var report = await CheckAsync("nowhere", disk: long.MaxValue);

        Assert.Equal(["no_identity", "target_unknown", "disk_full", "disk_full"], report.Failures.Select(f => f.Code));
        Assert.False(report.IsFit);
    }

    [Fact]
    public async Task An_operation_in_progress_where_the_target_is_checked_out_is_noted()
    {
        var linked = Path.Combine(_lab.Folder, "linked");
        PoolLab.Git(_lab.Top, "worktree", "add", "-q", "-b", "target", linked, _lab.First);
        PoolLab.Git(linked, "merge", "-q", "--no-commit", "--no-ff", "main");

        var report = await CheckAsync("target");

        Assert.True(report.IsFit);
        Assert.Contains(linked, Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Empty((await CheckAsync("main")).Notes);
    }

    [Fact]
    public async Task A_bare_repository_is_fit()
    {
        var bare = Path.Combine(_lab.Folder, "bare.git");
        PoolLab.Git(_lab.Folder, "clone", "-q", "--bare", _lab.Top, bare);
        PoolLab.Git(bare, "config", "user.name", "Test");
        PoolLab.Git(bare, "config", "user.email", "test@example.com");

        var report = await Preflight.CheckAsync(Repository.Discover(bare), new PreflightNeeds());

        Assert.Empty(report.Failures);
        Assert.Equal(_lab.Second, report.TargetCommit);
    }

    [Fact]
    public async Task No_check_changes_anything_on_disk()
    {
        PoolLab.Write(_lab.Top, "a.txt", "changed\n");
        var before = Everything();

        await CheckAsync();
        await CheckAsync("nowhere", disk: long.MaxValue);

        Assert.Equal(before, Everything());
    }

    private string Everything() =>
        string.Join('\n', Directory.EnumerateFileSystemEntries(_lab.Folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(e => $"{e} {File.GetLastWriteTimeUtc(e):O}"));
}
