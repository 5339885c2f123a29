using Tutti.Engine.Host;

namespace Tutti.Tests.Host;

public sealed class FolderWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tutti-watch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_change_is_told()
    {
        var told = new TaskCompletionSource<string>();
        using var watch = FolderWatch.Begin(_folder, watcher => watcher.Renamed += (_, e) => told.TrySetResult(e.Name!));
        Assert.SkipWhen(watch is null, "no notifications are to be had on this machine: all of the user's are taken");
        File.WriteAllText(Path.Combine(_folder, "a.new"), "x");
        File.Move(Path.Combine(_folder, "a.new"), Path.Combine(_folder, "a"));
        Assert.Equal("a", await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    // What .NET says where all of a user's watches are taken is an IOException; 50 sessions at once met it.
    [Fact]
    public void Where_none_is_to_be_had_there_is_none_and_nobody_falls_over()
    {
        Assert.Null(FolderWatch.Begin(_folder, _ => throw new IOException("The configured user limit (128) on the number of inotify instances has been reached")));
        Assert.Null(FolderWatch.Begin(Path.Combine(_folder, "none"), _ => { }));
    }
}
