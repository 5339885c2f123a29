using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P25: a full disk, in the middle of anything.</summary>
public class P25_FullDiskTests
{
    // A file system of its own, in a namespace of its own, so that nobody else's disk is filled.
    private const string Full = """
        set -eu
        mount -t tmpfs -o size=24m none @HERE@
        cd @HERE@
        mkdir home repo
        export HOME=$PWD/home
        cd repo
        git init -q -b main; git config user.name T; git config user.email t@example.com
        printf 'agent: shell\nmin_tasks: 1\nlimits: { memory_per_agent: 1MB, min_free_disk: 1KB, backoff: 50ms, backoff_max: 200ms, grace: 500ms }\n' > .tutti.yaml
        git add -A; git commit -qm first
        cat > ../plan.yaml <<'P'
        tasks:
          - { id: a, title: A, run: "echo a > a.txt; echo ran >> ../../log; dd if=/dev/zero of=@HERE@/fill bs=64k 2>/dev/null || true" }
          - { id: b, title: B, depends_on: [a], run: "echo b > b.txt" }
        P
        code=0; @TUTTI@ run --plan ../plan.yaml --display plain > ../said 2>&1 || code=$?
        rm ../fill
        echo "first $code"; cat ../said
        code=0; @TUTTI@ resume --display plain > ../said 2>&1 || code=$?
        echo "second $code"; cat ../said
        echo "ran $(wc -l < ../log)"; git show main:a.txt main:b.txt; git status --porcelain; git fsck --connectivity-only
        """;

    [Fact]
    public async Task A_disk_that_an_agent_fills_stops_the_session_with_its_name_and_costs_no_attempt()
    {
        await using var lab = new SessionLab();
        if (lab.TryRun("unshare", "-rm", "sh", "-c", $"mount -t tmpfs none {lab.Out}") is { ExitCode: not 0 } refused)
            Assert.Skip($"no file system of one's own can be mounted here: {refused.Error}");
        var result = lab.Run(lab.Folder, "unshare", "-rm", "sh", "-c", Full.Replace("        ", "").Replace("@HERE@", lab.Out).Replace("@TUTTI@", TuttiRun.Program));
        Assert.True(result.ExitCode == 0, $"{result.Text}\n{result.Error}");
        Assert.Contains("first 3", result.Text);
        Assert.Contains("the disk is full", result.Text);
        Assert.Contains("second 0", result.Text);
        Assert.EndsWith("ran 1\na\nb", result.Text.TrimEnd());
    }

    // The agent ends well once it sees that nothing new would start.
    private const string FullSlots = """
        set -eu
        mkdir -p @REPO@.worktrees
        mount -t tmpfs -o size=3m none @REPO@.worktrees
        cat > @HERE@/plan.yaml <<'P'
        tasks:
          - id: a
            title: A
            timeout: 30s
            run: "dd if=/dev/zero of=@REPO@.worktrees/fill bs=64k 2>/dev/null || true; until grep -q gate.closed @REPO@/.git/tutti/sessions/*/journal.jsonl; do sleep 0.05; done; rm @REPO@.worktrees/fill; echo a > a.txt"
        P
        cd @REPO@
        @TUTTI@ run --plan @HERE@/plan.yaml --display plain
        """;

    [Fact]
    public async Task A_disk_of_the_slots_own_that_fills_lets_nothing_new_start_either()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        if (lab.TryRun("unshare", "-rm", "sh", "-c", $"mount -t tmpfs none {lab.Out}") is { ExitCode: not 0 } refused)
            Assert.Skip($"no file system of one's own can be mounted here: {refused.Error}");
        var result = lab.Run(lab.Folder, "unshare", "-rm", "sh", "-c", FullSlots.Replace("        ", "").Replace("@HERE@", lab.Out).Replace("@REPO@", lab.Top).Replace("@TUTTI@", TuttiRun.Program));
        Assert.True(result.ExitCode == 0, $"{result.Text}\n{result.Error}");
        Assert.Equal(TaskPhase.Done, lab.Journaled()!.Tasks["a"].Phase);
    }

    [Fact]
    public async Task Without_room_nothing_starts_and_it_is_said_how_much_is_needed()
    {
        await using var lab = new SessionLab(limits: "min_free_disk: 900000GB");
        var result = await lab.StartPlan("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n").PlainEndAsync();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("921600000 MB", result.Error);
        Assert.Empty(lab.Sessions);
    }

    [Fact]
    public async Task Room_that_runs_short_holds_new_tasks_back_until_there_is_some_again()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: first, title: First, run: ": > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo f > f.txt" }
              - { id: second, title: Second, depends_on: [first], run: "echo s > s.txt" }
            """);
        await run.UntilAsync("the first works", () => File.Exists(Path.Combine(lab.Out, "here")));
        lab.Settings(limits: "min_free_disk: 900000GB");
        await run.UntilAsync("the gate is closed", () => lab.Journaled()!.Gate is not null);
        lab.Mark("go");
        await run.UntilAsync("the first has landed all the same", () => lab.Journaled()!.Tasks["first"].Phase == TaskPhase.Done);
        Assert.Equal(TaskPhase.Pending, lab.Journaled()!.Tasks["second"].Phase);
        lab.Settings();
        (await run.EndAsync()).Exits(0).Has(TaskPhase.Done, "first", "second");
    }
}
