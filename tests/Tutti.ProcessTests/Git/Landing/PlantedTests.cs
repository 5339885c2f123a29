using Tutti.Core;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Work;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>PITFALLS P23: what an agent plants in the repository must not run in the user's name. Every test first sees the trap spring for plain git.</summary>
public class PlantedTests
{
    private static readonly string[] Hooks =
    [
        "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-merge-commit", "post-merge", "post-checkout", "post-rewrite",
        "reference-transaction", "post-index-change", "applypatch-msg", "pre-rebase", "fsmonitor-watchman", "pre-auto-gc",
    ];

    private static string PlantHooks(ScratchRepository repo)
    {
        var (script, marker) = repo.Trap();
        foreach (var hook in Hooks)
            File.Copy(script, Path.Combine(repo.Common, "hooks", hook), overwrite: true);
        repo.Git("config", "core.fsmonitor", script);
        repo.Git("config", "core.hooksPath", Path.Combine(repo.Common, "hooks"));
        return marker;
    }

    [Fact]
    public async Task Merge_drivers_hooks_and_fsmonitor_do_not_run_in_a_merge()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n2\n3\n"), (".gitattributes", "* merge=evil\n"), ("sub/.gitattributes", "* merge=evil\n"), ("sub/a", "1\n2\n3\n"));
        var head = repo.CommitOn(start, "work", ("a", "one\n2\n3\n"), ("sub/a", "one\n2\n3\n"));
        var onto = repo.Commit("main", ("a", "1\n2\nthree\n"), ("sub/a", "1\n2\nthree\n"));
        var control = await repo.ControlAsync();
        var (script, marker) = repo.Trap();
        repo.Git("config", "merge.evil.driver", $"{script} %O %A %B");
        repo.Git("config", "merge.default", "evil");
        Directory.CreateDirectory(Path.Combine(repo.Common, "info"));
        File.WriteAllText(Path.Combine(repo.Common, "info", "attributes"), "* merge=evil\n");
        File.WriteAllText(Path.Combine(repo.State, ".gitattributes"), "* merge=evil\n");
        repo.TryGitIn(repo.Top, "merge", "-q", "-m", "m", head);
        Assert.True(File.Exists(marker), "the trap does not work");
        repo.Git("reset", "-q", "--hard", onto);
        File.Delete(marker);
        var hooked = PlantHooks(repo);
        repo.Git("status");
        Assert.True(File.Exists(hooked), "the trap does not work");
        File.Delete(hooked);

