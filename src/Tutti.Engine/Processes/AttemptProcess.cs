using System.ComponentModel;
using System.Diagnostics;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>
/// Starts, finds, watches and ends the processes of attempts. Everything is said by the attempt's folder and the system's
/// process table, so a conductor that comes later knows as much as the one that started it.
/// </summary>
public static partial class AttemptProcess
{
    // A start takes 2 ms; a machine that swaps may take its time. Beyond this nobody can tell what happened.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    // Between creating process.json and its line being in it lie microseconds; older than this, its writer is dead.
    private static readonly TimeSpan TornLimit = TimeSpan.FromSeconds(2);

    private static readonly Lazy<string> Shim = new(ReadShim);

    /// <summary>
    /// Starts an attempt unless it has been started before, by whomever; then it returns the process of that start. The
    /// agent runs on when this program dies, and holds nothing of its.
    /// </summary>
    /// <param name="folder">Where everything is written; created if missing.</param>
    /// <param name="command">What runs.</param>
    /// <param name="cancellation">Stops waiting for the shim; the attempt may or may not have started, which <see cref="Probe"/> tells.</param>
    /// <exception cref="FailureException">The shim cannot be started or cannot write to the folder; the agent has not run.</exception>
    /// <exception cref="IOException">The disk is full, read-only or broken (<see cref="DiskTrouble"/>); the agent has not run.</exception>
    public static async Task<ProcessIdentity> StartAsync(AttemptFolder folder, AttemptCommand command, CancellationToken cancellation = default)
    {
        if (!AttemptMarks.IsNonce(command.Environment.GetValueOrDefault(AttemptMarks.Nonce, "")))
            throw new ArgumentException($"an attempt's environment needs a {AttemptMarks.Nonce} of letters and digits", nameof(command));
        if (ReadIdentity(folder) is { } earlier)
            return earlier;
        Prepare(folder, command);
        Failpoint.At("attempt.start");
        using var process = Spawn(folder, command);
        Failpoint.At("attempt.spawned");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            // The shim closes the pipe once process.json stands; until then its complaints come this way.
            var complaint = await process.StandardError.ReadToEndAsync(limit.Token);
            if (await IdentityAsync(folder, limit.Token) is not { } identity)
            {
                DiskTrouble.ThrowIfSaid(complaint);
                throw new FailureException(NotStarted(complaint.Trim()));
            }

            Failpoint.At("attempt.known");
            return identity;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new FailureException(NotStarted($"its shim did not answer within {StartLimit.TotalSeconds} s"));
        }
    }

    /// <summary>What can be known about an attempt right now; costs a few small reads.</summary>
    public static AttemptLife Probe(AttemptFolder folder)
    {
        if (ExitNote.Read(folder) is { } exit)
            return new AttemptLife.Exited(exit);
        if (ReadIdentity(folder) is not { } identity)
            return Unclaimed(folder);
        if (identity.Boot == Machine.Boot && identity.Space != Machine.Space)
            return new AttemptLife.Unknown("it was started in another container, whose processes cannot be seen from here");
        if (ProcessTable.IsSame(identity))
            return new AttemptLife.Alive(identity);

        // The exit is written before the process goes; between the first look and now both may have happened.
        return ExitNote.Read(folder) is { } late ? new AttemptLife.Exited(late) : new AttemptLife.Dead();
    }

    private static AttemptLife Unclaimed(AttemptFolder folder)
    {
        var claim = new FileInfo(folder.Process);
        if (!claim.Exists)
            return new AttemptLife.NotStarted();
        return DateTime.UtcNow - claim.LastWriteTimeUtc < TornLimit
            ? new AttemptLife.Unknown("its start is being written down at this moment")
            : new AttemptLife.Dead();
    }

    private static ProcessIdentity? ReadIdentity(AttemptFolder folder) => AttemptJson.Read(folder.Process, AttemptJson.Default.ProcessIdentity);

    // Another start may have claimed the attempt an instant ago and not have written its line yet.
    private static async Task<ProcessIdentity?> IdentityAsync(AttemptFolder folder, CancellationToken cancellation)
    {
        for (var waited = Stopwatch.StartNew(); File.Exists(folder.Process) && waited.Elapsed < TornLimit; await Task.Delay(2, cancellation))
        {
            if (ReadIdentity(folder) is { } identity)
                return identity;
        }

        return null;
    }

    private static void Prepare(AttemptFolder folder, AttemptCommand command)
    {
        try
        {
            folder.Create();
            if (!File.Exists(folder.Request))
                folder.WriteRequest(command);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && DiskTrouble.Of(e) is null)
        {
            throw new FailureException(NotStarted(e.Message), e);
        }
    }

    private static Process Spawn(AttemptFolder folder, AttemptCommand command)
    {
        ChildSignals.Default();

        // All three redirected: .NET then leaves the terminal's settings alone. The shim lets go of the pipes at once.
        var info = new ProcessStartInfo
        {
            WorkingDirectory = command.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (program, arguments) = SessionLeader();
        info.FileName = program;
        string[] all =
        [
            .. arguments, "/bin/sh", "-c", Shim.Value, "tutti-attempt",
            folder.Path, command.StandardInput ?? "/dev/null", Machine.Boot, Machine.Space, command.Program, .. command.Arguments,
        ];
        foreach (var argument in all)
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;
        try
        {
            return Process.Start(info)!;
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            DiskTrouble.ThrowIfExhausted(e);
            var missing = Directory.Exists(command.Directory) ? "" : $" (the folder {command.Directory} does not exist)";
            throw new FailureException(NotStarted(e.Message + missing), e);
        }
    }

    // macOS has no setsid program, but perl comes with it.
    private static (string Program, string[] Arguments) SessionLeader() =>
        ProgramPath.Find("setsid") is { } setsid
            ? (setsid, [])
            : ("/usr/bin/perl", ["-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV or die"]);

    private static Failure NotStarted(string why) =>
        new(FailureCategory.Environment, AgentFailure.NotStarted, $"the attempt could not be started: {why}", "see the reason");

    // Comments stay in the file, so that nobody meets them in the list of processes.
    private static string ReadShim()
    {
        using var stream = typeof(AttemptProcess).Assembly.GetManifestResourceStream("Tutti.Engine.Processes.shim.sh")!;
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && !line.TrimStart().StartsWith('#')));
    }
}
