using System.Globalization;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Support;

/// <summary>
/// The built program, running. A shell in front of it writes its process id and becomes it, so that it can be sent signals;
/// what it starts in sessions of their own is not its tree.
/// </summary>
public sealed class TuttiRun : IAsyncDisposable
{
    private static readonly string Configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));

    // Tests that run in the background (nohup, &) inherit ignored signals, which the program would then ignore too; a shell cannot undo that, env of coreutils can.
    private static readonly string Unignored = OperatingSystem.IsLinux() ? "env --default-signal=HUP,INT" : "";

    private readonly SessionLab _lab;
    private readonly string _pidFile;
    private readonly Task<CommandResult> _end;

    internal TuttiRun(SessionLab lab, IReadOnlyList<string> arguments, int number)
    {
        _lab = lab;
        _pidFile = Path.Combine(lab.Folder, $"tutti-{number}.pid");
        var environment = lab.Environment;
        // The program's own start is most of a small session; the runtime need not optimise what runs so shortly.
        environment["DOTNET_TieredPGO"] = "0";
        string[] shell = ["-c", $"echo $$ > \"$0.new\" && mv \"$0.new\" \"$0\" && exec {Unignored} \"$@\"", _pidFile, Program, .. arguments];
        _end = CommandRunner.RunAsync(new Command("sh", shell, lab.Top) { Environment = environment, Limit = Waits.Patience });
    }

    /// <summary>The program's file: what scripts/build-test-program has made, where TUTTI_TEST_PROGRAM names it; else the build beside these tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("TUTTI_TEST_PROGRAM") is { Length: > 0 } built
        ? built
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Tutti", Configuration, "tutti"));

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => _end.IsCompleted;

    /// <summary>Waits for its end.</summary>
    public async Task<Ran> EndAsync() => new(_lab, await _end);

    /// <summary>Waits for its end, without a look at the journal and at what it printed: the last line of one that is killed may be half.</summary>
    public Task<CommandResult> PlainEndAsync() => _end;

    /// <summary>Waits until something is true; fails at once, with what it said, when the program ends before that.</summary>
    public async Task UntilAsync(string what, Func<bool> condition)
    {
        await Waits.UntilAsync(what, () => condition() || HasEnded);
        Assert.True(condition(), HasEnded ? $"tutti ended before {what}: {(await _end).Error}" : what);
    }

    /// <summary>Sends it a signal, by name without SIG.</summary>
    public async Task SignalAsync(string signal)
    {
        await CommandRunner.RunAsync(new Command("sh", ["-c", $"kill -s {signal} {await PidAsync()}"], _lab.Folder) { Environment = _lab.Environment });
    }

    /// <summary>Its process id, as soon as it has one.</summary>
    public async Task<int> PidAsync()
    {
        await Waits.UntilAsync("tutti has a process", () => File.Exists(_pidFile));
        return int.Parse(await File.ReadAllTextAsync(_pidFile), CultureInfo.InvariantCulture);
    }

    /// <summary>Kills it as a crash would, and waits until it is gone. Its attempts go on.</summary>
    public async Task CrashAsync()
    {
        await SignalAsync("KILL");
        await _end;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCompleted)
            await CrashAsync();
    }
}
