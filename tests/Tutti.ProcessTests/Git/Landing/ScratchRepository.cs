using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>A real repository in a temporary folder, with an identity of its own; deleted afterwards.</summary>
public sealed class ScratchRepository : IDisposable
{
    public ScratchRepository()
    {
        Root = Directory.CreateTempSubdirectory("tutti-landing-").FullName;
        Top = Path.Combine(Root, "repo");
        Directory.CreateDirectory(Top);
        Git("-c", "init.defaultBranch=main", "init", "-q");
        Git("config", "user.name", "Ada Lovelace");
        Git("config", "user.email", "ada@example.org");
        Git("config", "commit.gpgsign", "false");
    }

    /// <summary>Everything of this test lies below.</summary>
    public string Root { get; }

    /// <summary>The user's checkout.</summary>
    public string Top { get; }

    public string Common => Path.Combine(Top, ".git");

    public string State => Path.Combine(Common, "tutti");

    /// <summary>Runs git in the user's checkout as the user would: with hooks, filters and configuration.</summary>
    public string Git(params string[] arguments) => GitIn(Top, arguments);

    public string GitIn(string folder, params string[] arguments)
    {
        var (code, output, error) = TryGitIn(folder, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {code} {error}{output}");
    }

    /// <summary>
    /// The same, however it ends. Not through <see cref="GitCommand"/>, whose guards a user's git does not have, and with a shell in between: a child of
    /// this process would count as Tutti's own, which a landing does not wait for.
    /// </summary>
    public (int Code, string Output, string Error) TryGitIn(string folder, params string[] arguments)
    {
        var environment = HostEnvironment.Base();
        environment["LC_ALL"] = "C";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        var result = CommandRunner.RunAsync(new Command("sh", ["-c", "git \"$@\"; exit", "sh", .. arguments], folder) { Environment = environment }).GetAwaiter().GetResult();
        return (result.ExitCode, result.Text, result.Error);
    }

    /// <summary>Writes files below a folder (the user's checkout by default); null content deletes.</summary>
    public void Write(params (string Path, string? Content)[] files) => WriteIn(Top, files);

    public static void WriteIn(string folder, params (string Path, string? Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (content is null)
                File.Delete(full);
            else
                File.WriteAllText(full, content);
        }
    }

    /// <summary>Writes files in the user's checkout, commits everything, and gives the commit.</summary>
    public string Commit(string message, params (string Path, string? Content)[] files)
    {
        Write(files);
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "--no-verify", "-m", message);
        return Head();
    }

    /// <summary>A commit on top of another, made on a branch of its own, with the checkout back where it was afterwards.</summary>
    public string CommitOn(string parent, string message, params (string Path, string? Content)[] files)
    {
        var back = Git("symbolic-ref", "--short", "HEAD");
        Git("checkout", "-q", "--detach", parent);
        var commit = Commit(message, files);
        Git("checkout", "-q", back);
        return commit;
    }

    /// <summary>A commit that adds one file to its parent, made without touching any checkout or index.</summary>
    public string CommitObject(string parent, string message, string path, string content)
    {
        var index = Path.Combine(Root, $"index-{Guid.NewGuid():n}");
        string Plumb(params string[] arguments) => GitCommand.RunAsync(
            Common, arguments, content, new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = index }).GetAwaiter().GetResult();
        Plumb("read-tree", parent);
        Plumb("update-index", "--add", "--cacheinfo", $"100644,{Plumb("hash-object", "-w", "--stdin")},{path}");
        return Plumb("commit-tree", Plumb("write-tree"), "-p", parent, "-m", message);
    }

    public string Head(string of = "HEAD") => Git("rev-parse", "--verify", of);

    public string? Ref(string name) => TryGitIn(Top, "rev-parse", "--verify", "-q", name) is { Code: 0, Output: var id } ? id : null;

    /// <summary>A linked worktree on a new branch at a commit, as the pool makes its slots.</summary>
    public string AddSlot(string name, string branch, string commit)
    {
        var path = Path.Combine(Root, "repo.worktrees", name);
        Git("worktree", "add", "-q", "--no-track", "-b", branch, path, commit);
        return path;
    }

    public Task<ControlRepository> ControlAsync() => ControlRepository.OpenAsync(Common, State, Top);

    /// <summary>A script that leaves a marker when it runs, and the marker.</summary>
    public (string Script, string Marker) Trap()
    {
        var marker = Path.Combine(Root, $"ran-{Guid.NewGuid():n}");
        var script = Path.Combine(Root, $"trap-{Guid.NewGuid():n}.sh");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$0 $*\" >> '{marker}'\nexit 0\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return (script, marker);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
