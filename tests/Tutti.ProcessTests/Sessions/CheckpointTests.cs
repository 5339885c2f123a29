using System.Text.Json;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class CheckpointTests
{
    // The second waits until it is let go; all leave a mark for each time they run.
    private const string Plan = """
        verify: ["test -f readme.md"]
        tasks:
          - { id: a, title: A, run: "echo a >> @OUT@/log; echo a > a.txt" }
          - { id: b, title: B, run: "echo b >> @OUT@/log; echo b > b.txt", verify: ["echo vb >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done"] }
          - { id: c, title: C, depends_on: [a, b], run: "echo c >> @OUT@/log; cat a.txt b.txt > c.txt" }
        """;

    [Fact]
    public async Task A_checkpoint_of_a_live_session_is_made_by_its_conductor()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan(Plan);
        await run.UntilAsync("one has landed and one is verified", () => lab.Marks().Contains("vb") && lab.Journaled()!.Tasks["a"].Phase == TaskPhase.Done);

        var made = await JsonAsync(lab, 0, "checkpoint", "create", "half-way", "-m", "before lunch");
        Assert.Equal("half-way", made.GetProperty("checkpoint").GetProperty("name").GetString());
        var again = await lab.Start("checkpoint", "create", "half-way").PlainEndAsync();
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("has a checkpoint 'half-way' already", again.Error, StringComparison.Ordinal);
        foreach (var name in new[] { "a b", "-x", "", "12", new string('n', 65) })
            Assert.Equal(2, (await lab.Start("checkpoint", "create", "--", name).PlainEndAsync()).ExitCode);

        // Live: nobody makes a second session of it.
        var refused = await lab.Start("checkpoint", "restore", "half-way").PlainEndAsync();
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is being conducted", refused.Error, StringComparison.Ordinal);
        Assert.Single(lab.Sessions);

        lab.Mark("go");
        var ran = (await run.EndAsync()).Exits(0);
        var checkpoint = Assert.Single(ran.State.Checkpoints, c => c.Name == "half-way");
        Assert.Equal("before lunch", checkpoint.Why);
        Assert.Equal("checkpoint.created", (string?)ran.Events.Single(e => (long?)e["seq"] == checkpoint.Seq)["type"]);
        Assert.StartsWith("1 of 3 tasks done, at work: b (verify)", checkpoint.Summary, StringComparison.Ordinal);

        var shown = await JsonAsync(lab, 0, "checkpoint", "show", "half-way");
        var states = shown.GetProperty("status").GetProperty("tasks").EnumerateArray().ToDictionary(t => t.GetProperty("id").GetString()!, t => t.GetProperty("state").GetString());
        Assert.Equal(("done", "running", "pending"), (states["a"], states["b"], states["c"]));
        var listed = await JsonAsync(lab, 0, "checkpoint", "list");
        Assert.Equal(["half-way", "group-1"], listed.GetProperty("checkpoints").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_restored_session_keeps_what_landed_takes_work_along_and_leaves_the_old_one_as_it_is()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan(Plan);
        await run.UntilAsync("one has landed and one is verified", () => lab.Marks().Contains("vb") && lab.Journaled()!.Tasks["a"].Phase == TaskPhase.Done);
        await JsonAsync(lab, 0, "checkpoint", "create", "half-way");
        var old = lab.Sessions[0];
        (await lab.Start("control", "cancel").PlainEndAsync()).ToString();
        Assert.Equal(130, (await run.PlainEndAsync()).ExitCode);
        var before = await File.ReadAllBytesAsync(old.Journal, TestContext.Current.CancellationToken);
        var oldState = lab.Journaled(old.Id)!;
        Assert.Equal(TaskPhase.Cancelled, oldState.Tasks["b"].Phase);

        // Somebody goes on with the target meanwhile.
        lab.Write("mine.txt", "mine\n");
        var target = lab.Commit("mine");
        var restored = await JsonAsync(lab, 0, "checkpoint", "restore", "half-way");
        var id = restored.GetProperty("session").GetString()!;
        Assert.Equal((old.Id, "half-way", target), (restored.GetProperty("from").GetString(), restored.GetProperty("checkpoint").GetString(), restored.GetProperty("target_now").GetString()));
        Assert.NotEqual(target, restored.GetProperty("target_then").GetString());
        Assert.Equal(("a", "b", "c"), (Only(restored, "landed"), Only(restored, "taken_along"), Only(restored, "anew")));
        var state = lab.Journaled(id)!;
        Assert.Equal((SessionStatus.Paused, TaskPhase.Done, TaskPhase.Pending), (state.Status, state.Tasks["a"].Phase, state.Tasks["b"].Phase));
        Assert.Equal(oldState.Tasks["b"].Head, lab.Git("rev-parse", $"refs/tutti/{id}/b/0"));
        var marks = lab.Marks().Length;

        lab.Mark("go");
        var ran = (await lab.ResumeAsync(id)).Exits(0).Has(TaskPhase.Done, "a", "b", "c");
        Assert.Equal(id, ran.State.Id);
        Assert.Equal(("verify land", "develop verify land"), (ran.Stages("b"), ran.Stages("c")));
        Assert.DoesNotContain("a", lab.Marks()[marks..]);
        Assert.DoesNotContain("b", lab.Marks()[marks..]);
        Assert.Equal(("a\nb", "mine"), (lab.Show("main", "c.txt"), lab.Show("main", "mine.txt")));
        Assert.Equal(before, await File.ReadAllBytesAsync(old.Journal, TestContext.Current.CancellationToken));
        Assert.Equal(oldState.Tasks["b"].Head, lab.Git("rev-parse", $"refs/tutti/{old.Id}/b/1"));
        Assert.Equal("", lab.Git("status", "--porcelain"));
        Assert.DoesNotContain("missing", lab.Git("fsck", "--connectivity-only"));
    }

    [Fact]
    public async Task What_has_landed_since_stays_landed_and_what_was_undone_lands_again()
    {
        await using var lab = new SessionLab();
        lab.Mark("go");
        var first = (await lab.RunPlanAsync(Plan)).Exits(0);
        var old = lab.Sessions[0].Id;
        var all = await JsonAsync(lab, 0, "checkpoint", "restore", "group-1");
        Assert.Equal(["a", "b", "c"], Names(all, "landed"));
        Assert.Equal("c", Only(all, "landed_since"));
        (await lab.ResumeAsync(all.GetProperty("session").GetString()!)).Exits(0);
        Assert.Equal(["a", "b", "c"], lab.Marks().Where(m => m.Length == 1).Order());

        Assert.Equal(0, (await lab.Start("undo", old).PlainEndAsync()).ExitCode);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("undo", lab.Journaled(old)!.Checkpoints[^1].Name);
        var undone = await JsonAsync(lab, 0, "checkpoint", "restore", "undo", "--session", old);
        Assert.Empty(Names(undone, "landed"));
        Assert.Equal(["a", "b", "c"], Names(undone, "taken_along"));
        var ran = (await lab.ResumeAsync(undone.GetProperty("session").GetString()!)).Exits(0).Has(TaskPhase.Done, "a", "b", "c");
        Assert.All(ran.State.Tasks.Values, task => Assert.DoesNotContain(task.Attempts, a => a.Stage == Stage.Develop));
        Assert.Equal(["a", "b", "c"], lab.Marks().Where(m => m.Length == 1).Order());
        Assert.Equal("a\nb", lab.Show("main", "c.txt"));
        Assert.Equal(first.State.Tasks["c"].Head, ran.State.Tasks["c"].Head);

        // The old session's refs may go: what was taken along is held by the new one too.
        Assert.Equal(2, (await lab.Start("checkpoint", "restore", "nothing", "--session", old).PlainEndAsync()).ExitCode);
        Assert.Equal(2, (await lab.Start("checkpoint", "restore", "99999", "--session", old).PlainEndAsync()).ExitCode);
    }

    [Fact]
    public async Task Work_outlives_the_cleaning_of_the_session_it_was_done_in()
    {
        await using var lab = new SessionLab("retries: 1");
        var first = (await lab.RunPlanAsync(Plan.Replace("while [ ! -f @OUT@/go ]; do sleep 0.05; done", "test -f @OUT@/go"), "--land", "automatic")).Exits(1).Has(TaskPhase.Failed, "b");
        var old = lab.Sessions[0].Id;
        // At the first verify of b, which is before its failure.
        var seq = first.Events.First(e => (string?)e["type"] == "work.collected" && (string?)e["data"]!["task"] == "b")["seq"]!.GetValue<long>();
        var restored = await JsonAsync(lab, 0, "checkpoint", "restore", $"{seq}", "--session", old);
        Assert.Equal(JsonValueKind.Null, restored.TryGetProperty("checkpoint", out var named) ? named.ValueKind : JsonValueKind.Null);
        Assert.Contains("b", Names(restored, "taken_along"));
        Assert.Equal(0, (await lab.Start("clean", "all", old, "--force").PlainEndAsync()).ExitCode);
        Assert.DoesNotContain(lab.Sessions, s => s.Id == old);
        lab.Git("gc", "-q", "--prune=now");
        lab.Mark("go");
        var ran = (await lab.ResumeAsync(restored.GetProperty("session").GetString()!)).Exits(0).Has(TaskPhase.Done, "a", "b", "c");
        Assert.DoesNotContain("develop", ran.Stages("b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_which_an_agent_still_works_is_not_restored()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt\" }\n");
        await run.UntilAsync("the agent works and is known", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["a"].Live is { Process: not null });
        await run.CrashAsync();
        var refused = await lab.Start("checkpoint", "restore", "2").PlainEndAsync();
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("still works on task a", refused.Error, StringComparison.Ordinal);
        Assert.Single(lab.Sessions);
        lab.Mark("go");
        (await lab.ResumeAsync()).Exits(0);
    }

    [Fact]
    public async Task A_damaged_journal_is_restored_to_what_is_whole_of_it()
    {
        await using var lab = new SessionLab();
        lab.Mark("go");
        var first = (await lab.RunPlanAsync(Plan)).Exits(0);
        var journal = lab.Sessions[0].Journal;
        var bytes = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);
        bytes[^60] ^= 2;
        await File.WriteAllBytesAsync(journal, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(70, (await lab.Start("resume", lab.Sessions[0].Id).PlainEndAsync()).ExitCode);
        var restored = await JsonAsync(lab, 0, "checkpoint", "restore", "group-1", "--session", lab.Sessions[0].Id);
        Assert.Contains("is damaged at byte", string.Join(' ', Names(restored, "notes")), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], Names(restored, "landed"));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken));
        Assert.NotNull(first.State.Tasks["c"].Landed);
    }

    private static async Task<JsonElement> JsonAsync(SessionLab lab, int code, params string[] arguments)
    {
        var result = await lab.Start([.. arguments, "--json"]).PlainEndAsync();
        Assert.True(result.ExitCode == code, $"tutti {string.Join(' ', arguments)} ended with {result.ExitCode}, not {code}: {result.Text}\n{result.Error}");
        return JsonDocument.Parse(result.Text).RootElement;
    }

    private static string[] Names(JsonElement answer, string field) => [.. answer.GetProperty(field).EnumerateArray().Select(e => e.GetString()!)];

    private static string Only(JsonElement answer, string field) => Assert.Single(Names(answer, field));
}
