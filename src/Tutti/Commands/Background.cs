using Tutti.Core;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Commands;

/// <summary>A conductor of its own in the background (<c>--detach</c>): the same shim as an attempt, so it outlives the terminal.</summary>
internal static class Background
{
    /// <summary>Writes the session's first event, where it is new, and starts <c>tutti resume</c> on it in the background.</summary>
    /// <param name="order">Which session.</param>
    /// <param name="further">Arguments of that resume.</param>
    /// <param name="cancellation">Ends the starting.</param>
    public static async Task<int> StartAsync(RunOrder order, IEnumerable<string> further, CancellationToken cancellation)
    {
        if (order.Started is not null)
        {
            // Only the first event: the conductor in the background takes it up from there.
            using var begun = await SessionRun.OpenAsync(order, _ => { }, cancellation);
        }

        var folder = Free(order.Folder);
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        environment[AttemptMarks.Nonce] = Guid.NewGuid().ToString("n");
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process has no program file");
        string[] arguments = [.. Program(), "resume", order.Folder.Id, "--display", "plain", .. order.RetryFailed ? ["--retry-failed"] : Array.Empty<string>(), .. further];
        var identity = await AttemptProcess.StartAsync(folder, new AttemptCommand(program, arguments, order.Repository.Folder, environment), cancellation);
        await Console.Out.WriteLineAsync(order.Folder.Id);
        await Console.Error.WriteLineAsync($"Session {order.Folder.Id} goes on in the background (process {identity.Pid}); 'tutti status --watch' shows it, {folder.Stderr} has its story.");
        return ExitCodes.AllDone;
    }

    // Run by the dotnet host instead of its own executable, the program is the first argument.
    private static string[] Program() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

    private static AttemptFolder Free(SessionFolder session)
    {
        for (var n = 1; ; n++)
        {
            var path = session.File($"conductor-{n}");
            if (!Directory.Exists(path))
                return new AttemptFolder(path).Create();
        }
    }
}
