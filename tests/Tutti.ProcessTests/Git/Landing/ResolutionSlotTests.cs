using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;

namespace Tutti.ProcessTests.Git.Landing;

public class ResolutionSlotTests
{
    private static async Task<(string Slot, ConflictResolution Resolution)> OpenAsync(ResolutionLab lab)
    {
        var slot = lab.Repo.AddSlot("wt-1", "tutti/wt-1", lab.Onto);
        var resolution = new ConflictResolution(lab.Control);
        Assert.NotNull(await resolution.OpenAsync(slot, lab.Onto, lab.Head, "Merge it"));
        return (slot, resolution);
    }

    private static async Task<string> RefusedAsync(ConflictResolution resolution, CollectResolution request) =>
        Assert.IsType<CollectedResolution.Refused>(await resolution.CollectAsync(request)).Failure.Code;

    [Fact]
    public async Task A_conflict_lies_in_the_slot_as_a_stopped_merge_with_the_base_in_its_markers()
    {
        using var lab = await ResolutionLab.MakeAsync(
            [("a.txt", "1\n2\n3\n"), ("gone.txt", "1\n2\n"), ("dir/same", "s\n")],
            [("a.txt", "1\nours\n3\n"), ("gone.txt", null)],
            [("a.txt", "1\ntheirs\n3\n"), ("gone.txt", "1\n2\nthree\n"), ("dir/new", "n\n")]);
        var (slot, resolution) = await OpenAsync(lab);
        Assert.Equal("1\n<<<<<<< \nours\n||||||| \n2\n=======\ntheirs\n>>>>>>> \n3\n", System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(Path.Combine(slot, "a.txt")), "(?<mark>[<>|]{7} ).*", "${mark}", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
        Assert.Equal("UU a.txt\nA  dir/new\nDU gone.txt", lab.Repo.GitIn(slot, "status", "--porcelain"));
        Assert.Equal((lab.Onto, lab.Head), (lab.Repo.GitIn(slot, "rev-parse", "HEAD"), lab.Repo.GitIn(slot, "rev-parse", "MERGE_HEAD")));
        Assert.Contains("+++ours", string.Concat(lab.Repo.GitIn(slot, "show", ":2:a.txt").Split('\n').Select(l => "+++" + l)));
        Assert.Equal(["a.txt", "gone.txt"], await resolution.UnmergedAsync(slot));
        // As a person would end it there.
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\ntheirs\n3\n"));
        lab.Repo.GitIn(slot, "add", "a.txt");
        lab.Repo.GitIn(slot, "rm", "-q", "gone.txt");
        lab.Repo.GitIn(slot, "commit", "-q", "--no-edit");
        Assert.Equal("Merge it", lab.Repo.GitIn(slot, "log", "-1", "--format=%s"));
        Assert.Equal($"{lab.Onto} {lab.Head}", lab.Repo.GitIn(slot, "log", "-1", "--format=%P"));
    }

    [Fact]
    public async Task A_clean_merge_is_not_laid_and_neither_is_one_on_another_commit()
    {
        using var lab = await ResolutionLab.MakeAsync([("a.txt", "1\n"), ("b.txt", "1\n")], [("a.txt", "2\n")], [("b.txt", "2\n")]);
        var slot = lab.Repo.AddSlot("wt-1", "tutti/wt-1", lab.Onto);
        Assert.Null(await new ConflictResolution(lab.Control).OpenAsync(slot, lab.Onto, lab.Head, "m"));
        Assert.Equal("", lab.Repo.GitIn(slot, "status", "--porcelain"));
        using var other = await ResolutionLab.SameLineAsync();
        var elsewhere = other.Repo.AddSlot("wt-1", "tutti/wt-1", other.Head);
        var failure = await Assert.ThrowsAsync<FailureException>(() => new ConflictResolution(other.Control).OpenAsync(elsewhere, other.Onto, other.Head, "m"));
        Assert.Equal("slot_not_at_commit", failure.Failure.Code);
    }

    [Fact]
    public async Task What_is_resolved_becomes_a_merge_of_both_parents()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var (slot, resolution) = await OpenAsync(lab);
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\ntheirs\n3\n"), ("more.txt", "m\n"), ("nohup.out", "x"), (".env", "secret"));
        lab.Repo.GitIn(slot, "add", "a.txt");
        var done = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(lab.Collect(slot) with { Exclude = p => p == ".env" }));
        Assert.Equal($"{lab.Onto} {lab.Head}|Resolve it", lab.Repo.Git("log", "-1", "--format=%P|%s", done.Merge.Commit));
        Assert.Equal("a.txt\nb.txt\nc.txt\nmore.txt", lab.Repo.Git("ls-tree", "-r", "--name-only", done.Merge.Commit));
        Assert.Equal("1\nours\ntheirs\n3", lab.Repo.Git("show", done.Merge.Commit + ":a.txt"));
        await resolution.CloseAsync(slot, done.Merge.Commit);
        lab.Repo.Git("update-ref", "refs/heads/tutti/wt-1", done.Merge.Commit);
        Assert.Equal("?? .env\n?? nohup.out", lab.Repo.GitIn(slot, "status", "--porcelain"));
    }

    [Fact]
    public async Task What_is_not_resolved_is_refused()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var (slot, resolution) = await OpenAsync(lab);
        var request = lab.Collect(slot);
        Assert.Equal("not_resolved", await RefusedAsync(resolution, request));
        Assert.Equal("not_resolved", await RefusedAsync(resolution, request with { TakeUnstaged = true }));
        lab.Repo.GitIn(slot, "add", "a.txt");
        Assert.Equal("markers_left", await RefusedAsync(resolution, request with { AcceptLosses = true }));
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\n3\n"));
        Assert.Equal("resolution_loses", await RefusedAsync(resolution, request));
        var named = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(request with { Dropped = [new Dropped("a.txt: theirs", "ours is right")] }));
        Assert.Equal("theirs", Assert.Single(named.Report.Named).Loss.Fact);
    }

    [Fact]
    public async Task A_person_may_accept_a_loss_and_an_agent_may_forget_to_add()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var (slot, resolution) = await OpenAsync(lab);
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nboth\n3\n"));
        Assert.Equal("not_resolved", await RefusedAsync(resolution, lab.Collect(slot)));
        Assert.Equal("resolution_loses", await RefusedAsync(resolution, lab.Collect(slot) with { TakeUnstaged = true }));
        var done = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(lab.Collect(slot) with { TakeUnstaged = true, AcceptLosses = true, Record = true }));
        Assert.Equal(2, done.Report.Count);
        // What was accepted is accepted again when it is replayed.
        var again = await resolution.TryAsync(lab.Request(), await lab.ConflictAsync());
        Assert.Equal(2, Assert.IsType<ResolutionOutcome.Resolved>(again).Report.Named.Count);
    }

    [Fact]
    public async Task What_the_index_says_of_files_is_not_believed()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var (slot, resolution) = await OpenAsync(lab);
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\ntheirs\n3\n"));
        lab.Repo.GitIn(slot, "add", "a.txt");
        lab.Repo.GitIn(slot, "update-index", "--assume-unchanged", "b.txt");
        lab.Repo.GitIn(slot, "update-index", "--skip-worktree", "c.txt");
        ScratchRepository.WriteIn(slot, ("b.txt", "broken\n"), ("c.txt", null));
        var refused = Assert.IsType<CollectedResolution.Refused>(await resolution.CollectAsync(lab.Collect(slot)));
        Assert.Equal(["b.txt Both Context", "c.txt Theirs File"], refused.Report!.Losses.Select(l => $"{l.Path} {l.Side} {l.Kind}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deletion_and_a_submodule_are_taken_as_they_were_staged()
    {
        using var lab = await ResolutionLab.MakeAsync([("a.txt", "1\n2\n3\n"), ("gone.txt", "1\n2\n")], [], []);
        var repo = lab.Repo;
        string With(string parent, char digit, string line)
        {
            repo.Git("read-tree", parent);
            repo.Git("update-index", "--add", "--cacheinfo", $"160000,{new string(digit, 40)},sub");
            repo.Write(("blob", $"1\n{line}\n3\n"));
            repo.Git("update-index", "--cacheinfo", $"100644,{repo.Git("hash-object", "-w", "blob")},a.txt");
            return repo.Git("commit-tree", "-p", parent, "-m", "m", repo.Git("write-tree"));
        }

        var start = With(lab.Onto, '1', "2");
        var (onto, head) = (With(start, '2', "ours"), With(start, '3', "theirs"));
        var slot = repo.AddSlot("wt-1", "tutti/wt-1", onto);
        var resolution = new ConflictResolution(lab.Control);
        Assert.NotNull(await resolution.OpenAsync(slot, onto, head, "m"));
        ScratchRepository.WriteIn(slot, ("a.txt", "1\nours\ntheirs\n3\n"));
        repo.GitIn(slot, "add", "a.txt");
        repo.GitIn(slot, "update-index", "--add", "--cacheinfo", $"160000,{new string('3', 40)},sub");
        var request = new CollectResolution(slot, onto, head, "m", ResolutionLab.At) { Dropped = [new Dropped("sub: submodule", "theirs is newer")] };
        var done = Assert.IsType<CollectedResolution.Done>(await resolution.CollectAsync(request));
        Assert.Equal(new string('3', 40), repo.Git("rev-parse", done.Merge.Commit + ":sub"));
    }

    [Fact]
    public async Task A_person_sees_each_conflict_with_whose_work_it_is()
    {
        using var lab = await ResolutionLab.MakeAsync([("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ("x.bin", "1\0")], [], [("a.txt", "1\n2\n3\ntheirs\n5\n6\n7\n8\n9\n"), ("x.bin", "3\0")]);
        lab.Repo.Write(("a.txt", "1\n2\n3\nours\n5\n6\n7\n8\n9\n"), ("x.bin", "2\0"));
        lab.Repo.Git("commit", "-qam", "Ours\n\nTutti-Task: auth");
        var before = lab.Repo.Git("count-objects", "-v");
        var views = await ConflictView.ReadAsync(lab.Control, lab.Repo.Head(), lab.Head);
        Assert.Equal(before, lab.Repo.Git("count-objects", "-v"));
        Assert.Equal([("a.txt", ConflictKind.Content), ("x.bin", ConflictKind.Binary)], views.Select(v => (v.Path, v.Kind)));
        Assert.All(views, v => Assert.Equal(("Ours", "auth"), (v.Ours[0].Subject, v.Ours[0].Task)));
        Assert.Equal((1, 2), (views[0].HunkCount, views[0].Hunks[0].Line));
        Assert.StartsWith("2\n3\n<<<<<<< ", views[0].Hunks[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("\n5\n6", views[0].Hunks[0].Text, StringComparison.Ordinal);
        Assert.Empty(views[1].Hunks);
        Assert.StartsWith("a.txt (content)\n  CONFLICT (content)", views[0].Said, StringComparison.Ordinal);
    }
}
