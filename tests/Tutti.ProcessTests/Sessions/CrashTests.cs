using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class CrashTests
{
    // Every attempt leaves one line outside the repository, whoever runs it.
    private const string Plan = """
        setup: ["echo made > made.ignored"]
        verify: ["echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; test -f readme.md"]
        roles:
          review: { agent: shell, run: "echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; echo seen > seen.txt; sleep 0.1; echo TASK_APPROVED" }
        tasks:
          - { id: a, title: A, run: "echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; sleep 0.2; echo a > a.txt" }
          - { id: b, title: B, run: "echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; sleep 0.1; echo b > b.txt; git add b.txt; git commit -qm mine" }
          - { id: c, title: C, depends_on: [a, b], run: "echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; cat a.txt b.txt > c.txt" }
        """;

    [Fact]
    public async Task Agents_go_on_without_a_conductor_and_are_adopted_by_the_next_one()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: a, title: A, run: "echo a >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt; echo end >> @OUT@/log" }
              - { id: b, title: B, run: "echo b >> @OUT@/log; while [ ! -f @OUT@/go2 ]; do sleep 0.05; done; echo b > b.txt; echo end >> @OUT@/log" }
            """);
        await run.UntilAsync("both agents work and are known", () => lab.Marks().Length == 2 && Spawned(lab) == 2);
        await run.CrashAsync();
        Assert.NotEmpty(lab.Processes());
        lab.Mark("go");
        await Waits.UntilAsync("one agent has ended by itself", () => lab.Marks().Contains("end"));

        var resumed = lab.Start("resume", "--display", "json");
        await resumed.UntilAsync("the one that ended has landed", () => lab.Journaled()!.Tasks["a"].Phase == TaskPhase.Done);
        lab.Mark("go2");
        var ran = (await resumed.EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(["a", "b", "end", "end"], lab.Marks().Order());
        Assert.All(ran.State.Tasks.Values, task => Assert.Single(task.Attempts));
        lab.AssertTidy();
    }

    [Fact]
    public async Task An_interrupt_ends_the_agents_and_leaves_a_session_that_resumes()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: done, title: Is done before, priority: critical, run: "echo x > done.txt" }
              - { id: a, title: A, run: "echo $TUTTI_ATTEMPT >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt" }
              - { id: c, title: C, depends_on: [a], run: "cat a.txt > c.txt" }
            """);
        await run.UntilAsync("one has landed and one works", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["done"].Phase == TaskPhase.Done);
        await run.SignalAsync("INT");
        var interrupted = (await run.EndAsync()).Exits(130);
        Assert.Equal(SessionStatus.Paused, interrupted.State.Status);
        Assert.Equal(AttemptOutcome.Interrupted, interrupted.Task("a").Attempts[^1].Outcome);
        Assert.Empty(lab.Processes());

        lab.Mark("go");
        var ran = (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "done", "a", "c");
        Assert.Equal(["1", "2"], lab.Marks());
        Assert.Equal(2, ran.Task("a").Attempts.Count);
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_closed_terminal_leaves_the_agents_working()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo $TUTTI_ATTEMPT >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt\" }\n");
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1);
        await run.SignalAsync("HUP");
        (await run.EndAsync()).Exits(130);
        Assert.NotEmpty(lab.Processes());
        lab.Mark("go");
        var ran = (await lab.ResumeAsync()).Exits(0);
        Assert.Equal(["1"], lab.Marks());
        Assert.Single(ran.Task("a").Attempts);
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_session_that_was_killed_before_its_first_event_does_not_hide_the_one_to_resume()
    {
        await using var lab = new SessionLab();
        await CrashAfterAsync(lab, lab.StartPlan(Plan), 8);
        var never = Directory.CreateDirectory(Path.Combine(lab.State, "sessions", "2999-12-31-001")).FullName;
        await File.WriteAllTextAsync(Path.Combine(never, "journal.jsonl"), "");
        var result = await lab.Start("resume", "--display", "plain").PlainEndAsync();
        Assert.True(result.ExitCode == 0, result.Error);
        Directory.Delete(never, recursive: true);
        AssertAsWithoutCrash(lab);
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_off_told_and_changes_nothing_else()
    {
        await using var lab = new SessionLab();
        await CrashAfterAsync(lab, lab.StartPlan(Plan), 8);
        await File.AppendAllTextAsync(lab.Sessions[0].Journal, "{\"seq\":9999,\"at\":\"2026-01-0");
        var ran = (await lab.ResumeAsync()).Exits(0);
        Assert.Contains("torn", ran.Stderr);
        AssertAsWithoutCrash(lab);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_middle_stops_the_resume_and_nothing_is_changed()
    {
        await using var lab = new SessionLab();
        await CrashAfterAsync(lab, lab.StartPlan(Plan), 10);
        await Waits.UntilAsync("no agent works any more", () => lab.Processes().Count == 0);
        var journal = lab.Sessions[0].Journal;
        var bytes = await File.ReadAllBytesAsync(journal);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes);
        var refs = lab.Git("for-each-ref");
        var ran = await lab.Start("resume").PlainEndAsync();
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains("is damaged at byte", ran.Error);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(journal));
        Assert.Equal(refs, lab.Git("for-each-ref"));
    }

    [Fact]
    public async Task Two_sessions_of_the_same_tasks_at_once_have_branches_of_their_own()
    {
        await using var lab = new SessionLab();
        const string plan = """
            tasks:
              - { id: a, title: A, run: "echo $TUTTI_SESSION >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.$TUTTI_SESSION" }
              - { id: b, title: B, depends_on: [a], run: "echo b > b.$TUTTI_SESSION" }
            """;
        var first = lab.StartPlan(plan);
        await first.UntilAsync("the first session works", () => lab.Marks().Length == 1);
        var second = lab.StartPlan(plan);
        await second.UntilAsync("the second session works too", () => lab.Marks().Length == 2);
        lab.Mark("go");
        Assert.Equal((0, 0), ((await first.PlainEndAsync()).ExitCode, (await second.PlainEndAsync()).ExitCode));

        // That of b was only promised when the second session began.
        Assert.Equal(["feature/task-a-2 feature/task-b-2", "feature/task-a feature/task-b"], lab.Sessions.Select(s => string.Join(' ', lab.Journaled(s.Id)!.Tasks.Values.Select(t => t.Branch).Order(StringComparer.Ordinal))));
        Assert.Equal(4, lab.Tree("main").Count(path => path.StartsWith("a.", StringComparison.Ordinal) || path.StartsWith("b.", StringComparison.Ordinal)));
        (await lab.RunPlanAsync(plan)).Exits(0);
        Assert.Equal("feature/task-b", lab.Journaled()!.Tasks["b"].Branch);
        lab.AssertTidy();
    }

    [Fact]
    public async Task Of_two_conductors_of_one_session_one_is_told_that_it_is_busy()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo $TUTTI_ATTEMPT >> @OUT@/log; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo a > a.txt\" }\n");
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1);
        await run.CrashAsync();
        TuttiRun[] both = [lab.Start("resume", "--display", "json"), lab.Start("resume", "--display", "json")];
        await Waits.UntilAsync("one has been sent away", () => both.Any(r => r.HasEnded));
        lab.Mark("go");
        var ended = await Task.WhenAll(both.Select(r => r.EndAsync()));
        Assert.Equal([0, 3], ended.Select(r => r.ExitCode).Order());
        Assert.Contains("another Tutti", ended.Single(r => r.ExitCode == 3).Stderr);
        Assert.Equal(["1"], lab.Marks());
        lab.AssertTidy();
    }

    // Kills it as soon as the journal is so many lines longer; a session may be at its end before that.
    private static async Task CrashAfterAsync(SessionLab lab, TuttiRun run, int lines)
    {
        var before = Lines(lab);
        await Waits.UntilAsync("the journal has grown", () => Lines(lab) >= before + lines || run.HasEnded);
        await run.CrashAsync();
    }

    private static void AssertAsWithoutCrash(SessionLab lab)
    {
        var state = lab.Journaled()!;
        Assert.Equal("a\nb\n", lab.Read("c.txt"));
        Assert.Equal([".gitignore", ".tutti.yaml", "a.txt", "b.txt", "c.txt", "readme.md"], lab.Tree("main"));
        // What is verified together with others as merged has no run of its own for that.
        Assert.All(state.Tasks.Values, task => Assert.Equal(["develop", "verify", "review"], task.Attempts.Where(a => a.Stage != Stage.Land).Select(a => a.Stage.ToString().ToLowerInvariant())));

        // Each attempt has run, and exactly once; one that was ended because nothing followed from it any more may not have come to its mark.
        var marks = lab.Marks().Order(StringComparer.Ordinal).ToList();
        var attempts = state.Tasks.Values.SelectMany(t => t.Attempts.Select(a => (a.Outcome, Mark: $"{t.Id} {a.Number} {a.Stage.ToString().ToLowerInvariant()}"))).ToList();
        Assert.Equal(marks.Distinct(), marks);
        Assert.Empty(marks.Except(attempts.Select(a => a.Mark)));
        Assert.Empty(attempts.Where(a => a.Outcome != AttemptOutcome.Superseded).Select(a => a.Mark).Except(marks));
        lab.AssertTidy();
    }

    private static int Lines(SessionLab lab) => lab.Sessions is [var session, ..] && File.Exists(session.Journal) ? File.ReadLines(session.Journal).Count() : 0;

    private static int Spawned(SessionLab lab) => lab.Journaled()!.Tasks.Values.Count(task => task.Live?.Process is not null);
}
