using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

public class LandingTests
{
    private const string One = """
        tasks:
          - { id: work, title: Work, run: "echo work > work.txt; [ ! -f @OUT@/wait ] || { : > @OUT@/here; while [ ! -f @OUT@/go ]; do sleep 0.05; done; }" }
        """;

    [Fact]
    public async Task A_conflict_is_left_to_a_person_and_the_rest_lands()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: Says a, run: "echo a > same.txt" }
              - { id: b, title: Says b, run: "echo b > same.txt" }
              - { id: c, title: Says c, run: "echo c > c.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "c");
        var lost = ran.Task("a").Phase == TaskPhase.Done ? "b" : "a";
        var won = lost == "a" ? "b" : "a";
        ran.Has(TaskPhase.Done, won).Has(TaskPhase.NeedsAttention, lost);
        Assert.Equal("merge_conflict", ran.Failure(lost).Code);
        Assert.Contains("same.txt", ran.Failure(lost).Message);
        Assert.Equal($"{won}\n", lab.Read("same.txt"));
        Assert.Equal(lost, lab.Show($"feature/task-{lost}", "same.txt"));

        // What the hint says works: merged by hand, then resumed.
        Assert.NotEqual(0, lab.TryGit(lab.Top, "merge", "-q", $"feature/task-{lost}").ExitCode);
        lab.Write("same.txt", "a and b\n");
        lab.Git("commit", "-q", "-am", "by hand");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal("a and b\n", lab.Read("same.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Unrelated_changes_of_the_user_stay_exactly_as_they_are()
    {
        await using var lab = new SessionLab(files: [("mine.txt", "mine\n"), ("staged.txt", "staged\n")]);
        lab.Write("mine.txt", "mine, changed\n");
        lab.Write("staged.txt", "staged, changed\n");
        lab.Git("add", "staged.txt");
        lab.Write("untracked.txt", "untracked\n");
        var before = lab.Git("status", "--porcelain");
        (await lab.RunPlanAsync(One)).Exits(0);
        Assert.Equal(before, lab.Git("status", "--porcelain"));
        Assert.Equal("mine, changed\n", lab.Read("mine.txt"));
        Assert.Equal("work\n", lab.Read("work.txt"));
        Assert.Equal("main", lab.Git("symbolic-ref", "--short", "HEAD"));
    }

    [Fact]
    public async Task Changes_of_the_user_to_the_same_file_are_kept_and_the_work_waits_on_the_session_s_branch()
    {
        await using var lab = new SessionLab(files: [("work.txt", "old\n")]);
        lab.Write("work.txt", "the user's\n");
        var ran = (await lab.RunPlanAsync(One)).Exits(4);
        Assert.Equal("the user's\n", lab.Read("work.txt"));
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("work", lab.Show($"tutti/{ran.State.Id}", "work.txt"));

        // Once the user has put the change away, a resume takes the work.
        lab.Git("checkout", "-q", "work.txt");
        (await lab.ResumeAsync()).Exits(0).Has(TaskPhase.Done, "work");
        Assert.Equal("work\n", lab.Read("work.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task An_untracked_file_of_the_user_in_the_way_is_never_overwritten()
    {
        await using var lab = new SessionLab();
        lab.Write("work.txt", "the user's\n");
        var ran = (await lab.RunPlanAsync(One)).Exits(4);
        Assert.Equal("the user's\n", lab.Read("work.txt"));
        Assert.Equal("work", lab.Show($"tutti/{ran.State.Id}", "work.txt"));
    }

    [Fact]
    public async Task A_target_that_is_checked_out_nowhere_moves_without_touching_the_checkout()
    {
        await using var lab = new SessionLab();
        lab.Git("branch", "release");
        (await lab.RunPlanAsync(One, "--target", "release")).Exits(0);
        Assert.Contains("work.txt", lab.Tree("release"));
        Assert.Equal(lab.First, lab.Git("rev-parse", "HEAD"));
        Assert.Equal("", lab.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task A_person_who_moves_the_target_meanwhile_keeps_their_commit_and_the_work_lands_on_it()
    {
        await using var lab = new SessionLab();
        lab.Mark("wait");
        var run = lab.StartPlan(One);
        await run.UntilAsync("the agent works", () => File.Exists(Path.Combine(lab.Out, "here")));
        lab.Write("person.txt", "person\n");
        var person = lab.Commit("by a person");
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);
        Assert.Equal("", lab.Git("status", "--porcelain"));
        Assert.Equal(0, lab.TryGit(lab.Top, "merge-base", "--is-ancestor", person, "main").ExitCode);
        Assert.Equal("work\n", lab.Read("work.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Land_review_gathers_the_verified_work_on_the_session_s_branch()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            verify: ["test -f readme.md"]
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
              - { id: b, title: B, depends_on: [a], run: "cat a.txt > b.txt" }
            """, "--land", "review")).Exits(4);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal("a", lab.Show($"tutti/{ran.State.Id}", "b.txt"));
        Assert.Equal(SessionStatus.Paused, ran.State.Status);
        lab.Git("merge", "-q", "--ff-only", $"tutti/{ran.State.Id}");
        Assert.Equal("a\n", lab.Read("b.txt"));
    }

    [Fact]
    public async Task Land_manual_leaves_a_branch_for_each_task()
    {
        await using var lab = new SessionLab();
        var ran = (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, run: "echo a > a.txt" }
              - { id: b, title: B, run: "echo b > b.txt" }
            """, "--land", "manual")).Exits(4);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
        Assert.Equal(["feature/task-a", "feature/task-b", "main"], lab.Branches());
        Assert.Equal("a", lab.Show("feature/task-a", "a.txt"));
        Assert.Empty(lab.Processes());
        Assert.NotNull(ran.State);
    }

    [Fact]
    public async Task A_squash_is_one_commit_with_the_branch_s_author_its_co_authors_and_the_template_s_words()
    {
        await using var lab = new SessionLab(settings: "merge_style: squash\nmerge_message: \"{title} [{id}] into {target}\"");
        (await lab.RunPlanAsync("""
            tasks:
              - id: a
                title: Says a
                run: |
                  echo 1 > a.txt; git add a.txt; git -c user.name=Ada -c user.email=ada@example.org commit -qm one
                  echo 2 >> a.txt; git -c user.name=Ada -c user.email=ada@example.org commit -qam 'two

                  Co-authored-by: Bob <bob@example.org>'
                  echo 3 >> a.txt; git -c user.name=Cyd -c user.email=cyd@example.org commit -qam three
            """)).Exits(0);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main^"));
        Assert.Equal("Ada <ada@example.org>|Says a [a] into main", lab.Git("log", "-1", "--format=%an <%ae>|%s"));
        Assert.Equal("Bob <bob@example.org>,Cyd <cyd@example.org>", lab.Git("log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly,separator=%x2C)"));
        Assert.Equal("a", lab.Git("log", "-1", "--format=%(trailers:key=Tutti-Task,valueonly)").Trim());
        lab.AssertTidy();
        Assert.Equal(0, (await lab.Start("undo").PlainEndAsync()).ExitCode);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task A_rebase_keeps_every_commit_with_its_author_and_is_undone_whole()
    {
        await using var lab = new SessionLab(settings: "merge_style: rebase");
        (await lab.RunPlanAsync("""
            verify: ["test -f readme.md"]
            tasks:
              - id: a
                title: A
                run: |
                  echo 1 > a.txt; git add a.txt; git -c user.name=Ada -c user.email=ada@example.org commit -qm one
                  echo 2 >> a.txt; git -c user.name=Cyd -c user.email=cyd@example.org commit -qam two
              - { id: b, title: B, run: "echo b > b.txt" }
            """)).Exits(0).Has(TaskPhase.Done, "a", "b");
        Assert.Equal("", lab.Git("log", "--merges", "--format=%h", "main"));
        Assert.Equal(["Ada one", "Cyd two"], lab.Git("log", "--format=%an %s", $"{lab.First}..main", "--", "a.txt").Split('\n').Order());
        Assert.Equal("b\n", lab.Read("b.txt"));
        lab.AssertTidy();
        Assert.Equal(0, (await lab.Start("undo").PlainEndAsync()).ExitCode);
        Assert.Equal(lab.First, lab.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task A_task_whose_plan_leaves_the_landing_to_a_person_waits_and_lands_when_told_so()
    {
        await using var lab = new SessionLab();
        (await lab.RunPlanAsync("""
            tasks:
              - { id: a, title: A, land: review, run: "echo a > a.txt" }
              - { id: b, title: B, run: "echo b > b.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "b").Has(TaskPhase.NeedsAttention, "a");
        Assert.Equal("a", lab.Show("feature/task-a", "a.txt"));
        // A resume is no word about it.
        (await lab.ResumeAsync()).Exits(4).Has(TaskPhase.NeedsAttention, "a");
        Assert.DoesNotContain("a.txt", lab.Tree("main"));
        (await lab.Start("merge", "automatic", "a", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal("a\n", lab.Read("a.txt"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task What_is_red_only_in_combination_is_taken_out_and_all_others_land()
    {
        await using var lab = new SessionLab(settings: "verify_slots: 2");
        var ran = (await lab.RunPlanAsync("""
            verify: ["! test -f two.txt || ! test -f four.txt"]
            tasks:
              - { id: one, title: One, run: "echo 1 > one.txt" }
              - { id: two, title: Two, run: "echo 2 > two.txt" }
              - { id: three, title: Three, run: "echo 3 > three.txt" }
              - { id: four, title: Four, run: "echo 4 > four.txt" }
            """)).Exits(4).Has(TaskPhase.Done, "one", "three");
        var red = Assert.Single(ran.State.Tasks.Values, t => t.Phase == TaskPhase.NeedsAttention);
        Assert.Contains(red.Id, (string[])["two", "four"]);
        Assert.Equal("landing_red", red.Failure!.Code);
        Assert.Contains($"{red.Id}.txt", lab.Tree(red.Branch!));
        // A merge that was only tested is nobody's work.
        Assert.DoesNotContain("left-", lab.Git("for-each-ref", "refs/tutti"));
        Assert.Equal(red.Id == "two", lab.Tree("main").Contains("four.txt"));
        Assert.Equal(red.Id == "four", lab.Tree("main").Contains("two.txt"));
    }
}
