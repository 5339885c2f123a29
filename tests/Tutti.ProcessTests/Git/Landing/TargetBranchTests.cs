using System.Diagnostics;
using Tutti.Core;
using Tutti.Engine.Git.Landing;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Git.Landing;

public class TargetBranchTests
{
    /// <summary>main at From with a and b; To changes a, adds new.</summary>
    private sealed class Landing : IDisposable
    {
        public Landing()
        {
            From = Repo.Commit("base", ("a", "1\n"), ("b", "1\n"));
            To = Repo.CommitOn(From, "landed", ("a", "2\n"), ("new/file", "2\n"));
            Target = new TargetBranch(Repo.Common, Path.Combine(Repo.Root, "repo.worktrees"));
        }

        public ScratchRepository Repo { get; } = new();
        public string From { get; }
        public string To { get; }
        public TargetBranch Target { get; }
        public string State => Repo.Git("status", "--porcelain=v2", "--branch", "--untracked-files=all") + Repo.Git("rev-parse", "main");

        public Task<MoveOutcome> MoveAsync() => Target.MoveAsync(new MoveRequest("main", From, To));

        public Task<MoveOutcome> UndoAsync() => Target.UndoAsync(new UndoRequest("refs/heads/main", To, From, "refs/tutti/s/undone"));

        public async Task RefusesAsync(string code, Func<Task<MoveOutcome>> act, string? named = null)
        {
            var before = State;
            var refused = Assert.IsType<MoveOutcome.Refused>(await act());
            Assert.Equal(code, refused.Failure.Code);
            Assert.NotNull(refused.Failure.Hint);
            Assert.Equal(before, State);
            if (named is not null)
                Assert.Contains(named, refused.Failure.Message);
        }

        public void Dispose() => Repo.Dispose();
    }

    [Fact]
    public async Task A_worktree_that_is_only_half_made_is_waited_for()
    {
        using var repo = new ScratchRepository();
        repo.Commit("base", ("a", "1\n"));
        var half = Directory.CreateDirectory(Path.Combine(repo.Top, ".git", "worktrees", "half")).FullName;
        File.WriteAllText(Path.Combine(half, "gitdir"), Path.Combine(repo.Root, "half", ".git") + "\n");
        File.WriteAllText(Path.Combine(half, "HEAD"), repo.Head("HEAD") + "\n");
        File.WriteAllText(Path.Combine(half, "commondir"), "");
        Assert.Contains("worktrees/half/commondir", repo.TryGitIn(repo.Top, "worktree", "list").Error);
        var listing = Checkouts.ListAsync(repo.Top);
        File.WriteAllText(Path.Combine(half, "commondir"), "../..\n");
        Assert.Equal(2, (await listing).Count);
    }

