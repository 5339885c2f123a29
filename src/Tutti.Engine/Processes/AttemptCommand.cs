using Tutti.Core.Session;

namespace Tutti.Engine.Processes;

/// <summary>What one attempt runs: the whole of it, nothing is inherited.</summary>
/// <param name="Program">Name found on the PATH of <paramref name="Environment"/>, or a path; never a shell builtin.</param>
/// <param name="Arguments">Passed as they are; no shell reads them. One argument holds at most 128 KiB on Linux: give long prompts by file.</param>
/// <param name="Directory">Working folder, absolute; must exist.</param>
/// <param name="Environment">
/// All variables of the program, among them <see cref="AttemptMarks.Nonce"/>. Names must be what a shell accepts; others
/// do not get through it.
/// </param>
/// <param name="StandardInput">File the program reads as stdin, absolute; null is <c>/dev/null</c>.</param>
public sealed record AttemptCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    string Directory,
    IReadOnlyDictionary<string, string> Environment,
    string? StandardInput = null);

/// <summary>The shim's process of one attempt, so that it is never taken for another one (pids are reused).</summary>
/// <param name="Pid">Process id, also its session and process group; 0 for an attempt ended before it started.</param>
/// <param name="Started">Start time as the system tells it: clock ticks since boot on Linux, <c>ps -o lstart=</c> on macOS. Only ever compared.</param>
/// <param name="Boot">Id of the boot the process belongs to.</param>
/// <param name="Space">Id of the pid namespace on Linux, since a container shares the boot id of its host; otherwise empty.</param>
/// <param name="Nonce">The attempt's unique mark in the environment of all its processes.</param>
public sealed record ProcessIdentity(int Pid, string Started, string Boot, string Space = "", string Nonce = "")
{
    /// <summary>The three that the journal keeps.</summary>
    public ProcessRef ToRef() => new(Pid, Started, Boot);
}

/// <summary>Why an attempt is over.</summary>
public enum ExitCause
{
    /// <summary>By itself, or by a signal from elsewhere.</summary>
    Exited,

    /// <summary>Ended by Tutti at the limit of the attempt.</summary>
    TimedOut,

    /// <summary>Ended by Tutti because it printed nothing for too long.</summary>
    Stalled,

    /// <summary>Gone without a trace: shim killed, machine restarted, or its folder removed.</summary>
    Lost,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Code">Exit code, 128 + n for signal n as shells have it; null where nobody saw it.</param>
/// <param name="Signal">The signal that ended it, judged by the code (see <c>shim.sh</c>); null otherwise.</param>
/// <param name="At">When, to the millisecond where the file's own time still says so, else to the second.</param>
/// <param name="Cause">Why.</param>
public sealed record AttemptExit(int? Code, int? Signal, DateTimeOffset At, ExitCause Cause)
{
    /// <summary>True for an exit by itself with code 0.</summary>
    public bool Succeeded => Cause == ExitCause.Exited && Code == 0;

    /// <summary>As the context of a failure: <c>end=exited; exit_code=137; signal=9</c>, without what is not known.</summary>
    public string Facts =>
        $"end={Cause.ToString().ToLowerInvariant()}{(Code is { } code ? $"; exit_code={code}" : "")}{(Signal is { } signal ? $"; signal={signal}" : "")}";
}

/// <summary>What can be known about an attempt at a moment (PITFALLS P8: alive, dead and unknown are three things).</summary>
public abstract record AttemptLife
{
    private AttemptLife()
    {
    }

    /// <summary>No process has claimed it yet.</summary>
    public sealed record NotStarted : AttemptLife;

    /// <summary>The very process that was started is running.</summary>
    public sealed record Alive(ProcessIdentity Identity) : AttemptLife;

    /// <summary>Ended, and its exit was written down.</summary>
    public sealed record Exited(AttemptExit Exit) : AttemptLife;

    /// <summary>Its process is gone (or another one has its pid, or the machine was restarted) and left no exit.</summary>
    public sealed record Dead : AttemptLife;

    /// <summary>Cannot be judged from here, for example because it runs in another container.</summary>
    public sealed record Unknown(string Reason) : AttemptLife;
}
