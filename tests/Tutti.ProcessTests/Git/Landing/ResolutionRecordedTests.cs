using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;

namespace Tutti.ProcessTests.Git.Landing;

public class ResolutionRecordedTests
{
    // What a person or an agent makes of the conflict, taken from a slot.
    private static async Task<CollectedResolution.Done> ResolveAsync(ResolutionLab lab, string slotName, string content, params Dropped[] dropped)
    {
        var slot = lab.Repo.AddSlot(slotName, $"tutti/{slotName}", lab.Onto);
        var resolution = new ConflictResolution(lab.Control);
        Assert.NotNull(await resolution.OpenAsync(slot, lab.Onto, lab.Head, "m"));
        ScratchRepository.WriteIn(slot, ("a.txt", content));
        lab.Repo.GitIn(slot, "add", "a.txt");
        var done = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(lab.Collect(slot) with { Dropped = dropped }));
        Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab));
        Assert.Equal(0, dropped.Length == 0 ? 0 : await resolution.RecordAsync(lab.Onto, lab.Head, done.Merge.Commit, []));
        Assert.Equal(1, await resolution.RecordAsync(lab.Onto, lab.Head, done.Merge.Commit, dropped));
        return done;
    }

    private static async Task<ResolutionOutcome> TryAsync(ResolutionLab lab) =>
        await new ConflictResolution(await lab.Repo.ControlAsync()).TryAsync(lab.Request(), await lab.ConflictAsync());

    [Fact]
    public async Task What_was_resolved_in_one_slot_is_solved_by_itself_from_then_on()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        Assert.Empty(Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab)).Notes);
        await ResolveAsync(lab, "wt-1", "1\nours\ntheirs\n3\n");
        var again = Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab));
        Assert.Equal("rerere", again.By);
        Assert.Equal("1\nours\ntheirs\n3", lab.Repo.Git("show", again.Merge.Commit + ":a.txt"));
        Assert.Equal("c", lab.Repo.Git("show", again.Merge.Commit + ":c.txt"));
        Assert.Equal($"{lab.Onto} {lab.Head}", lab.Repo.Git("log", "-1", "--format=%P", again.Merge.Commit));
        Assert.Equal(again.Merge, Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab)).Merge);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(lab.Repo.State, "resolving")));
    }

    [Fact]
    public async Task The_same_conflict_in_another_file_and_between_other_commits_is_solved_too()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        await ResolveAsync(lab, "wt-1", "1\nours\ntheirs\n3\n");
        var repo = lab.Repo;
        var start = repo.Commit("next", ("other.txt", "1\n2\n3\n"), ("run.sh", "x\n"));
        var head = repo.CommitOn(start, "their other", ("other.txt", "1\ntheirs\n3\n"));
        var onto = repo.Commit("our other", ("other.txt", "1\nours\n3\n"));
        var request = new MergeRequest(onto, head, "m", MergeStyle.Squash, ResolutionLab.At);
        var conflict = Assert.IsType<MergeOutcome.Conflicted>(await lab.Control.MergeAsync(request));
        var outcome = await new ConflictResolution(lab.Control).TryAsync(request, conflict);
        var resolved = Assert.IsType<ResolutionOutcome.Resolved>(outcome);
        Assert.Equal("1\nours\ntheirs\n3", repo.Git("show", resolved.Merge.Commit + ":other.txt"));
        Assert.Equal(onto, repo.Git("log", "-1", "--format=%P", resolved.Merge.Commit));
    }

    [Fact]
    public async Task A_file_that_is_taken_away_on_purpose_leaves_nothing_to_record_and_breaks_nothing()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var slot = lab.Repo.AddSlot("wt-1", "tutti/wt-1", lab.Onto);
        var resolution = new ConflictResolution(lab.Control);
        Assert.NotNull(await resolution.OpenAsync(slot, lab.Onto, lab.Head, "m"));
        lab.Repo.GitIn(slot, "rm", "-q", "a.txt");
        Dropped[] dropped = [new("a.txt: file", "nobody needs it any more")];
        var done = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(lab.Collect(slot) with { Dropped = dropped, Record = true }));
        Assert.Equal(0, await resolution.RecordAsync(lab.Onto, lab.Head, done.Merge.Commit, dropped));
    }

    [Fact]
    public async Task What_was_named_as_dropped_is_named_again()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        await ResolveAsync(lab, "wt-1", "1\nboth\n3\n", new Dropped("a.txt: ours\ntheirs", "one line says both"));
        var again = Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab));
        Assert.Equal(["ours", "theirs"], again.Report.Named.Select(n => n.Loss.Fact).Order(StringComparer.Ordinal));
        Assert.All(again.Report.Named, n => Assert.Equal("one line says both", n.Why));
    }

    [Fact]
    public async Task The_users_own_recordings_count_where_rerere_is_on_and_are_checked_and_never_written()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var repo = lab.Repo;
        repo.Git("config", "rerere.enabled", "true");
        repo.TryGitIn(repo.Top, "merge", "-q", lab.Head);
        repo.Write(("a.txt", "1\ntheirs\nours\n3\n"));
        repo.Git("rerere");
        repo.Git("reset", "-q", "--hard");
        string[] Files() => [.. Directory.EnumerateFiles(Path.Combine(repo.Common, "rr-cache"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => f + File.ReadAllText(f))];
        var before = Files();
        var resolved = Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab));
        Assert.Equal("1\ntheirs\nours\n3", repo.Git("show", resolved.Merge.Commit + ":a.txt"));
        Assert.Equal(before, Files());

        // One that loses a side is told and not taken.
        var postimage = Directory.EnumerateFiles(Path.Combine(repo.Common, "rr-cache"), "postimage", SearchOption.AllDirectories).Single();
        File.WriteAllText(postimage, "1\nours\n3\n");
        Assert.Contains("a line of theirs is missing", Assert.Single(Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab)).Notes));
        repo.Git("config", "rerere.enabled", "false");
        Assert.Empty(Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab)).Notes);
    }

    [Fact]
    public async Task Nothing_planted_in_the_repository_runs()
    {
        using var lab = await ResolutionLab.MakeAsync(
            [("a.txt", "1\n2\n3\n"), (".gitattributes", "* merge=evil filter=evil diff=evil\n")], [("a.txt", "1\nours\n3\n")], [("a.txt", "1\ntheirs\n3\n")]);
        var repo = lab.Repo;
        var slot = repo.AddSlot("wt-1", "tutti/wt-1", lab.Onto);
        var (script, marker) = repo.Trap();
        foreach (var name in (string[])["merge.evil.driver", "filter.evil.clean", "filter.evil.smudge", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor", "diff.external"])
            repo.Git("config", name, script);
        repo.Git("config", "core.hooksPath", Path.Combine(repo.Common, "hooks"));
        foreach (var hook in (string[])["post-checkout", "pre-commit", "post-merge", "pre-merge-commit", "post-index-change", "reference-transaction", "commit-msg", "prepare-commit-msg"])
            File.Copy(script, Path.Combine(repo.Common, "hooks", hook), overwrite: true);
        repo.TryGitIn(repo.Top, "merge", "-q", lab.Head);
        Assert.True(File.Exists(marker), "the trap does not work");
        repo.TryGitIn(repo.Top, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "reset", "-q", "--hard", lab.Onto);
        File.Delete(marker);

        var resolution = new ConflictResolution(lab.Control);
        Assert.NotNull(await resolution.OpenAsync(slot, lab.Onto, lab.Head, "m"));
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\ntheirs\n3\n"), ("new.txt", "n\n"));
        Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(lab.Collect(slot) with { TakeUnstaged = true, Record = true }));
        Assert.IsType<ResolutionOutcome.Resolved>(await resolution.TryAsync(lab.Request(), await lab.ConflictAsync()));
        Assert.NotEmpty(await ConflictView.ReadAsync(lab.Control, lab.Onto, lab.Head));
        Assert.False(File.Exists(marker), File.Exists(marker) ? File.ReadAllText(marker) : "");
    }

    [Fact]
    public async Task A_conflict_that_is_not_of_lines_is_left_as_it_is()
    {
        using var lab = await ResolutionLab.MakeAsync([("a.txt", "1\n2\n"), ("b", "b\n")], [("a.txt", null)], [("a.txt", "1\n2\nthree\n")]);
        Assert.Equal(await lab.ConflictAsync(), Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab)).Conflict, (a, b) => a!.Tree == b!.Tree);
    }
}
