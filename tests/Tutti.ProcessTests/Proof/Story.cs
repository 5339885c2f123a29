using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Proof;

/// <summary>
/// A session that comes by everything a session does on its own: a task list that is told, set-up, verify commands, a reviewer, hooks,
/// work that the agent committed itself and work it left lying, a dependency on two. Whatever happens to its conductor, it has one end.
/// </summary>
public sealed class Story : IAsyncDisposable
{
    private const string List = """
        { "master": { "tasks": [
          { "id": 1, "title": "One", "description": "first", "status": "pending", "dependencies": [] },
          { "id": 2, "title": "Two", "description": "second", "status": "pending", "dependencies": [] },
          { "id": 3, "title": "Three", "description": "third", "status": "pending", "dependencies": [1, 2] }
        ] } }
        """;

    // Every attempt leaves one line outside the repository, whoever conducts.
    private const string Settings = """
        setup: ["echo made > made.ignored"]
        verify: ["echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; test -f readme.md"]
        agents: { shell: { command: "sh @OUT@/work.sh" } }
        roles: { review: { agent: shell, run: "echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log; echo seen > seen.txt; sleep @PAUSE@; echo TASK_APPROVED" } }
        hooks: { session_start: "echo start >> @OUT@/hooks", task_done: "echo done >> @OUT@/hooks", session_end: "echo end >> @OUT@/hooks" }
        """;

    private const string Work = """
        echo $TUTTI_TASK $TUTTI_ATTEMPT $TUTTI_STAGE >> @OUT@/log
        sleep @PAUSE@
        case $TUTTI_TASK in
          1) echo one > one.txt ;;
          2) echo two > two.txt; git add two.txt; git commit -qm mine ;;
          3) cat one.txt two.txt > three.txt ;;
        esac
        """;

    private static readonly string[] Options = ["run", "1", "2", "3", "--display", "json"];

    /// <summary>Makes the repository; nothing runs yet.</summary>
    /// <param name="limits">As in <see cref="SessionLab"/>.</param>
    /// <param name="pause">Seconds that agents and the reviewer rest in the middle of their work, so that conductors die meanwhile.</param>
    public Story(string limits = "", string pause = "0")
    {
        Lab = new SessionLab(limits, Settings.Replace("@PAUSE@", pause), (".taskmaster/tasks/tasks.json", List));
        File.WriteAllText(Path.Combine(Lab.Out, "work.sh"), Work.Replace("@OUT@", Lab.Out).Replace("@PAUSE@", pause));
    }

    /// <summary>Where it happens.</summary>
    public SessionLab Lab { get; }

    /// <summary>Starts the session, or takes it up where it has begun.</summary>
    /// <param name="failpoints">What the conductor meets, as <see cref="Engine.Host.Failpoint"/> reads it.</param>
    /// <param name="log">A file that takes the names of all places it comes by.</param>
    public TuttiRun Conduct(string? failpoints = null, string? log = null)
    {
        Set("TUTTI_FAILPOINTS", failpoints);
        Set("TUTTI_FAILPOINT_LOG", log);
        return Lab.Start(Begun ? ["resume", "--display", "json"] : Options);
    }

    /// <summary>The journal holds a first event.</summary>
    public bool Begun => Lab.Journaled() is not null;

    /// <summary>It has come to its end.</summary>
    public bool Ended => Lab.Journaled()?.EndedAt is not null;

    /// <summary>Asserts that everything is as if nothing had happened: same content, each attempt once, all told, nothing left over.</summary>
    public void AssertAsIfNothingHadHappened()
    {
        var state = Lab.Journaled()!;
        Assert.Single(Lab.Sessions, session => Lab.Journaled(session.Id) is not null);
        Assert.Equal((SessionStatus.Completed, 3), (state.Status, state.Count(TaskPhase.Done)));
        Assert.Equal("one\ntwo", Lab.Show("main", "three.txt"));
        Assert.Equal([".gitignore", ".taskmaster/tasks/tasks.json", ".tutti.yaml", "one.txt", "readme.md", "three.txt", "two.txt"], Lab.Tree("main"));

        // Three commits of the tasks' and a merge for each, once.
        Assert.Equal("6", Lab.Git("rev-list", "--count", $"{Lab.First}..main"));
        Assert.Equal(3, Lab.Git("log", "--format=%s", "--merges", $"{Lab.First}..main").Split('\n').Distinct().Count());
        AssertAttempts(state);
        var tasks = JsonNode.Parse(Lab.Read(".taskmaster/tasks/tasks.json"))!["master"]!["tasks"]!.AsArray();
        Assert.All(tasks, task => Assert.Equal("done", (string?)task!["status"]));

        // A hook that had run when the conductor died before it could write that down runs again: at least once is what can be promised.
        var hooks = Lab.Marks("hooks").ToLookup(line => line);
        Assert.Equal(["done", "end", "start"], hooks.Select(g => g.Key).Order(StringComparer.Ordinal));
        Assert.True(hooks["done"].Count() >= 3);
        Lab.Git("checkout", "-q", "--", ".taskmaster");
        Lab.AssertTidy();
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    // What is verified together with others as merged has no run of its own for that.
    private void AssertAttempts(SessionState state)
    {
        Assert.All(state.Tasks.Values, task => Assert.Equal(["develop", "verify", "review"], task.Attempts.Where(a => a.Stage != Stage.Land).Select(a => Word(a.Stage))));

        // Each has run, and exactly once; one that was ended because nothing followed from it any more may not have come to its mark.
        var marks = Lab.Marks().Order(StringComparer.Ordinal).ToList();
        var attempts = state.Tasks.Values.SelectMany(t => t.Attempts.Select(a => (a.Outcome, Mark: $"{t.Id} {a.Number} {Word(a.Stage)}"))).ToList();
        Assert.Equal(marks.Distinct(), marks);
        Assert.Empty(marks.Except(attempts.Select(a => a.Mark)));
        Assert.Empty(attempts.Where(a => a.Outcome != AttemptOutcome.Superseded).Select(a => a.Mark).Except(marks));
    }

    private static string Word(Stage stage) => stage.ToString().ToLowerInvariant();

    private void Set(string name, string? value)
    {
        if (value is null)
            Lab.Extra.Remove(name);
        else
            Lab.Extra[name] = value;
    }
}
