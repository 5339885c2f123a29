using System.Globalization;
using System.Text;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>
/// Whole sessions of random branches, in real git, by the real program: edits, renames, deletions, modes and binaries, in conflict with each other, red in
/// combination, with checks that fail at times for no reason, and a conductor that is killed again and again. What must hold is said once, at the end.
/// <c>TUTTI_TEST_SEEDS=N</c> runs more of them.
/// </summary>
public class LandingPropertyTests
{
    private const int Tasks = 8, Files = 6, Lines = 12;

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("TUTTI_TEST_SEEDS"), out var n) ? n : 5)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_happens_the_target_is_green_and_nothing_is_lost(int seed)
    {
        var chance = new Random(seed);
        await using var lab = new SessionLab(settings: $"verify_slots: {chance.Next(1, 4)}\nmerge_style: {Pick(chance, "merge", "merge", "squash", "rebase")}", files: [.. Base()]);
        var run = lab.StartPlan(Plan(chance), "-m", "4");
        for (var crash = chance.Next(0, 4); crash > 0; crash--)
        {
            var lines = Journaled(lab) + chance.Next(5, 60);
            await Waits.UntilAsync("the journal has grown", () => Journaled(lab) >= lines || run.HasEnded);
            await run.CrashAsync();
            run = lab.Start("resume", "--display", "json");
        }

        var ran = await run.EndAsync();
        Assert.Contains(ran.ExitCode, (int[])[0, 1, 4]);
        AssertGreenAtEveryMove(lab);
        foreach (var task in ran.State.Tasks.Values)
        {
            if (task.Phase == TaskPhase.Done)
                AssertLanded(lab, task, ran.State);
            else if (task.Head is { } head)
                Assert.Equal(head, lab.Git("rev-parse", task.Branch!));
        }

        Assert.Contains(ran.State.Tasks.Values, t => t.Phase == TaskPhase.Done);
        Assert.Empty(lab.Processes());
        Assert.Equal("", lab.Git("status", "--porcelain"));
        Assert.DoesNotContain("missing", lab.Git("fsck", "--connectivity-only"));
    }

    private static IEnumerable<(string Path, string Text)> Base() =>
        Enumerable.Range(0, Files).Select(f => ($"f{f}.txt", string.Concat(Enumerable.Range(1, Lines).Select(l => $"file {f} line {l}\n"))));

    // At most one mark may be in the tree: each branch is green, two of them are not. One commit in four fails its first check.
    private static string Plan(Random chance)
    {
        var plan = new StringBuilder(
            """
            verify:
              - "[ $(ls red 2>/dev/null | wc -l) -lt 2 ]"
              - 'h=$(git rev-parse HEAD); case $h in [0-3]*) [ -e @OUT@/seen-$h ] || { : > @OUT@/seen-$h; exit 1; };; esac'
            tasks:

            """);
        for (var t = 0; t < Tasks; t++)
        {
            plan.Append(CultureInfo.InvariantCulture, $"  - id: t{t}\n    title: Task {t}\n    run: |\n      set -e\n");
            for (var n = chance.Next(1, 4); n > 0; n--)
                plan.Append(CultureInfo.InvariantCulture, $"      {Change(chance, $"t{t}-{n}")}\n");
        }

        return plan.ToString();
    }

    private static string Change(Random chance, string name)
    {
        var (file, line) = ($"f{chance.Next(Files)}.txt", chance.Next(1, Lines + 1));
        return chance.Next(10) switch
        {
            0 or 1 => $"[ ! -f {file} ] || sed -i '{line}s/.*/{name} changed/' {file}",
            2 => $"[ ! -f {file} ] || sed -i '{line}a {name} added' {file}",
            3 => $"[ ! -f {file} ] || sed -i '{line}d' {file}",
            4 => $"[ ! -f {file} ] || {{ mkdir -p moved; git mv {file} moved/{name}.txt; }}",
            5 => $"[ ! -f {file} ] || git rm -qf {file}",
            6 => $"[ ! -f {file} ] || chmod +x {file}",
            7 => $"mkdir -p bin; printf '{name}\\000\\001\\377' > bin/{name}",
            8 => $"mkdir -p red; echo {name} > red/{name[..2]}",
            _ => $"mkdir -p new; echo '{name} new' > new/{name}.txt",
        };
    }

    private static void AssertGreenAtEveryMove(SessionLab lab)
    {
        foreach (var commit in lab.Git("log", "-g", "--format=%H", "main").Split('\n'))
            Assert.True(lab.Tree(commit).Count(path => path.StartsWith("red/", StringComparison.Ordinal)) < 2, $"main was at {commit}, which is red");
    }

    // Lines are told apart by what is in them: each is there once.
    private static void AssertLanded(SessionLab lab, TaskState task, SessionState state)
    {
        var target = lab.Git("grep", "-h", "-I", "-e", "", "main").Split('\n').ToHashSet(StringComparer.Ordinal);
        var changes = lab.Git("diff", "-M", "--no-color", "--unified=0", task.Base!, task.Head!).Split('\n');
        foreach (var added in changes.Where(l => l.StartsWith('+') && !l.StartsWith("+++", StringComparison.Ordinal)))
            Assert.True(target.Contains(added[1..]), $"{task.Id} landed ({state.Settings.MergeStyle}), and main has lost its line '{added}'");
        foreach (var gone in changes.Where(l => l.StartsWith('-') && !l.StartsWith("---", StringComparison.Ordinal)))
            Assert.False(target.Contains(gone[1..]), $"{task.Id} landed ({state.Settings.MergeStyle}), and main still has the line it took out: '{gone}'");
        var paths = lab.Git("ls-tree", "-r", "main").Split('\n').ToDictionary(l => l.Split('\t')[1], l => l.Split(' ', '\t'));
        foreach (var entry in lab.Git("diff-tree", "-r", "--no-renames", "--raw", "--diff-filter=AM", task.Base!, task.Head!).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // ":100644 100755 OLD NEW M\tpath"
            var (fields, path) = (entry.Split(' '), entry.Split('\t')[1]);
            if (path.StartsWith("bin/", StringComparison.Ordinal))
                Assert.Equal(lab.Git("rev-parse", $"{task.Head}:{path}"), paths[path][2]);
            if (fields[1] == "100755" && paths.TryGetValue(path, out var there))
                Assert.Equal("100755", there[0]);
        }
    }

    private static int Journaled(SessionLab lab) => lab.Sessions is [var session, ..] && File.Exists(session.Journal) ? File.ReadLines(session.Journal).Count() : 0;

    private static string Pick(Random chance, params string[] words) => words[chance.Next(words.Length)];
}
