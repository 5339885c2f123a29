using System.Diagnostics;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Processes;

/// <summary>A temporary session folder and slot in which a test may start attempts; ends what is left of them.</summary>
public sealed class AttemptLab : IAsyncDisposable
{
    private readonly List<AttemptFolder> _folders = [];

    public AttemptLab()
    {
        Root = Directory.CreateTempSubdirectory("tutti-attempt-").FullName;
        Slot = Directory.CreateDirectory(Path.Combine(Root, "slot")).FullName;
    }

    public string Root { get; }

    public string Slot { get; }

    public static string FakeAgent { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "FakeAgent", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "fake-agent"));

    public AttemptFolder Folder(string task = "t", int number = 1, string stage = "develop")
    {
        var folder = AttemptFolder.Of(Path.Combine(Root, "session"), task, number, stage);
        _folders.Add(folder);
        return folder;
    }

    public AttemptCommand Agent(AttemptFolder folder, params string[] steps) => Command(folder, FakeAgent, steps);

    public AttemptCommand Shell(AttemptFolder folder, string script) => Command(folder, "sh", "-c", script);

    public AttemptCommand Command(AttemptFolder folder, string program, params string[] arguments)
    {
        var environment = HostEnvironment.Base();
        AttemptMarks.Put(environment, folder, "2026-01-01-001", "t", "develop", 1, "n" + Guid.NewGuid().ToString("n"));
        return new AttemptCommand(program, arguments, Slot, environment);
    }

    public static WatchLimits Limits(TimeSpan? attempt = null, TimeSpan? stall = null) =>
        new(DateTimeOffset.UtcNow, attempt ?? Waits.Patience, stall ?? Waits.Patience) { Grace = TimeSpan.FromMilliseconds(300) };

    public static Task<AttemptExit> Watch(AttemptFolder folder, WatchLimits? limits = null) =>
        AttemptProcess.WatchAsync(folder, limits ?? Limits(), TimeProvider.System).WaitAsync(Waits.Patience);

    /// <summary>Waits until something is true, by looking often.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(5))
            Assert.True(waited.Elapsed < Waits.Patience, "waited too long");
    }

    /// <summary>Waits until a file is there, and not empty.</summary>
    public static Task UntilWritten(string path) => Until(() => new FileInfo(path) is { Exists: true, Length: > 0 });

    public static bool IsRunning(int pid) => ProcessTable.Find(pid) is not null;

    public async ValueTask DisposeAsync()
    {
        foreach (var folder in _folders.Where(folder => Directory.Exists(folder.Path)))
            await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
        Directory.Delete(Root, recursive: true);
    }
}
