using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Support;

/// <summary>
/// A sealed place for whole sessions: a folder of the test's own with a home, a repository on <c>main</c>, and a folder
/// outside the repository in which agents leave marks. Nothing of the machine's git configuration counts in it.
/// </summary>
public sealed class SessionLab : IAsyncDisposable
{
    private const string DefaultLimits = "memory_per_agent: 1MB, min_free_disk: 1MB, backoff: 50ms, backoff_max: 200ms, grace: 500ms";

    private readonly List<TuttiRun> _runs = [];

    /// <summary>Makes the repository with one commit.</summary>
    /// <param name="limits">Further <c>limits</c>, as in a YAML flow mapping; one named here replaces the lab's own.</param>
    /// <param name="settings">Further lines of <c>.tutti.yaml</c>; <c>@OUT@</c> is <see cref="Out"/>.</param>
    /// <param name="files">Further files of the first commit, as path and text.</param>
    public SessionLab(string limits = "", string settings = "", params (string Path, string Text)[] files)
    {
        Folder = RealPath.Of(Directory.CreateTempSubdirectory("tutti-e2e-").FullName);
        Home = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;
        Out = Directory.CreateDirectory(Path.Combine(Folder, "out")).FullName;
        Top = Directory.CreateDirectory(Path.Combine(Folder, "repo")).FullName;
        Git("-c", "init.defaultBranch=main", "init", "-q");
        Git("config", "user.name", "Test");
        Git("config", "user.email", "test@example.com");
        Write("readme.md", "a repository\n");
        Write(".gitignore", "*.ignored\n.env\n");
        Settings(limits, settings);
        foreach (var (path, text) in files)
            Write(path, text);
        First = Commit("first");
    }

    /// <summary>Everything of the lab.</summary>
    public string Folder { get; }

    /// <summary>The user's home.</summary>
    public string Home { get; }

    /// <summary>Where agents leave marks; no git knows of it.</summary>
    public string Out { get; }

    /// <summary>The user's checkout.</summary>
    public string Top { get; }

    /// <summary>The commit before any session.</summary>
    public string First { get; }

    /// <summary>Where slots are made.</summary>
    public string Slots => Top + ".worktrees";

    /// <summary>Where sessions are kept.</summary>
    public string State => Path.Combine(Top, ".git", "tutti");

    /// <summary>Further variables of the user's environment, or others in place of the lab's.</summary>
    public Dictionary<string, string> Extra { get; } = [];