        foreach (var style in Enum.GetValues<MergeStyle>())
        {
            var merged = Assert.IsType<MergeOutcome.Merged>(await control.MergeAsync(new MergeRequest(onto, head, "m", style, DateTimeOffset.UnixEpoch)));
            Assert.False(File.Exists(marker) || File.Exists(hooked));
            Assert.Equal("one\n2\nthree", repo.Git("-c", "core.fsmonitor=false", "show", merged.Commit + ":sub/a"));
            File.Delete(hooked);
        }
    }

    [Fact]
    public async Task A_driver_of_the_users_own_configuration_runs_and_one_of_the_repositorys_by_the_same_name_does_not()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"), (".gitattributes", "a merge=mine\n"));
        var head = repo.CommitOn(start, "work", ("a", "theirs\n"));
        var onto = repo.Commit("main", ("a", "ours\n"));
        var (planted, marker) = repo.Trap();
        repo.Git("config", "merge.mine.driver", $"{planted} %O %A %B");
        repo.TryGitIn(repo.Top, "merge", "-q", "-m", "m", head);
        Assert.True(File.Exists(marker), "the trap does not work");
        repo.Git("reset", "-q", "--hard", onto);
        File.Delete(marker);
        Assert.Empty(await Drivers(repo, global: null));
        Assert.IsType<MergeOutcome.Conflicted>(await (await repo.ControlAsync()).MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch)));
        Assert.False(File.Exists(marker));

        var global = Path.Combine(repo.Root, "global");
        File.WriteAllText(global, "[merge \"mine\"]\n\tname = by hand\n\tdriver = cat %B >> %A\n[merge]\n\tdefault = mine\n[alias]\n\tx = status\n");
        Assert.Equal(
            [("merge.mine.name", "by hand"), ("merge.mine.driver", "cat %B >> %A")],
            await Drivers(repo, global));
    }

    // Read as the user's git reads it, with this file for the user's own.
    private static async Task<IReadOnlyList<(string Key, string Value)>> Drivers(ScratchRepository repo, string? global)
    {
        var variables = await MergeDrivers.ReadAsync(repo.Top, new Dictionary<string, string> { ["GIT_CONFIG_GLOBAL"] = global ?? "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" }, CancellationToken.None);
        return [.. Enumerable.Range(0, int.Parse(variables["GIT_CONFIG_COUNT"])).Select(n => (variables[$"GIT_CONFIG_KEY_{n}"], variables[$"GIT_CONFIG_VALUE_{n}"]))];
    }

    [Fact]
    public async Task What_is_planted_in_the_control_repository_itself_is_swept_out()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n2\n3\n"));
        var head = repo.CommitOn(start, "work", ("a", "one\n2\n3\n"));
        var onto = repo.Commit("main", ("a", "1\n2\nthree\n"));
        var control = await repo.ControlAsync();
        var (script, marker) = repo.Trap();
        var folder = Path.Combine(repo.State, "control.git");
        File.AppendAllText(Path.Combine(folder, "config"), $"[merge \"evil\"]\n\tdriver = {script}\n[merge]\n\tdefault = evil\n");
        Directory.CreateDirectory(Path.Combine(folder, "info"));
        File.WriteAllText(Path.Combine(folder, "info", "attributes"), "* merge=evil\n");
        Directory.CreateDirectory(Path.Combine(folder, "objects", "info"));
        File.WriteAllText(Path.Combine(folder, "objects", "info", "alternates"), Path.Combine(repo.Common, "objects") + "\n");
        repo.TryGitIn(folder, "merge-tree", "--write-tree", onto, head);
        Assert.True(File.Exists(marker), "the trap does not work");
        File.Delete(marker);

        Assert.IsType<MergeOutcome.Merged>(await control.MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch)));
        Assert.False(File.Exists(marker));
        Assert.False(Directory.Exists(Path.Combine(folder, "info")));
        Assert.Equal(["control.git"], Directory.EnumerateFileSystemEntries(repo.State).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Hooks_and_fsmonitor_do_not_run_when_work_is_collected_and_the_target_moves()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var slot = repo.AddSlot("wt-1", "feature/a", start);
        var marker = PlantHooks(repo);
        ScratchRepository.WriteIn(slot, ("b", "2\n"));
        repo.GitIn(slot, "status");
        Assert.True(File.Exists(marker), "the trap does not work");
        File.Delete(marker);

        var work = await WorkCollector.CollectAsync(new CollectRequest(slot, "feature/a", start, "B\n\nTutti-Task: b", AttemptRef.For("s", "b", 1)));
        var target = new TargetBranch(repo.Common);
        Assert.IsType<MoveOutcome.Moved>(await target.MoveAsync(new MoveRequest("main", start, work.Head)));
        Assert.IsType<MoveOutcome.Moved>(await target.UndoAsync(new UndoRequest("main", work.Head, start, "refs/tutti/s/undone")));
        await TamperWatch.TakeAsync(repo.Common, repo.Top);
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public async Task A_signing_program_of_the_repository_is_not_run_for_merges()
    {
        using var repo = new ScratchRepository();
        var start = repo.Commit("base", ("a", "1\n"));
        var head = repo.CommitOn(start, "work", ("b", "1\n"));
        var onto = repo.Commit("main", ("c", "1\n"));
        var (script, marker) = repo.Trap();
        repo.Git("config", "gpg.program", script);
        repo.Git("config", "commit.gpgsign", "true");
        repo.Git("config", "user.signingkey", "nobody-has-this-key");
        repo.TryGitIn(repo.Top, "commit", "--allow-empty", "-m", "signed");
        Assert.True(File.Exists(marker), "the trap does not work");
        File.Delete(marker);
        // Signing is honoured, so it fails for want of the key (or of gpg); what counts is who was asked.
        var outcome = await (await repo.ControlAsync()).MergeAsync(new MergeRequest(onto, head, "m", MergeStyle.Merge, DateTimeOffset.UnixEpoch));
        Assert.Equal("signing_failed", Assert.IsType<MergeOutcome.Failed>(outcome).Failure.Code);
        Assert.False(File.Exists(marker));
    }
}
