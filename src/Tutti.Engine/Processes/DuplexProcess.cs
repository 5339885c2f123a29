using System.ComponentModel;
using System.Diagnostics;
using Tutti.Core;

namespace Tutti.Engine.Processes;

/// <summary>A child one talks with over its stdin and stdout for as long as it works; its stderr is this program's, or nobody's. Disposing ends its tree.</summary>
public sealed class DuplexProcess : IAsyncDisposable
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private DuplexProcess(Process process) => _process = process;

    /// <summary>What the child reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What the child writes; whoever holds this must read it.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts a program.</summary>
    /// <param name="command">Program and arguments, as they are; no shell sees them.</param>
    /// <param name="directory">Working folder; must exist.</param>
    /// <param name="environment">The whole environment of the program; nothing is inherited.</param>
    /// <param name="quiet">Drops what it writes to stderr, which would otherwise appear among this program's own.</param>
    /// <exception cref="FailureException"><c>program_not_started</c>.</exception>
    public static DuplexProcess Start(IReadOnlyList<string> command, string directory, IReadOnlyDictionary<string, string> environment, bool quiet = false)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = quiet,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        ChildSignals.Default();
        try
        {
            var process = Process.Start(info)!;
            if (quiet)
                process.BeginErrorReadLine(); // Without a listener this reads and drops, so that the child never waits for room.
            return new DuplexProcess(process);
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            throw new FailureException(CommandRunner.NotStarted(command[0], e.Message), e);
        }
    }

    /// <summary>The exit code once it has ended; null when it has not within the limit.</summary>
    public async Task<int?> ExitAsync(TimeSpan limit)
    {
        try
        {
            using var waited = new CancellationTokenSource(limit);
            await _process.WaitForExitAsync(waited.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends it: closes its stdin, then asks it to terminate, then kills its tree; waits as long as given before each step.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already, with something unread.
        }

        if (await ExitAsync(patience) is not null)
            return;
        Posix.Signal(_process.Id, Posix.Terminate);
        if (await ExitAsync(patience) is null)
            _process.Kill(entireProcessTree: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await ExitAsync(KillLimit);
        _process.Dispose();
    }
}
