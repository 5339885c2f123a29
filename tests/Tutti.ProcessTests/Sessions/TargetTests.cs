using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>
/// What can have become of the target while agents worked. Each has a defined outcome, and in each all is still there afterwards:
/// what the user had, and the work.
/// </summary>
public sealed class TargetTests : IAsyncDisposable
{
    private const string Plan = """
        tasks:
          - { id: work, title: Work, run: "echo work > work.txt; : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done" }
        """;

    private readonly SessionLab _lab = new(files: [("mine.txt", "1\n")]);

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    /// <summary>What somebody does meanwhile, the code of the refusal, and how it is mended.</summary>
    public static TheoryData<string, string, string, string> Refusals => new()
    {
        { "a merge in the middle", "checkout_in_the_middle", "git merge --abort", "resume" },
        { "a rebase in the middle", "target_rebasing", "git rebase --abort", "resume" },
        { "a rebase in another worktree", "target_rebasing", "git -C ../other rebase --abort", "resume" },
        { "a merge in another worktree", "checkout_in_the_middle", "git -C ../other merge --abort", "resume" },
        { "a staged file in the way", "checkout_overlap", "git rm -q -f work.txt", "resume" },
        { "checked out twice", "target_checked_out_twice", "git -C ../other switch -q --detach", "resume" },
        { "its checkout is gone", "target_checkout_missing", "git worktree prune", "resume" },
        { "symbolic", "target_symbolic", "git symbolic-ref -d refs/heads/main; git branch main other; git switch -q main", "resume" },
        { "a stale lock of its ref", "target_locked", "rm .git/refs/heads/main.lock", "resume" },
        { "a stale lock of its index", "checkout_busy", "rm .git/index.lock", "resume" },
        { "deleted", "target_deleted", "git branch main @WORK@", "resume" },
        { "renamed", "target_deleted", "git branch -m trunk main", "resume" },
        { "moved back", "target_rewritten", "true", "merge" },
        { "moved aside", "target_rewritten", "true", "merge" },
        { "an unrelated history", "target_rewritten", "git reset -q --hard @BASE@", "resume" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_keeps_the_target_where_it_is_is_said_and_loses_nothing(string what, string code, string mend, string then)
    {
        _lab.Write("mine.txt", "2\n");
        var @base = _lab.Commit("second");
        var run = _lab.StartPlan(Plan);
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(_lab.Out, "here")));
        Meanwhile(what);
        var before = Users();
        _lab.Mark("go");
        var ran = (await run.EndAsync()).Exits(4);
        Assert.Equal(code, ran.State.Ending!.Reason!.Code);
        Assert.NotNull(ran.State.Ending.Reason.Hint);
        Assert.Contains($"tutti/{ran.State.Id}", ran.State.Ending.Reason.Message);
        Assert.Equal(before, Users());
        Assert.Equal("work", _lab.Show($"tutti/{ran.State.Id}", "work.txt"));

        var mended = _lab.Run(_lab.Top, "sh", "-ec", mend.Replace("@WORK@", $"tutti/{ran.State.Id}").Replace("@BASE@", @base));
        Assert.True(mended.ExitCode == 0, mended.Error);
        var onto = _lab.Git("rev-parse", "main");
        var end = then == "resume" ? await _lab.ResumeAsync() : await _lab.Start("merge", "automatic", "--display", "json").EndAsync();
        end.Exits(0).Has(TaskPhase.Done, "work");
        Assert.Equal("work", _lab.Show("main", "work.txt"));
        Assert.Equal(0, _lab.TryGit(_lab.Top, "merge-base", "--is-ancestor", onto, "main").ExitCode);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("packed refs")]
    [InlineData("a commit on top")]
    [InlineData("a commit of the same content on top")]
    [InlineData("moved under its checkout, with changes there")]
    [InlineData("checked out nowhere")]
    [InlineData("in another worktree, with changes")]
    public async Task What_does_not_keep_it_lets_the_work_land_on_top(string what)
    {
        var run = _lab.StartPlan(Plan);
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(_lab.Out, "here")));
        Meanwhile(what);
        var (onto, changes) = (_lab.Git("rev-parse", "main"), _lab.Git("status", "--porcelain"));
        _lab.Mark("go");
        (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "work");
        Assert.Equal("work", _lab.Show("main", "work.txt"));
        Assert.Equal(0, _lab.TryGit(_lab.Top, "merge-base", "--is-ancestor", onto, "main").ExitCode);
        Assert.Equal(changes, _lab.Git("status", "--porcelain"));
        if (what.StartsWith("in another", StringComparison.Ordinal))
            Assert.Equal("other's\n", File.ReadAllText(Path.Combine(_lab.Folder, "other", "mine.txt")));
    }

    // Older versions of git mean the git folder of an ordinary repository as well.
    [Fact]
    public async Task Work_lands_where_the_user_has_git_enter_no_bare_repository_unasked()
    {
        await using var lab = new SessionLab();
        var config = Path.Combine(lab.Home, "gitconfig");
        await File.WriteAllTextAsync(config, "[user]\n\tname = Ada\n\temail = ada@example.com\n[safe]\n\tbareRepository = explicit\n");
        lab.Extra["GIT_CONFIG_GLOBAL"] = config;
        (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n")).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal("a", lab.Show("main", "a.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task No_hook_of_the_repository_runs_and_its_settings_about_pushes_do_not_count()
    {
        foreach (var name in new[] { "reference-transaction", "update", "pre-receive", "post-receive", "post-update", "post-merge", "pre-merge-commit", "post-checkout", "pre-commit", "commit-msg", "post-commit", "post-rewrite" })
        {
            var hook = Path.Combine(_lab.Top, ".git", "hooks", name);
            Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
            File.WriteAllText(hook, $"#!/bin/sh\necho {name} >> {_lab.Out}/hooks\nexit 1\n");
            _lab.MakeExecutable(hook);
        }

        foreach (var (key, value) in new[] { ("receive.denyCurrentBranch", "refuse"), ("receive.denyNonFastForwards", "true"), ("receive.denyDeletes", "true"), ("merge.ff", "false"), ("branch.main.mergeOptions", "--no-ff --squash") })
            _lab.Git("config", key, value);
        _lab.Mark("go");
        (await _lab.RunPlanAsync(Plan)).Exits(0).Has(TaskPhase.Done, "work");
        Assert.Empty(_lab.Marks("hooks"));
        Assert.Equal(_lab.Git("rev-parse", "main"), _lab.Journaled()!.Tasks["work"].Landed);
    }

    [Fact]
    public async Task Refs_that_may_not_be_written_keep_the_target_and_the_work_stays_on_its_branch()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root may write everywhere");
        var refs = Path.Combine(_lab.Top, ".git", "refs", "heads");
        _lab.Git("branch", "protected/main");
        _lab.Git("switch", "-q", "protected/main");
        var run = _lab.StartPlan(Plan);
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(_lab.Out, "here")));
        _lab.Run(refs, "chmod", "500", "protected");
        _lab.Mark("go");
        var ran = (await run.EndAsync()).Exits(4);
        _lab.Run(refs, "chmod", "700", "protected");
        Assert.Equal(_lab.First, _lab.Git("rev-parse", "protected/main"));
        Assert.Equal("", _lab.Git("status", "--porcelain"));
        Assert.Equal("work", _lab.Show($"tutti/{ran.State.Id}", "work.txt"));
        (await _lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "work");
    }

    [Theory]
    [InlineData("taken off the target")]
    [InlineData("committed on the integration branch")]
    public async Task What_only_the_integration_branch_held_is_kept_when_it_is_made_anew(string what)
    {
        var run = _lab.StartPlan(Plan);
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(_lab.Out, "here")));
        Meanwhile("a commit on top");
        var theirs = _lab.Git("rev-parse", "main");
        Meanwhile("a staged file in the way");
        _lab.Mark("go");
        var branch = $"tutti/{(await run.EndAsync()).Exits(4).State.Id}";
        var only = theirs;
        if (what == "taken off the target")
        {
            _lab.Git("reset", "-q", "--soft", _lab.First);
        }
        else
        {
            only = _lab.Git("commit-tree", "-p", branch, "-m", "a person's", $"{branch}^{{tree}}");
            _lab.Git("update-ref", $"refs/heads/{branch}", only);
            _lab.Git("update-ref", "refs/heads/main", _lab.Git("commit-tree", "-p", "main", "-m", "meanwhile", "main^{tree}"));
        }

        var before = _lab.Git("rev-parse", branch);
        (await _lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(4);
        Assert.NotEqual(0, _lab.TryGit(_lab.Top, "merge-base", "--is-ancestor", before, branch).ExitCode);
        Assert.Equal("work", _lab.Show(branch, "work.txt"));
        Assert.Equal($"refs/{branch}/integration-before-{before[..12]}", _lab.Git("for-each-ref", "--format=%(refname)", "--contains", only));
    }

    private void Meanwhile(string what)
    {
        switch (what)
        {
            case "nothing":
                break;
            case "packed refs":
                _lab.Git("pack-refs", "--all");
                break;
            case "a commit on top":
                _lab.Write("theirs.txt", "theirs\n");
                _lab.Commit("theirs");
                break;
            case "a commit of the same content on top":
                _lab.Write("work.txt", "work\n");
                _lab.Commit("the same by hand");
                break;
            case "checked out nowhere":
                _lab.Git("switch", "-q", "-c", "elsewhere");
                break;
            case "in another worktree, with changes":
                Elsewhere();
                File.WriteAllText(Path.Combine(_lab.Folder, "other", "mine.txt"), "other's\n");
                break;
            case "moved under its checkout, with changes there":
                // Its checkout is behind in that very file; the landing has nothing to do with it, and leaves it so.
                _lab.Write("mine.txt", "not committed\n");
                _lab.Git("update-ref", "refs/heads/main", _lab.Git("commit-tree", "-p", "main", "-m", "under the checkout", Changed()));
                break;
            default:
                InTheWay(what);
                break;
        }
    }

    private void InTheWay(string what)
    {
        switch (what)
        {
            case "a merge in the middle" or "a rebase in the middle":
                Middle(_lab.Top, what.Contains("merge", StringComparison.Ordinal));
                break;
            case "a merge in another worktree" or "a rebase in another worktree":
                Elsewhere();
                Middle(Path.Combine(_lab.Folder, "other"), what.Contains("merge", StringComparison.Ordinal));
                break;
            case "a staged file in the way":
                _lab.Write("work.txt", "the user's\n");
                _lab.Git("add", "work.txt");
                break;
            case "checked out twice":
                _lab.Git("worktree", "add", "-q", "--force", "../other", "main");
                break;
            case "its checkout is gone":
                Elsewhere();
                Directory.Delete(Path.Combine(_lab.Folder, "other"), recursive: true);
                break;
            case "symbolic":
                _lab.Git("branch", "other", "main");
                _lab.Git("symbolic-ref", "refs/heads/main", "refs/heads/other");
                break;
            case "a stale lock of its ref":
                File.WriteAllText(Path.Combine(_lab.Top, ".git", "refs", "heads", "main.lock"), "");
                break;
            case "a stale lock of its index":
                File.WriteAllText(Path.Combine(_lab.Top, ".git", "index.lock"), "");
                break;
            case "deleted":
                _lab.Git("switch", "-q", "-c", "elsewhere");
                _lab.Git("branch", "-q", "-D", "main");
                break;
            case "renamed":
                _lab.Git("branch", "-m", "main", "trunk");
                break;
            case "moved back":
                _lab.Git("reset", "-q", "--hard", _lab.First);
                break;
            case "moved aside":
                _lab.Git("commit", "-q", "--amend", "-m", "second, in other words");
                break;
            case "an unrelated history":
                _lab.Git("reset", "-q", "--hard", _lab.Git("commit-tree", "-m", "of its own", "main^{tree}"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    private void Elsewhere()
    {
        _lab.Git("switch", "-q", "-c", "elsewhere");
        _lab.Git("worktree", "add", "-q", "../other", "main");
    }

    private void Middle(string checkout, bool merge)
    {
        var theirs = _lab.Git("commit-tree", "-p", "main", "-m", "theirs", Changed());
        File.WriteAllText(Path.Combine(checkout, "mine.txt"), "ours\n");
        _lab.GitIn(checkout, "commit", "-q", "-am", "ours");
        Assert.NotEqual(0, _lab.TryGit(checkout, merge ? "merge" : "rebase", theirs).ExitCode);
    }

    // The target's tree with another mine.txt, without any checkout.
    private string Changed()
    {
        var file = Path.Combine(_lab.Folder, "changed");
        File.WriteAllText(file, "theirs\n");
        var blob = _lab.Git("hash-object", "-w", file);
        var listing = _lab.Git("ls-tree", "main").Split('\n').Select(line => line.EndsWith("\tmine.txt", StringComparison.Ordinal) ? $"100644 blob {blob}\tmine.txt" : line);
        File.WriteAllLines(file, listing);
        return _lab.Run(_lab.Top, "sh", "-c", $"git mktree < '{file}'").Text;
    }

    // All that is the user's: branches but Tutti's, what is checked out where, its state and its files.
    private string Users()
    {
        var branches = _lab.Branches().Where(b => !b.StartsWith("tutti/", StringComparison.Ordinal) && !b.StartsWith("feature/", StringComparison.Ordinal)).Select(b => $"{b} {_lab.Git("rev-parse", b)}");
        string[] checkouts = [_lab.Top, .. Directory.Exists(Path.Combine(_lab.Folder, "other")) ? [Path.Combine(_lab.Folder, "other")] : Array.Empty<string>()];
        return string.Join('\n', branches.Concat(checkouts.Select(c => File.ReadAllText(Path.Combine(c, "mine.txt")) + _lab.Run(c, "git", "--no-optional-locks", "status", "--porcelain=v2", "--branch").Text)));
    }
}
