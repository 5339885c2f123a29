using System.Text;
using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;
using Tutti.Tests.Fuzzing;

namespace Tutti.ProcessTests.Sessions;

public class HostileNamesTests
{
    [Fact]
    public async Task Every_hostile_text_goes_all_the_way_as_an_id_a_title_and_a_description_and_stays_a_text()
    {
        await using var lab = new SessionLab();
        // Half of a surrogate pair can stand in no file: a plan that escapes one is refused (DocumentReaderTests).
        var ids = HostileStrings.Ids.Where(id => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(id)) == id).ToArray();
        var texts = HostileStrings.Texts;
        var tasks = new JsonArray([.. ids.Select((id, i) => (JsonNode)new JsonObject
        {
            ["id"] = id,
            ["title"] = texts[i % texts.Count] is { Length: > 0 } title && title.Trim().Length > 0 ? title : "t",
            ["description"] = texts[(i + 7) % texts.Count],
            ["run"] = $"printf '%s' \"$TUTTI_TASK\" > {i}.txt",
        })]);
        var plan = lab.Plan(new JsonObject { ["tasks"] = tasks }.ToJsonString(), "plan.json");
        var run = await lab.Start("run", "--plan", plan, "--display", "plain", "--max-agents", "8", "--branch", "feature/{id}-{title}").PlainEndAsync();
        var state = lab.Journaled();
        Assert.True(run.ExitCode == 0, $"{run.ExitCode}\n{run.Error}");
        Assert.Equal(ids.Length, state!.Count(TaskPhase.Done));
        for (var i = 0; i < ids.Length; i++)
            Assert.Equal(ids[i], Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(lab.Top, $"{i}.txt"))));

        AssertPlain("run", run.Error + run.Text);
        foreach (var command in new[] { "status detailed", "status issues", "report --format text", "plan show ../plan.json" })
            AssertPlain(command, (await lab.Start(command.Split(' ')).PlainEndAsync()) is var said ? said.Text + said.Error : "");
        var html = (await lab.Start("report", "--format", "html").PlainEndAsync()).Text;
        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("<img src=x", html);

        // Nothing outside its places was made, and no commit carries a trailer that a title has forged.
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder, "pwned*", SearchOption.AllDirectories));
        Assert.Equal(["home", "out", "plan.json", "repo", "repo.worktrees"], Directory.EnumerateFileSystemEntries(lab.Folder).Select(Path.GetFileName).Where(name => !name!.StartsWith("tutti-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("forged", lab.Git("log", "--format=%(trailers:key=Tutti-Task,valueonly)"));
        lab.AssertTidy();
    }

    private static void AssertPlain(string what, string text)
    {
        var bad = text.FirstOrDefault(c => (char.IsControl(c) && c is not '\n') || c is '\u202e' or '\u2066' or '\u200b');
        Assert.True(bad == '\0', $"{what} prints U+{(int)bad:x4}");
    }
}
