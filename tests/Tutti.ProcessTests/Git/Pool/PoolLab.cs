using System.Diagnostics;
using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Git.Pool;

/// <summary>A folder of the test's own with a real repository in it, two commits on <c>main</c>, and the user's uncommitted work.</summary>
public sealed class PoolLab : IDisposable
{
    public PoolLab(string name = "repo")
    {
        Folder = RealPath.Of(Directory.CreateTempSubdirectory("tutti-pool-").FullName);
        Top = Path.Combine(Folder, name);
        Directory.CreateDirectory(Top);
        Git(Top, "-c", "init.defaultBranch=main", "init", "-q");
        Git(Top, "config", "user.name", "Test");
        Git(Top, "config", "user.email", "test@example.com");
        Write(Top, "a.txt", "one\n");
        Write(Top, "src/b.txt", "two\n");
        Write(Top, ".gitignore", ".env*\ncache/\n");
        First = Commit(Top, "first");
        Write(Top, "a.txt", "one\nmore\n");
        Write(Top, "new.txt", "new\n");
        Second = Commit(Top, "second");
    }

    public string Folder { get; }
    public string Top { get; }
    public string First { get; }
    public string Second { get; }
    public string Root => Top + ".worktrees";

    /// <summary>Where git is, for scripts that stand in front of it.</summary>
    public static string RealGit => ProgramPath.Find("git")!;

    /// <summary>Kills a process this test has started, if it still runs.</summary>
    public static void End(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    public static LeaseOwner Owner(string task, string session = "2026-01-31-001") => LeaseOwner.Current(session, task);

    /// <summary>The owner's conductor is gone: the pid is taken by another process, or by none.</summary>
    public static LeaseOwner DeadOwner(string task, string session = "2026-01-30-001") => LeaseOwner.Current(session, task) with { Started = 1 };

    public SlotPool Pool(int size = 8, string? root = null, Func<string, bool>? live = null) =>
        SlotPool.Open(Repository.Discover(Top), new PoolOptions(new WorktreeSettings(root, size)) { SessionIsLive = live ?? (_ => false) });

    public static void Write(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public static string Commit(string folder, string message)
    {
        Git(folder, "add", "-A");
        Git(folder, "commit", "-q", "-m", message);
        return Git(folder, "rev-parse", "HEAD");
    }

    /// <summary>Runs git as a user would, without Tutti's door; fails the test when git does.</summary>
    public static string Git(string folder, params string[] arguments)
    {
        var (code, output, error) = TryGit(folder, arguments);
        Assert.True(code == 0, $"git {string.Join(' ', arguments)}: {error}");
        return output.TrimEnd('\n');
    }

    public static (int Code, string Output, string Error) TryGit(string folder, params string[] arguments)
    {
        var info = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        // The machine's own configuration has no say in a test.
        info.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        info.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Everything of the user's checkout that must not change: HEAD, branch, index and files.</summary>
    public string UserState() =>
        string.Join('\n', Git(Top, "rev-parse", "HEAD"), Git(Top, "symbolic-ref", "HEAD"), Git(Top, "status", "--porcelain"), Git(Top, "diff"), Git(Top, "stash", "list"));

    /// <summary>Asserts that a slot's tree is exactly a commit: nothing modified, staged or untracked.</summary>
    public static void AssertExactly(SlotLease lease, string commit)
    {
        Assert.Equal(commit, Git(lease.Path, "rev-parse", "HEAD"));
        Assert.Equal($"refs/heads/{lease.Branch}", Git(lease.Path, "symbolic-ref", "HEAD"));
        Assert.Equal("", Git(lease.Path, "status", "--porcelain", "--untracked-files=all"));
        Assert.Equal("", Git(lease.Path, "diff", commit));
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
    }
}
