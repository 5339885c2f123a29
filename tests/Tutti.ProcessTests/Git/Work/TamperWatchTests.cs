using Tutti.Engine.Git.Work;
using Tutti.ProcessTests.Git.Landing;

namespace Tutti.ProcessTests.Git.Work;

public class TamperWatchTests
{
    private static async Task<IReadOnlyList<TamperNote>> NotesAsync(Action<ScratchRepository> act)
    {
        using var repo = new ScratchRepository();
        repo.Commit("base", ("a", "1\n"), ("b", "1\n"));
        repo.Write(("b", "the user's\n"));
        var before = await TamperWatch.TakeAsync(repo.Common, repo.Top);
        act(repo);
        return TamperWatch.Compare(before, await TamperWatch.TakeAsync(repo.Common, repo.Top));
    }

    [Fact]
    public async Task Work_in_a_slot_is_nothing_to_note() =>
        Assert.Empty(await NotesAsync(repo =>
        {
            var slot = repo.AddSlot("wt-1", "feature/t", repo.Head());
            ScratchRepository.WriteIn(slot, ("a", "2\n"));
            repo.GitIn(slot, "commit", "-q", "-a", "-m", "work");
        }));

    [Theory]
    [InlineData("config")]
    [InlineData("hooks/post-commit")]
    [InlineData("info/attributes")]
    [InlineData("info/exclude")]
    [InlineData("config.worktree")]
    public async Task What_git_would_run_or_obey_is_noted(string path)
    {
        var note = Assert.Single(await NotesAsync(repo =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(repo.Common, path))!);
            File.AppendAllText(Path.Combine(repo.Common, path), "# planted\n");
        }));
        Assert.Equal((TamperKind.Configuration, path), (note.Kind, note.What));
    }

    [Fact]
    public async Task A_hook_that_only_became_executable_is_noted()
    {
        var hook = "";
        var note = Assert.Single(await NotesAsync(repo =>
        {
            hook = Path.GetFileName(Directory.EnumerateFiles(Path.Combine(repo.Common, "hooks")).First());
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(repo.Common, "hooks", hook), UnixFileMode.UserRead);
        }));
        Assert.Equal("hooks/" + hook, note.What);
    }

    [Theory]
    [InlineData("a", "tampered\n")]
    [InlineData("b", "the user's, tampered\n")]
    [InlineData("new", "stray\n")]
    public async Task A_file_of_the_users_checkout_is_noted_also_when_it_was_dirty_before(string path, string content)
    {
        var note = Assert.Single(await NotesAsync(repo => repo.Write((path, content))));
        Assert.Equal((TamperKind.Files, path), (note.Kind, note.What));
    }

    [Fact]
    public async Task A_commit_or_a_switch_in_the_users_checkout_is_noted()
    {
        var notes = await NotesAsync(repo => repo.Git("checkout", "-q", "-b", "other"));
        Assert.Equal(TamperKind.Head, Assert.Single(notes).Kind);
    }
}
