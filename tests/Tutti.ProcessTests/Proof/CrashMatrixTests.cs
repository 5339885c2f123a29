using System.Globalization;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Proof;

/// <summary>
/// The conductor is killed at each place where something has just become true, or is about to; then it is resumed. In CI each place
/// once; with <c>TUTTI_PROOF</c> set (<c>make proof</c>) each time that a session comes by it.
/// </summary>
public class CrashMatrixTests
{
    /// <summary>Every place a session of <see cref="Story"/> comes by, and the time it is taken in CI.</summary>
    private static readonly string[] Places =
    [
        "journal.write", "journal.half", "journal.written", "journal.synced",
        "journal.half:7", "journal.synced:4", "journal.synced:9", "journal.synced:15", "journal.synced:22",
        "lease-slot.before", "lease-slot.after", "prepare-slot.before", "prepare-slot.after", "run-attempt.before", "run-attempt.after",
        "collect-work.before", "collect-work.after", "merge-branch.before", "merge-branch.after", "move-target.before", "move-target.after",
        "clean-up.before", "clean-up.after", "tell-source.before", "tell-source.after", "give-back.before", "give-back.after", "run-hook.before", "run-hook.after", "run-hook.after:3",
        "attempt.start", "attempt.spawned", "attempt.known", "attempt-file.write", "attempt-file.written",
        "pool.write", "pool.written", "pool.replaced", "source.write", "source.written", "source.synced", "source.replaced",
        "status.write", "command.start", "command.ended", "command.ended:20", "command.start:40", "command.ended:55",
    ];

    private static bool Whole => Environment.GetEnvironmentVariable("TUTTI_PROOF") is not null;

    public static TheoryData<string> Crashes => [.. Places];

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Killed_at(string place)
    {
        await using var story = new Story();
        await KillAsync(story, place, mustBeMet: !place.StartsWith("status.", StringComparison.Ordinal));
        (await story.Conduct().EndAsync()).Exits(0);
        story.AssertAsIfNothingHadHappened();
    }

    [Fact]
    public async Task Killed_before_it_tells_the_task_list_what_was_taken_back()
    {
        await using var story = new Story();
        (await story.Conduct().EndAsync()).Exits(0);
        story.Lab.Extra["TUTTI_FAILPOINTS"] = "journal.synced";
        Assert.Equal(137, (await story.Lab.Start("undo").PlainEndAsync()).ExitCode);
        Assert.Equal(story.Lab.First, story.Lab.Git("rev-parse", "main"));

        story.Lab.Extra.Remove("TUTTI_FAILPOINTS");
        Assert.Contains("it was undone before", (await story.Lab.Start("undo").PlainEndAsync()).Error, StringComparison.Ordinal);
        var tasks = System.Text.Json.Nodes.JsonNode.Parse(story.Lab.Read(".taskmaster/tasks/tasks.json"))!["master"]!["tasks"]!.AsArray();
        Assert.All(tasks, task => Assert.Equal("pending", (string?)task!["status"]));
    }