    [Fact]
    public async Task A_target_that_is_checked_out_nowhere_moves_as_a_ref()
    {
        using var landing = new Landing();
        landing.Repo.Git("checkout", "-q", "-b", "elsewhere");
        Assert.Equal(new MoveOutcome.Moved(null), await landing.MoveAsync());
        Assert.Equal(landing.To, await landing.Target.HeadAsync("main"));
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(landing.Repo.Top, "a")));
        Assert.Equal(new MoveOutcome.Moved(null), await landing.MoveAsync());
    }

    [Fact]
    public async Task A_checked_out_target_takes_its_files_along_and_keeps_unrelated_changes()
    {
        using var landing = new Landing();
        landing.Repo.Write(("b", "mine\n"), ("untracked", "mine\n"), ("staged", "mine\n"));
        landing.Repo.Git("add", "staged");
        Assert.Equal(new MoveOutcome.Moved(landing.Repo.Top), await landing.MoveAsync());
        Assert.Equal(landing.To, landing.Repo.Head());
        Assert.Equal("2\n", File.ReadAllText(Path.Combine(landing.Repo.Top, "a")));
        Assert.Equal("A  staged\n M b\n?? untracked", string.Join('\n', landing.Repo.Git("status", "--porcelain").Split('\n').OrderBy(l => l[^1] == 'd' && l[0] == '?' ? 2 : l[0] == ' ' ? 1 : 0)));
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(landing.Repo.Top, "b")));
        Assert.Equal(new MoveOutcome.Moved(landing.Repo.Top), await landing.MoveAsync());
    }

    [Theory]
    [InlineData("a", "mine\n", null)]
    [InlineData("new/file", "mine\n", null)]
    [InlineData("new", "a file where a folder comes\n", null)]
    [InlineData("new/file", "mine\n", "new/\n")]
    public async Task Changes_in_the_way_are_named_and_nothing_is_touched(string path, string content, string? ignored)
    {
        using var landing = new Landing();
        if (ignored is not null)
            File.WriteAllText(Path.Combine(landing.Repo.Common, "info", "exclude"), ignored);
        landing.Repo.Write((path, content));
        await landing.RefusesAsync("checkout_overlap", landing.MoveAsync, named: path);
        Assert.Equal(content, File.ReadAllText(Path.Combine(landing.Repo.Top, path)));
    }

    [Fact]
    public async Task A_file_that_the_user_has_removed_does_not_come_back()
    {
        using var landing = new Landing();
        var file = Path.Combine(landing.Repo.Top, "a");
        File.Delete(file);
        Assert.Equal("checkout_overlap", (await landing.Target.ForecastAsync(new MoveRequest("main", landing.From, landing.To))).Refusal?.Code);
        await landing.RefusesAsync("checkout_overlap", landing.MoveAsync, named: "a");
        Assert.False(File.Exists(file));
        landing.Repo.Git("checkout", "-q", "a");
        Assert.IsType<MoveOutcome.Moved>(await landing.MoveAsync());
        File.Delete(file);
        await landing.RefusesAsync("checkout_overlap", landing.UndoAsync, named: "a");
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task What_a_sparse_checkout_leaves_out_is_not_in_the_way()
    {
        using var landing = new Landing();
        landing.Repo.Git("sparse-checkout", "set", "--no-cone", "/b");
        Assert.False(File.Exists(Path.Combine(landing.Repo.Top, "a")));
        Assert.Equal(new MoveOutcome.Moved(landing.Repo.Top), await landing.MoveAsync());
        Assert.Equal("2", landing.Repo.Git("show", "HEAD:a"));
    }

    [Fact]
    public async Task Settings_that_would_make_it_more_than_a_fast_forward_do_not_count()
    {
        using var landing = new Landing();
        landing.Repo.Git("config", "branch.main.mergeOptions", "--squash --no-ff");
        landing.Repo.Git("config", "merge.ff", "false");
        landing.Repo.Git("config", "merge.autoStash", "true");
        Assert.IsType<MoveOutcome.Moved>(await landing.MoveAsync());
        Assert.Equal(landing.To, landing.Repo.Head());
    }

    [Fact]
    public async Task A_target_that_someone_moved_deleted_or_built_on_is_told_apart()
    {
        using var landing = new Landing();
        var other = landing.Repo.Commit("someone else", ("b", "2\n"));
        var before = landing.State;
        Assert.Equal(new MoveOutcome.MovedByOther(other), await landing.MoveAsync());
        Assert.Equal(before, landing.State);
        landing.Repo.Git("reset", "-q", "--hard", landing.To);
        landing.Repo.Commit("on top", ("c", "2\n"));
        Assert.IsType<MoveOutcome.Moved>(await landing.MoveAsync());
        landing.Repo.Git("checkout", "-q", "--detach");
        landing.Repo.Git("branch", "-D", "main");
        Assert.Equal(new MoveOutcome.MovedByOther(null), await landing.MoveAsync());
        Assert.Null(landing.Repo.Ref("refs/heads/main"));
    }

    [Fact]
    public async Task A_target_in_another_worktree_moves_there()
    {
        using var landing = new Landing();
        landing.Repo.Git("checkout", "-q", "-b", "mine");
        var elsewhere = Path.Combine(landing.Repo.Root, "elsewhere\nwith a newline");
        landing.Repo.Git("worktree", "add", "-q", elsewhere, "main");
        Assert.Equal(new MoveOutcome.Moved(elsewhere), await landing.MoveAsync());
        Assert.Equal("2\n", File.ReadAllText(Path.Combine(elsewhere, "a")));
        Assert.Equal("", landing.Repo.GitIn(elsewhere, "status", "--porcelain"));
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(landing.Repo.Top, "a")));
    }

    [Fact]
    public async Task Targets_in_slots_missing_folders_and_two_places_are_refused()
    {
        using var landing = new Landing();
        landing.Repo.Git("checkout", "-q", "-b", "mine");
        var slot = Path.Combine(landing.Repo.Root, "repo.worktrees", "wt-1");
        landing.Repo.Git("worktree", "add", "-q", slot, "main");
        await landing.RefusesAsync("target_in_slot", landing.MoveAsync);
        var second = Path.Combine(landing.Repo.Root, "second");
        landing.Repo.Git("worktree", "add", "-q", "-f", second, "main");
        await landing.RefusesAsync("target_checked_out_twice", landing.MoveAsync);
        landing.Repo.Git("worktree", "remove", slot);
        Directory.Delete(second, recursive: true);
        await landing.RefusesAsync("target_checkout_missing", landing.MoveAsync);
    }

    [Fact]
    public async Task A_symbolic_target_is_refused()
    {
        using var landing = new Landing();
        landing.Repo.Git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
        await landing.RefusesAsync("target_symbolic", () => landing.Target.MoveAsync(new MoveRequest("alias", landing.From, landing.To)), "main");
    }

    [Fact]
    public async Task A_commit_that_does_not_build_on_the_target_is_refused()
    {
        using var landing = new Landing();
        var aside = landing.Repo.CommitOn(landing.From, "aside", ("c", "1\n"));
        landing.Repo.Git("reset", "-q", "--hard", landing.To);
        await landing.RefusesAsync("not_fast_forward", () => landing.Target.MoveAsync(new MoveRequest("main", landing.To, aside)));
    }

    [Fact]
    public async Task A_checkout_in_the_middle_of_a_merge_or_rebase_is_left_alone()
    {
        using var landing = new Landing();
        var theirs = landing.Repo.CommitOn(landing.From, "theirs", ("b", "theirs\n"));
        landing.Repo.Git("checkout", "-q", "-b", "work");
        landing.Repo.Git("checkout", "-q", "main");
        landing.Repo.TryGitIn(landing.Repo.Top, "merge", "--no-commit", "--no-ff", theirs);
        await landing.RefusesAsync("checkout_in_the_middle", landing.MoveAsync, named: "merge");
        landing.Repo.Git("merge", "--abort");

        var upstream = landing.Repo.CommitOn(landing.From, "upstream", ("b", "upstream\n"));
        landing.Repo.Git("reset", "-q", "--hard", theirs);
        landing.Repo.TryGitIn(landing.Repo.Top, "rebase", upstream);
        var to = landing.Repo.Git("commit-tree", "-p", theirs, "-m", "x", theirs + "^{tree}");
        await landing.RefusesAsync("target_rebasing", () => landing.Target.MoveAsync(new MoveRequest("main", theirs, to)));
    }

    [Fact]
    public async Task Locks_that_nobody_lets_go_are_waited_for_in_vain_and_named()
    {
        using var landing = new Landing();
        Task<MoveOutcome> Move() => new TargetBranch(landing.Repo.Common, time: new ClockThat(() => { })).MoveAsync(new MoveRequest("main", landing.From, landing.To));
        File.WriteAllText(Path.Combine(landing.Repo.Common, "index.lock"), "");
        await landing.RefusesAsync("checkout_busy", Move);
        File.Delete(Path.Combine(landing.Repo.Common, "index.lock"));
        File.WriteAllText(Path.Combine(landing.Repo.Common, "refs", "heads", "main.lock"), "");
        await landing.RefusesAsync("target_locked", Move);
        landing.Repo.Git("checkout", "-q", "-b", "elsewhere");
        await landing.RefusesAsync("target_locked", Move);
        File.Delete(Path.Combine(landing.Repo.Common, "refs", "heads", "main.lock"));
        Assert.IsType<MoveOutcome.Moved>(await Move());
    }

    [Fact]
    public async Task A_lock_that_is_let_go_is_waited_for()
    {
        using var landing = new Landing();
        var index = Path.Combine(landing.Repo.Common, "index.lock");
        File.WriteAllText(index, "");
        var target = new TargetBranch(landing.Repo.Common, time: new ClockThat(() => File.Delete(index)));
        Assert.IsType<MoveOutcome.Moved>(await target.MoveAsync(new MoveRequest("main", landing.From, landing.To)));
        Assert.False(File.Exists(index));
    }

    /// <summary>Does something as soon as anyone waits.</summary>
    private sealed class ClockThat(Action onWait) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            onWait();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>The user's own filter runs while the files move; here it stands for a user who commits at that very moment.</summary>
    [Fact]
    public async Task A_commit_made_while_the_files_move_wins_and_the_files_go_back()
    {
        using var landing = new Landing();
        var user = landing.Repo.CommitOn(landing.From, "user", ("b", "user\n"));
        landing.Repo.Git("config", "filter.race.smudge", $"git update-ref refs/heads/main {user}; cat");
        File.WriteAllText(Path.Combine(landing.Repo.Common, "info", "attributes"), "new/file filter=race\n");
        landing.Repo.Write(("untracked", "mine\n"));
        Assert.Equal(new MoveOutcome.MovedByOther(user), await landing.MoveAsync());
        Assert.Equal(user, landing.Repo.Head());
        // Only what the raced commit itself brings differs from the files, as after any ref update under a checkout.
        Assert.Equal("M  b\n?? untracked", landing.Repo.Git("status", "--porcelain"));
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(landing.Repo.Top, "a")));
        Assert.False(Path.Exists(Path.Combine(landing.Repo.Top, "new")));
    }

    /// <summary>As above, but the user's commit takes the half-moved files in; taking them back would stage the reverse of the commit.</summary>
    [Fact]
    public async Task A_commit_made_from_the_moved_files_keeps_them()
    {
        using var landing = new Landing();
        var swallowed = landing.Repo.Git("commit-tree", "-p", landing.From, "-m", "user, with all that was staged", landing.To + "^{tree}");
        landing.Repo.Git("config", "filter.race.smudge", $"git update-ref refs/heads/main {swallowed}; cat");
        File.WriteAllText(Path.Combine(landing.Repo.Common, "info", "attributes"), "new/file filter=race\n");
        Assert.Equal(new MoveOutcome.MovedByOther(swallowed), await landing.MoveAsync());
        Assert.Equal("", landing.Repo.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task A_git_that_read_the_index_before_a_landing_and_writes_it_afterwards_takes_nothing_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems do not tell where a process works");
        using var landing = new Landing();
        // Its name is all that tells it from any other program; a shell stands between it and this process, whose own git is not waited for.
        var late = Path.Combine(landing.Repo.Root, "git");
        await File.WriteAllTextAsync(
            late,
            $"#!/bin/sh\ncp .git/index ../before; : >../ready; until [ \"$(cat .git/refs/heads/main)\" = {landing.To} ]; do sleep 0.01; done; sleep 0.2; cp ../before .git/index\n",
            TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "chmod +x \"$0\"; \"$0\"; exit", late]) { WorkingDirectory = landing.Repo.Top })!;
        await Waits.UntilAsync("it has read the index", () => File.Exists(Path.Combine(landing.Repo.Root, "ready")));
        Assert.IsType<MoveOutcome.Moved>(await landing.MoveAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", landing.Repo.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task Landings_beside_a_busy_committer_lose_nothing_of_either()
    {
        using var landing = new Landing();
        using var stop = new CancellationTokenSource();
        var random = new Random(7);
        var committed = 0;
        var user = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                landing.Repo.Write(("user", $"{i}\n"));
                landing.Repo.TryGitIn(landing.Repo.Top, "add", "user");
                committed += landing.Repo.TryGitIn(landing.Repo.Top, "commit", "-q", "-m", $"user {i}").Code == 0 ? 1 : 0;
                Thread.Sleep(random.Next(120)); // a pace that a landing sometimes beats, and sometimes does not
            }
        });

        var control = await landing.Repo.ControlAsync();
        var landed = new List<string>();
        var tries = 0;
        for (var clock = Stopwatch.StartNew(); landed.Count < 10 && clock.Elapsed < TimeSpan.FromSeconds(60); tries++)
        {
            var from = (await landing.Target.HeadAsync("main"))!;
            var head = landing.Repo.CommitObject(landing.From, $"work {tries}", $"landed/{tries}", "content\n");
            var merge = await control.MergeAsync(new MergeRequest(from, head, $"land {tries}", MergeStyle.Merge, DateTimeOffset.UnixEpoch));
            var to = Assert.IsType<MergeOutcome.Merged>(merge).Commit;
            switch (await landing.Target.MoveAsync(new MoveRequest("main", from, to)))
            {
                case MoveOutcome.Moved:
                    landed.Add(to);
                    break;
                case MoveOutcome.Refused refused:
                    Assert.Equal("checkout_busy", refused.Failure.Code);
                    break;
            }
        }

        await stop.CancelAsync();
        await user;
        Assert.NotEmpty(landed);
        var history = landing.Repo.Git("rev-list", "main").Split('\n').ToHashSet(StringComparer.Ordinal);
        Assert.All(landed, commit => Assert.Contains(commit, history));
        Assert.Equal(committed, landing.Repo.Git("log", "--format=%s", "main").Split('\n').Count(s => s.StartsWith("user ", StringComparison.Ordinal)));
        Assert.DoesNotContain("landed/", landing.Repo.Git("status", "--porcelain", "--untracked-files=all"));
    }

    [Fact]
    public async Task Undo_puts_ref_and_files_back_and_keeps_what_was_landed()
    {
        using var landing = new Landing();
        landing.Repo.Write(("b", "mine\n"));
        await landing.MoveAsync();
        Assert.Equal(new MoveOutcome.Moved(landing.Repo.Top), await landing.UndoAsync());
        Assert.Equal(landing.From, landing.Repo.Head());
        Assert.Equal(" M b", landing.Repo.Git("status", "--porcelain"));
        Assert.False(Path.Exists(Path.Combine(landing.Repo.Top, "new")));
        Assert.Equal(landing.To, landing.Repo.Ref("refs/tutti/s/undone"));
        Assert.Equal(new MoveOutcome.Moved(landing.Repo.Top), await landing.UndoAsync());
    }

    [Fact]
    public async Task Undo_of_a_target_checked_out_nowhere_moves_the_ref_back()
    {
        using var landing = new Landing();
        landing.Repo.Git("checkout", "-q", "-b", "elsewhere");
        await landing.MoveAsync();
        Assert.Equal(new MoveOutcome.Moved(null), await landing.UndoAsync());
        Assert.Equal(landing.From, landing.Repo.Ref("refs/heads/main"));
    }

    [Fact]
    public async Task Undo_is_refused_when_someone_built_on_it_or_it_was_published()
    {
        using var landing = new Landing();
        await landing.MoveAsync();
        landing.Repo.Git("update-ref", "refs/remotes/origin/main", landing.To);
        await landing.RefusesAsync("already_published", landing.UndoAsync, named: "origin/main");
        landing.Repo.Git("update-ref", "-d", "refs/remotes/origin/main");
        landing.Repo.Commit("my own work", ("c", "1\n"));
        await landing.RefusesAsync("target_moved_on", landing.UndoAsync, named: "Ada Lovelace: my own work");
        landing.Repo.Git("checkout", "-q", "--detach");
        landing.Repo.Git("branch", "-D", "main");
        Assert.Equal("target_gone", Assert.IsType<MoveOutcome.Refused>(await landing.UndoAsync()).Failure.Code);
    }

    [Theory]
    [InlineData("a", "mine\n", null)]
    [InlineData("gone", "mine\n", null)]
    [InlineData("gone", "mine\n", "gone\n")]
    public async Task Undo_refuses_what_is_in_the_way(string path, string content, string? ignored)
    {
        using var landing = new Landing();
        landing.Repo.Git("reset", "-q", "--hard", landing.From);
        var from = landing.Repo.Commit("with gone", ("gone", "1\n"));
        var to = landing.Repo.CommitOn(from, "without", ("gone", null), ("a", "2\n"));
        await landing.Target.MoveAsync(new MoveRequest("main", from, to));
        if (ignored is not null)
            File.WriteAllText(Path.Combine(landing.Repo.Common, "info", "exclude"), ignored);
        landing.Repo.Write((path, content));
        await landing.RefusesAsync("checkout_overlap", () => landing.Target.UndoAsync(new UndoRequest("main", to, from, "refs/tutti/s/undone")), named: path);
        Assert.Equal(content, File.ReadAllText(Path.Combine(landing.Repo.Top, path)));
    }
}
