using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>Commits that are written without <c>commit-tree</c>, and the git processes kept for that.</summary>
public class CommitObjectTests
{
    private static Dictionary<string, string> Identity(string name, string email, string date) => new(StringComparer.Ordinal)
    {
        ["GIT_AUTHOR_NAME"] = name,
        ["GIT_AUTHOR_EMAIL"] = email,
        ["GIT_AUTHOR_DATE"] = date,
        ["GIT_COMMITTER_NAME"] = name,
        ["GIT_COMMITTER_EMAIL"] = email,
        ["GIT_COMMITTER_DATE"] = date,
    };

    [Theory]
    [InlineData("Ada Lovelace", "ada@example.org", "@1763726400 +0100", "Subject\n\nBody\n")]
    [InlineData("Ålvar 李", "a@b", "@0 +0000", "ü\n")]
    [InlineData("A. de B. (work)", "x+y@z.example", "@1763726400 -0930", "trailing blanks  \n\n\nTutti-Task: 1\n")]
    [InlineData("Ada", "a@b", "@1763726400 +0000", "\n")]
    public async Task The_bytes_are_those_of_commit_tree(string name, string email, string date, string message)
    {
        using var repo = new ScratchRepository();
        var parent = repo.Commit("base", ("a", "1\n"));
        var (tree, identity) = (repo.Head("HEAD^{tree}"), Identity(name, email, date));
        var made = await GitCommand.RunAsync(repo.Top, ["commit-tree", tree, "-p", parent, "-F", "-"], message, identity);
        var file = Path.Combine(repo.Root, "commit");
        await File.WriteAllTextAsync(file, CommitObject.Text(tree, [parent], identity, message));
        Assert.Equal(made, repo.Git("hash-object", "-t", "commit", file));
    }

    [Theory]
    [InlineData("Ada.", "a@b", "@1 +0000", "m\n")]
    [InlineData(" Ada", "a@b", "@1 +0000", "m\n")]
    [InlineData("Ada <x>", "a@b", "@1 +0000", "m\n")]
    [InlineData("Ada\nparent x", "a@b", "@1 +0000", "m\n")]
    [InlineData("Ada", "", "@1 +0000", "m\n")]
    [InlineData("Ada", "a@b", "yesterday at noon", "m\n")]
    [InlineData("Ada", "a@b", "@1 +9900", "m\n")]
    [InlineData("Ada", "a@b", "@1 +0000", "m\0\n")]
    public void What_git_would_change_or_refuse_is_left_to_git(string name, string email, string date, string message)
    {
        var id = new string('a', 40);
        Assert.Null(CommitObject.Text(id, [id], Identity(name, email, date), message));
    }

    // Not as an attribute's value: the compiler writes those as UTF-8, which has no half characters.
    [Fact]
    public void Half_a_character_is_left_to_git() => What_git_would_change_or_refuse_is_left_to_git("Ada", "a@b", "@1 +0000", $"half {(char)0xd83d}\n");

    [Fact]
    public void A_parent_named_twice_a_name_that_is_no_id_and_half_a_character_are_left_to_git()
    {
        var (id, identity) = (new string('a', 40), Identity("Ada", "a@b", "@1 +0000"));
        Assert.Null(CommitObject.Text(id, [id, id], identity, "m\n"));
        Assert.Null(CommitObject.Text("HEAD^{tree}", [id], identity, "m\n"));
        Assert.Null(CommitObject.Text(id, [id], identity, $"half a character {(char)0xd83d}\n"));
        Assert.NotNull(CommitObject.Text(id, [id], identity, "m\n"));
    }

    [Fact]
    public async Task A_kept_git_that_has_ended_gives_no_answer_and_the_next_question_starts_another()
    {
        using var repo = new ScratchRepository();
        var head = repo.Commit("base", ("a", "1\n"));
        var starts = 0;
        // The first says one line, whatever it is asked, and ends.
        await using var dialogue = new GitDialogue(() => GitCommand.Start(
            repo.Top, starts++ == 0 ? ["version"] : ["cat-file", "--batch-check=%(objectname)"], new Dictionary<string, string>()));
        var token = TestContext.Current.CancellationToken;
        Assert.Null(await dialogue.AskAsync(["HEAD", "HEAD"], token));
        Assert.Equal([head, "gone missing"], await dialogue.AskAsync(["HEAD", "gone"], token));
        Assert.Equal([head], await dialogue.AskAsync([head], token));
        Assert.Equal(2, starts);
    }
}