    [Fact]
    public async Task Killed_while_it_deletes_a_session_that_is_none_any_more()
    {
        await using var lab = new SessionLab();
        const string plan = "tasks:\n  - { id: a, title: A, run: \"date +%N > a.txt\" }\n";
        (await lab.RunPlanAsync(plan)).Exits(0);
        lab.Extra["TUTTI_FAILPOINTS"] = "clean.moved";
        Assert.Equal(137, (await lab.Start("clean", "success").PlainEndAsync()).ExitCode);
        Assert.Empty(lab.Sessions);

        lab.Extra.Remove("TUTTI_FAILPOINTS");
        (await lab.RunPlanAsync(plan)).Exits(0);
        Assert.Equal(0, (await lab.Start("clean", "success").PlainEndAsync()).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(lab.State, "trash")));
        lab.AssertTidy();
    }

    [Fact]
    public async Task The_list_holds_every_place_that_a_session_comes_by()
    {
        await using var story = new Story();
        var passed = await PassedAsync(story);
        story.AssertAsIfNothingHadHappened();
        // Only sometimes: where the test of a merge is pointless. Killed_while_it_ends_an_agent is about them.
        string[] elsewhere = ["end-attempt.before", "end-attempt.after"];
        Assert.Empty(passed.Distinct().Except(Places.Select(p => p.Split(':')[0])).Except(elsewhere));
    }

    // No conductor lives longer than a few decisions, and the session still comes to its end; slow agents are handed from one to the next.
    [Theory]
    [InlineData("0")]
    [InlineData("0.5")]
    public async Task Killed_again_and_again(string pause)
    {
        Assert.SkipUnless(Whole || pause == "0", "TUTTI_PROOF is not set: CI plays it with agents that are done at once; 'make proof' with slow ones too");
        await using var story = new Story(pause: pause);
        var deaths = 0;
        while (deaths < 60 && (await story.Conduct("journal.synced:6").PlainEndAsync()).ExitCode == 137)
            deaths++;
        Assert.InRange(deaths, 3, 59);
        story.AssertAsIfNothingHadHappened();
    }

    [Fact]
    public async Task Killed_each_time_that_it_comes_by_a_place()
    {
        if (!Whole)
            Assert.Skip("TUTTI_PROOF is not set: CI kills at each place once (Killed_at); 'make proof' kills each time");
        await using var reference = new Story();
        foreach (var (place, times) in (await PassedAsync(reference)).CountBy(name => name))
        {
            for (var time = 1; time <= times; time++)
            {
                await using var story = new Story();
                await KillAsync(story, string.Create(CultureInfo.InvariantCulture, $"{place}:{time}"), mustBeMet: false);
                if (!story.Ended)
                    (await story.Conduct().EndAsync()).Exits(0);
                story.AssertAsIfNothingHadHappened();
            }
        }
    }

    [Theory]
    [InlineData("take-integration.before")]
    [InlineData("take-integration.after")]
    [InlineData("move-target.after")]
    public async Task Killed_while_reviewed_work_is_taken(string place)
    {
        await using var lab = new SessionLab(settings: "land: review");
        (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n  - { id: b, title: B, run: \"echo b > b.txt\" }\n")).Exits(4);
        if (place.StartsWith("move", StringComparison.Ordinal))
        {
            // Somebody has moved the target meanwhile, so that what was ready must be merged anew.
            lab.Write("mine.txt", "mine\n");
            lab.Commit("mine");
        }

        lab.Extra["TUTTI_FAILPOINTS"] = place;
        Assert.Equal(137, (await lab.Start("merge", "automatic", "--display", "json").PlainEndAsync()).ExitCode);
        lab.Extra.Remove("TUTTI_FAILPOINTS");
        (await lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(("a", "b"), (lab.Show("main", "a.txt"), lab.Show("main", "b.txt")));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Interrupted_while_reviewed_work_lands_on_a_target_that_has_moved()
    {
        await using var lab = new SessionLab(settings: "land: review\nverify: [\"test ! -e @OUT@/hold || { touch @OUT@/held; sleep 1000; }\"]");
        (await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n  - { id: b, title: B, run: \"echo b > b.txt\" }\n")).Exits(4);
        lab.Write("mine.txt", "mine\n");
        lab.Commit("mine");
        lab.Mark("hold");
        var landing = lab.Start("merge", "automatic", "--display", "json");
        await landing.UntilAsync("it is verified as merged", () => File.Exists(Path.Combine(lab.Out, "held")));
        await landing.SignalAsync("INT");
        (await landing.EndAsync()).Exits(130);
        File.Delete(Path.Combine(lab.Out, "hold"));
        Assert.Contains("(feature/task-a): lands", (await lab.Start("merge", "automatic", "--dry-run").PlainEndAsync()).Text, StringComparison.Ordinal);
        (await lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal(("a", "b"), (lab.Show("main", "a.txt"), lab.Show("main", "b.txt")));
        lab.AssertTidy();
    }

    [Theory]
    [InlineData("end-attempt.before")]
    [InlineData("end-attempt.after")]
    public async Task Killed_while_it_ends_an_agent(string place)
    {
        await using var lab = new SessionLab();
        lab.Extra["TUTTI_FAILPOINTS"] = place;
        var run = lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"setsid sleep 1000 & echo here >> @OUT@/log; sleep 1000\" }\n");
        await run.UntilAsync("the agent works", () => lab.Marks().Length == 1 && lab.Journaled()!.Tasks["a"].Live?.Process is not null);
        lab.Extra.Remove("TUTTI_FAILPOINTS");
        var cancel = lab.Start("control", "cancel");
        Assert.Equal(137, (await run.PlainEndAsync()).ExitCode);

        // Who asked for it sees that nobody is left to do it, and does it.
        var cancelled = await cancel.PlainEndAsync();
        Assert.True(cancelled.ExitCode == 0, cancelled.Error);
        Assert.Equal((SessionStatus.Cancelled, TaskPhase.Cancelled), (lab.Journaled()!.Status, lab.Journaled()!.Tasks["a"].Phase));
        Assert.Empty(lab.Processes());
        Assert.Equal(["here"], lab.Marks());
    }

    private static async Task KillAsync(Story story, string place, bool mustBeMet)
    {
        var end = await story.Conduct(place).PlainEndAsync();
        Assert.True(end.ExitCode == 137 || (!mustBeMet && end.ExitCode == 0), $"{place} was not met: exit code {end.ExitCode}\n{end.Error}");
    }

    private static async Task<string[]> PassedAsync(Story story)
    {
        var log = Path.Combine(story.Lab.Folder, "places");
        (await story.Conduct(log: log).EndAsync()).Exits(0);
        return await File.ReadAllLinesAsync(log);
    }
}
