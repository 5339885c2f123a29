using System.Globalization;
using System.Text;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>
/// A person who works in the repository while the train runs: commits to the target, moves it back by force, checks out other branches, edits files, deletes
/// branches, collects garbage. Their work is never lost, and neither is a task's. <c>TUTTI_TEST_SEEDS=N</c> runs more of them.
/// </summary>
public class InterferenceTests
{
    private const int Tasks = 8;

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("TUTTI_TEST_SEEDS"), out var n) ? n : 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Neither_the_person_s_work_nor_a_task_s_is_lost(int seed)
    {
        var chance = new Random(seed);
        await using var lab = new SessionLab(settings: $"verify_slots: {chance.Next(1, 4)}", files: [("draft.txt", "draft\n")]);
        var person = new Person(lab, chance);
        var run = lab.StartPlan(Plan(), "-m", "3");
        while (!run.HasEnded)
        {
            var lines = Journaled(lab) + chance.Next(1, 20);
            await Waits.UntilAsync("the journal has grown", () => Journaled(lab) >= lines || run.HasEnded);
            person.Act();
        }

        var ran = await run.EndAsync();
        Assert.Contains(ran.ExitCode, (int[])[0, 1, 4]);
        person.GoHome();
        if (ran.ExitCode != 0)
            ran = await lab.ResumeAsync();
        person.AssertKept();
        foreach (var task in ran.State.Tasks.Values)
        {
            if (task.Phase == TaskPhase.Done)
                Assert.True(person.HasForced || lab.Tree("main").Contains($"{task.Id}.txt"), $"{task.Id} landed, and main does not have it");
            if (task.Head is { } head)
                Assert.Equal(0, lab.TryGit(lab.Top, "cat-file", "-e", $"{head}^{{commit}}").ExitCode);
            if (task.Phase != TaskPhase.Done && task.Head is not null)
                Assert.NotEqual("", lab.Git("for-each-ref", $"--contains={task.Head}"));
        }

        Assert.Empty(lab.Processes());
        Assert.DoesNotContain("missing", lab.Git("fsck", "--connectivity-only"));
    }

    private static string Plan()
    {
        var plan = new StringBuilder("verify: [\"sleep 0.1; test -f readme.md\"]\ntasks:\n");
        for (var t = 0; t < Tasks; t++)
            plan.Append(CultureInfo.InvariantCulture, $"  - {{ id: t{t}, title: Task {t}, run: \"sleep 0.{t % 4}; echo {t} > t{t}.txt\" }}\n");
        return plan.ToString();
    }

    private static int Journaled(SessionLab lab) => lab.Sessions is [var session, ..] && File.Exists(session.Journal) ? File.ReadLines(session.Journal).Count() : 0;

    private sealed class Person(SessionLab lab, Random chance)
    {
        private readonly List<string> _commits = [];
        private string _draft = "draft\n";
        private int _count;

        /// <summary>They took the target back over what had landed: from then on what is on it is what they wanted.</summary>
        public bool HasForced { get; private set; }

        public void Act()
        {
            _count++;
            switch (chance.Next(8))
            {
                case 0 or 1:
                    // Only what is theirs, as one commits beside others; a landing may hold the index just then.
                    lab.Write($"person{_count}.txt", "person\n");
                    lab.TryGit(lab.Top, "add", $"person{_count}.txt");
                    if (lab.TryGit(lab.Top, "commit", "-q", "-m", $"person {_count}", "--", $"person{_count}.txt").ExitCode == 0 && OnMain())
                        _commits.Add(lab.Git("rev-parse", "HEAD"));
                    break;
                case 2:
                    _draft += $"{_count}\n";
                    lab.Write("draft.txt", _draft);
                    break;
                case 3:
                    lab.TryGit(lab.Top, "gc", "-q");
                    break;
                case 4:
                    lab.TryGit(lab.Top, "switch", "-q", OnMain() ? "-c" : "-C", $"aside{_count}");
                    break;
                case 5:
                    lab.TryGit(lab.Top, "switch", "-q", "main");
                    break;
                case 6:
                    foreach (var branch in lab.Branches("aside").Where(b => b != lab.Git("symbolic-ref", "--short", "HEAD")))
                        lab.TryGit(lab.Top, "branch", "-q", "-D", branch);
                    break;
                default:
                    Force();
                    break;
            }
        }

        public void GoHome()
        {
            if (!OnMain())
                Assert.Equal(0, lab.TryGit(lab.Top, "switch", "-q", "main").ExitCode);
        }

        public void AssertKept()
        {
            Assert.Equal(_draft, lab.Read("draft.txt"));
            foreach (var commit in _commits)
                Assert.True(HasForced || lab.TryGit(lab.Top, "merge-base", "--is-ancestor", commit, "main").ExitCode == 0, $"the person's commit {commit} is not on main");
        }

        // Back by one, where that takes away a landing; the draft is kept by --keep, or git refuses.
        private void Force()
        {
            if (HasForced || chance.Next(3) > 0 || !OnMain() || lab.Git("rev-list", "--count", $"{lab.First}..main") == "0")
                return;
            HasForced = lab.TryGit(lab.Top, "reset", "-q", "--keep", "HEAD~1").ExitCode == 0;
        }

        private bool OnMain() => lab.TryGit(lab.Top, "symbolic-ref", "--short", "HEAD").Text == "main";
    }
}
