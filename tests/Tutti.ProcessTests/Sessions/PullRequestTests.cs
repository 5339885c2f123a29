using System.Text.Json;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary><c>land: pr</c>, against a bare repository as the remote and a stand-in for <c>gh</c> that keeps its requests in a folder.</summary>
public sealed class PullRequestTests : IAsyncDisposable
{
    private const string Plan = """
        verify: ["true"]
        tasks:
          - { id: a, title: A, run: "echo a > a.txt" }
          - { id: b, title: B, run: "echo b > b.txt", depends_on: [a] }
        """;

    // What it is told is a line of its log; `list` answers what `create` has made, which needs the branch to be pushed.
    private const string Stand = """
        #!/bin/sh
        D=@GH@
        printf '%s\n' "$*" >> "$D/log"
        env | sort > "$D/env"
        [ -e "$D/signed-out" ] && { echo 'To get started with GitHub CLI, please run:  gh auth login' >&2; exit 4; }
        [ -e "$D/broken" ] && { echo 'HTTP 502' >&2; exit 1; }
        case "$2" in
          list) if [ -e "$D/url" ]; then printf '[{"url":"%s"}]\n' "$(cat "$D/url")"; else echo '[]'; fi ;;
          create)
            while [ $# -gt 0 ]; do
              case "$1" in --head) head=$2 ;; --body-file) cp "$2" "$D/body" ;; --title) printf '%s' "$2" > "$D/title" ;; --base) printf '%s' "$2" > "$D/base" ;; esac
              shift
            done
            git --git-dir=@REMOTE@ rev-parse --verify -q "refs/heads/$head" > "$D/head" || { echo 'no such branch' >&2; exit 1; }
            echo https://github.example/o/r/pull/7 > "$D/url"
            [ -e "$D/dies" ] && { rm "$D/dies"; kill -9 $PPID; sleep 1; }
            echo 'a note'; cat "$D/url" ;;
        esac
        """;

    private readonly SessionLab _lab;
    private readonly string _gh;
    private readonly string _remote;

