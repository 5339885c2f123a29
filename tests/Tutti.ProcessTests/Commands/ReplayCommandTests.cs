using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.ProcessTests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private const string Plan = """
        version: 1
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > one.txt" }
          - { id: two, title: Two, agent: shell, run: "echo 2 > two.txt", depends_on: [one] }
        """;

    private readonly ToolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_session_is_shown_as_it_stood_at_any_event()
    {
        var id = await _lab.Session(0, Plan);
        var path = Journal(id);
        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        SessionState? state = null;
        var done = new List<int>();
        foreach (var recorded in new JournalReader(path).Read())
        {
            state = Fold.Apply(state, recorded);
            done.Add(state.Count(TaskPhase.Done));
        }

        // Where the number of tasks that are done changes, and at both ends.
        foreach (var seq in new[] { 1, done.IndexOf(1), done.IndexOf(1) + 1, done.IndexOf(2), done.IndexOf(2) + 1, done.Count })
        {
            var shown = await _lab.Json(0, "replay", id, "--until", $"{seq}");
            Assert.Equal((1, id, seq), (shown.GetProperty("version").GetInt32(), shown.GetProperty("session").GetString(), shown.GetProperty("seq").GetInt32()));
            Assert.Equal(done[seq - 1], shown.GetProperty("status").GetProperty("totals").GetProperty("done").GetInt32());
            Assert.Equal(Enumerable.Range(Math.Max(1, seq - 9), Math.Min(10, seq)), shown.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("seq").GetInt32()));
        }

        Assert.Equal("active", (await _lab.Json(0, "replay", id, "--until", "1")).GetProperty("status").GetProperty("session").GetProperty("status").GetString());
        var all = await _lab.Json(0, "replay", "--from", "1");
        Assert.Equal(done.Count, all.GetProperty("events").GetArrayLength());
        var types = all.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!).ToList();
        Assert.Equal(("session.started", "session.ended"), (types[0], types[^1]));
        Assert.Equal("completed", all.GetProperty("status").GetProperty("session").GetProperty("status").GetString());
        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_events_that_led_there_are_told_in_sentences()
    {
        var id = await _lab.Session(0, Plan);
        var said = await _lab.Says(0, "replay", id, "--from", "1", "--until", "4");
        var lines = said.Split('\n');
        Assert.StartsWith("1 ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith($"session {id}: 2 tasks for main, {lines[0].Split("main, ")[1]}", lines[0], StringComparison.Ordinal);
        Assert.Contains("conducted by process", lines[1], StringComparison.Ordinal);
        Assert.Contains("one started on", lines[2], StringComparison.Ordinal);
        Assert.Contains("As it stood after event 4", said, StringComparison.Ordinal);
        Assert.DoesNotContain("landed on", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_shown_is_answered()
    {
        Assert.Contains("there is no session", (await Fails("replay")).Error, StringComparison.Ordinal);
        var id = await _lab.Session(0, Plan);
        Assert.Contains("no session '2000-01-01-001'", (await Fails("replay", "2000-01-01-001")).Error, StringComparison.Ordinal);
        foreach (var (arguments, said) in new[] { ("--until 100000", "has no event 100000"), ("--until 0", "counted from 1"), ("--from 5 --until 3", "counted from 1"), ("--from 100000", "has no event 100000"), ("--until x", "x") })
            Assert.Contains(said, (await Fails(["replay", id, .. arguments.Split(' ')])).Error, StringComparison.Ordinal);
        Assert.Contains($"it has 1 to {new JournalReader(Journal(id)).Read().Count()}", (await Fails("replay", id, "--until", "100000")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_whole_before_a_damage_is_shown_and_the_damage_is_told_where_it_is_met()
    {
        var id = await _lab.Session(0, Plan);
        var bytes = await File.ReadAllBytesAsync(Journal(id), TestContext.Current.CancellationToken);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(Journal(id), bytes, TestContext.Current.CancellationToken);
        var result = await _lab.Tutti("replay", id);
        Assert.Equal(70, result.ExitCode);
        Assert.Contains("is damaged at byte", result.Error, StringComparison.Ordinal);
        var whole = result.Error.Split("--until ")[1].Split('\'')[0];
        var shown = await _lab.Json(0, "replay", id, "--until", whole);
        Assert.Equal(2, shown.GetProperty("status").GetProperty("totals").GetProperty("done").GetInt32());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Journal(id), TestContext.Current.CancellationToken));
    }

    private string Journal(string id) => Path.Combine(_lab.State, "sessions", id, "journal.jsonl");

    private async Task<Tutti.Engine.Processes.CommandResult> Fails(params string[] arguments)
    {
        var result = await _lab.Tutti(arguments);
        Assert.Equal(2, result.ExitCode);
        return result;
    }
}
