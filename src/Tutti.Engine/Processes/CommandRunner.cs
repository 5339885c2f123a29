using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>The one door through which short-lived programs are started: both pipes drained, every wait bounded.</summary>
public static class CommandRunner
{
    // After the program itself has ended, a grandchild may still hold its pipes open; nobody waits longer than this for it.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    /// <summary>Runs a program to its end, or kills it at its limit or when cancelled.</summary>
    /// <exception cref="FailureException">The program does not exist or cannot be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the program's tree has been killed.</exception>
    public static async Task<CommandResult> RunAsync(Command command, CancellationToken cancellation = default)
    {
        Failpoint.At("command.start");
        using var process = new Process { StartInfo = StartInfo(command) };
        var started = Stopwatch.GetTimestamp();
        Start(process, command);
        var output = new BoundedBuffer(command.OutputLimit);
        var error = new BoundedBuffer(command.OutputLimit);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimerWait.Within(command.Limit));
        using var drain = new CancellationTokenSource();
        var pipes = Task.WhenAll(
            WriteAsync(process, command.Input, drain.Token),
            ReadAsync(process.StandardOutput.BaseStream, output, drain.Token),
            ReadAsync(process.StandardError.BaseStream, error, drain.Token));
        var timedOut = false;
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            drain.CancelAfter(DrainLimit);
            await pipes;
            cancellation.ThrowIfCancellationRequested();
            timedOut = true;
            await process.WaitForExitAsync(CancellationToken.None);
        }

        drain.CancelAfter(DrainLimit);
        await pipes;
        Failpoint.At("command.ended");
        return new CommandResult(process.ExitCode, output.ToArray(), Encoding.UTF8.GetString(error.ToArray()), Stopwatch.GetElapsedTime(started))
        {
            TimedOut = timedOut,
            Truncated = output.Truncated || error.Truncated,
        };
    }

    private static ProcessStartInfo StartInfo(Command command)
    {
        var info = new ProcessStartInfo(command.Program)
        {
            WorkingDirectory = command.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Arguments)
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;
        return info;
    }

    private static void Start(Process process, Command command)
    {
        ChildSignals.Default();
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            DiskTrouble.ThrowIfExhausted(e);
            var folder = Directory.Exists(command.Directory) ? "" : $" (the folder {command.Directory} does not exist)";
            throw new FailureException(NotStarted(command.Program, e.Message + folder), e);
        }
    }

    /// <summary>The failure of a program that the system does not start.</summary>
    internal static Failure NotStarted(string program, string why) =>
        new(FailureCategory.Environment, FailureCode.ProgramNotStarted, $"cannot start '{program}': {why}", "check that it is installed, executable and on your PATH");

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte>? input, CancellationToken cancellation)
    {
        try
        {
            if (input is { } bytes)
                await process.StandardInput.BaseStream.WriteAsync(bytes, cancellation);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The program ended or closed its stdin without reading all of it; its exit code tells whether that matters.
        }
    }

    private static async Task ReadAsync(Stream stream, BoundedBuffer into, CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
                into.Append(buffer.AsSpan(0, read));
        }
        catch (OperationCanceledException)
        {
            // A grandchild still holds the pipe after the program has ended; what was read until then counts.
        }
    }

    private sealed class BoundedBuffer(int limit)
    {
        private readonly List<byte> _kept = [];

        public bool Truncated { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            var room = Math.Min(bytes.Length, limit - _kept.Count);
            _kept.AddRange(bytes[..room]);
            Truncated |= room < bytes.Length;
        }

        public byte[] ToArray() => [.. _kept];
    }
}