    public PullRequestTests()
    {
        _lab = new SessionLab(settings: "land: pr");
        _gh = Directory.CreateDirectory(Path.Combine(_lab.Folder, "gh")).FullName;
        _remote = Path.Combine(_lab.Folder, "remote.git");
        _lab.Git("init", "-q", "--bare", _remote);
        _lab.Git("remote", "add", "origin", _remote);
        _lab.Git("push", "-q", "origin", "main");
        var program = Path.Combine(_gh, "gh");
        File.WriteAllText(program, Stand.Replace("@GH@", _gh).Replace("@REMOTE@", _remote));
        _lab.MakeExecutable(program);
        _lab.Extra["PATH"] = $"{_gh}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private string Log(string name) => File.ReadAllText(Path.Combine(_gh, name));

    private void Set(string name) => File.WriteAllText(Path.Combine(_gh, name), "");

    private void Unset(string name) => File.Delete(Path.Combine(_gh, name));

    private int Count(string word) => Log("log").Split('\n').Count(line => line.StartsWith($"pr {word} ", StringComparison.Ordinal));

    [Fact]
    public async Task Verified_work_is_pushed_and_a_pull_request_opened_with_the_report()
    {
        _lab.Extra["GH_TOKEN"] = "gho_0123456789abcdef";
        _lab.Extra["UNRELATED"] = "value";
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        var branch = $"tutti/{ran.State.Id}";
        Assert.Equal(_lab.Git("rev-parse", branch), _lab.GitIn(_remote, "rev-parse", branch));
        Assert.Equal(_lab.First, _lab.Git("rev-parse", "main"));
        Assert.Equal(_lab.First, _lab.GitIn(_remote, "rev-parse", "main"));
        Assert.Equal(("main", ran.State.Landing.Tip), (Log("base"), Log("head").Trim()));
        Assert.Equal($"2 tasks of session {ran.State.Id}", Log("title"));
        Assert.Contains("**a** A", Log("body"));
        Assert.DoesNotContain(_lab.Top, Log("body"));
        Assert.Contains("GH_TOKEN=gho_0123456789abcdef", Log("env"));
        Assert.DoesNotContain("UNRELATED", Log("env"));

        var opened = Assert.Single(ran.Of("pull_request.opened"));
        Assert.Equal("https://github.example/o/r/pull/7", (string?)opened["data"]!["url"]);
        Assert.Contains("https://github.example/o/r/pull/7", ran.State.Ending!.Reason!.Message);
        Assert.DoesNotContain("gho_0123456789abcdef", File.ReadAllText(_lab.Sessions[0].Journal));
        var status = JsonDocument.Parse(Tutti(0, "status", "--json")).RootElement.GetProperty("session");
        Assert.Equal("https://github.example/o/r/pull/7", status.GetProperty("pull_request").GetString());
        Assert.Contains("pull/7", Tutti(0, "status"));
        Assert.Contains("pull/7", Tutti(0, "report"));

        // A resume finds it, and asks nobody for another.
        (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal(1, Count("create"));

        // The work can still be landed here.
        (await _lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
        _lab.AssertTidy();
    }

    [Fact]
    public async Task One_that_is_open_after_a_crash_is_found_and_not_opened_twice()
    {
        Set("dies");
        await _lab.RunPlanAsync(Plan);
        Assert.Null(_lab.Journaled()!.EndedAt);
        var ran = (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal((1, "https://github.example/o/r/pull/7"), (Count("create"), ran.State.Landing.PullRequest!.Url));
    }

    [Theory]
    [InlineData("signed-out", "gh_not_signed_in")]
    [InlineData("broken", "gh_failed")]
    public async Task What_gh_refuses_leaves_the_work_on_the_integration_branch_and_a_resume_tries_again(string how, string code)
    {
        Set(how);
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        Assert.Equal(code, ran.State.Ending!.Reason!.Code);
        Assert.Contains("tutti resume", ran.State.Ending.Reason.Hint);
        Assert.Equal(ran.State.Landing.Tip, _lab.Git("rev-parse", $"tutti/{ran.State.Id}"));
        Assert.Equal("main", _lab.GitIn(_remote, "for-each-ref", "--format=%(refname:short)"));
        Unset(how);
        ran = (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal(Core.Landing.PullRequest.Open, ran.State.Ending!.Reason!.Code);
        Assert.NotNull(ran.State.Landing.PullRequest!.Url);
    }

    [Fact]
    public async Task Without_gh_or_remote_it_is_said_before_and_after_and_the_work_still_lands_here()
    {
        Unset("gh");
        // Nothing of this machine's PATH but a folder with git and a shell in it.
        var tools = Directory.CreateDirectory(Path.Combine(_lab.Folder, "tools")).FullName;
        foreach (var folder in Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists))
        {
            foreach (var program in Directory.EnumerateFiles(folder).Where(p => Path.GetFileName(p) != "gh" && !Path.Exists(Path.Combine(tools, Path.GetFileName(p)))))
                File.CreateSymbolicLink(Path.Combine(tools, Path.GetFileName(program)), program);
        }

        _lab.Extra["PATH"] = tools;
        _lab.Git("remote", "remove", "origin");
        Assert.Contains("gh_missing", Tutti(0, "doctor", "--json"));
        Assert.Contains("no_remote", Tutti(0, "doctor", "--json"));
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        Assert.Contains("not on the PATH", ran.Stderr);
        Assert.Equal("gh_missing", ran.State.Ending!.Reason!.Code);
        (await _lab.Start("merge", "automatic", "--display", "json").EndAsync()).Exits(0).Has(TaskPhase.Done, "a", "b");
    }

    [Fact]
    public async Task A_remote_that_is_not_there_or_refuses_is_a_clear_failure()
    {
        _lab.Git("remote", "rename", "origin", "elsewhere");
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        Assert.Equal("no_remote", ran.State.Ending!.Reason!.Code);

        // The upstream of the target counts, under the name it has there.
        _lab.Git("config", "branch.main.remote", "elsewhere");
        _lab.Git("config", "branch.main.merge", "refs/heads/trunk");
        var hook = Path.Combine(_remote, "hooks", "pre-receive");
        File.WriteAllText(hook, "#!/bin/sh\necho protected >&2\nexit 1\n");
        _lab.MakeExecutable(hook);
        ran = (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal("push_refused", ran.State.Ending!.Reason!.Code);
        Assert.Contains("pre-receive hook declined", ran.State.Ending.Reason.Message);
        Assert.Equal(0, Count("create"));

        File.Delete(hook);
        (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal("trunk", Log("base"));
    }

    [Fact]
    public async Task A_branch_that_somebody_pushed_to_is_never_forced()
    {
        Set("broken");
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        var theirs = _lab.Git("commit-tree", "-p", _lab.First, "-m", "theirs", "main^{tree}");
        _lab.Git("push", "-q", "origin", $"{theirs}:refs/heads/tutti/{ran.State.Id}");
        Unset("broken");
        ran = (await _lab.ResumeAsync()).Exits(4);
        Assert.Equal("push_refused", ran.State.Ending!.Reason!.Code);
        Assert.Equal(theirs, _lab.GitIn(_remote, "rev-parse", $"tutti/{ran.State.Id}"));
    }

    [Fact]
    public async Task Hooks_of_the_users_do_not_run_at_the_push()
    {
        var hook = Path.Combine(_lab.Top, ".git", "hooks", "pre-push");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, $"#!/bin/sh\n: > {_lab.Out}/ran\nexit 1\n");
        _lab.MakeExecutable(hook);
        var ran = (await _lab.RunPlanAsync(Plan)).Exits(4);
        Assert.NotNull(ran.State.Landing.PullRequest!.Url);
        Assert.False(File.Exists(Path.Combine(_lab.Out, "ran")));
    }

    [Fact]
    public void A_single_task_has_no_pull_request_of_its_own()
    {
        var plan = _lab.Plan("tasks:\n  - { id: a, title: A, land: pr, run: \"true\" }\n");
        var ran = _lab.Run(_lab.Top, TuttiRun.Program, "run", "--plan", plan);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("is of a whole session", ran.Error);
    }

    private string Tutti(int code, params string[] arguments)
    {
        var ran = _lab.Run(_lab.Top, TuttiRun.Program, arguments);
        Assert.True(ran.ExitCode == code, ran.Error + ran.Text);
        return ran.Text;
    }
}
