using Tutti.Core;

namespace Tutti.Engine.Processes.Sandbox;

/// <summary>Runs attempts inside bubblewrap (Debian's package <c>bubblewrap</c>): namespaces of the kernel, no daemon and no root.</summary>
public static class Bubblewrap
{
    private const string Program = "bwrap";
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    // Private, and empty at the start: what one agent leaves there is no other's business.
    private static readonly string[] Private = ["/tmp", "/var/tmp"];

    /// <summary>The same command, kept in. The shim stays outside, so that it can write the exit down and be found by its pid.</summary>
    public static AttemptCommand Wrap(AttemptCommand command, SandboxPlan plan) =>
        command with { Program = Program, Arguments = [.. Arguments(plan), "--", command.Program, .. command.Arguments] };

    /// <summary>Bubblewrap's arguments, without the command: later ones stand over earlier ones.</summary>
    internal static List<string> Arguments(SandboxPlan plan)
    {
        // With its parent: the shim. A namespace of its own for processes: nothing outlives the agent, whatever it detaches.
        List<string> arguments = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
        if (!plan.Network)
            arguments.Add("--unshare-net");
        foreach (var path in Private.Where(Directory.Exists))
            arguments.AddRange(["--tmpfs", path]);
        // What is needed and lies below a private folder is put back before anything is hidden in it.
        foreach (var path in plan.Fixed.Where(path => Private.Any(top => IsBelow(path, top))))
            arguments.AddRange(["--ro-bind-try", path, path]);
        foreach (var path in plan.Hidden.Where(Path.Exists).OrderBy(path => path.Length))
            arguments.AddRange(Directory.Exists(path) ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]);
        foreach (var path in plan.Writable.Append(plan.Slot).Where(Path.Exists).OrderBy(path => path.Length))
            arguments.AddRange(["--bind", path, path]);
        foreach (var path in plan.Fixed.Where(path => plan.Writable.Append(plan.Slot).Any(top => IsBelow(path, top))))
            arguments.AddRange(["--ro-bind-try", path, path]);
        foreach (var (name, value) in plan.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            arguments.AddRange(["--setenv", name, value]);
        return [.. arguments, "--chdir", plan.Slot];
    }

    /// <summary>Why nothing can be kept in here; null where it can. Tries it once.</summary>
    public static async Task<Failure?> ProbeAsync(CancellationToken cancellation)
    {
        if (ProgramPath.Find(Program) is not { } path)
            return Unavailable("bubblewrap is not installed", "apt-get install bubblewrap, or set 'sandbox: none'");
        var trial = new Command(path, ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--unshare-ipc", "true"], "/")
        {
            Environment = HostEnvironment.Base(),
            Limit = ProbeLimit,
            OutputLimit = 16 * 1024,
        };
        var result = await CommandRunner.RunAsync(trial, cancellation);
        return result is { ExitCode: 0, TimedOut: false }
            ? null
            : Unavailable($"bubblewrap does not work here: {result.Error.Trim()}", "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or a profile for bwrap), or set 'sandbox: none'");
    }

    /// <summary>The failure of an attempt whose sandbox could not be built; null where it was not that.</summary>
    /// <param name="folder">The attempt's.</param>
    /// <param name="exit">How it ended.</param>
    public static Failure? Broken(AttemptFolder folder, AttemptExit exit) =>
        exit is { Cause: ExitCause.Exited, Code: 1 } && OutputTail.Read(folder.Stderr).Split('\n') is [.., var last] && last.StartsWith("bwrap: ", StringComparison.Ordinal)
            ? new Failure(FailureCategory.Environment, FailureCode.SandboxFailed, $"the sandbox could not be built: {last}", "'tutti doctor' tries it; 'sandbox: none' does without")
            : null;

    private static bool IsBelow(string path, string top) => path.StartsWith(top.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static Failure Unavailable(string what, string hint) => new(FailureCategory.Environment, "sandbox_unavailable", $"'sandbox: bwrap' is configured, but {what}", hint);
}