    /// <summary>All of the environment that a program of this lab gets.</summary>
    public Dictionary<string, string> Environment
    {
        get
        {
            var environment = HostEnvironment.Base("DOTNET_");
            foreach (var name in environment.Keys.Where(n => n.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
                environment.Remove(name);
            environment["HOME"] = Home;
            environment["LC_ALL"] = "C.UTF-8";
            environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
            environment["GIT_CONFIG_NOSYSTEM"] = "1";
            environment["TUTTI_TEST_TRIALS_ON_DISK"] = "1";
            foreach (var (name, value) in Extra)
                environment[name] = value;
            return environment;
        }
    }

    /// <summary>Writes <c>.tutti.yaml</c> anew, without committing it.</summary>
    public void Settings(string limits = "", string settings = "")
    {
        var said = limits.Split(',').Select(pair => pair.Split(':')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        var all = DefaultLimits.Split(", ").Where(pair => !said.Contains(pair.Split(':')[0])).Append(limits).Where(pair => pair.Length > 0);
        Write(".tutti.yaml", Marked($"agent: shell\nmin_tasks: 1\nlimits: {{ {string.Join(", ", all)} }}\n{settings}\n"));
    }

    /// <summary>Writes a plan beside the repository; <c>@OUT@</c> in it is <see cref="Out"/>.</summary>
    /// <returns>The file's path.</returns>
    public string Plan(string yaml, string name = "plan.yaml")
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, Marked(yaml));
        return path;
    }

    /// <summary>Runs a plan to its end.</summary>
    public Task<Ran> RunPlanAsync(string yaml, params string[] options) => StartPlan(yaml, options).EndAsync();

    /// <summary>Starts a run of a plan.</summary>
    public TuttiRun StartPlan(string yaml, params string[] options) => Start(["run", "--plan", Plan(yaml), "--display", "json", .. options]);

    /// <summary>Takes a session up and runs it to its end.</summary>
    public Task<Ran> ResumeAsync(params string[] options) => Start(["resume", "--display", "json", .. options]).EndAsync();

    /// <summary>Starts Tutti with a command line of its own.</summary>
    public TuttiRun Start(params string[] arguments)
    {
        var run = new TuttiRun(this, arguments, _runs.Count);
        _runs.Add(run);
        return run;
    }

    /// <summary>The sessions of the repository, newest first.</summary>
    public IReadOnlyList<SessionFolder> Sessions => SessionFolder.All(State);

    /// <summary>A session as its journal has it, while it is being written too.</summary>
    public SessionState? Journaled(string? id = null) =>
        Sessions.FirstOrDefault(s => id is null || s.Id == id) is { } folder ? JournalReading.Of(folder.Journal).State : null;

    /// <summary>Writes a file of the user's checkout.</summary>
    public void Write(string path, string text)
    {
        var full = Path.Combine(Top, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>A file of the user's checkout.</summary>
    public string Read(string path) => File.ReadAllText(Path.Combine(Top, path));

    /// <summary>Commits everything in the user's checkout, as the user.</summary>
    /// <returns>The commit.</returns>
    public string Commit(string message)
    {
        Git("add", "-A");
        Git("commit", "-q", "-m", message);
        return Git("rev-parse", "HEAD");
    }

    /// <summary>Runs git in the user's checkout, as the user would; the test fails when git does.</summary>
    public string Git(params string[] arguments) => GitIn(Top, arguments);

    /// <summary>Runs git in a folder of the lab.</summary>
    public string GitIn(string folder, params string[] arguments)
    {
        var result = TryGit(folder, arguments);
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Error}");
        return result.Text;
    }

    /// <summary>Runs git in a folder of the lab, whatever comes of it.</summary>
    public CommandResult TryGit(string folder, params string[] arguments) => Run(folder, "git", arguments);

    /// <summary>Runs a program in a folder of the lab to its end.</summary>
    public CommandResult Run(string folder, string program, params string[] arguments) =>
        CommandRunner.RunAsync(new Command(program, arguments, folder) { Environment = Environment, Limit = Waits.Patience }).GetAwaiter().GetResult();

    /// <summary>Runs a program that this machine may lack; 127 where it does.</summary>
    public CommandResult TryRun(string program, params string[] arguments) => Run(Folder, "sh", ["-c", "exec \"$@\"", "sh", program, .. arguments]);

    /// <summary>Lets a file be run.</summary>
    public void MakeExecutable(string file)
    {
        var result = Run(Folder, "chmod", "700", file);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    /// <summary>Short names of branches that begin with a prefix.</summary>
    public string[] Branches(string prefix = "") =>
        Git("for-each-ref", "--format=%(refname:short)", $"refs/heads/{prefix}").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The text of a file at a commit.</summary>
    public string Show(string commit, string path) => Git("show", $"{commit}:{path}");

    /// <summary>Paths of all files at a commit.</summary>
    public string[] Tree(string commit) => Git("ls-tree", "-r", "--name-only", commit).Split('\n');

    /// <summary>The lines agents wrote to a file in <see cref="Out"/>; none where there is no such file.</summary>
    public string[] Marks(string name = "log")
    {
        var path = Path.Combine(Out, name);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    /// <summary>Lets an agent go on that waits for a file in <see cref="Out"/>.</summary>
    public void Mark(string name) => File.WriteAllText(Path.Combine(Out, name), "");

    /// <summary>Processes of any attempt of this lab that still live.</summary>
    public IReadOnlyList<Leftover> Processes() => Leftovers.Find(State, _ => false);

    /// <summary>What was started in the background (<c>--detach</c>), of all sessions.</summary>
    public IReadOnlyList<AttemptFolder> Conductors() =>
        [.. Sessions.SelectMany(s => Directory.EnumerateDirectories(s.Path, "conductor-*")).Select(path => new AttemptFolder(path))];

    /// <summary>Kills a process of this lab.</summary>
    public void Kill(int pid) => Run(Folder, "sh", "-c", $"kill -9 {pid}");

    /// <summary>Kills every attempt with all that it has started, as a fallen machine does, and waits until they are gone.</summary>
    public async Task KillAttemptsAsync()
    {
        foreach (var process in Processes())
            Kill(process.Pid);
        await Waits.UntilAsync("nothing runs any more", () => Processes().Count == 0);
    }

    /// <summary>Asserts that a session left nothing behind that it made for itself only, and a repository that is whole.</summary>
    public void AssertTidy()
    {
        Assert.Equal(["main"], Branches());
        Assert.Empty(Processes());
        Assert.Equal("", Git("status", "--porcelain"));
        Assert.DoesNotContain("missing", Git("fsck", "--connectivity-only"));
        foreach (var slot in Directory.Exists(Slots) ? Directory.EnumerateDirectories(Slots, "wt-*") : [])
            Assert.Equal("", GitIn(slot, "status", "--porcelain"));
    }

    /// <summary>Ends what still runs and removes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync();
        foreach (var folder in Conductors().Concat(Processes().Select(process => process.Folder)))
            await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
        KeepJournals();
        Directory.Delete(Folder, recursive: true);
    }

    // Golden journals are made of these: see tests/Tutti.Tests/GoldenJournals.
    private void KeepJournals()
    {
        if (System.Environment.GetEnvironmentVariable("TUTTI_GOLDEN") is not { Length: > 0 } folder)
            return;
        var test = TestContext.Current.Test?.TestDisplayName.Split('(')[0].Split('.')[^1] ?? "unknown";
        foreach (var session in Sessions.Where(s => File.Exists(s.Journal)))
            File.Copy(session.Journal, Path.Combine(folder, $"{test}-{Path.GetFileName(Folder)}-{session.Id[^3..]}.jsonl"), overwrite: true);
    }

    private string Marked(string text) => text.Replace("@OUT@", Out);
}
