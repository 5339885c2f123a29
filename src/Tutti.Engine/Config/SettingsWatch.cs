using System.Threading.Channels;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Config;

/// <summary>
/// Loads settings anew when one of their files changes or appears (SPEC 5). The system's notices make it quick; a look
/// at times and sizes makes it certain where there are none (network file systems, used-up inotify watches).
/// </summary>
public sealed class SettingsWatch : IDisposable
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(2);

    // Editors write in several steps: wait until nothing has moved for this long, but not for ever.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);
    private const int MostSettles = 20;

    private readonly SettingsSources _sources;
    private readonly Action<LoadedSettings> _changed;
    private readonly Action<Failure> _broken;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _calling = new();
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly ITimer _poll;
    private IReadOnlyList<string>? _files;

    // One signal waiting says it all: the files are looked at when it is taken.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Begins to watch; what the files hold now is taken as known.</summary>
    /// <param name="sources">As they were loaded.</param>
    /// <param name="files"><see cref="Settings.Files"/> of what is known: one of these that goes is told as <c>settings_gone</c>.</param>
    /// <param name="changed">Gets each new state that can be used, one call at a time, on a thread of the pool.</param>
    /// <param name="broken">Gets why a new state cannot be used; the last good one stays with the caller.</param>
    /// <param name="time">The clock of waits; the system's when null.</param>
    public SettingsWatch(SettingsSources sources, IReadOnlyList<string>? files, Action<LoadedSettings> changed, Action<Failure> broken, TimeProvider? time = null)
    {
        _sources = sources;
        _changed = changed;
        _broken = broken;
        _time = time ?? TimeProvider.System;
        var known = Stamps();
        _files = files;
        foreach (var folder in sources.Candidates.Select(candidate => Path.GetDirectoryName(candidate.Path)!).Distinct().Where(Directory.Exists))
            Listen(folder);
        _poll = _time.CreateTimer(_ => Signal(), null, PollPeriod, PollPeriod);
        Completion = Task.Run(() => WatchAsync(known));
    }

    /// <summary>Ends after <see cref="Dispose"/>; fails when a callback threw, which is a bug of the caller.</summary>
    public Task Completion { get; }

    /// <summary>Stops; a callback that is running is waited for, and none comes after.</summary>
    public void Dispose()
    {
        lock (_calling)
            _stop.Cancel();
        _poll.Dispose();
        _watchers.ForEach(watcher => watcher.Dispose());
        _signals.Writer.TryComplete();
    }

    private void Listen(string folder)
    {
        var watcher = FolderWatch.Begin(folder, watcher =>
        {
            watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size;
            watcher.Created += (_, _) => Signal();
            watcher.Changed += (_, _) => Signal();
            watcher.Deleted += (_, _) => Signal();
            watcher.Renamed += (_, _) => Signal();
        });
        if (watcher is not null)
            _watchers.Add(watcher);
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task WatchAsync(string known)
    {
        try
        {
            await foreach (var _ in _signals.Reader.ReadAllAsync(_stop.Token))
            {
                if (Stamps() == known)
                    continue;
                known = await SettledAsync();
                Tell();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task<string> SettledAsync()
    {
        var before = Stamps();
        for (var i = 0; i < MostSettles; i++)
        {
            await Task.Delay(Settle, _time, _stop.Token);
            var now = Stamps();
            if (now == before)
                break;
            before = now;
        }

        return before;
    }

    private void Tell()
    {
        LoadedSettings? loaded = null;
        Failure? failure = null;
        try
        {
            loaded = SettingsLoader.Load(_sources, _files);
            _files = loaded.Settings.Files;
        }
        catch (FailureException e)
        {
            failure = e.Failure;
        }

        lock (_calling)
        {
            if (_stop.IsCancellationRequested)
                return;
            if (loaded is not null)
                _changed(loaded);
            else
                _broken(failure!);
        }
    }

    private string Stamps() => string.Join('|', _sources.Candidates.Select(candidate => Stamp(candidate.Path)));

    // Cheap enough for every signal: a few calls of stat. A file of dotfiles is often a link, and it is the target that changes.
    private static string Stamp(string path)
    {
        try
        {
            var link = new FileInfo(path);
            var file = link.LinkTarget is null ? link : (FileInfo)link.ResolveLinkTarget(returnFinalTarget: true)!;
            return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "-";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The link is a ring, leads where nobody may look, or went between two calls; loading tells what is wrong with it.
            return "?";
        }
    }
}
